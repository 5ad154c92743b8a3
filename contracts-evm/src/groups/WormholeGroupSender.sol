// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    CONSISTENCY_LEVEL_FINALIZED
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/constants/ConsistencyLevel.sol";
import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";

import {ISettlementGroups, Notice} from "../interfaces/ISettlementGroups.sol";
import {GroupSender} from "./GroupSender.sol";

/// @title WormholeGroupSender
/// @notice A group sender whose notices Wormhole's guardians sign, at finality. It has no owner.
contract WormholeGroupSender is GroupSender {
    /// @notice Wormhole's core bridge on this chain, fixed at construction.
    ICoreBridge public immutable coreBridge;

    /// @notice The zero address is no core bridge.
    error ZeroCoreBridge();

    /// @param coreBridge_ Wormhole's core bridge on this chain.
    /// @param groups_ The groups contract on this chain.
    constructor(ICoreBridge coreBridge_, ISettlementGroups groups_) GroupSender(groups_) {
        if (address(coreBridge_) == address(0)) revert ZeroCoreBridge();
        coreBridge = coreBridge_;
    }

    /// @notice Tells the state of a leg of this chain. Anyone may; Wormhole demands its fee to the last unit.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @return sequence Wormhole's number of the message.
    function send(bytes32 groupId, uint256 index) external payable returns (uint64 sequence) {
        (Notice notice, bytes memory message) = _noticeOf(groupId, index);
        sequence =
            coreBridge.publishMessage{value: msg.value}(0, message, CONSISTENCY_LEVEL_FINALIZED);
        emit NoticeSent(groupId, index, notice, bytes32(uint256(sequence)));
    }
}
