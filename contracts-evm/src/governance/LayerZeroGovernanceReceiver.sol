// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {OAppCore} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {LayerZeroInbox} from "../layerzero/LayerZeroInbox.sol";
import {GovernanceReceiver} from "./GovernanceReceiver.sol";

/// @title LayerZeroGovernanceReceiver
/// @notice A governance receiver whose messages arrive over LayerZero V2.
contract LayerZeroGovernanceReceiver is GovernanceReceiver, LayerZeroInbox {
    /// @param endpoint_ LayerZero's endpoint on this chain.
    /// @param manager_ Where calls are scheduled; it owns the receiver, and names the sender on the governance chain.
    constructor(address endpoint_, IAccessManager manager_)
        GovernanceReceiver(manager_)
        OAppCore(endpoint_, address(manager_))
        Ownable(address(manager_))
    {}
}
