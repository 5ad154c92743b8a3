// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title ReceiptBatchInputs
/// @notice The public inputs of the circuit `receipt_batch`: which circuit, and where each input stands.
library ReceiptBatchInputs {
    bytes32 internal constant CIRCUIT_ID = keccak256("receipt_batch/1(context,root,total,coordinator)");
    uint256 internal constant CONTEXT = 0;
    uint256 internal constant ROOT = 1;
    uint256 internal constant TOTAL = 2;
    uint256 internal constant COORDINATOR = 3;
    uint256 internal constant COUNT = 4;
}
