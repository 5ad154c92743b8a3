// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    CONSISTENCY_LEVEL_FINALIZED
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/constants/ConsistencyLevel.sol";
import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";

import {ISettlementGroups, Notice} from "../interfaces/ISettlementGroups.sol";
import {GroupMessage, LegNotice} from "../libraries/GroupMessage.sol";

/// @title WormholeGroupSender
/// @notice Tells other chains over Wormhole, at finality, what has become of this chain's legs. It has no owner: it says
/// what is, whoever asks it to.
contract WormholeGroupSender {
    /// @notice Wormhole's core bridge on this chain, fixed at construction.
    ICoreBridge public immutable coreBridge;

    /// @notice The groups contract on this chain, fixed at construction.
    ISettlementGroups public immutable groups;

    /// @notice A notice was sent.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param notice What has become of it.
    /// @param sequence Wormhole's number of the message.
    event NoticeSent(
        bytes32 indexed groupId, uint256 indexed index, Notice notice, uint64 sequence
    );

    /// @notice A contract's address is zero.
    error ZeroAddress();

    /// @notice The leg is neither prepared nor committed.
    error NothingToTell(bytes32 groupId, uint256 index);

    /// @param coreBridge_ Wormhole's core bridge on this chain.
    /// @param groups_ The groups contract on this chain.
    constructor(ICoreBridge coreBridge_, ISettlementGroups groups_) {
        if (address(coreBridge_) == address(0) || address(groups_) == address(0)) {
            revert ZeroAddress();
        }
        (coreBridge, groups) = (coreBridge_, groups_);
    }

    /// @notice Tells the state of a leg of this chain. Anyone may; Wormhole demands its fee to the last unit.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @return sequence Wormhole's number of the message.
    function send(bytes32 groupId, uint256 index) external payable returns (uint64 sequence) {
        ISettlementGroups.State state = groups.stateOf(groupId, index);
        Notice notice = Notice.Prepared;
        if (state == ISettlementGroups.State.Committed) notice = Notice.Committed;
        else if (state != ISettlementGroups.State.Prepared) revert NothingToTell(groupId, index);

        bytes memory message =
            GroupMessage.encode(LegNotice(groupId, index, notice, block.chainid, address(groups)));
        sequence =
            coreBridge.publishMessage{value: msg.value}(0, message, CONSISTENCY_LEVEL_FINALIZED);
        emit NoticeSent(groupId, index, notice, sequence);
    }
}
