// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IRouterClient} from "@chainlink/contracts-ccip/contracts/interfaces/IRouterClient.sol";
import {Client} from "@chainlink/contracts-ccip/contracts/libraries/Client.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {GovernanceSender} from "./GovernanceSender.sol";

/// @title CcipGovernanceSender
/// @notice A governance sender over Chainlink CCIP.
contract CcipGovernanceSender is GovernanceSender {
    /// @notice CCIP's router on this chain, fixed at construction.
    IRouterClient public immutable router;

    /// @notice The coins sent do not cover CCIP's fee.
    error InsufficientFee(uint256 have, uint256 need);

    /// @param router_ CCIP's router on this chain.
    /// @param authority_ The access manager of the governance chain.
    constructor(IRouterClient router_, address authority_) GovernanceSender(authority_) {
        if (address(router_) == address(0)) revert ZeroAddress();
        router = router_;
    }

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
        Client.EVM2AnyMessage memory envelope = Client.EVM2AnyMessage({
            receiver: abi.encode(receiver),
            data: _number(chainId, receiver, target, data),
            tokenAmounts: new Client.EVMTokenAmount[](0),
            feeToken: address(0),
            extraArgs: extraArgs
        });
        uint256 fee = router.getFee(destination, envelope);
        if (msg.value < fee) revert InsufficientFee(msg.value, fee);
        messageId = router.ccipSend{value: fee}(destination, envelope);
        if (msg.value > fee) Address.sendValue(payable(msg.sender), msg.value - fee);
    }
}
