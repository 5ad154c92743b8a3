// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ShieldedInputs} from "../generated/ShieldedInputs.sol";
import {Bn254} from "./Bn254.sol";

/// @notice What everybody sees of a transfer: what enters and leaves the pool, and who gets it.
struct ShieldedTransfer {
    /// @dev The token of the pool's tree; notes do not name one.
    address token;
    /// @dev Who pays the deposit; zero where there is none.
    address depositor;
    /// @dev What enters the pool.
    uint128 deposit;
    /// @dev Who gets the withdrawal; zero where there is none.
    address recipient;
    /// @dev What leaves the pool.
    uint128 withdrawal;
    /// @dev Who gets the fee; zero where there is none.
    address relayer;
    /// @dev What leaves the pool to whoever submits the transfer.
    uint128 fee;
    /// @dev Until when the transfer may be submitted, in seconds.
    uint64 deadline;
    /// @dev The hash of what the notes' owners need to find them, so that nobody on the way exchanges it.
    bytes32 memo;
    /// @dev The context of the private receipt that the transfer pays; zero for none.
    uint256 receiptContext;
}

/// @notice The spent and the made of a transfer, as the circuit `shielded` shows them.
struct ShieldedNotes {
    /// @dev A root that the pool's tree has or had.
    uint256 root;
    /// @dev Both are marked as spent; the circuit shows that they differ.
    uint256[2] nullifiers;
    /// @dev Both are appended to the tree, in this order.
    uint256[2] made;
    /// @dev The commitment of the private receipt that is paid; zero for none.
    uint256 receipt;
}

/// @title ShieldedTransfers
/// @notice What a pool computes itself of the public inputs of the circuits `shielded` and `receipt_private`.
library ShieldedTransfers {
    /// @notice Separates the contexts of transfers from every other hash.
    bytes32 internal constant TRANSFER_DOMAIN = keccak256("proofrail.shielded_transfer.v1");

    /// @notice Separates the contexts of private receipts from every other hash.
    bytes32 internal constant RECEIPT_DOMAIN = keccak256("proofrail.private_context.v1");

    /// @notice Separates the ids of private settlements from every other hash.
    bytes32 internal constant SETTLEMENT_DOMAIN = keccak256("proofrail.private_settlement.v1");

    /// @notice The public inputs of `shielded`, in its order.
    /// @param notes What the proof shows of the notes.
    /// @param terms What everybody sees.
    /// @param pool The pool that is asked.
    /// @return words The inputs.
    function inputs(ShieldedNotes memory notes, ShieldedTransfer memory terms, address pool)
        internal
        view
        returns (uint256[8] memory words)
    {
        words[ShieldedInputs.ROOT] = notes.root;
        words[ShieldedInputs.NULLIFIER_0] = notes.nullifiers[0];
        words[ShieldedInputs.NULLIFIER_1] = notes.nullifiers[1];
        words[ShieldedInputs.NOTE_0] = notes.made[0];
        words[ShieldedInputs.NOTE_1] = notes.made[1];
        words[ShieldedInputs.OUTFLOW] = outflow(terms);
        words[ShieldedInputs.CONTEXT] = context(terms, pool);
        words[ShieldedInputs.RECEIPT] = notes.receipt;
    }

    /// @notice What leaves the pool less what enters it, modulo the field order.
    /// @dev All three amounts are below 2^128, so that no other amounts come to the same.
    /// @param terms What everybody sees.
    /// @return A BN254 scalar.
    function outflow(ShieldedTransfer memory terms) internal pure returns (uint256) {
        uint256 leaving = uint256(terms.withdrawal) + terms.fee;
        return addmod(leaving, Bn254.SCALAR_FIELD - terms.deposit, Bn254.SCALAR_FIELD);
    }

    /// @notice The public input that binds a transfer's proof to chain, pool, amounts and parties.
    /// @param terms What everybody sees.
    /// @param pool The pool that is asked.
    /// @return A BN254 scalar.
    function context(ShieldedTransfer memory terms, address pool) internal view returns (uint256) {
        bytes32 digest = keccak256(abi.encode(TRANSFER_DOMAIN, block.chainid, pool, terms));
        return uint256(digest) % Bn254.SCALAR_FIELD;
    }

    /// @notice The id under which a private receipt is paid once.
    /// @dev The payer is hidden, so the coordinator stands in its place: whoever signs receipts under another
    /// key cannot use this one's ids up.
    /// @param sourceChain keccak256 of the CAIP-2 id of the chain that the job was agreed on.
    /// @param sourceContract The contract of the job on that chain.
    /// @param jobId The job within that contract.
    /// @param coordinator The coordinator's id, as the proof shows it.
    /// @return The settlement id.
    function settlementId(
        bytes32 sourceChain,
        bytes32 sourceContract,
        bytes32 jobId,
        bytes32 coordinator
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(SETTLEMENT_DOMAIN, sourceChain, sourceContract, jobId, coordinator)
        );
    }

    /// @notice The public input that binds a private receipt's proof to one settlement in one pool. It binds neither
    /// amount nor parties, which it would give away.
    /// @param id The settlement's id.
    /// @param token The token of the pool's tree.
    /// @param deadline Until when the receipt may be paid, in seconds.
    /// @param pool The pool that is asked.
    /// @return A BN254 scalar.
    function receiptContext(bytes32 id, address token, uint64 deadline, address pool)
        internal
        view
        returns (uint256)
    {
        bytes32 digest =
            keccak256(abi.encode(RECEIPT_DOMAIN, block.chainid, pool, id, token, deadline));
        return uint256(digest) % Bn254.SCALAR_FIELD;
    }
}
