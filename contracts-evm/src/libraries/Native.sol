// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title Native
/// @notice How the chain's own coin is named among tokens.
library Native {
    /// @notice The address that stands for it (ERC-7528).
    address internal constant ETHER = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;
}
