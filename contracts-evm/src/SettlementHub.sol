// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {ReceiptInputs} from "./generated/ReceiptInputs.sol";
import {Coordinators} from "./hub/Coordinators.sol";
import {Escrow} from "./hub/Escrow.sol";
import {ISettlementHub, Settlement} from "./interfaces/ISettlementHub.sol";
import {ISignatureTransfer} from "./interfaces/ISignatureTransfer.sol";
import {IVerifierRouter} from "./interfaces/IVerifierRouter.sol";
import {ReceiptProofs} from "./libraries/ReceiptProofs.sol";
import {Settlements} from "./libraries/Settlements.sol";

/// @title SettlementHub
/// @notice See {ISettlementHub}.
contract SettlementHub is ISettlementHub, Escrow, Coordinators {
    using BitMaps for BitMaps.BitMap;
    using Settlements for Settlement;

    /// @inheritdoc ISettlementHub
    IVerifierRouter public immutable router;

    BitMaps.BitMap private _settled;

    /// @param router_ Where the hub finds its verifiers, for good.
    /// @param permit2_ Permit2; zero where the chain has none.
    /// @param withdrawalNotice_ How long before a withdrawal notice must be given, in seconds.
    constructor(IVerifierRouter router_, ISignatureTransfer permit2_, uint64 withdrawalNotice_)
        Escrow(permit2_, withdrawalNotice_)
    {
        if (address(router_) == address(0)) revert ZeroAddress();
        router = router_;
    }

    /// @inheritdoc ISettlementHub
    function settleWithProof(Settlement calldata settlement, uint256[8] calldata proof)
        external
        nonReentrant
        returns (bytes32 id)
    {
        id = _idOf(settlement);
        if (_settled.get(uint256(id))) revert AlreadySettled(id);
        _pay(settlement, id, proof);
    }

    /// @inheritdoc ISettlementHub
    function settle(Settlement calldata settlement, uint256[8] calldata proof)
        external
        nonReentrant
        returns (bytes32 id, bool paid)
    {
        id = _idOf(settlement);
        if (_settled.get(uint256(id))) return (id, false);
        _pay(settlement, id, proof);
        return (id, true);
    }

    /// @inheritdoc ISettlementHub
    function isSettled(bytes32 id) external view returns (bool) {
        return _settled.get(uint256(id));
    }

    /// @inheritdoc ISettlementHub
    function settlementIdOf(Settlement calldata settlement) external pure returns (bytes32) {
        return _idOf(settlement);
    }

    /// @inheritdoc ISettlementHub
    function contextOf(Settlement calldata settlement) external view returns (uint256) {
        return settlement.context(_idOf(settlement), address(this));
    }

    function _idOf(Settlement calldata settlement) private pure returns (bytes32) {
        return Settlements.idOf(
            settlement.sourceChain, settlement.sourceContract, settlement.jobId, settlement.payer
        );
    }

    /// @dev Every check, then every effect, then the transfer. The caller has seen that `id` is unpaid.
    function _pay(Settlement calldata settlement, bytes32 id, uint256[8] calldata proof) private {
        _checkTerms(settlement);
        (address payer, address token, uint128 amount) =
            (settlement.payer, settlement.token, settlement.amount);
        _spend(payer, settlement.coordinator, token, amount);
        _debit(payer, token, amount);
        _checkProof(settlement, id, proof);

        _settled.set(uint256(id));
        emit Settled(
            id,
            payer,
            settlement.recipient,
            token,
            amount,
            settlement.coordinator,
            settlement.circuitId
        );
        _payOut(token, settlement.recipient, amount);
    }

    /// @dev All that can be judged without the proof and the payer's accounts.
    function _checkTerms(Settlement calldata settlement) private view {
        // A circuit of other inputs must not be verified as if these were its own.
        if (settlement.circuitId != ReceiptInputs.CIRCUIT_ID) {
            revert UnknownCircuit(settlement.circuitId);
        }
        _checkRecipient(settlement.recipient);
        if (settlement.amount == 0) revert ZeroAmount();
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > settlement.deadline) {
            revert Expired(settlement.deadline, block.timestamp);
        }
    }

    /// @dev The public inputs are built here, from the chain and the settlement, and never taken from the caller.
    function _checkProof(Settlement calldata settlement, bytes32 id, uint256[8] calldata proof)
        private
        view
    {
        bool holds = ReceiptProofs.hold(
            router.verifierOf(ReceiptInputs.CIRCUIT_ID),
            proof,
            settlement.context(id, address(this)),
            settlement.amount,
            settlement.coordinator
        );
        if (!holds) revert InvalidProof(id);
    }
}
