// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Notice} from "../interfaces/ISettlementGroups.sol";

/// @notice What has become of a leg of a group.
/// @param groupId The group's hash.
/// @param index The leg's place in the group.
/// @param notice What has become of it.
/// @param chainId The chain that the leg is on, by its EVM chain id.
/// @param groups The groups contract there.
struct LegNotice {
    bytes32 groupId;
    uint256 index;
    Notice notice;
    uint256 chainId;
    address groups;
}

/// @title GroupMessage
/// @notice What bridges carry between groups contracts: one version byte, then the ABI encoding of a notice.
library GroupMessage {
    /// @notice The version that this library writes and reads. No other message begins with it.
    uint8 internal constant VERSION = 0x40;

    /// @notice The message is none of this version.
    error InvalidGroupMessage();

    /// @notice Writes a message.
    /// @param notice The notice.
    /// @return The message.
    function encode(LegNotice memory notice) internal pure returns (bytes memory) {
        return bytes.concat(bytes1(VERSION), abi.encode(notice));
    }

    /// @notice Reads a message.
    /// @param message The message.
    /// @return notice The notice.
    function decode(bytes calldata message) internal pure returns (LegNotice memory notice) {
        if (message.length != 1 + 5 * 32 || uint8(message[0]) != VERSION) {
            revert InvalidGroupMessage();
        }
        return abi.decode(message[1:], (LegNotice));
    }
}
