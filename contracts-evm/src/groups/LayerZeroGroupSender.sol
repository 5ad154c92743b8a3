// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    MessagingFee,
    MessagingReceipt,
    OAppCore
} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {ISettlementGroups, Notice} from "../interfaces/ISettlementGroups.sol";
import {LayerZeroOutbox} from "../layerzero/LayerZeroOutbox.sol";
import {GroupSender} from "./GroupSender.sol";

/// @title LayerZeroGroupSender
/// @notice A group sender over LayerZero V2. Its owner names the receivers as peers and configures LayerZero: it can keep
/// notices from leaving, and can make no false ones.
contract LayerZeroGroupSender is GroupSender, LayerZeroOutbox {
    /// @param endpoint_ LayerZero's endpoint on this chain.
    /// @param groups_ The groups contract on this chain.
    /// @param owner_ Who sets peers and LayerZero's configuration.
    constructor(address endpoint_, ISettlementGroups groups_, address owner_)
        GroupSender(groups_)
        OAppCore(endpoint_, owner_)
        Ownable(owner_)
    {}

    /// @notice Tells the state of a leg of this chain. Anyone may; what LayerZero's fee leaves over goes back.
    /// @param dstEid LayerZero's id of the chain; its receiver must have been set as peer.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param options LayerZero's options, which name the gas for the receiver.
    /// @return guid LayerZero's id of the packet.
    function send(uint32 dstEid, bytes32 groupId, uint256 index, bytes calldata options)
        external
        payable
        returns (bytes32 guid)
    {
        (Notice notice, bytes memory message) = _noticeOf(groupId, index);
        MessagingReceipt memory receipt =
            _lzSend(dstEid, message, options, MessagingFee(msg.value, 0), msg.sender);
        guid = receipt.guid;
        emit NoticeSent(groupId, index, notice, guid);
    }

    /// @notice What LayerZero asks for the notice that would be sent now.
    /// @param dstEid LayerZero's id of the chain; its receiver must have been set as peer.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param options LayerZero's options, which name the gas for the receiver.
    /// @return fee In the smallest unit of the chain's coin.
    function quote(uint32 dstEid, bytes32 groupId, uint256 index, bytes calldata options)
        external
        view
        returns (uint256 fee)
    {
        (, bytes memory message) = _noticeOf(groupId, index);
        return _quote(dstEid, message, options, false).nativeFee;
    }
}
