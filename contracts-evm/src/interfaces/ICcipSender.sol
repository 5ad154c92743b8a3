// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ICcipOutbox} from "./ICcipOutbox.sol";
import {IPeers} from "./IPeers.sol";
import {ISettlementSender} from "./ISettlementSender.sol";

/// @title CcipSender
/// @notice Carries settlement messages to the receiver on another chain over Chainlink CCIP.
/// @dev Peers are receivers, by CCIP's chain selectors.
interface ICcipSender is ISettlementSender, ICcipOutbox, IPeers {
    /// @notice A settlement message was handed to CCIP.
    /// @param settlementId The settlement that the message carries.
    /// @param messageId CCIP's id of the message.
    /// @param destination CCIP's selector of the destination.
    /// @param feeToken What the fee was paid in; zero for the chain's coin.
    /// @param fee What CCIP took, in the smallest unit.
    event SettlementSent(
        bytes32 indexed settlementId,
        bytes32 indexed messageId,
        uint64 indexed destination,
        address feeToken,
        uint256 fee
    );

    /// @notice The fee token is zero: `send` pays in the chain's coin.
    error ZeroFeeToken();

    /// @notice Sends a message for a fee in the chain's coin, and returns what the fee leaves over.
    /// @param destination CCIP's selector of the destination; its receiver must have been set as peer.
    /// @param message A settlement message.
    /// @param extraArgs CCIP's extra arguments.
    /// @param refundAddress Who gets back what the fee leaves over.
    /// @return messageId CCIP's id of the message.
    function send(
        uint64 destination,
        bytes calldata message,
        bytes calldata extraArgs,
        address refundAddress
    ) external payable returns (bytes32 messageId);

    /// @notice Sends a message for a fee in a token, which is taken from the caller to the last unit of the fee.
    /// @param destination CCIP's selector of the destination; its receiver must have been set as peer.
    /// @param message A settlement message.
    /// @param extraArgs CCIP's extra arguments.
    /// @param feeToken An ERC-20 that CCIP takes; the caller has approved this contract.
    /// @param maxFee The most that the caller pays.
    /// @return messageId CCIP's id of the message.
    function sendForToken(
        uint64 destination,
        bytes calldata message,
        bytes calldata extraArgs,
        address feeToken,
        uint256 maxFee
    ) external returns (bytes32 messageId);

    /// @notice What CCIP asks for a message.
    /// @param destination CCIP's selector of the destination; its receiver must have been set as peer.
    /// @param message A settlement message.
    /// @param extraArgs CCIP's extra arguments.
    /// @param feeToken What the fee is paid in; zero for the chain's coin.
    /// @return fee In the smallest unit.
    function quote(
        uint64 destination,
        bytes calldata message,
        bytes calldata extraArgs,
        address feeToken
    ) external view returns (uint256 fee);
}
