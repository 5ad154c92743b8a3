// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {ReceiptPrivateInputs} from "proofrail/generated/ReceiptPrivateInputs.sol";
import {
    ReceiptPrivateVerifierInsecureDev
} from "proofrail/generated/ReceiptPrivateVerifierInsecureDev.sol";
import {ShieldedInputs} from "proofrail/generated/ShieldedInputs.sol";
import {ShieldedVerifierInsecureDev} from "proofrail/generated/ShieldedVerifierInsecureDev.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";
import {ShieldedTransfer, ShieldedTransfers} from "proofrail/libraries/ShieldedTransfers.sol";

import {ProvenPrivateReceipt, ProvenTransfer, ShieldedFixtures} from "./utils/ShieldedFixtures.sol";

/// @notice What a pool computes is what real proofs were made for.
contract ShieldedTransfersTest is Test {
    ShieldedVerifierInsecureDev internal verifier = new ShieldedVerifierInsecureDev();
    ReceiptPrivateVerifierInsecureDev internal receiptVerifier =
        new ReceiptPrivateVerifierInsecureDev();
    address internal pool;
    ProvenTransfer[] internal transfers;

    function setUp() public {
        vm.chainId(ShieldedFixtures.chainId());
        pool = ShieldedFixtures.pool();
        ProvenTransfer[] memory all = ShieldedFixtures.all();
        for (uint256 i = 0; i < all.length; i++) {
            transfers.push(all[i]);
        }
    }

    function test_theVerifiersAreThoseOfTheCircuits() public view {
        assertEq(verifier.CIRCUIT_ID(), ShieldedInputs.CIRCUIT_ID);
        assertEq(receiptVerifier.CIRCUIT_ID(), ReceiptPrivateInputs.CIRCUIT_ID);
        assertEq(ShieldedInputs.COUNT, 8);
        assertEq(ReceiptPrivateInputs.COUNT, 3);
    }

    function test_everyProofHoldsForWhatAPoolComputes() public view {
        assertEq(transfers.length, 6);
        uint256 root = ShieldedFixtures.emptyRoot();
        for (uint256 i = 0; i < transfers.length; i++) {
            ProvenTransfer memory transfer = transfers[i];
            assertEq(transfer.notes.root, root, transfer.name);
            root = transfer.rootAfter;
            uint256[8] memory inputs = _inputs(transfer);
            for (uint256 k = 0; k < inputs.length; k++) {
                assertEq(inputs[k], transfer.inputs[k], transfer.name);
            }
            assertTrue(verifier.verifyProof(transfer.proof, inputs), transfer.name);
        }
    }

    function test_theReceiptThatIsPaidIsTheReceiptThatIsProven() public view {
        uint256 paid = 0;
        for (uint256 i = 0; i < transfers.length; i++) {
            ProvenTransfer memory transfer = transfers[i];
            assertEq(transfer.paysReceipt, transfer.notes.receipt != 0);
            if (!transfer.paysReceipt) continue;
            paid++;

            ProvenPrivateReceipt memory receipt = transfer.receipt;
            uint256[3] memory inputs = receipt.inputs;
            bytes32 id = ShieldedTransfers.settlementId(
                receipt.sourceChain,
                receipt.sourceContract,
                receipt.jobId,
                bytes32(inputs[ReceiptPrivateInputs.COORDINATOR])
            );
            uint256 context = ShieldedTransfers.receiptContext(
                id, transfer.terms.token, transfer.terms.deadline, pool
            );
            assertEq(inputs[ReceiptPrivateInputs.CONTEXT], context);
            assertEq(transfer.terms.receiptContext, context);
            assertEq(inputs[ReceiptPrivateInputs.COMMITMENT], transfer.notes.receipt);
            assertTrue(receiptVerifier.verifyProof(receipt.proof, inputs));
            inputs[ReceiptPrivateInputs.COMMITMENT] ^= 1;
            assertFalse(receiptVerifier.verifyProof(receipt.proof, inputs));
        }
        assertEq(paid, 1);
    }

    function test_aSpentNoteShowsItsNullifierAgain() public view {
        assertEq(transfers[3].name, "withdrawal");
        assertEq(transfers[5].name, "withdrawal again");
        assertEq(transfers[3].notes.nullifiers[0], transfers[5].notes.nullifiers[0]);
        for (uint256 i = 0; i < 5; i++) {
            assertNotEq(transfers[i].notes.nullifiers[0], transfers[i].notes.nullifiers[1]);
            for (uint256 k = 0; k < i; k++) {
                assertNotEq(transfers[i].notes.nullifiers[0], transfers[k].notes.nullifiers[0]);
            }
        }
    }

    function testFuzz_noProofHoldsForOtherInputs(uint256 pick, uint256 which, uint256 value)
        public
        view
    {
        ProvenTransfer memory transfer = transfers[pick % transfers.length];
        which = which % ShieldedInputs.COUNT;
        vm.assume(value != transfer.inputs[which]);
        transfer.inputs[which] = value;
        assertFalse(verifier.verifyProof(transfer.proof, transfer.inputs));
    }

    function test_everyTermIsBound() public {
        ProvenTransfer memory transfer = transfers[3];
        uint256 context = ShieldedTransfers.context(transfer.terms, pool);
        ShieldedTransfer[10] memory others;
        for (uint256 i = 0; i < others.length; i++) {
            others[i] = transfers[3].terms;
        }
        others[0].token = address(1);
        others[1].depositor = address(1);
        others[2].deposit += 1;
        others[3].recipient = address(1);
        others[4].withdrawal += 1;
        others[5].relayer = address(1);
        others[6].fee += 1;
        others[7].deadline += 1;
        others[8].memo = bytes32(0);
        others[9].receiptContext += 1;
        for (uint256 i = 0; i < others.length; i++) {
            assertNotEq(ShieldedTransfers.context(others[i], pool), context);
        }
        assertNotEq(ShieldedTransfers.context(transfer.terms, address(1)), context);
        vm.chainId(2);
        assertNotEq(ShieldedTransfers.context(transfer.terms, pool), context);
    }

    function test_everythingOfAReceiptsContextIsBound() public {
        bytes32 id = ShieldedTransfers.settlementId("chain", "contract", "job", "coordinator");
        assertNotEq(ShieldedTransfers.settlementId("other", "contract", "job", "coordinator"), id);
        assertNotEq(ShieldedTransfers.settlementId("chain", "other", "job", "coordinator"), id);
        assertNotEq(ShieldedTransfers.settlementId("chain", "contract", "other", "coordinator"), id);
        assertNotEq(ShieldedTransfers.settlementId("chain", "contract", "job", "other"), id);

        uint256 context = ShieldedTransfers.receiptContext(id, address(1), 2, pool);
        assertNotEq(ShieldedTransfers.receiptContext("other", address(1), 2, pool), context);
        assertNotEq(ShieldedTransfers.receiptContext(id, address(2), 2, pool), context);
        assertNotEq(ShieldedTransfers.receiptContext(id, address(1), 3, pool), context);
        assertNotEq(ShieldedTransfers.receiptContext(id, address(1), 2, address(3)), context);
        vm.chainId(2);
        assertNotEq(ShieldedTransfers.receiptContext(id, address(1), 2, pool), context);
    }

    function testFuzz_anOutflowIsWhatLeavesLessWhatEnters(
        uint128 deposit,
        uint128 withdrawal,
        uint128 fee
    ) public pure {
        ShieldedTransfer memory terms;
        (terms.deposit, terms.withdrawal, terms.fee) = (deposit, withdrawal, fee);
        uint256 outflow = ShieldedTransfers.outflow(terms);
        assertLt(outflow, Bn254.SCALAR_FIELD);
        assertEq(addmod(outflow, deposit, Bn254.SCALAR_FIELD), uint256(withdrawal) + uint256(fee));
    }

    function _inputs(ProvenTransfer memory transfer) private view returns (uint256[8] memory) {
        return ShieldedTransfers.inputs(transfer.notes, transfer.terms, pool);
    }
}
