// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {ISettlementHub} from "../interfaces/ISettlementHub.sol";
import {Native} from "../libraries/Native.sol";

/// @title Pocket
/// @notice Holds the money of one leg of a group. Only the contract that made it can move that.
contract Pocket {
    using SafeERC20 for IERC20;

    address private immutable GROUPS = msg.sender;

    /// @notice Only the groups contract may.
    error OnlyGroups(address caller);

    modifier onlyGroups() {
        if (msg.sender != GROUPS) revert OnlyGroups(msg.sender);
        _;
    }

    /// @notice Ether of the hub's, credited or paid.
    receive() external payable {}

    /// @notice Fetches what the hub could not hand over.
    /// @param hub The hub.
    /// @param token The token.
    function collect(ISettlementHub hub, address token) external onlyGroups {
        uint256 credit = hub.creditOf(address(this), token);
        if (credit != 0) hub.claim(token, credit, address(this));
    }

    /// @notice Sends all that is here.
    /// @param token The token.
    /// @param to Who receives it.
    /// @param amount All of it.
    function pay(address token, address to, uint256 amount) external onlyGroups {
        if (token == Native.ETHER) Address.sendValue(payable(to), amount);
        else IERC20(token).safeTransfer(to, amount);
    }

    /// @notice Puts all that is here into a payer's escrow.
    /// @param hub The hub.
    /// @param token The token.
    /// @param payer Whose escrow.
    /// @param amount All of it.
    function refund(ISettlementHub hub, address token, address payer, uint256 amount)
        external
        onlyGroups
    {
        if (token == Native.ETHER) {
            hub.depositNative{value: amount}(payer);
            return;
        }
        IERC20(token).forceApprove(address(hub), amount);
        hub.depositFor(payer, token, amount);
    }
}
