// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @notice One payment that a proof, or a clear receipt, releases from a payer's escrow.
/// @param circuitId The circuit that the proof is for: keccak256 of its name, version and ordered public inputs; that of
/// "proofrail.clear.v1" for a clear receipt.
/// @param sourceChain keccak256 of the CAIP-2 id of the chain that the job was agreed on, e.g. "near:mainnet".
/// @param sourceContract The contract of the job on that chain: keccak256 of a NEAR account id, or a left-padded EVM address.
/// @param jobId The job within that contract; of a batch of receipts, the hash that names its jobs.
/// @param payer Whose escrow pays.
/// @param recipient Who is paid.
/// @param token The ERC-20 that is paid, or the address of ERC-7528 for ether.
/// @param amount How much, all receipts of a batch together, in the token's smallest unit.
/// @param deadline The last second, in unix time, in which the hub pays.
/// @param coordinator The coordinator id: Poseidon of the key that signed the receipt and of the agreed fee rule, or for a
/// clear receipt the signer's address under a mark.
struct Settlement {
    bytes32 circuitId;
    bytes32 sourceChain;
    bytes32 sourceContract;
    bytes32 jobId;
    address payer;
    address recipient;
    address token;
    uint128 amount;
    uint64 deadline;
    bytes32 coordinator;
}
