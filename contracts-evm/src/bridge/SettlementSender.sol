// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {Settlement} from "../interfaces/ISettlementHub.sol";
import {ISettlementSender} from "../interfaces/ISettlementSender.sol";
import {SettlementMessage} from "../libraries/SettlementMessage.sol";
import {Settlements} from "../libraries/Settlements.sol";

/// @title SettlementSender
/// @notice See {ISettlementSender}.
abstract contract SettlementSender is ISettlementSender {
    using Settlements for Settlement;

    /// @dev Before any fee is spent: what the receiver could never decode is not sent.
    function _settlementIdIn(bytes calldata message) internal pure returns (bytes32) {
        (Settlement memory settlement,) = SettlementMessage.decode(message);
        return settlement.id();
    }

    function _requireFee(uint256 fee) internal view {
        if (msg.value < fee) revert InsufficientFee(msg.value, fee);
    }

    /// @dev Returns what the fee left over. The last thing that a sender does.
    function _refund(address refundAddress, uint256 fee) internal {
        if (msg.value > fee) Address.sendValue(payable(refundAddress), msg.value - fee);
    }
}
