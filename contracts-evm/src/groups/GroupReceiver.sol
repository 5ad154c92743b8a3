// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {MessageInbox} from "../bridge/MessageInbox.sol";
import {ISettlementGroups} from "../interfaces/ISettlementGroups.sol";
import {GroupMessage, LegNotice} from "../libraries/GroupMessage.sol";

/// @title GroupReceiver
/// @notice Tells this chain's groups contract what has become of legs on other chains. What a bridge's own receiver adds is
/// who may deliver, and whose messages count.
/// @dev Groups name it as their bridge, and so trust its owner to name no false sender. Nothing is kept: a message that does
/// not decode is none of our senders'.
abstract contract GroupReceiver is MessageInbox {
    /// @notice The groups contract on this chain, fixed at construction.
    ISettlementGroups public immutable groups;

    /// @notice The zero address is no groups contract.
    error ZeroGroups();

    /// @param groups_ The groups contract on this chain.
    constructor(ISettlementGroups groups_) {
        if (address(groups_) == address(0)) revert ZeroGroups();
        groups = groups_;
    }

    /// @inheritdoc MessageInbox
    function _receiveMessage(bytes32, bytes calldata message) internal override {
        LegNotice memory told = GroupMessage.decode(message);
        groups.tell(told.groupId, told.index, told.notice, told.chainId, told.groups);
    }
}
