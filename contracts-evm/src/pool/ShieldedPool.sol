// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {ShieldedInputs} from "../generated/ShieldedInputs.sol";
import {IPoolPolicy} from "../interfaces/IPoolPolicy.sol";
import {IPrivateSettlements} from "../interfaces/IPrivateSettlements.sol";
import {IShieldedPool, PrivateReceipt, ShieldedTransfer} from "../interfaces/IShieldedPool.sol";
import {IShieldedVerifier} from "../interfaces/IShieldedVerifier.sol";
import {IVerifierRouter} from "../interfaces/IVerifierRouter.sol";
import {ShieldedTransfers} from "../libraries/ShieldedTransfers.sol";
import {NoteTree} from "./NoteTree.sol";
import {PoolFunds} from "./PoolFunds.sol";

/// @title ShieldedPool
/// @notice See {IShieldedPool}.
contract ShieldedPool is IShieldedPool, NoteTree, PoolFunds, AccessManaged {
    using ShieldedTransfers for ShieldedTransfer;

    /// @inheritdoc IShieldedPool
    uint256 public constant MAX_PAYLOAD = 512;

    /// @inheritdoc IShieldedPool
    bytes32 public constant SECOND_SETUP_ID =
        keccak256(abi.encode("proofrail.second_setup.v1", ShieldedInputs.CIRCUIT_ID));

    /// @inheritdoc IShieldedPool
    bool public immutable hasSecondSetup;

    /// @inheritdoc IShieldedPool
    IVerifierRouter public immutable router;

    /// @inheritdoc IShieldedPool
    IPrivateSettlements public immutable settlements;

    /// @inheritdoc IShieldedPool
    IPoolPolicy public policy;

    /// @inheritdoc IShieldedPool
    mapping(uint256 nullifier => bool) public isSpent;

    /// @param router_ Where the pool finds its verifiers, for good. It must have the circuit `shielded`.
    /// @param settlements_ Where receipts are judged and settlements consumed, for good.
    /// @param poseidon_ poseidon-solidity's PoseidonT3.
    /// @param token_ What is pooled: an ERC-20, or the address of ERC-7528 for ether.
    /// @param authority_ The access manager: who may set caps and policy, and after what delay.
    /// @param exitDelay_ How long a withdrawal waits that the policy does not judge, in seconds.
    constructor(
        IVerifierRouter router_,
        IPrivateSettlements settlements_,
        address poseidon_,
        address token_,
        address authority_,
        uint64 exitDelay_
    ) NoteTree(poseidon_) PoolFunds(token_, exitDelay_) AccessManaged(authority_) {
        if (address(settlements_) == address(0)) revert ZeroAddress();
        (router, settlements) = (router_, settlements_);
        router_.verifierOf(ShieldedInputs.CIRCUIT_ID);
        bool second;
        try router_.verifierOf(SECOND_SETUP_ID) {
            second = true;
        } catch {}
        hasSecondSetup = second;
    }

    /// @inheritdoc IShieldedPool
    function transact(
        ShieldedTransfer calldata transfer,
        uint256[8] calldata proof,
        bytes calldata policyData
    ) external payable nonReentrant {
        _execute(transfer, proof, policyData, 0, 0);
    }

    /// @inheritdoc IShieldedPool
    function settle(
        ShieldedTransfer calldata transfer,
        uint256[8] calldata proof,
        PrivateReceipt calldata receipt,
        bytes calldata policyData
    ) external payable nonReentrant returns (bytes32 id) {
        // The circuit takes zero for a transfer that pays no receipt.
        if (receipt.commitment == 0) revert NoReceipt();
        if (transfer.closing) revert NotesNeeded();
        uint256 receiptContext;
        (id, receiptContext) =
            settlements.consume(receipt.settlement, receipt.commitment, receipt.proof);
        emit ReceiptPaid(
            transfer.nullifiers[0], id, receipt.settlement.coordinator, receipt.commitment
        );
        _execute(transfer, proof, policyData, receipt.commitment, receiptContext);
    }

    /// @inheritdoc IShieldedPool
    function setCaps(Caps calldata caps_) external restricted {
        _setCaps(caps_);
    }

    /// @inheritdoc IShieldedPool
    function setPolicy(IPoolPolicy policy_) external restricted {
        if (address(policy_) != address(0) && address(policy_).code.length == 0) {
            revert PolicyWithoutCode(address(policy_));
        }
        policy = policy_;
        emit PolicySet(policy_);
    }

    /// @inheritdoc IShieldedPool
    function contextOf(ShieldedTransfer calldata transfer, uint256 receiptContext)
        external
        view
        returns (uint256)
    {
        return transfer.context(address(this), receiptContext);
    }

    /// @dev Every check, then every effect, then the token.
    function _execute(
        ShieldedTransfer calldata transfer,
        uint256[8] calldata proof,
        bytes calldata policyData,
        uint256 commitment,
        uint256 receiptContext
    ) private {
        _checkTerms(transfer);
        uint256 context = transfer.context(address(this), receiptContext);
        _checkProof(transfer, proof, context, commitment);
        _consultPolicy(transfer, context, policyData);

        _spend(transfer.nullifiers[0]);
        _spend(transfer.nullifiers[1]);
        emit NotesSpent(transfer.nullifiers[0], transfer.nullifiers[1]);
        if (!transfer.closing) _keepNotes(transfer);
        if (transfer.deposit != 0) _admit(transfer.depositor, transfer.deposit);
        _dismiss(uint256(transfer.withdrawal) + transfer.fee);

        _move(transfer);
    }

    function _spend(uint256 nullifier) private {
        if (isSpent[nullifier]) revert NullifierSpent(nullifier);
        isSpent[nullifier] = true;
    }

    function _keepNotes(ShieldedTransfer calldata transfer) private {
        (uint256 note0, uint256 note1) = (transfer.notes[0], transfer.notes[1]);
        (uint64 index, uint256 root) = _append(note0, note1);
        emit NotesAdded(index, note0, note1, root, transfer.payloads[0], transfer.payloads[1]);
    }

    function _move(ShieldedTransfer calldata transfer) private {
        uint256 name = transfer.nullifiers[0];
        _takeIn(transfer.depositor, transfer.deposit);
        if (transfer.deposit != 0) emit Deposited(name, transfer.depositor, transfer.deposit);
        if (transfer.fee != 0) {
            emit FeePaid(name, transfer.relayer, transfer.fee);
            _send(transfer.relayer, transfer.fee);
        }
        if (transfer.withdrawal == 0) return;
        if (transfer.delayed) return _delay(name, transfer.recipient, transfer.withdrawal);
        emit Withdrawn(name, transfer.recipient, transfer.withdrawal);
        _send(transfer.recipient, transfer.withdrawal);
    }

    function _consultPolicy(
        ShieldedTransfer calldata transfer,
        uint256 context,
        bytes calldata policyData
    ) private {
        bool withdrawing = transfer.withdrawal != 0 && !transfer.delayed;
        if (transfer.deposit == 0 && !withdrawing) return;
        IPoolPolicy policy_ = policy;
        if (address(policy_) == address(0)) return;
        if (transfer.deposit != 0) {
            policy_.beforeDeposit(transfer.depositor, transfer.deposit, context, policyData);
        }
        if (withdrawing) {
            policy_.beforeWithdrawal(transfer.recipient, transfer.withdrawal, context, policyData);
        }
    }

    /// @dev All that can be judged without the proof.
    function _checkTerms(ShieldedTransfer calldata transfer) private view {
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > transfer.deadline) {
            revert TransferExpired(transfer.deadline, block.timestamp);
        }
        address depositor = transfer.deposit == 0 ? address(0) : msg.sender;
        if (transfer.depositor != depositor) revert NotDepositor(transfer.depositor, msg.sender);
        if (!_isParty(transfer.recipient, transfer.withdrawal)) {
            revert InvalidRecipient(transfer.recipient);
        }
        if (!_isParty(transfer.relayer, transfer.fee)) revert InvalidRelayer(transfer.relayer);
        if (transfer.fee != 0) _checkFee(transfer.fee);
        if (transfer.closing && (transfer.deposit != 0 || transfer.withdrawal == 0)) {
            revert NotesNeeded();
        }
        for (uint256 i = 0; i < 2; i++) {
            uint256 length = transfer.payloads[i].length;
            if (length > MAX_PAYLOAD) revert PayloadTooLong(length, MAX_PAYLOAD);
            _requireField(transfer.nullifiers[i]);
            _requireField(transfer.notes[i]);
        }
        if (!isKnownRoot(transfer.root, transfer.leaves)) revert UnknownRoot(transfer.root);
    }

    /// @dev Named exactly where there is an amount, and never the pool.
    function _isParty(address party, uint128 amount) private view returns (bool) {
        return (party != address(0)) == (amount != 0) && party != address(this);
    }

    /// @dev The public inputs are built here; of the terms the caller gives no input of its own.
    function _checkProof(
        ShieldedTransfer calldata transfer,
        uint256[8] calldata proof,
        uint256 context,
        uint256 commitment
    ) private view {
        uint256[8] memory inputs;
        inputs[ShieldedInputs.ROOT] = transfer.root;
        inputs[ShieldedInputs.NULLIFIER_0] = transfer.nullifiers[0];
        inputs[ShieldedInputs.NULLIFIER_1] = transfer.nullifiers[1];
        inputs[ShieldedInputs.NOTE_0] = transfer.notes[0];
        inputs[ShieldedInputs.NOTE_1] = transfer.notes[1];
        inputs[ShieldedInputs.OUTFLOW] = transfer.outflow();
        inputs[ShieldedInputs.CONTEXT] = context;
        inputs[ShieldedInputs.RECEIPT] = commitment;
        IShieldedVerifier verifier = IShieldedVerifier(_verifier(transfer.deposit == 0));
        if (!verifier.verifyProof(proof, inputs)) revert InvalidProof(context);
    }

    /// @dev Of the second setup where the first was stopped for ever and nothing comes in.
    function _verifier(bool leaving) private view returns (address) {
        try router.verifierOf(ShieldedInputs.CIRCUIT_ID) returns (address verifier) {
            return verifier;
        } catch {}
        bool second = leaving && hasSecondSetup && router.isStopped(ShieldedInputs.CIRCUIT_ID);
        return router.verifierOf(second ? SECOND_SETUP_ID : ShieldedInputs.CIRCUIT_ID);
    }
}
