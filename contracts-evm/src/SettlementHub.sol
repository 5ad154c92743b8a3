// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {ReceiptBatchInputs} from "./generated/ReceiptBatchInputs.sol";
import {ReceiptInputs} from "./generated/ReceiptInputs.sol";
import {Coordinators} from "./hub/Coordinators.sol";
import {Escrow} from "./hub/Escrow.sol";
import {IBatchReceiptVerifier} from "./interfaces/IBatchReceiptVerifier.sol";
import {IReceiptVerifier} from "./interfaces/IReceiptVerifier.sol";
import {ISettlementHub, Settlement} from "./interfaces/ISettlementHub.sol";
import {ISignatureTransfer} from "./interfaces/ISignatureTransfer.sol";
import {IVerifierRouter} from "./interfaces/IVerifierRouter.sol";
import {ClearReceipts} from "./libraries/ClearReceipts.sol";
import {ReceiptBatches} from "./libraries/ReceiptBatches.sol";
import {ReceiptProofs} from "./libraries/ReceiptProofs.sol";
import {Settlements} from "./libraries/Settlements.sol";

/// @title SettlementHub
/// @notice See {ISettlementHub}.
contract SettlementHub is ISettlementHub, Escrow, Coordinators, EIP712 {
    using BitMaps for BitMaps.BitMap;
    using ClearReceipts for Settlement;
    using ReceiptBatches for ReceiptBatches.Batch;
    using Settlements for Settlement;

    /// @inheritdoc ISettlementHub
    IVerifierRouter public immutable router;

    /// @inheritdoc ISettlementHub
    bytes32 public constant BATCH_CIRCUIT_ID =
        keccak256(abi.encode("proofrail.batch.v1", ReceiptInputs.CIRCUIT_ID));

    /// @inheritdoc ISettlementHub
    bytes32 public constant CLEAR_CIRCUIT_ID = ClearReceipts.CIRCUIT_ID;

    /// @dev What one payment of a batch may use, what must be there for it, and what it mostly uses.
    uint256 private constant PAY_GAS = 400_000;
    uint256 private constant ITEM_GAS = PAY_GAS * 64 / 63 + 20_000;
    uint256 private constant PAYMENT_GAS = 50_000;

    /// @dev What is needed after a policy has been asked: to verify a proof, and to pay.
    uint256 private constant VERIFY_GAS = 220_000;
    uint256 private constant FINISH_GAS = 190_000;

    BitMaps.BitMap private _settled;

    /// @param router_ Where the hub finds its verifiers, for good.
    /// @param permit2_ Permit2; zero where the chain has none.
    /// @param withdrawalNotice_ How long before a withdrawal notice must be given, in seconds.
    constructor(IVerifierRouter router_, ISignatureTransfer permit2_, uint64 withdrawalNotice_)
        Escrow(permit2_, withdrawalNotice_)
        EIP712("Proofrail", "1")
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
        bool paid;
        (id, paid) = _settle(settlement, proof);
        if (!paid) revert AlreadySettled(id);
    }

    /// @inheritdoc ISettlementHub
    function settle(Settlement calldata settlement, uint256[8] calldata proof)
        external
        nonReentrant
        returns (bytes32 id, bool paid)
    {
        return _settle(settlement, proof);
    }

    /// @inheritdoc ISettlementHub
    function settleBatch(Settlement[] calldata settlements, uint256[8][] calldata proofs)
        external
        nonReentrant
        returns (Outcome[] memory outcomes)
    {
        uint256 count = settlements.length;
        if (count != proofs.length) revert LengthsDiffer(count, proofs.length);
        bytes32[] memory ids = new bytes32[](count);
        uint256[] memory places = new uint256[](count);
        ReceiptBatches.Batch memory batch = _stateAll(settlements, proofs, ids, places);
        batch.judge(0, batch.verdicts.length, ITEM_GAS + PAYMENT_GAS * count);

        outcomes = new Outcome[](count);
        for (uint256 i = 0; i < count; i++) {
            if (places[i] == 0) {
                outcomes[i] = Outcome.AlreadySettled;
                continue;
            }
            outcomes[i] = _applyOne(settlements[i], ids[i], batch.verdicts[places[i] - 1]);
        }
    }

    /// @inheritdoc ISettlementHub
    function settleReceipts(
        Settlement calldata settlement,
        uint248 group,
        uint256 jobs,
        bytes32 root,
        uint256[8] calldata proof
    ) external nonReentrant returns (bytes32 id) {
        id = _idOf(settlement);
        if (_settled.get(uint256(id))) revert AlreadySettled(id);
        _useJobs(settlement, id, group, jobs, root);
        _pay(settlement, id, ReceiptBatchInputs.CIRCUIT_ID, root, proof);
    }

    /// @inheritdoc ISettlementHub
    function settleClear(Settlement calldata settlement, bytes calldata signature)
        external
        nonReentrant
        returns (bytes32 id, bool paid)
    {
        id = _idOf(settlement);
        if (_settled.get(uint256(id))) return (id, false);
        (address payer, address token, uint128 amount) =
            _book(settlement, id, ClearReceipts.CIRCUIT_ID, msg.sender, FINISH_GAS);
        _checkSignature(settlement, id, signature);
        _complete(settlement, id, payer, token, amount);
        return (id, true);
    }

    /// @inheritdoc ISettlementHub
    function payProven(Settlement calldata settlement, bytes32 id, address via) external {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        (address payer, address token, uint128 amount) =
            _book(settlement, id, ReceiptInputs.CIRCUIT_ID, via, FINISH_GAS);
        _complete(settlement, id, payer, token, amount);
    }

    /// @inheritdoc ISettlementHub
    function isSettled(bytes32 id) external view returns (bool) {
        return _settled.get(uint256(id));
    }

    /// @inheritdoc ISettlementHub
    function isAuthorized(Settlement calldata settlement, bytes calldata evidence)
        external
        view
        returns (bool)
    {
        if (settlement.circuitId == ClearReceipts.CIRCUIT_ID) {
            return _isSigned(settlement, evidence);
        }
        bool isBatch = settlement.circuitId == ReceiptBatchInputs.CIRCUIT_ID;
        if (!isBatch && settlement.circuitId != ReceiptInputs.CIRCUIT_ID) return false;
        if (evidence.length != (isBatch ? 288 : 256)) return false;
        uint256[8] calldata proof;
        bytes32 root;
        assembly ("memory-safe") {
            proof := evidence.offset
            // Nothing reads it for a single receipt.
            root := calldataload(add(evidence.offset, 0x100))
        }
        return _holds(settlement, _idOf(settlement), root, proof);
    }

    /// @inheritdoc ISettlementHub
    function settlementIdOf(Settlement calldata settlement) external pure returns (bytes32) {
        return _idOf(settlement);
    }

    /// @inheritdoc ISettlementHub
    function clearDigestOf(Settlement calldata settlement) external view returns (bytes32) {
        return _digestOf(settlement);
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

    function _settle(Settlement calldata settlement, uint256[8] calldata proof)
        private
        returns (bytes32 id, bool paid)
    {
        id = _idOf(settlement);
        if (_settled.get(uint256(id))) return (id, false);
        _pay(settlement, id, ReceiptInputs.CIRCUIT_ID, 0, proof);
        return (id, true);
    }

    /// @dev Every check, then every effect, then the transfer. The caller has seen that `id` is unpaid.
    function _pay(
        Settlement calldata settlement,
        bytes32 id,
        bytes32 circuitId,
        bytes32 root,
        uint256[8] calldata proof
    ) private {
        (address payer, address token, uint128 amount) =
            _book(settlement, id, circuitId, msg.sender, VERIFY_GAS + FINISH_GAS);
        if (!_holds(settlement, id, root, proof)) revert InvalidProof(id);
        _complete(settlement, id, payer, token, amount);
    }

    /// @dev All that is judged and booked before the evidence is looked at.
    function _book(
        Settlement calldata settlement,
        bytes32 id,
        bytes32 circuitId,
        address via,
        uint256 reserve
    ) private returns (address payer, address token, uint128 amount) {
        _checkTerms(settlement, circuitId);
        (payer, token, amount) = (settlement.payer, settlement.token, settlement.amount);
        if (_spend(payer, settlement.coordinator, token, amount)) {
            _admit(settlement, id, via, reserve);
        }
        _debit(payer, token, amount);
    }

    /// @dev Marks the jobs of a batch as paid. Their ids share a word of the bitmap.
    function _useJobs(
        Settlement calldata settlement,
        bytes32 id,
        uint248 group,
        uint256 jobs,
        bytes32 root
    ) private {
        if (jobs == 0 || settlement.jobId != Settlements.jobIdOf(group, jobs)) {
            revert NotTheJobs(settlement.jobId, group, jobs);
        }
        bytes32 firstId = Settlements.idOf(
            settlement.sourceChain,
            settlement.sourceContract,
            bytes32(uint256(group) << 8),
            settlement.payer
        );
        uint256 word = uint256(firstId) >> 8;
        uint256 paid = _settled._data[word];
        if (paid & jobs != 0) revert JobsAlreadySettled(firstId, paid & jobs);
        _settled._data[word] = paid | jobs;
        emit ReceiptsSettled(id, firstId, jobs, root);
    }

    /// @dev Payer, token and amount are the settlement's, read once.
    function _complete(
        Settlement calldata settlement,
        bytes32 id,
        address payer,
        address token,
        uint128 amount
    ) private {
        address recipient = settlement.recipient;
        _settled.set(uint256(id));
        emit Settled(
            id, payer, recipient, token, amount, settlement.coordinator, settlement.circuitId
        );
        _payOut(token, recipient, amount);
    }

    /// @dev States what is unpaid. `places` counts from one; zero where a settlement was paid before.
    function _stateAll(
        Settlement[] calldata settlements,
        uint256[8][] calldata proofs,
        bytes32[] memory ids,
        uint256[] memory places
    ) private view returns (ReceiptBatches.Batch memory batch) {
        uint256 open = 0;
        for (uint256 i = 0; i < settlements.length; i++) {
            ids[i] = _idOf(settlements[i]);
            if (!_settled.get(uint256(ids[i]))) places[i] = ++open;
        }
        address verifier = _verifierOf(ReceiptInputs.CIRCUIT_ID);
        batch = ReceiptBatches.create(open, IReceiptVerifier(verifier), _batchVerifier());
        for (uint256 i = 0; i < settlements.length; i++) {
            if (places[i] == 0) continue;
            uint256[3] memory inputs = _inputsOf(settlements[i], ids[i]);
            batch.set(places[i] - 1, proofs[i], inputs);
        }
    }

    function _inputsOf(Settlement calldata settlement, bytes32 id)
        private
        view
        returns (uint256[3] memory inputs)
    {
        inputs[ReceiptInputs.CONTEXT] = settlement.context(id, address(this));
        inputs[ReceiptInputs.AMOUNT] = settlement.amount;
        inputs[ReceiptInputs.COORDINATOR] = uint256(settlement.coordinator);
    }

    function _verifierOf(bytes32 circuitId) private view returns (address) {
        return router.verifierOf(circuitId);
    }

    /// @dev Where the circuit has none, or it was stopped, proofs are verified one by one.
    function _batchVerifier() private view returns (IBatchReceiptVerifier) {
        try router.verifierOf(BATCH_CIRCUIT_ID) returns (address verifier) {
            return IBatchReceiptVerifier(verifier);
        } catch {
            return IBatchReceiptVerifier(address(0));
        }
    }

    /// @dev Pays one of a batch in a call of its own, so that what is wrong with it stays with it.
    function _applyOne(Settlement calldata settlement, bytes32 id, ReceiptBatches.Verdict verdict)
        private
        returns (Outcome)
    {
        // It may be in the batch twice.
        if (_settled.get(uint256(id))) return Outcome.AlreadySettled;
        if (verdict == ReceiptBatches.Verdict.Fails) {
            emit SettlementRefused(id, abi.encodeWithSelector(InvalidProof.selector, id));
            return Outcome.Refused;
        }
        // Whoever calls chooses the gas, and must not be able to turn a payment into a refusal.
        if (verdict == ReceiptBatches.Verdict.Unknown || gasleft() < ITEM_GAS) {
            return Outcome.Deferred;
        }
        try this.payProven{gas: PAY_GAS}(settlement, id, msg.sender) {
            return Outcome.Paid;
        } catch (bytes memory reason) {
            emit SettlementRefused(id, reason);
            return Outcome.Refused;
        }
    }

    /// @dev All that can be judged without the proof and the payer's accounts.
    function _checkTerms(Settlement calldata settlement, bytes32 circuitId) private view {
        // A circuit of other inputs must not be verified as if these were its own.
        if (settlement.circuitId != circuitId) revert UnknownCircuit(settlement.circuitId);
        _checkRecipient(settlement.recipient);
        if (settlement.amount == 0) revert ZeroAmount();
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > settlement.deadline) {
            revert Expired(settlement.deadline, block.timestamp);
        }
    }

    /// @dev Malformed signatures have OpenZeppelin's errors.
    function _checkSignature(Settlement calldata settlement, bytes32 id, bytes calldata signature)
        private
        view
    {
        if (_isSigned(settlement, signature)) return;
        address signer = ClearReceipts.signerOf(settlement.coordinator);
        if (signer.code.length == 0) ECDSA.recoverCalldata(_digestOf(settlement), signature);
        revert InvalidSignature(id);
    }

    function _isSigned(Settlement calldata settlement, bytes calldata signature)
        private
        view
        returns (bool)
    {
        address signer = ClearReceipts.signerOf(settlement.coordinator);
        return
            signer != address(0) && ClearReceipts.isSigned(signer, _digestOf(settlement), signature);
    }

    function _digestOf(Settlement calldata settlement) private view returns (bytes32) {
        return _hashTypedDataV4(settlement.structHash());
    }

    /// @dev The public inputs are built here, from the chain and the settlement, and never taken from the caller.
    function _holds(
        Settlement calldata settlement,
        bytes32 id,
        bytes32 root,
        uint256[8] calldata proof
    ) private view returns (bool) {
        bytes32 circuitId = settlement.circuitId;
        return ReceiptProofs.hold(
            _verifierOf(circuitId),
            proof,
            circuitId == ReceiptBatchInputs.CIRCUIT_ID,
            settlement.context(id, address(this)),
            root,
            settlement.amount,
            settlement.coordinator
        );
    }
}
