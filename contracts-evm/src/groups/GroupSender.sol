// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISettlementGroups, Notice} from "../interfaces/ISettlementGroups.sol";
import {GroupMessage, LegNotice} from "../libraries/GroupMessage.sol";

/// @title GroupSender
/// @notice Tells other chains, at finality, what has become of this chain's legs. It says what is, whoever asks it to, and
/// nothing else: what a bridge's own sender adds is the way.
abstract contract GroupSender {
    /// @notice The groups contract on this chain, fixed at construction.
    ISettlementGroups public immutable groups;

    /// @notice A notice was sent.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param notice What has become of it.
    /// @param messageId The bridge's id of the message; Wormhole's is a sequence.
    event NoticeSent(
        bytes32 indexed groupId, uint256 indexed index, Notice notice, bytes32 messageId
    );

    /// @notice The zero address is no groups contract.
    error ZeroGroups();

    /// @notice The leg is neither prepared nor committed.
    error NothingToTell(bytes32 groupId, uint256 index);

    /// @param groups_ The groups contract on this chain.
    constructor(ISettlementGroups groups_) {
        if (address(groups_) == address(0)) revert ZeroGroups();
        groups = groups_;
    }

    function _noticeOf(bytes32 groupId, uint256 index)
        internal
        view
        returns (Notice notice, bytes memory message)
    {
        ISettlementGroups.State state = groups.stateOf(groupId, index);
        notice = Notice.Prepared;
        if (state == ISettlementGroups.State.Committed) notice = Notice.Committed;
        else if (state != ISettlementGroups.State.Prepared) revert NothingToTell(groupId, index);
        message =
            GroupMessage.encode(LegNotice(groupId, index, notice, block.chainid, address(groups)));
    }
}
