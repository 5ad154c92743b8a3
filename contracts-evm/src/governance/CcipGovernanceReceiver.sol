// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {CcipInbox} from "../ccip/CcipInbox.sol";
import {GovernanceReceiver} from "./GovernanceReceiver.sol";

/// @title CcipGovernanceReceiver
/// @notice A governance receiver whose messages arrive over Chainlink CCIP.
contract CcipGovernanceReceiver is GovernanceReceiver, CcipInbox {
    /// @param router_ CCIP's router on this chain.
    /// @param manager_ Where calls are scheduled; it owns the receiver, and names the sender on the governance chain.
    constructor(address router_, IAccessManager manager_)
        GovernanceReceiver(manager_)
        CcipInbox(router_)
        Ownable(address(manager_))
    {}
}
