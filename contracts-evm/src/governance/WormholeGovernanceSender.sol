// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    CONSISTENCY_LEVEL_FINALIZED
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/constants/ConsistencyLevel.sol";
import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";

import {GovernanceSender} from "./GovernanceSender.sol";

/// @title WormholeGovernanceSender
/// @notice A governance sender whose messages Wormhole's guardians sign, at finality.
contract WormholeGovernanceSender is GovernanceSender {
    /// @notice Wormhole's core bridge on this chain, fixed at construction.
    ICoreBridge public immutable coreBridge;

    /// @param coreBridge_ Wormhole's core bridge on this chain.
    /// @param authority_ The access manager of the governance chain.
    constructor(ICoreBridge coreBridge_, address authority_) GovernanceSender(authority_) {
        if (address(coreBridge_) == address(0)) revert ZeroAddress();
        coreBridge = coreBridge_;
    }

    /// @notice Sends a call. Restricted. It brings Wormhole's fee, which Wormhole demands to the last unit.
    /// @param chainId The chain that it is for, by its EVM chain id.
    /// @param receiver The governance receiver that it is for.
    /// @param target The contract that is to be called.
    /// @param data The call.
    /// @return sequence Wormhole's number of the message.
    function send(uint256 chainId, address receiver, address target, bytes calldata data)
        external
        payable
        restricted
        returns (uint64 sequence)
    {
        bytes memory message = _number(chainId, receiver, target, data);
        return coreBridge.publishMessage{value: msg.value}(0, message, CONSISTENCY_LEVEL_FINALIZED);
    }
}
