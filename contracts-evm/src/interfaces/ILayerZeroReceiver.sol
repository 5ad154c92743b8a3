// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISettlementHub} from "./ISettlementHub.sol";

/// @title LayerZeroReceiver
/// @notice Hands settlement messages that arrive over LayerZero V2 to the hub.
/// @dev What the hub refuses is kept and can be retried by anyone, so that no message is lost or blocks another.
interface ILayerZeroReceiver {
    /// @notice The hub accepted a message.
    /// @param guid LayerZero's id of the packet.
    /// @param settlementId The settlement that the message carried.
    /// @param paid Whether this message paid it; false where it had been paid before.
    event MessageApplied(bytes32 indexed guid, bytes32 indexed settlementId, bool paid);

    /// @notice A message could not be applied and is kept for `retry`.
    /// @param guid LayerZero's id of the packet.
    /// @param message The message, so that anyone can retry from this event alone.
    /// @param reason The revert data of the refusal: an error of the hub, of its router, of the token or of the message's format.
    event MessageStored(bytes32 indexed guid, bytes message, bytes reason);

    /// @notice The zero address is no hub.
    error ZeroHub();

    /// @notice Only the receiver itself may call this.
    error OnlySelf(address caller);

    /// @notice A message brings no coins; the executor may deliver it again without.
    error UnexpectedValue(uint256 value);

    /// @notice The executor brought too little gas to settle; the message stays with the endpoint and may be delivered again.
    error InsufficientGas(uint256 have, uint256 need);

    /// @notice No such message is kept: it was applied, never arrived, or its bytes differ.
    error MessageNotStored(bytes32 guid);

    /// @notice Applies a kept message; the hub's refusal is passed on and the message stays kept.
    /// @param guid LayerZero's id of the packet.
    /// @param message The message as it arrived.
    /// @return settlementId The settlement that the message carries.
    /// @return paid Whether this call paid it.
    function retry(bytes32 guid, bytes calldata message)
        external
        returns (bytes32 settlementId, bool paid);

    /// @notice Decodes a message and settles it. The receiver calls this on itself, to catch whatever is wrong with either.
    /// @param message A settlement message.
    /// @return settlementId The settlement that the message carries.
    /// @return paid Whether this call paid it.
    function applyMessage(bytes calldata message) external returns (bytes32 settlementId, bool paid);

    /// @notice The hash of a kept message.
    /// @param guid LayerZero's id of the packet.
    /// @return messageHash keccak256 of the message; zero where none is kept.
    function storedMessage(bytes32 guid) external view returns (bytes32 messageHash);

    /// @notice The gas that a delivery must bring, so that the hub can verify a proof and pay.
    /// @return In units of gas.
    function MIN_GAS() external view returns (uint256);

    /// @notice Where messages are settled.
    /// @return The hub, fixed at construction.
    function hub() external view returns (ISettlementHub);
}
