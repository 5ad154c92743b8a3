// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";
import {
    IVaaV1Receiver
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/IExecutor.sol";

import {IMessageInbox} from "./IMessageInbox.sol";
import {IPeers} from "./IPeers.sol";

/// @title WormholeInbox
/// @notice Takes messages that Wormhole's guardians signed.
/// @dev Anyone delivers, by `executeVAAv1`, which is also what Wormhole's executor calls. A message's guid is the hash that
/// the guardians sign, keccak256 of keccak256 of the VAA's body. Peers are emitters, by Wormhole's chain ids.
interface IWormholeInbox is IMessageInbox, IPeers, IVaaV1Receiver {
    /// @notice The zero address is no core bridge.
    error ZeroCoreBridge();

    /// @notice The VAA is malformed, or not signed by a quorum of a guardian set that Wormhole's core bridge holds valid.
    error InvalidVaa();

    /// @notice The guardians signed the message before its block was final, so that another may get its sequence.
    error NotFinalized(uint8 consistencyLevel);

    /// @notice The message was delivered before: it was applied, or is kept.
    error AlreadyConsumed(uint64 chain, bytes32 emitter, uint64 sequence);

    /// @notice Whether a message was delivered.
    /// @param chain Wormhole's id of its chain.
    /// @param emitter Its emitter.
    /// @param sequence Its number among all of its emitter.
    /// @return consumed True once delivered, for ever.
    function isConsumed(uint64 chain, bytes32 emitter, uint64 sequence)
        external
        view
        returns (bool consumed);

    /// @notice Wormhole's core bridge on this chain.
    /// @return The core bridge, fixed at construction.
    function coreBridge() external view returns (ICoreBridge);
}
