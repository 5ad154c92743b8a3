// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {OAppCore, OAppReceiver, Origin} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {ILayerZeroReceiver} from "../interfaces/ILayerZeroReceiver.sol";
import {ISettlementHub, Settlement} from "../interfaces/ISettlementHub.sol";
import {SettlementMessage} from "../libraries/SettlementMessage.sol";

/// @title LayerZeroReceiver
/// @notice See {ILayerZeroReceiver}.
contract LayerZeroReceiver is ILayerZeroReceiver, OAppReceiver, Ownable2Step {
    /// @inheritdoc ILayerZeroReceiver
    uint256 public constant MIN_GAS = 450_000;

    /// @inheritdoc ILayerZeroReceiver
    ISettlementHub public immutable hub;

    /// @inheritdoc ILayerZeroReceiver
    mapping(bytes32 guid => bytes32 messageHash) public storedMessage;

    /// @param endpoint_ LayerZero's endpoint on this chain.
    /// @param hub_ Where messages are settled, for good.
    /// @param owner_ Who sets peers and LayerZero's configuration.
    constructor(address endpoint_, ISettlementHub hub_, address owner_)
        OAppCore(endpoint_, owner_)
        Ownable(owner_)
    {
        if (address(hub_) == address(0)) revert ZeroHub();
        hub = hub_;
    }

    /// @inheritdoc ILayerZeroReceiver
    function retry(bytes32 guid, bytes calldata message)
        external
        returns (bytes32 settlementId, bool paid)
    {
        if (storedMessage[guid] != keccak256(message)) revert MessageNotStored(guid);

        delete storedMessage[guid];
        (settlementId, paid) = _settle(message);
        emit MessageApplied(guid, settlementId, paid);
    }

    /// @inheritdoc ILayerZeroReceiver
    function applyMessage(bytes calldata message)
        external
        returns (bytes32 settlementId, bool paid)
    {
        if (msg.sender != address(this)) {
            revert OnlySelf(msg.sender);
        }
        return _settle(message);
    }

    /// @inheritdoc Ownable2Step
    function transferOwnership(address newOwner) public override(Ownable, Ownable2Step) {
        Ownable2Step.transferOwnership(newOwner);
    }

    /// @dev Reverts only where the endpoint can deliver the same message again under better conditions.
    function _lzReceive(
        Origin calldata,
        bytes32 guid,
        bytes calldata message,
        address,
        bytes calldata
    ) internal override {
        if (msg.value != 0) revert UnexpectedValue(msg.value);
        // Whoever delivers chooses the gas, and must not be able to turn a payment into a kept message.
        if (gasleft() < MIN_GAS) revert InsufficientGas(gasleft(), MIN_GAS);

        try this.applyMessage(message) returns (bytes32 settlementId, bool paid) {
            emit MessageApplied(guid, settlementId, paid);
        } catch (bytes memory reason) {
            storedMessage[guid] = keccak256(message);
            emit MessageStored(guid, message, reason);
        }
    }

    /// @inheritdoc Ownable2Step
    function _transferOwnership(address newOwner) internal override(Ownable, Ownable2Step) {
        Ownable2Step._transferOwnership(newOwner);
    }

    function _settle(bytes calldata message) private returns (bytes32, bool) {
        (Settlement memory settlement, uint256[8] memory proof) = SettlementMessage.decode(message);
        return hub.settle(settlement, proof);
    }
}
