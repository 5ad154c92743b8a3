// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @notice A call that governance on another chain wants to be made on this one.
/// @param chainId The chain that it is for, by its EVM chain id.
/// @param receiver The governance receiver that it is for, on that chain.
/// @param number Its place among all calls to that receiver, counted from zero.
/// @param target The contract that is called.
/// @param data The call.
struct GovernanceCall {
    uint256 chainId;
    address receiver;
    uint64 number;
    address target;
    bytes data;
}

/// @title GovernanceMessage
/// @notice What bridges carry to governance receivers: one version byte, then the ABI encoding of a call.
library GovernanceMessage {
    /// @notice The version that this library writes and reads. No settlement message begins with it.
    uint8 internal constant VERSION = 0x80;

    /// @notice The message is of a version that this contract does not know.
    error UnsupportedGovernanceVersion(uint8 version);

    /// @notice The message is empty.
    error EmptyGovernanceMessage();

    /// @notice Writes a message.
    /// @param call The call.
    /// @return The message.
    function encode(GovernanceCall memory call) internal pure returns (bytes memory) {
        return bytes.concat(bytes1(VERSION), abi.encode(call));
    }

    /// @notice Reads a message; what is malformed reverts, with no reason where the ABI's decoder does.
    /// @param message The message.
    /// @return call The call.
    function decode(bytes calldata message) internal pure returns (GovernanceCall memory call) {
        if (message.length == 0) revert EmptyGovernanceMessage();
        uint8 version = uint8(message[0]);
        if (version != VERSION) revert UnsupportedGovernanceVersion(version);
        return abi.decode(message[1:], (GovernanceCall));
    }
}
