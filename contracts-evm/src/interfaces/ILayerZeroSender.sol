// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISettlementSender} from "./ISettlementSender.sol";

/// @title LayerZeroSender
/// @notice Carries settlement messages to the receiver on another chain over LayerZero V2.
interface ILayerZeroSender is ISettlementSender {
    /// @notice A settlement message was handed to LayerZero.
    /// @param settlementId The settlement that the message carries.
    /// @param guid LayerZero's id of the packet.
    /// @param dstEid LayerZero's id of the destination.
    /// @param nonce The packet's number on this path.
    /// @param fee What LayerZero took, in wei.
    event SettlementSent(
        bytes32 indexed settlementId,
        bytes32 indexed guid,
        uint32 indexed dstEid,
        uint64 nonce,
        uint256 fee
    );

    /// @notice What LayerZero asks for a message.
    /// @param dstEid LayerZero's id of the destination; its receiver must have been set as peer.
    /// @param message A settlement message.
    /// @param options LayerZero's type-3 options: the gas that the receiver is given.
    /// @return nativeFee In wei.
    function quote(uint32 dstEid, bytes calldata message, bytes calldata options)
        external
        view
        returns (uint256 nativeFee);

    /// @notice Sends a message; LayerZero's endpoint refuses too little value and returns what is too much.
    /// @param dstEid LayerZero's id of the destination; its receiver must have been set as peer.
    /// @param message A settlement message.
    /// @param options LayerZero's type-3 options: the gas that the receiver is given.
    /// @param refundAddress Who gets back what the fee leaves over.
    /// @return guid LayerZero's id of the packet.
    /// @return nonce The packet's number on this path.
    function send(
        uint32 dstEid,
        bytes calldata message,
        bytes calldata options,
        address refundAddress
    ) external payable returns (bytes32 guid, uint64 nonce);
}
