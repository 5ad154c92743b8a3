// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IFees} from "../interfaces/IFees.sol";

/// @title Fees
/// @notice See {IFees}. The fee comes with the call, and what it leaves over goes back.
abstract contract Fees is IFees {
    function _requireFee(uint256 fee) internal view {
        if (msg.value < fee) revert InsufficientFee(msg.value, fee);
    }

    /// @dev Returns what the fee left over. The last thing that a sender does.
    function _refund(address refundAddress, uint256 fee) internal {
        if (msg.value > fee) Address.sendValue(payable(refundAddress), msg.value - fee);
    }
}
