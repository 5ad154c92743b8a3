// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";

import {MessageInbox} from "../bridge/MessageInbox.sol";
import {ISettlementGroups} from "../interfaces/ISettlementGroups.sol";
import {GroupMessage, LegNotice} from "../libraries/GroupMessage.sol";
import {WormholeInbox} from "../wormhole/WormholeInbox.sol";

/// @title WormholeGroupReceiver
/// @notice Tells this chain's groups contract what has become of legs on other chains, as Wormhole's guardians signed it.
/// @dev Groups name it as their bridge, and so trust its owner to name no false sender. Nothing is kept: a message that does
/// not decode is none of our senders'.
contract WormholeGroupReceiver is WormholeInbox {
    /// @notice The groups contract on this chain, fixed at construction.
    ISettlementGroups public immutable groups;

    /// @notice The zero address is no groups contract.
    error ZeroGroups();

    /// @param coreBridge_ Wormhole's core bridge on this chain.
    /// @param groups_ The groups contract on this chain.
    /// @param owner_ Who names the senders on other chains.
    constructor(ICoreBridge coreBridge_, ISettlementGroups groups_, address owner_)
        WormholeInbox(coreBridge_)
        Ownable(owner_)
    {
        if (address(groups_) == address(0)) revert ZeroGroups();
        groups = groups_;
    }

    /// @inheritdoc MessageInbox
    function _receiveMessage(bytes32, bytes calldata message) internal override {
        LegNotice memory told = GroupMessage.decode(message);
        groups.tell(told.groupId, told.index, told.notice, told.chainId, told.groups);
    }
}
