// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Settlement} from "../types/Settlement.sol";
import {ICoordinators} from "./ICoordinators.sol";
import {IEscrow} from "./IEscrow.sol";
import {IVerifierRouter} from "./IVerifierRouter.sol";

/// @title SettlementHub
/// @notice Holds payers' ERC-20s and ether in escrow and pays them out against Groth16 proofs of coordinator-signed receipts,
/// and against the receipts themselves where a payer lets them be clear.
/// @dev The proof authorises and whoever brings it only carries it, so both ways of settling are open to anyone.
/// A settlement id is paid at most once, whatever bridge or direct call brings it. The hub has no owner.
interface ISettlementHub is IEscrow, ICoordinators {
    /// @notice What became of one settlement of a batch.
    enum Outcome {
        /// It was refused, and `SettlementRefused` says why.
        Refused,
        /// It had been paid before.
        AlreadySettled,
        /// This batch paid it.
        Paid,
        /// The gas did not reach to it: nothing has changed, and it may be brought again.
        Deferred
    }

    /// @notice A settlement of a batch was refused; nothing of it has changed.
    /// @param id The settlement id.
    /// @param reason The error that settling it alone would have reverted with.
    event SettlementRefused(bytes32 indexed id, bytes reason);

    /// @notice A settlement was paid.
    /// @param id The settlement id, which will never be paid again.
    /// @param payer Whose escrow paid.
    /// @param recipient Who was paid.
    /// @param token The ERC-20.
    /// @param amount How much left the escrow, in the token's smallest unit.
    /// @param coordinator The coordinator who signed the receipt.
    /// @param circuitId The circuit of the proof.
    event Settled(
        bytes32 indexed id,
        address indexed payer,
        address indexed recipient,
        address token,
        uint256 amount,
        bytes32 coordinator,
        bytes32 circuitId
    );

    /// @notice A settlement of many receipts was paid, together with `Settled` of the same id: which jobs it paid. Each of
    /// their ids is settled from now on.
    /// @param id The settlement id of the batch.
    /// @param firstId The settlement id of the group's job 0; that of job `i` is `firstId` with `i` as its last byte.
    /// @param jobs Which of the group's 256 jobs were paid: bit `i` is job `i`.
    /// @param root The Merkle root over the receipts, under which each can be shown later.
    event ReceiptsSettled(bytes32 indexed id, bytes32 indexed firstId, uint256 jobs, bytes32 root);

    /// @notice The settlement id was paid before.
    error AlreadySettled(bytes32 id);

    /// @notice Some jobs of the batch were paid before, so that none of it is: the coordinator must sign what is left.
    /// @param firstId The settlement id of the group's job 0.
    /// @param jobs Those that were paid.
    error JobsAlreadySettled(bytes32 firstId, uint256 jobs);

    /// @notice The settlement's job id is not that of these jobs, or there are none: see `settleReceipts`.
    error NotTheJobs(bytes32 jobId, uint248 group, uint256 jobs);

    /// @notice There are not as many proofs as settlements.
    error LengthsDiffer(uint256 settlements, uint256 proofs);

    /// @notice Only the hub itself may call this.
    error OnlySelf(address caller);

    /// @notice The settlement's last second has passed.
    error Expired(uint64 deadline, uint256 timestamp);

    /// @notice The hub does not know how to state this circuit's public inputs.
    error UnknownCircuit(bytes32 circuitId);

    /// @notice The proof does not show that the coordinator signed a receipt for this very settlement.
    error InvalidProof(bytes32 id);

    /// @notice The settlement's coordinator is no address that did sign it, or whose contract accepts the signature.
    error InvalidSignature(bytes32 id);

    /// @notice Pays a settlement; one that was paid before is an error.
    /// @param settlement What to pay.
    /// @param proof The Groth16 proof in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
    /// @return id The settlement id.
    function settleWithProof(Settlement calldata settlement, uint256[8] calldata proof)
        external
        returns (bytes32 id);

    /// @notice Pays a settlement; one that was paid before is a success that changes nothing.
    /// @dev For receivers: the same settlement may arrive over several bridges.
    /// @param settlement What to pay.
    /// @param proof The Groth16 proof in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
    /// @return id The settlement id.
    /// @return paid Whether this call paid it.
    function settle(Settlement calldata settlement, uint256[8] calldata proof)
        external
        returns (bytes32 id, bool paid);

    /// @notice Pays many settlements, verifying their proofs at once. One that cannot be paid does not stop the others.
    /// @dev A batch in which a proof is false is verified by halves, as far as the gas reaches.
    /// @param settlements What to pay.
    /// @param proofs The Groth16 proof of each, in EIP-197 order.
    /// @return outcomes What became of each.
    function settleBatch(Settlement[] calldata settlements, uint256[8][] calldata proofs)
        external
        returns (Outcome[] memory outcomes);

    /// @notice Pays up to 64 receipts of one recipient at once, by one proof of the circuit `receipt_batch`. All are paid or
    /// none is; each job is paid once, in whatever batch or by itself, and so is the batch.
    /// @dev The proof hides the receipts and shows what they come to. The coordinator signs their root together with the
    /// context, which binds the jobs: that each receipt is of one of them is its word, as the amount of a receipt is.
    /// @param settlement What to pay. Its circuit is that of `receipt_batch`, its amount the receipts' total, and its job id
    /// keccak256 of the ABI encoding of keccak256("proofrail.jobs.v1"), `group` and `jobs`.
    /// @param group The job ids without their last byte.
    /// @param jobs Which of the group's 256 jobs: bit `i` is the job with the last byte `i`.
    /// @param root The Merkle root over the receipts.
    /// @param proof The Groth16 proof in EIP-197 order: A.x A.y B.x.c1 B.x.c0 B.y.c1 B.y.c0 C.x C.y.
    /// @return id The settlement id of the batch.
    function settleReceipts(
        Settlement calldata settlement,
        uint248 group,
        uint256 jobs,
        bytes32 root,
        uint256[8] calldata proof
    ) external returns (bytes32 id);

    /// @notice Pays a settlement that its coordinator signed in the clear, for payers who let it; one that was paid before,
    /// by whatever way, is a success that changes nothing.
    /// @param settlement What to pay. Its circuit is `CLEAR_CIRCUIT_ID`, its coordinator `clearCoordinatorOf` the signer.
    /// @param signature Over `clearDigestOf` the settlement: 65 bytes (r, s, v), or what the signer's contract takes (ERC-1271).
    /// @return id The settlement id.
    /// @return paid Whether this call paid it.
    function settleClear(Settlement calldata settlement, bytes calldata signature)
        external
        returns (bytes32 id, bool paid);

    /// @notice Pays a settlement whose proof was verified. The hub calls this on itself, to survive whatever is wrong with it.
    /// @param settlement What to pay.
    /// @param id Its id.
    /// @param via Who brought the batch.
    function payProven(Settlement calldata settlement, bytes32 id, address via) external;

    /// @notice Whether a settlement id has been paid.
    /// @param id The settlement id.
    /// @return settled True once paid, for ever.
    function isSettled(bytes32 id) external view returns (bool settled);

    /// @notice Whether evidence authorises a settlement. Neither the payer's limits nor the escrow are looked at, nor
    /// whether it was paid.
    /// @param settlement What would be paid.
    /// @param evidence The 256 bytes of a proof, in EIP-197 order, and for a batch of receipts the 32 of their root; or the
    /// signature of a clear settlement.
    /// @return authorized True where the evidence is all that the hub would ask of the coordinator.
    function isAuthorized(Settlement calldata settlement, bytes calldata evidence)
        external
        view
        returns (bool authorized);

    /// @notice The id under which a settlement is paid once.
    /// @param settlement What would be paid.
    /// @return id keccak256 of the domain, source chain, source contract, job id and payer, where the last byte of the
    /// job id stands beside the hash and not in it.
    function settlementIdOf(Settlement calldata settlement) external pure returns (bytes32 id);

    /// @notice The public input that binds a proof to this chain, this hub and this settlement.
    /// @param settlement What would be paid.
    /// @return context A BN254 scalar.
    function contextOf(Settlement calldata settlement) external view returns (uint256 context);

    /// @notice What a coordinator signs to settle in the clear: EIP-712, under the domain "Proofrail", version "1", of this
    /// chain and this hub.
    /// @param settlement What would be paid.
    /// @return digest The hash that is signed.
    function clearDigestOf(Settlement calldata settlement) external view returns (bytes32 digest);

    /// @notice What stands in place of a circuit in a settlement that is signed in the clear.
    /// @return keccak256 of "proofrail.clear.v1".
    function CLEAR_CIRCUIT_ID() external view returns (bytes32);

    /// @notice Under which the router has the verifier of whole batches.
    /// @return keccak256 of the ABI encoding of "proofrail.batch.v1" and the circuit's id.
    function BATCH_CIRCUIT_ID() external view returns (bytes32);

    /// @notice Where the hub finds its verifiers.
    /// @return The router, fixed at construction.
    function router() external view returns (IVerifierRouter);
}
