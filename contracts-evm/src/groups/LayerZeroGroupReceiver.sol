// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {OAppCore} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {ISettlementGroups} from "../interfaces/ISettlementGroups.sol";
import {LayerZeroInbox} from "../layerzero/LayerZeroInbox.sol";
import {GroupReceiver} from "./GroupReceiver.sol";

/// @title LayerZeroGroupReceiver
/// @notice A group receiver whose notices arrive over LayerZero V2.
contract LayerZeroGroupReceiver is GroupReceiver, LayerZeroInbox {
    /// @param endpoint_ LayerZero's endpoint on this chain.
    /// @param groups_ The groups contract on this chain.
    /// @param owner_ Who names the senders on other chains, and sets LayerZero's configuration.
    constructor(address endpoint_, ISettlementGroups groups_, address owner_)
        GroupReceiver(groups_)
        OAppCore(endpoint_, owner_)
        Ownable(owner_)
    {}
}
