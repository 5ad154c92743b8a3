// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {OAppCore} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {SettlementReceiver} from "../bridge/SettlementReceiver.sol";
import {ILayerZeroReceiver} from "../interfaces/ILayerZeroReceiver.sol";
import {ISettlementHub} from "../interfaces/ISettlementHub.sol";
import {LayerZeroInbox} from "./LayerZeroInbox.sol";

/// @title LayerZeroReceiver
/// @notice See {ILayerZeroReceiver}.
contract LayerZeroReceiver is ILayerZeroReceiver, SettlementReceiver, LayerZeroInbox {
    /// @param endpoint_ LayerZero's endpoint on this chain.
    /// @param hub_ Where messages are settled, for good.
    /// @param owner_ Who pauses, and sets peers, limits and LayerZero's configuration.
    constructor(address endpoint_, ISettlementHub hub_, address owner_)
        SettlementReceiver(hub_)
        OAppCore(endpoint_, owner_)
        Ownable(owner_)
    {}

    /// @inheritdoc Ownable2Step
    function transferOwnership(address newOwner) public override(Ownable2Step, LayerZeroInbox) {
        LayerZeroInbox.transferOwnership(newOwner);
    }

    /// @inheritdoc Ownable2Step
    function _transferOwnership(address newOwner) internal override(Ownable2Step, LayerZeroInbox) {
        LayerZeroInbox._transferOwnership(newOwner);
    }
}
