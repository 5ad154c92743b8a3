// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";

import {SettlementReceiver} from "../bridge/SettlementReceiver.sol";
import {ISettlementHub} from "../interfaces/ISettlementHub.sol";
import {IWormholeReceiver} from "../interfaces/IWormholeReceiver.sol";
import {WormholeInbox} from "./WormholeInbox.sol";

/// @title WormholeReceiver
/// @notice See {IWormholeReceiver}.
contract WormholeReceiver is IWormholeReceiver, SettlementReceiver, WormholeInbox {
    /// @param coreBridge_ Wormhole's core bridge on this chain.
    /// @param hub_ Where messages are settled, for good.
    /// @param owner_ Who pauses, and sets emitters and limits.
    constructor(ICoreBridge coreBridge_, ISettlementHub hub_, address owner_)
        SettlementReceiver(hub_)
        WormholeInbox(coreBridge_)
        Ownable(owner_)
    {}
}
