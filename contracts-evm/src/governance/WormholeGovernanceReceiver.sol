// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";

import {WormholeInbox} from "../wormhole/WormholeInbox.sol";
import {GovernanceReceiver} from "./GovernanceReceiver.sol";

/// @title WormholeGovernanceReceiver
/// @notice A governance receiver whose messages Wormhole's guardians signed.
contract WormholeGovernanceReceiver is GovernanceReceiver, WormholeInbox {
    /// @param coreBridge_ Wormhole's core bridge on this chain.
    /// @param manager_ Where calls are scheduled; it owns the receiver, and names the sender on the governance chain.
    constructor(ICoreBridge coreBridge_, IAccessManager manager_)
        GovernanceReceiver(manager_)
        WormholeInbox(coreBridge_)
        Ownable(address(manager_))
    {}
}
