// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title Bn254
/// @notice The curve of EIP-196 and EIP-197, as far as contracts outside the verifier need it.
library Bn254 {
    /// @notice The order of the curve's groups: what every public input is reduced by.
    uint256 internal constant SCALAR_FIELD =
        21888242871839275222246405745257275088548364400416034343698204186575808495617;
}
