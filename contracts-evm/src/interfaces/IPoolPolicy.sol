// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title PoolPolicy
/// @notice Judges what enters a pool and what leaves it at once. The pool is the caller.
/// @dev To refuse is to revert. What it refuses to let out leaves the pool after the pool's delay, unjudged.
interface IPoolPolicy {
    /// @notice Reverts where a deposit is refused.
    /// @param depositor Who pays.
    /// @param amount How much, in the token's smallest unit.
    /// @param context The transfer's context: a BN254 scalar that names it.
    /// @param data What the depositor shows.
    function beforeDeposit(address depositor, uint256 amount, uint256 context, bytes calldata data)
        external;

    /// @notice Reverts where a withdrawal is refused.
    /// @param recipient Who would be paid.
    /// @param amount How much, in the token's smallest unit.
    /// @param context The transfer's context: a BN254 scalar that names it.
    /// @param data What whoever withdraws shows.
    function beforeWithdrawal(
        address recipient,
        uint256 amount,
        uint256 context,
        bytes calldata data
    ) external;
}
