// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";

import {ISettlementSender} from "./ISettlementSender.sol";

/// @title WormholeSender
/// @notice Publishes settlement messages on Wormhole's core bridge; this contract is their emitter.
/// @dev A VAA names no destination: every receiver that trusts this emitter may be given it, and the hub that the proof is
/// for pays. Who wants Wormhole's executor to deliver asks it for the VAA of this emitter and the returned sequence.
interface IWormholeSender is ISettlementSender {
    /// @notice A settlement message was published.
    /// @param settlementId The settlement that the message carries.
    /// @param sequence The message's number among all of this emitter.
    /// @param fee What Wormhole took, in wei.
    event SettlementSent(bytes32 indexed settlementId, uint64 indexed sequence, uint256 fee);

    /// @notice The zero address is no core bridge.
    error ZeroCoreBridge();

    /// @notice Publishes a message, and returns what Wormhole's fee leaves over.
    /// @param message A settlement message.
    /// @param refundAddress Who gets back what the fee leaves over.
    /// @return sequence The message's number among all of this emitter.
    function send(bytes calldata message, address refundAddress)
        external
        payable
        returns (uint64 sequence);

    /// @notice What Wormhole asks for a message.
    /// @param message A settlement message.
    /// @return fee In wei.
    function quote(bytes calldata message) external view returns (uint256 fee);

    /// @notice How final the guardians see a message before they sign it: finalized.
    /// @return Wormhole's number of the level.
    function CONSISTENCY_LEVEL() external view returns (uint8);

    /// @notice Wormhole's core bridge on this chain.
    /// @return The core bridge, fixed at construction.
    function coreBridge() external view returns (ICoreBridge);
}
