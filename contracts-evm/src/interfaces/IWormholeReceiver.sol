// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISettlementReceiver} from "./ISettlementReceiver.sol";
import {IWormholeInbox} from "./IWormholeInbox.sol";

/// @title WormholeReceiver
/// @notice Hands settlement messages that Wormhole's guardians signed to the hub.
interface IWormholeReceiver is ISettlementReceiver, IWormholeInbox {}
