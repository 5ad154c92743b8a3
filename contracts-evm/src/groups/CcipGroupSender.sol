// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IRouterClient} from "@chainlink/contracts-ccip/contracts/interfaces/IRouterClient.sol";
import {Client} from "@chainlink/contracts-ccip/contracts/libraries/Client.sol";

import {CcipOutbox} from "../ccip/CcipOutbox.sol";
import {ISettlementGroups, Notice} from "../interfaces/ISettlementGroups.sol";
import {GroupSender} from "./GroupSender.sol";

/// @title CcipGroupSender
/// @notice A group sender over Chainlink CCIP. It has no owner: it tells whom it is asked to, and receivers know it.
contract CcipGroupSender is GroupSender, CcipOutbox {
    /// @param router_ CCIP's router on this chain.
    /// @param groups_ The groups contract on this chain.
    constructor(IRouterClient router_, ISettlementGroups groups_)
        GroupSender(groups_)
        CcipOutbox(router_)
    {}

    /// @notice Tells the state of a leg of this chain. Anyone may; what CCIP's fee leaves over goes back.
    /// @param destination CCIP's selector of the chain.
    /// @param receiver The group receiver on that chain.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param extraArgs CCIP's extra arguments, which name the gas for the receiver.
    /// @return messageId CCIP's id of the message.
    function send(
        uint64 destination,
        address receiver,
        bytes32 groupId,
        uint256 index,
        bytes calldata extraArgs
    ) external payable returns (bytes32 messageId) {
        (Notice notice, Client.EVM2AnyMessage memory envelope) =
            _notice(receiver, groupId, index, extraArgs);
        uint256 fee;
        (messageId, fee) = _ccipSend(destination, envelope);
        emit NoticeSent(groupId, index, notice, messageId);
        _refund(msg.sender, fee);
    }

    /// @notice What CCIP asks for the notice that would be sent now.
    /// @param destination CCIP's selector of the chain.
    /// @param receiver The group receiver on that chain.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param extraArgs CCIP's extra arguments, which name the gas for the receiver.
    /// @return fee In the smallest unit of the chain's coin.
    function quote(
        uint64 destination,
        address receiver,
        bytes32 groupId,
        uint256 index,
        bytes calldata extraArgs
    ) external view returns (uint256 fee) {
        (, Client.EVM2AnyMessage memory envelope) = _notice(receiver, groupId, index, extraArgs);
        return router.getFee(destination, envelope);
    }

    function _notice(address receiver, bytes32 groupId, uint256 index, bytes calldata extraArgs)
        private
        view
        returns (Notice notice, Client.EVM2AnyMessage memory envelope)
    {
        bytes memory message;
        (notice, message) = _noticeOf(groupId, index);
        envelope = _envelope(bytes32(uint256(uint160(receiver))), message, extraArgs, address(0));
    }
}
