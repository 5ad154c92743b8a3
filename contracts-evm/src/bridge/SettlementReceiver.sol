// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {ISettlementHub, Settlement} from "../interfaces/ISettlementHub.sol";
import {ISettlementReceiver} from "../interfaces/ISettlementReceiver.sol";
import {RateLimit, RateLimits} from "../libraries/RateLimits.sol";
import {SettlementMessage} from "../libraries/SettlementMessage.sol";

/// @title SettlementReceiver
/// @notice See {ISettlementReceiver}. What a bridge's own receiver adds is who may deliver, and whose messages count.
abstract contract SettlementReceiver is ISettlementReceiver, Ownable2Step, Pausable {
    using RateLimits for RateLimit;

    /// @inheritdoc ISettlementReceiver
    uint256 public constant MIN_GAS = 450_000;

    /// @inheritdoc ISettlementReceiver
    ISettlementHub public immutable hub;

    /// @inheritdoc ISettlementReceiver
    mapping(bytes32 guid => bytes32 messageHash) public storedMessage;

    mapping(address token => RateLimit) private _rateLimits;

    /// @param hub_ Where messages are settled, for good.
    /// @param owner_ Who pauses, and sets peers and limits.
    constructor(ISettlementHub hub_, address owner_) Ownable(owner_) {
        if (address(hub_) == address(0)) revert ZeroHub();
        hub = hub_;
    }

    /// @inheritdoc ISettlementReceiver
    function retry(bytes32 guid, bytes calldata message)
        external
        returns (bytes32 settlementId, bool paid)
    {
        if (storedMessage[guid] != keccak256(message)) revert MessageNotStored(guid);

        delete storedMessage[guid];
        (settlementId, paid) = _settle(message);
        emit MessageApplied(guid, settlementId, paid);
    }

    /// @inheritdoc ISettlementReceiver
    function applyMessage(bytes calldata message)
        external
        returns (bytes32 settlementId, bool paid)
    {
        if (msg.sender != address(this)) {
            revert OnlySelf(msg.sender);
        }
        return _settle(message);
    }

    /// @inheritdoc ISettlementReceiver
    function pause() external onlyOwner {
        _pause();
    }

    /// @inheritdoc ISettlementReceiver
    function unpause() external onlyOwner {
        _unpause();
    }

    /// @inheritdoc ISettlementReceiver
    function setRateLimit(address token, uint96 capacity, uint32 window) external onlyOwner {
        _rateLimits[token].set(capacity, window);
        emit RateLimitSet(token, capacity, window);
    }

    /// @inheritdoc ISettlementReceiver
    function rateLimitOf(address token)
        external
        view
        returns (uint96 capacity, uint32 window, uint256 available)
    {
        RateLimit memory limit = _rateLimits[token];
        return (limit.capacity, limit.window, limit.available());
    }

    /// @dev For a message whose bridge and sender have been checked. Reverts only where the bridge can deliver it again
    /// under better conditions.
    function _receiveMessage(bytes32 guid, bytes calldata message) internal {
        // Whoever delivers chooses the gas, and must not be able to turn a payment into a kept message.
        if (gasleft() < MIN_GAS) revert InsufficientGas(gasleft(), MIN_GAS);

        try this.applyMessage(message) returns (bytes32 settlementId, bool paid) {
            emit MessageApplied(guid, settlementId, paid);
        } catch (bytes memory reason) {
            storedMessage[guid] = keccak256(message);
            emit MessageStored(guid, message, reason);
        }
    }

    /// @dev What was paid before counts against no limit: its arrival changes nothing.
    function _settle(bytes calldata message)
        private
        whenNotPaused
        returns (bytes32 settlementId, bool paid)
    {
        (Settlement memory settlement, uint256[8] memory proof) = SettlementMessage.decode(message);
        (settlementId, paid) = hub.settle(settlement, proof);
        if (paid) _rateLimits[settlement.token].take(settlement.amount);
    }
}
