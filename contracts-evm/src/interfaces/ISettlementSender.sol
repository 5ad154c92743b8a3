// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title SettlementSender
/// @notice What every bridge's sender refuses; some leave it to their bridge to refuse too little fee.
/// @dev Anyone may send: the receiver's hub believes the proof in a message and nothing else.
interface ISettlementSender {
    /// @notice The refund address is zero.
    error ZeroRefundAddress();

    /// @notice The coins sent do not cover the bridge's fee.
    error InsufficientFee(uint256 have, uint256 need);
}
