// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title ShieldedInputs
/// @notice The public inputs of the circuit `shielded`: which circuit, and where each input stands.
library ShieldedInputs {
    bytes32 internal constant CIRCUIT_ID = keccak256("shielded/1(root,nullifier_0,nullifier_1,note_0,note_1,outflow,context,receipt)");
    uint256 internal constant ROOT = 0;
    uint256 internal constant NULLIFIER_0 = 1;
    uint256 internal constant NULLIFIER_1 = 2;
    uint256 internal constant NOTE_0 = 3;
    uint256 internal constant NOTE_1 = 4;
    uint256 internal constant OUTFLOW = 5;
    uint256 internal constant CONTEXT = 6;
    uint256 internal constant RECEIPT = 7;
    uint256 internal constant COUNT = 8;
}
