// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {ReceiptInputs} from "proofrail/generated/ReceiptInputs.sol";
import {ReceiptVerifierInsecureDev} from "proofrail/generated/ReceiptVerifierInsecureDev.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";

import {ProofMaths} from "./utils/ProofMaths.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

contract ReceiptVerifierTest is Test {
    uint256 private constant G2_X1 = 0;
    uint256 private constant G2_X0 = 1;
    uint256 private constant G2_Y1 =
        5912654199736721486680175016176231956195085055698687135131307249486702594212;
    uint256 private constant G2_Y0 =
        18278151005453108793778860132295291098363647455926340152056652516292830556603;

    ReceiptVerifierInsecureDev internal verifier = new ReceiptVerifierInsecureDev();
    ProvenReceipt[] internal receipts;

    function setUp() public {
        ProvenReceipt[] memory all = Receipts.all();
        for (uint256 i = 0; i < all.length; i++) {
            receipts.push(all[i]);
        }
    }

    function test_itIsTheVerifierOfTheHubsCircuit() public view {
        assertEq(verifier.CIRCUIT_ID(), ReceiptInputs.CIRCUIT_ID);
        assertEq(ReceiptInputs.COUNT, 3);
    }

    function test_everyProofHolds() public view {
        assertGt(receipts.length, 10);
        for (uint256 i = 0; i < receipts.length; i++) {
            assertTrue(
                verifier.verifyProof(receipts[i].proof, receipts[i].inputs), receipts[i].name
            );
        }
    }

    function testFuzz_noProofHoldsForOtherInputs(uint256 pick, uint256 which, uint256 value)
        public
        view
    {
        ProvenReceipt memory receipt = receipts[pick % receipts.length];
        which = which % 3;
        vm.assume(value != receipt.inputs[which]);
        receipt.inputs[which] = value;
        assertFalse(verifier.verifyProof(receipt.proof, receipt.inputs));
    }

    function test_noInputHasAnAlias() public view {
        ProvenReceipt memory receipt = receipts[0];
        for (uint256 i = 0; i < 3; i++) {
            uint256 input = receipt.inputs[i];
            uint256 aliases = (type(uint256).max - input) / Bn254.SCALAR_FIELD;
            assertGe(aliases, 4);
            for (uint256 k = 1; k <= aliases; k++) {
                receipt.inputs[i] = input + k * Bn254.SCALAR_FIELD;
                assertFalse(verifier.verifyProof(receipt.proof, receipt.inputs));
            }
            receipt.inputs[i] = input;
        }
        assertTrue(verifier.verifyProof(receipt.proof, receipt.inputs));
    }

    function test_noCoordinateHasAnAlias() public view {
        ProvenReceipt memory receipt = receipts[0];
        for (uint256 i = 0; i < 8; i++) {
            uint256 coordinate = receipt.proof[i];
            receipt.proof[i] = coordinate + ProofMaths.BASE_FIELD;
            assertFalse(verifier.verifyProof(receipt.proof, receipt.inputs));
            receipt.proof[i] = coordinate;
        }
        assertTrue(verifier.verifyProof(receipt.proof, receipt.inputs));
    }

    function test_swappedInputsDoNotHold() public view {
        uint256[3] memory inputs = receipts[0].inputs;
        (inputs[0], inputs[1]) = (inputs[1], inputs[0]);
        assertFalse(verifier.verifyProof(receipts[0].proof, inputs));
    }

    function testFuzz_aChangedBitDoesNotHold(uint256 pick, uint256 bit) public view {
        ProvenReceipt memory receipt = receipts[pick % receipts.length];
        bit = bit % (8 * 256);
        receipt.proof[bit / 256] ^= 1 << (bit % 256);
        assertFalse(verifier.verifyProof(receipt.proof, receipt.inputs));
    }

    function test_pointsAtInfinityDoNotHold() public view {
        ProvenReceipt memory receipt = receipts[0];
        uint256[8] memory proof;
        assertFalse(verifier.verifyProof(proof, receipt.inputs));
        uint256[3] memory zero;
        assertFalse(verifier.verifyProof(proof, zero));
        (proof[0], proof[1]) = (receipt.proof[0], receipt.proof[1]);
        assertFalse(verifier.verifyProof(proof, receipt.inputs));
    }

    /// @dev On the twist, and not in the group of order r.
    function test_aPointOutsideTheSubgroupDoesNotHold() public view {
        ProvenReceipt memory receipt = receipts[0];
        receipt.proof[2] = G2_X1;
        receipt.proof[3] = G2_X0;
        receipt.proof[4] = G2_Y1;
        receipt.proof[5] = G2_Y0;
        assertFalse(verifier.verifyProof(receipt.proof, receipt.inputs));
    }

    function test_aPointOffTheCurveDoesNotHold() public view {
        ProvenReceipt memory receipt = receipts[0];
        (receipt.proof[0], receipt.proof[1]) = (1, 1);
        assertFalse(verifier.verifyProof(receipt.proof, receipt.inputs));
    }

    /// @dev The precompile burns what a malformed proof is given; the caller keeps the rest.
    function testFuzz_aMalformedProofLeavesTheCallerItsGas(uint256 word) public view {
        ProvenReceipt memory receipt = receipts[0];
        receipt.proof[word % 8] = type(uint256).max;
        uint256 before = gasleft();
        assertFalse(verifier.verifyProof{gas: 2_000_000}(receipt.proof, receipt.inputs));
        assertLt(before - gasleft(), 500_000);
    }
}
