// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title MessageInbox
/// @notice What every end of a bridge does with messages that it cannot apply yet: it keeps them.
interface IMessageInbox {
    /// @notice A message could not be applied and is kept for `retry`.
    /// @param guid The bridge's id of the message.
    /// @param message The message, so that anyone can retry from this event alone.
    /// @param reason The revert data of the refusal.
    event MessageStored(bytes32 indexed guid, bytes message, bytes reason);

    /// @notice Only the receiver itself may call this.
    error OnlySelf(address caller);

    /// @notice A message brings no coins; it may be delivered again without.
    error UnexpectedValue(uint256 value);

    /// @notice Too little gas was brought; the message stays where it is and may be delivered or retried again.
    error InsufficientGas(uint256 have, uint256 need);

    /// @notice No such message is kept: it was applied, never arrived, or its bytes differ.
    error MessageNotStored(bytes32 guid);

    /// @notice The hash of a kept message.
    /// @param guid The bridge's id of the message.
    /// @return messageHash keccak256 of the message; zero where none is kept.
    function storedMessage(bytes32 guid) external view returns (bytes32 messageHash);
}
