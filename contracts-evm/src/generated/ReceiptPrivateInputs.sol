// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title ReceiptPrivateInputs
/// @notice The public inputs of the circuit `receipt_private`: which circuit, and where each input stands.
library ReceiptPrivateInputs {
    bytes32 internal constant CIRCUIT_ID = keccak256("receipt_private/1(context,commitment,coordinator)");
    uint256 internal constant CONTEXT = 0;
    uint256 internal constant COMMITMENT = 1;
    uint256 internal constant COORDINATOR = 2;
    uint256 internal constant COUNT = 3;
}
