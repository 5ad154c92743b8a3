// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";

import {ISettlementGroups} from "../interfaces/ISettlementGroups.sol";
import {WormholeInbox} from "../wormhole/WormholeInbox.sol";
import {GroupReceiver} from "./GroupReceiver.sol";

/// @title WormholeGroupReceiver
/// @notice A group receiver whose notices Wormhole's guardians signed.
contract WormholeGroupReceiver is GroupReceiver, WormholeInbox {
    /// @param coreBridge_ Wormhole's core bridge on this chain.
    /// @param groups_ The groups contract on this chain.
    /// @param owner_ Who names the senders on other chains.
    constructor(ICoreBridge coreBridge_, ISettlementGroups groups_, address owner_)
        GroupReceiver(groups_)
        WormholeInbox(coreBridge_)
        Ownable(owner_)
    {}
}
