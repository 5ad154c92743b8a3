// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ShieldedTransfer} from "../interfaces/IShieldedPool.sol";
import {Bn254} from "./Bn254.sol";

/// @title ShieldedTransfers
/// @notice The two public inputs that are derived from a transfer's terms: its context and its outflow.
library ShieldedTransfers {
    /// @notice Separates these contexts from every other hash.
    bytes32 internal constant CONTEXT_DOMAIN = keccak256("proofrail.shielded_transfer.v1");

    /// @notice The public input that a proof must carry to do this transfer, on this chain, in this pool.
    /// @dev keccak256 of sixteen words, reduced: domain, chain id, pool, both nullifiers, depositor, deposit, recipient,
    /// withdrawal, relayer, fee, deadline, delayed + 2 * closing, keccak256 of each payload, context of the receipt.
    /// Root and notes are public inputs of their own; `leaves` is bound by nothing. The nullifiers make the context
    /// another for every transfer, so that what a policy is shown is good for one.
    /// @param transfer The transfer.
    /// @param pool The pool.
    /// @param receiptContext The context of the receipt that is paid; zero for none.
    /// @return A BN254 scalar.
    function context(ShieldedTransfer calldata transfer, address pool, uint256 receiptContext)
        internal
        view
        returns (uint256)
    {
        bytes memory amounts = abi.encode(
            CONTEXT_DOMAIN,
            block.chainid,
            pool,
            transfer.nullifiers,
            transfer.depositor,
            transfer.deposit,
            transfer.recipient,
            transfer.withdrawal
        );
        bytes memory terms = abi.encode(
            transfer.relayer,
            transfer.fee,
            transfer.deadline,
            _flags(transfer),
            keccak256(transfer.payloads[0]),
            keccak256(transfer.payloads[1]),
            receiptContext
        );
        return uint256(keccak256(bytes.concat(amounts, terms))) % Bn254.SCALAR_FIELD;
    }

    /// @notice What leaves the pool less what enters it.
    /// @param transfer The transfer.
    /// @return Modulo the scalar field's order, which the amounts of 128 bits do not reach.
    function outflow(ShieldedTransfer calldata transfer) internal pure returns (uint256) {
        uint256 leaving = uint256(transfer.withdrawal) + transfer.fee;
        return addmod(leaving, Bn254.SCALAR_FIELD - uint256(transfer.deposit), Bn254.SCALAR_FIELD);
    }

    function _flags(ShieldedTransfer calldata transfer) private pure returns (uint256) {
        return (transfer.delayed ? 1 : 0) + (transfer.closing ? 2 : 0);
    }
}
