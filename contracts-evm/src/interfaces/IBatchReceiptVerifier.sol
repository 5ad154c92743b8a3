// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title BatchReceiptVerifier
/// @notice Verifies many Groth16 proofs of the circuit `receipt` at once; generated from its verifying key.
interface IBatchReceiptVerifier {
    /// @notice Whether every proof holds for its public inputs.
    /// @param statements For each eleven words: the proof in EIP-197 order, then context, amount and coordinator.
    /// @return valid False where one is false or malformed.
    function verifyBatch(bytes calldata statements) external view returns (bool valid);
}
