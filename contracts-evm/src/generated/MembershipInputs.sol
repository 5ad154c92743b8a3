// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title MembershipInputs
/// @notice The public inputs of the circuit `membership`: which circuit, and where each input stands.
library MembershipInputs {
    bytes32 internal constant CIRCUIT_ID = keccak256("membership/1(root,scope,nullifier,context)");
    uint256 internal constant ROOT = 0;
    uint256 internal constant SCOPE = 1;
    uint256 internal constant NULLIFIER = 2;
    uint256 internal constant CONTEXT = 3;
    uint256 internal constant COUNT = 4;
}
