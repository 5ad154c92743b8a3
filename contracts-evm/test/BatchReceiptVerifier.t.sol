// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {
    BatchReceiptVerifierInsecureDev
} from "proofrail/generated/BatchReceiptVerifierInsecureDev.sol";
import {ReceiptInputs} from "proofrail/generated/ReceiptInputs.sol";
import {ReceiptVerifierInsecureDev} from "proofrail/generated/ReceiptVerifierInsecureDev.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";

import {Forger, Forgers} from "./utils/Forger.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

contract BatchReceiptVerifierTest is Test {
    BatchReceiptVerifierInsecureDev internal batch = new BatchReceiptVerifierInsecureDev();
    ReceiptVerifierInsecureDev internal single = new ReceiptVerifierInsecureDev();
    Forger internal forger = Forgers.receipt();

    function test_itIsTheVerifierOfTheHubsCircuit() public view {
        assertEq(batch.CIRCUIT_ID(), ReceiptInputs.CIRCUIT_ID);
    }

    function test_theReceiptsHoldTogether() public view {
        ProvenReceipt[] memory receipts = Receipts.all();
        bytes memory statements;
        for (uint256 i = 0; i < receipts.length; i++) {
            statements = bytes.concat(statements, abi.encode(receipts[i].proof, receipts[i].inputs));
        }
        assertTrue(batch.verifyBatch(statements));
    }

    /// @dev One wrong word, of any statement and anywhere in it.
    function testFuzz_aBatchHoldsWhereEveryProofDoes(
        uint256[3][4] memory inputs,
        uint256 at,
        uint256 change
    ) public view {
        bytes memory statements;
        for (uint256 i = 0; i < 4; i++) {
            for (uint256 j = 0; j < 3; j++) {
                inputs[i][j] %= Bn254.SCALAR_FIELD;
            }
            uint256[8] memory proof = forger.forge(inputs[i], change);
            assertTrue(single.verifyProof(proof, inputs[i]));
            statements = bytes.concat(statements, abi.encode(proof, inputs[i]));
        }
        assertTrue(batch.verifyBatch(statements));

        at = 0x20 + 0x20 * (at % 44);
        assembly ("memory-safe") {
            let word := add(statements, at)
            mstore(word, xor(mload(word), or(change, 1)))
        }
        assertFalse(batch.verifyBatch(statements));
    }

    function test_noInputHasAnAlias() public view {
        ProvenReceipt memory receipt = Receipts.named("first job");
        assertTrue(batch.verifyBatch(abi.encode(receipt.proof, receipt.inputs)));
        for (uint256 i = 0; i < 3; i++) {
            receipt.inputs[i] += Bn254.SCALAR_FIELD;
            assertFalse(batch.verifyBatch(abi.encode(receipt.proof, receipt.inputs)));
            receipt.inputs[i] -= Bn254.SCALAR_FIELD;
        }
    }

    function test_pointsAtInfinityDoNotHold() public view {
        uint256[3] memory inputs;
        uint256[8] memory proof;
        assertFalse(batch.verifyBatch(abi.encode(proof, inputs)));
    }

    function testFuzz_aBatchIsWholeStatements(uint256 length) public {
        length = bound(length, 0, 5_000);
        if (length % 352 == 0) length = 0;
        vm.expectRevert(
            abi.encodeWithSelector(BatchReceiptVerifierInsecureDev.MalformedBatch.selector, length)
        );
        batch.verifyBatch(new bytes(length));
    }
}
