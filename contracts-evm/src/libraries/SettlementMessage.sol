// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Settlement} from "../interfaces/ISettlementHub.sol";

/// @title SettlementMessage
/// @notice What every bridge carries: one version byte, then the ABI encoding of a settlement and its proof.
library SettlementMessage {
    /// @notice The version that this library writes and reads.
    uint8 internal constant VERSION = 1;

    /// @notice The words of a settlement, one a field.
    uint256 private constant SETTLEMENT_WORDS = 10;

    /// @notice The length of every message of this version, in bytes.
    uint256 internal constant LENGTH = 1 + 32 * (SETTLEMENT_WORDS + 8);

    /// @notice The message has another length than its version demands.
    error InvalidMessageLength(uint256 length, uint256 expected);

    /// @notice The message is of a version that this contract does not know.
    error UnsupportedMessageVersion(uint8 version);

    /// @notice A field of the settlement does not fit its type; fields are counted from zero.
    error MessageFieldTooWide(uint256 field);

    /// @notice Writes a message.
    /// @param settlement The settlement.
    /// @param proof Its proof.
    /// @return The message.
    function encode(Settlement memory settlement, uint256[8] memory proof)
        internal
        pure
        returns (bytes memory)
    {
        return bytes.concat(bytes1(VERSION), abi.encode(settlement, proof));
    }

    /// @notice Reads a message. Every message that this accepts is the encoding of what it returns.
    /// @param message The message.
    /// @return settlement The settlement.
    /// @return proof Its proof.
    function decode(bytes calldata message)
        internal
        pure
        returns (Settlement memory settlement, uint256[8] memory proof)
    {
        if (message.length == 0) revert InvalidMessageLength(0, LENGTH);
        if (uint8(message[0]) != VERSION) revert UnsupportedMessageVersion(uint8(message[0]));
        if (message.length != LENGTH) revert InvalidMessageLength(message.length, LENGTH);

        // abi.decode refuses dirty high bits too, but without a word about which.
        _requireWidth(message, 4, 160); // payer
        _requireWidth(message, 5, 160); // recipient
        _requireWidth(message, 6, 160); // token
        _requireWidth(message, 7, 128); // amount
        _requireWidth(message, 8, 64); // deadline

        return abi.decode(message[1:], (Settlement, uint256[8]));
    }

    function _requireWidth(bytes calldata message, uint256 field, uint256 bits) private pure {
        uint256 start = 1 + 32 * field;
        if (uint256(bytes32(message[start:start + 32])) >> bits != 0) {
            revert MessageFieldTooWide(field);
        }
    }
}
