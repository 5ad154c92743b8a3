// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ICcipInbox} from "./ICcipInbox.sol";
import {ISettlementReceiver} from "./ISettlementReceiver.sol";

/// @title CcipReceiver
/// @notice Hands settlement messages that arrive over Chainlink CCIP to the hub.
interface ICcipReceiver is ISettlementReceiver, ICcipInbox {}
