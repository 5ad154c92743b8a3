// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title ReceiptInputs
/// @notice The public inputs of the circuit `receipt`: which circuit, and where each input stands.
library ReceiptInputs {
    bytes32 internal constant CIRCUIT_ID = keccak256("receipt/1(context,amount,coordinator)");
    uint256 internal constant CONTEXT = 0;
    uint256 internal constant AMOUNT = 1;
    uint256 internal constant COORDINATOR = 2;
    uint256 internal constant COUNT = 3;
}
