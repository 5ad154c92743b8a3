// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title GovernanceSender
/// @notice Sends calls from the governance chain to governance receivers on others, numbering them.
/// @dev Who may send, and after what delay, stands in the AccessManager of the governance chain. Each bridge has a sender
/// of its own, which receivers know as their peer.
interface IGovernanceSender {
    /// @notice A call was sent.
    /// @param chainId The chain that it is for, by its EVM chain id.
    /// @param receiver The governance receiver that it is for.
    /// @param number Its number among all calls to that receiver.
    /// @param target The contract that is to be called.
    /// @param data The call.
    event CallSent(
        uint256 indexed chainId,
        address indexed receiver,
        uint64 indexed number,
        address target,
        bytes data
    );

    /// @notice An address that must name somebody is zero.
    error ZeroAddress();

    /// @notice The number of the next call to a receiver.
    /// @param chainId The chain that it is on.
    /// @param receiver The governance receiver.
    /// @return Counted from zero.
    function nextNumber(uint256 chainId, address receiver) external view returns (uint64);
}
