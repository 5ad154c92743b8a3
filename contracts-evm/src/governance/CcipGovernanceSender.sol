// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IRouterClient} from "@chainlink/contracts-ccip/contracts/interfaces/IRouterClient.sol";

import {CcipOutbox} from "../ccip/CcipOutbox.sol";
import {GovernanceSender} from "./GovernanceSender.sol";

/// @title CcipGovernanceSender
/// @notice A governance sender over Chainlink CCIP.
contract CcipGovernanceSender is GovernanceSender, CcipOutbox {
    /// @param router_ CCIP's router on this chain.
    /// @param authority_ The access manager of the governance chain.
    constructor(IRouterClient router_, address authority_)
        GovernanceSender(authority_)
        CcipOutbox(router_)
    {}

    /// @notice Sends a call. Restricted. What CCIP's fee leaves over goes back.
    /// @param destination CCIP's selector of the chain.
    /// @param chainId The chain that it is for, by its EVM chain id.
    /// @param receiver The governance receiver that it is for.
    /// @param target The contract that is to be called.
    /// @param data The call.
    /// @param extraArgs CCIP's options, which name the gas for the receiver.
    /// @return messageId CCIP's id of the message.
    function send(
        uint64 destination,
        uint256 chainId,
        address receiver,
        address target,
        bytes calldata data,
        bytes calldata extraArgs
    ) external payable restricted returns (bytes32 messageId) {
        bytes memory message = _number(chainId, receiver, target, data);
        bytes32 to = bytes32(uint256(uint160(receiver)));
        uint256 fee;
        (messageId, fee) = _ccipSend(destination, _envelope(to, message, extraArgs, address(0)));
        _refund(msg.sender, fee);
    }
}
