// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IReceiptBatchVerifier} from "../interfaces/IReceiptBatchVerifier.sol";
import {IReceiptVerifier} from "../interfaces/IReceiptVerifier.sol";

/// @title ReceiptProofs
/// @notice A call of a verifier of the circuit `receipt` or `receipt_batch`.
library ReceiptProofs {
    /// @notice Whether a proof holds for the public inputs.
    /// @dev As `verifier.verifyProof(proof, inputs)`, with the proof copied once: every settlement pays for this.
    /// @param verifier The circuit's verifier; what it reverts with is passed on.
    /// @param proof The proof in EIP-197 order.
    /// @param isBatch Whether the circuit is `receipt_batch`, which has a root between the other inputs.
    /// @param context The public inputs, in the circuits' order.
    /// @param root See above; nothing reads it for a single receipt.
    /// @param amount See above: a receipt's amount, or a batch's total.
    /// @param coordinator See above.
    /// @return valid False also where there is no verifier at the address.
    function hold(
        address verifier,
        uint256[8] calldata proof,
        bool isBatch,
        uint256 context,
        bytes32 root,
        uint256 amount,
        bytes32 coordinator
    ) internal view returns (bool valid) {
        bytes4 selector = isBatch
            ? IReceiptBatchVerifier.verifyProof.selector
            : IReceiptVerifier.verifyProof.selector;
        assembly ("memory-safe") {
            let call_ := mload(0x40)
            mstore(call_, selector)
            calldatacopy(add(call_, 0x04), proof, 0x100)
            mstore(add(call_, 0x104), context)
            mstore(add(call_, 0x124), root)
            let rest := add(call_, add(0x124, shl(5, isBatch)))
            mstore(rest, amount)
            mstore(add(rest, 0x20), coordinator)
            mstore(0x00, 0)
            if iszero(staticcall(gas(), verifier, call_, sub(add(rest, 0x40), call_), 0x00, 0x20)) {
                returndatacopy(call_, 0, returndatasize())
                revert(call_, returndatasize())
            }
            valid := eq(mload(0x00), 1)
        }
    }
}
