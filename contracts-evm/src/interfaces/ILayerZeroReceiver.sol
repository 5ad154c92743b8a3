// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISettlementReceiver} from "./ISettlementReceiver.sol";

/// @title LayerZeroReceiver
/// @notice Hands settlement messages that arrive over LayerZero V2 to the hub.
/// @dev A message's guid is LayerZero's id of its packet. Peers are set as in every OApp, by endpoint id.
interface ILayerZeroReceiver is ISettlementReceiver {}
