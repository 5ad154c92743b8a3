// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IVerifierRouter} from "./IVerifierRouter.sol";

/// @notice A job that is paid in a pool: everything of a settlement but amount and parties.
/// @param sourceChain keccak256 of the CAIP-2 id of the chain that the job was agreed on.
/// @param sourceContract The contract of the job on that chain: keccak256 of a NEAR account id, or a left-padded EVM address.
/// @param jobId The job within that contract.
/// @param coordinator The coordinator id: Poseidon of the key that signed the receipt and of the agreed fee rule.
/// @param deadline The last second, in unix time, in which the receipt is accepted.
struct PrivateSettlement {
    bytes32 sourceChain;
    bytes32 sourceContract;
    bytes32 jobId;
    bytes32 coordinator;
    uint64 deadline;
}

/// @title PrivateSettlements
/// @notice Judges receipts whose amount and parties are hidden, and consumes the settlement of each once for all pools.
/// @dev The coordinator signs for one pool, which alone can have the receipt consumed; so pools need no registration,
/// and nobody consumes a settlement without paying it. The settlement id is the hub's, where the coordinator's private
/// payers have one address that nobody has a key of: no escrow authorises anything under it, so that no id can
/// be paid both here and by a hub. The coordinator is part of the id, so that nobody else can use up a job.
interface IPrivateSettlements {
    /// @notice A settlement was consumed by the pool that pays it.
    /// @param id The settlement id, which will never be paid again.
    /// @param pool Who pays.
    /// @param coordinator Who signed the receipt.
    /// @param commitment The commitment of the receipt: its amount, payer and recipient under a blinding.
    event PrivatelySettled(
        bytes32 indexed id, address indexed pool, bytes32 indexed coordinator, uint256 commitment
    );

    /// @notice The settlement id was paid before.
    error AlreadySettled(bytes32 id);

    /// @notice The settlement's last second has passed.
    error ReceiptExpired(uint64 deadline, uint256 timestamp);

    /// @notice The proof does not show that the coordinator signed a receipt for this settlement and this pool.
    error InvalidReceipt(bytes32 id);

    /// @notice Nothing is at an address that must name a contract.
    error ZeroAddress();

    /// @notice Consumes a settlement that the caller, a pool, pays in the same transaction.
    /// @param settlement What is paid.
    /// @param commitment The commitment of the receipt.
    /// @param proof The Groth16 proof of the circuit `receipt_private` in EIP-197 order.
    /// @return id The settlement id.
    /// @return context The receipt's context.
    function consume(
        PrivateSettlement calldata settlement,
        uint256 commitment,
        uint256[8] calldata proof
    ) external returns (bytes32 id, uint256 context);

    /// @notice Whether a settlement id has been paid.
    /// @param id The settlement id.
    /// @return settled True once paid, for ever.
    function isSettled(bytes32 id) external view returns (bool settled);

    /// @notice The id under which a settlement is paid once, in whatever pool.
    /// @param settlement What would be paid.
    /// @return id The hub's id of the job, with `payerOf` the coordinator as payer.
    function settlementIdOf(PrivateSettlement calldata settlement)
        external
        pure
        returns (bytes32 id);

    /// @notice What stands in the ids for the payers that a coordinator's private receipts hide.
    /// @param coordinator The coordinator id.
    /// @return payer The last 20 bytes of keccak256 of the ABI encoding of "proofrail.private_payer.v1" and the id.
    function payerOf(bytes32 coordinator) external pure returns (address payer);

    /// @notice The public input that binds a receipt to this chain, this contract, a pool and a settlement.
    /// @param settlement What would be paid.
    /// @param pool Who pays.
    /// @return context A BN254 scalar. It binds neither the amount nor the parties.
    function contextOf(PrivateSettlement calldata settlement, address pool)
        external
        view
        returns (uint256 context);

    /// @notice Where the verifier of receipts is found.
    /// @return The router, fixed at construction.
    function router() external view returns (IVerifierRouter);
}
