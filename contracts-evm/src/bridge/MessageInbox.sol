// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IMessageInbox} from "../interfaces/IMessageInbox.sol";

/// @title MessageInbox
/// @notice See {IMessageInbox}. What a bridge adds is who may deliver, and whose messages count; what is done with a message
/// is another contract's part.
abstract contract MessageInbox is IMessageInbox {
    /// @inheritdoc IMessageInbox
    mapping(bytes32 guid => bytes32 messageHash) public storedMessage;

    modifier onlySelf() {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        _;
    }

    /// @dev For a message whose bridge and sender have been checked. Reverts only where the bridge can deliver it again
    /// under better conditions.
    function _receiveMessage(bytes32 guid, bytes calldata message) internal virtual;

    function _keep(bytes32 guid, bytes calldata message, bytes memory reason) internal {
        storedMessage[guid] = keccak256(message);
        emit MessageStored(guid, message, reason);
    }

    function _requireKept(bytes32 guid, bytes calldata message) internal view {
        if (storedMessage[guid] != keccak256(message)) revert MessageNotStored(guid);
    }
}
