// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {SettlementReceiver} from "../bridge/SettlementReceiver.sol";
import {ICcipReceiver} from "../interfaces/ICcipReceiver.sol";
import {ISettlementHub} from "../interfaces/ISettlementHub.sol";
import {CcipInbox} from "./CcipInbox.sol";

/// @title CcipReceiver
/// @notice See {ICcipReceiver}.
contract CcipReceiver is ICcipReceiver, SettlementReceiver, CcipInbox {
    /// @param router_ CCIP's router on this chain.
    /// @param hub_ Where messages are settled, for good.
    /// @param owner_ Who pauses, and sets peers, limits and what is demanded of messages.
    constructor(address router_, ISettlementHub hub_, address owner_)
        SettlementReceiver(hub_)
        CcipInbox(router_)
        Ownable(owner_)
    {}
}
