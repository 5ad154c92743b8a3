// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title Fees
/// @notice What senders refuse that pay a bridge's fee themselves.
interface IFees {
    /// @notice The coins sent do not cover the bridge's fee.
    error InsufficientFee(uint256 have, uint256 need);
}
