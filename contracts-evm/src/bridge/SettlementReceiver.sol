// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {ICoordinators} from "../interfaces/ICoordinators.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {ISettlementHub, Settlement} from "../interfaces/ISettlementHub.sol";
import {ISettlementPolicy, POLICY_GAS_LIMIT} from "../interfaces/ISettlementPolicy.sol";
import {ISettlementReceiver} from "../interfaces/ISettlementReceiver.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {RateLimit, RateLimits} from "../libraries/RateLimits.sol";
import {SettlementMessage} from "../libraries/SettlementMessage.sol";
import {MessageInbox} from "./MessageInbox.sol";

/// @title SettlementReceiver
/// @notice See {ISettlementReceiver}. What a bridge's own receiver adds is who may deliver, and whose messages count.
abstract contract SettlementReceiver is ISettlementReceiver, MessageInbox, Ownable2Step, Pausable {
    using RateLimits for RateLimit;

    /// @inheritdoc ISettlementReceiver
    uint256 public constant MIN_GAS = 450_000;

    /// @inheritdoc ISettlementReceiver
    uint256 public constant MIN_GAS_UNDER_POLICY = 580_000;

    /// @dev What telling a policy may take: its own part, and what is decoded and encoded for it.
    uint256 private constant TELL_GAS = POLICY_GAS_LIMIT * 64 / 63 + 30_000;

    /// @dev As much of a policy's refusal to be told as is passed on.
    uint256 private constant LONGEST_REASON = 256;

    /// @inheritdoc ISettlementReceiver
    ISettlementHub public immutable hub;

    mapping(address token => RateLimit) private _rateLimits;

    /// @param hub_ Where messages are settled, for good.
    constructor(ISettlementHub hub_) {
        if (address(hub_) == address(0)) revert ZeroHub();
        hub = hub_;
    }

    /// @inheritdoc ISettlementReceiver
    function retry(bytes32 guid, bytes calldata message)
        external
        returns (bytes32 settlementId, bool paid)
    {
        _requireKept(guid, message);

        delete storedMessage[guid];
        (settlementId, paid) = _settle(message);
        emit MessageApplied(guid, settlementId, paid);
    }

    /// @inheritdoc ISettlementReceiver
    function agree(bytes32 guid, bytes calldata message) external whenNotPaused {
        _requireKept(guid, message);

        (address policy, bool told, bytes memory reason) = _tellPolicy(message);
        if (!told) revert AgreementRefused(policy, reason);
        emit AgreementTold(guid, policy, true);
    }

    /// @inheritdoc ISettlementReceiver
    function applyMessage(bytes calldata message)
        external
        onlySelf
        returns (bytes32 settlementId, bool paid)
    {
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

    /// @inheritdoc MessageInbox
    function _receiveMessage(bytes32 guid, bytes calldata message) internal override {
        // Whoever delivers chooses the gas, and must not be able to turn a payment into a kept message.
        uint256 brought = gasleft();
        if (brought < MIN_GAS) revert InsufficientGas(brought, MIN_GAS);

        try this.applyMessage(message) returns (bytes32 settlementId, bool paid) {
            emit MessageApplied(guid, settlementId, paid);
        } catch (bytes memory reason) {
            // Only a delivery with less than that: whoever feigns a lack of gas cannot keep a message from arriving.
            bool wanting = brought < MIN_GAS_UNDER_POLICY;
            // What is shorter is padded, and no error of ours.
            // forge-lint: disable-next-line(unsafe-typecast)
            bytes4 refusal = bytes4(reason);
            if (wanting && refusal == IEscrow.InsufficientGas.selector) {
                revert InsufficientGas(brought, MIN_GAS_UNDER_POLICY);
            }
            _keep(guid, message, reason);
            if (refusal == ICoordinators.PolicyRefused.selector) {
                if (wanting && gasleft() < TELL_GAS) {
                    revert InsufficientGas(brought, MIN_GAS_UNDER_POLICY);
                }
                (address policy, bool told,) = _tellPolicy(message);
                emit AgreementTold(guid, policy, told);
            }
        }
    }

    /// @dev For a message that can be decoded.
    function _tellPolicy(bytes calldata message)
        private
        returns (address policy, bool told, bytes memory reason)
    {
        (Settlement memory settlement,) = SettlementMessage.decode(message);
        policy = hub.policyOf(settlement.payer, settlement.coordinator, settlement.token);
        if (policy.code.length == 0) return (policy, false, "");
        (told, reason) = BoundedCall.tryCall(
            policy,
            POLICY_GAS_LIMIT,
            abi.encodeCall(ISettlementPolicy.agree, (settlement)),
            LONGEST_REASON
        );
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
