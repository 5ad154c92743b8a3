// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IFees} from "./IFees.sol";

/// @title SettlementSender
/// @notice What every bridge's sender refuses; some leave it to their bridge to refuse too little fee.
/// @dev Anyone may send: the receiver's hub believes the proof in a message and nothing else.
interface ISettlementSender is IFees {
    /// @notice The refund address is zero.
    error ZeroRefundAddress();
}
