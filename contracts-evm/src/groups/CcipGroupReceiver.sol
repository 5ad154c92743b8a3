// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {CcipInbox} from "../ccip/CcipInbox.sol";
import {ISettlementGroups} from "../interfaces/ISettlementGroups.sol";
import {GroupReceiver} from "./GroupReceiver.sol";

/// @title CcipGroupReceiver
/// @notice A group receiver whose notices arrive over Chainlink CCIP.
contract CcipGroupReceiver is GroupReceiver, CcipInbox {
    /// @param router_ CCIP's router on this chain.
    /// @param groups_ The groups contract on this chain.
    /// @param owner_ Who names the senders on other chains, and sets what is demanded of messages.
    constructor(address router_, ISettlementGroups groups_, address owner_)
        GroupReceiver(groups_)
        CcipInbox(router_)
        Ownable(owner_)
    {}
}
