// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {OAppReceiver, Origin} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {MessageInbox} from "../bridge/MessageInbox.sol";

/// @title LayerZeroInbox
/// @notice Takes messages that arrive over LayerZero V2, as every OApp does.
abstract contract LayerZeroInbox is MessageInbox, OAppReceiver, Ownable2Step {
    /// @inheritdoc Ownable2Step
    function transferOwnership(address newOwner) public virtual override(Ownable, Ownable2Step) {
        Ownable2Step.transferOwnership(newOwner);
    }

    /// @dev The endpoint and the peer have been checked by OAppReceiver.
    function _lzReceive(
        Origin calldata,
        bytes32 guid,
        bytes calldata message,
        address,
        bytes calldata
    ) internal override {
        if (msg.value != 0) revert UnexpectedValue(msg.value);
        _receiveMessage(guid, message);
    }

    /// @inheritdoc Ownable2Step
    function _transferOwnership(address newOwner) internal virtual override(Ownable, Ownable2Step) {
        Ownable2Step._transferOwnership(newOwner);
    }
}
