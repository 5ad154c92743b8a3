// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Settlement} from "../interfaces/ISettlementHub.sol";
import {ISettlementSender} from "../interfaces/ISettlementSender.sol";
import {SettlementMessage} from "../libraries/SettlementMessage.sol";
import {Settlements} from "../libraries/Settlements.sol";
import {Fees} from "./Fees.sol";

/// @title SettlementSender
/// @notice See {ISettlementSender}.
abstract contract SettlementSender is ISettlementSender, Fees {
    using Settlements for Settlement;

    /// @dev Before any fee is spent: what the receiver could never decode is not sent.
    function _settlementIdIn(bytes calldata message) internal pure returns (bytes32) {
        (Settlement memory settlement,) = SettlementMessage.decode(message);
        return settlement.id();
    }
}
