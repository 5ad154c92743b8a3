// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {INoteTree} from "proofrail/interfaces/INoteTree.sol";
import {IPoolFunds} from "proofrail/interfaces/IPoolFunds.sol";
import {IShieldedPool, ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";

import {ModelTree} from "./utils/ModelTree.sol";
import {PoolTest} from "./utils/PoolTest.sol";
import {ProofMaths} from "./utils/ProofMaths.sol";

/// @notice Transfers within the pool, and what holds for every transfer: roots, fields, proofs, payloads.
contract ShieldedPoolTransferTest is PoolTest {
    function test_aPlainTransferMovesNoToken() public {
        _fill(1_000);
        ShieldedTransfer memory transfer = _plain();
        ModelTree model = new ModelTree();
        uint256[8] memory proof = _prove(transfer);
        (uint256 note0, uint256 note1) = (transfer.notes[0], transfer.notes[1]);

        vm.expectEmit(address(pool));
        emit IShieldedPool.NotesSpent(transfer.nullifiers[0], transfer.nullifiers[1]);
        vm.recordLogs();
        pool.transact(transfer, proof, "");
        // Nothing else is said than what was spent and what was made.
        assertEq(vm.getRecordedLogs().length, 2);
        assertEq(token.balanceOf(address(pool)), 1_000);
        assertEq(pool.pooled(), 1_000);
        assertEq(pool.leaves(), 4);
        assertNotEq(model.hash(note0, note1), 0);
    }

    function test_theEventCarriesTheNotesAndTheirPayloads() public {
        ShieldedTransfer memory transfer = _plain();
        ModelTree model = new ModelTree();
        uint256 root = model.pushPair(transfer.notes[0], transfer.notes[1]);
        uint256[8] memory proof = _prove(transfer);
        vm.expectEmit(address(pool));
        emit INoteTree.NotesAdded(
            0,
            transfer.notes[0],
            transfer.notes[1],
            root,
            transfer.payloads[0],
            transfer.payloads[1]
        );
        pool.transact(transfer, proof, "");
    }

    function test_aRelayerIsPaidFromTheNotes() public {
        _fill(1_000);
        ShieldedTransfer memory transfer = _withdrawal(0, 10);
        uint256[8] memory proof = _prove(transfer);
        vm.expectEmit(address(pool));
        emit IPoolFunds.FeePaid(transfer.nullifiers[0], relayer, 10);
        // Whoever saw the transaction and was faster gets nothing.
        vm.prank(makeAddr("front runner"));
        pool.transact(transfer, proof, "");
        assertEq(token.balanceOf(relayer), 10);
        assertEq(pool.pooled(), 990);
    }

    function test_aFeeIsCapped() public {
        _fill(10_000);
        _transact(_withdrawal(0, PER_FEE));
        _expectRefusal(
            _withdrawal(0, PER_FEE + 1),
            abi.encodeWithSelector(IPoolFunds.FeeAboveCap.selector, PER_FEE + 1, PER_FEE)
        );
    }

    function test_partiesAreNamedExactlyWhereTheyAreNeeded() public {
        _fill(10_000);
        ShieldedTransfer memory transfer = _withdrawal(10, 10);
        transfer.relayer = address(0);
        _expectRefusal(
            transfer, abi.encodeWithSelector(IShieldedPool.InvalidRelayer.selector, address(0))
        );
        (transfer.relayer, transfer.fee) = (relayer, 0);
        _expectRefusal(
            transfer, abi.encodeWithSelector(IShieldedPool.InvalidRelayer.selector, relayer)
        );
        (transfer.relayer, transfer.fee) = (address(pool), 10);
        _expectRefusal(
            transfer, abi.encodeWithSelector(IShieldedPool.InvalidRelayer.selector, address(pool))
        );

        transfer = _withdrawal(10, 0);
        transfer.recipient = address(0);
        _expectRefusal(
            transfer, abi.encodeWithSelector(IShieldedPool.InvalidRecipient.selector, address(0))
        );
        (transfer.recipient, transfer.withdrawal) = (recipient, 0);
        _expectRefusal(
            transfer, abi.encodeWithSelector(IShieldedPool.InvalidRecipient.selector, recipient)
        );
        (transfer.recipient, transfer.withdrawal) = (address(pool), 10);
        _expectRefusal(
            transfer, abi.encodeWithSelector(IShieldedPool.InvalidRecipient.selector, address(pool))
        );
    }

    function test_aDeadlineHolds() public {
        ShieldedTransfer memory transfer = _plain();
        vm.warp(uint256(transfer.deadline) + 1);
        _expectRefusal(
            transfer,
            abi.encodeWithSelector(
                IShieldedPool.TransferExpired.selector, transfer.deadline, transfer.deadline + 1
            )
        );
        vm.warp(transfer.deadline);
        _transact(transfer);
    }

    function test_payloadsAreCapped() public {
        uint256 longest = pool.MAX_PAYLOAD();
        assertEq(longest, 512);
        for (uint256 i = 0; i < 2; i++) {
            ShieldedTransfer memory transfer = _plain();
            transfer.payloads[i] = new bytes(longest + 1);
            _expectRefusal(
                transfer,
                abi.encodeWithSelector(IShieldedPool.PayloadTooLong.selector, longest + 1, longest)
            );
            transfer.payloads[i] = new bytes(longest);
            _transact(transfer);
        }
    }

    /// @dev A root of another pool's, of nobody's, or none.
    function testFuzz_anUnknownRootIsRefused(uint256 root) public {
        ShieldedTransfer memory transfer = _plain();
        vm.assume(root % Bn254.SCALAR_FIELD != transfer.root);
        transfer.root = root % Bn254.SCALAR_FIELD;
        _expectRefusal(
            transfer, abi.encodeWithSelector(INoteTree.UnknownRoot.selector, transfer.root)
        );
        (transfer.root, transfer.leaves) = (0, 2);
        _expectRefusal(transfer, abi.encodeWithSelector(INoteTree.UnknownRoot.selector, 0));
    }

    function test_anOldRootIsGood() public {
        ShieldedTransfer memory transfer = _plain();
        _transact(_plain());
        _transact(_plain());
        assertNotEq(pool.currentRoot(), transfer.root);
        _transact(transfer);
    }

    /// @dev x and x + r are one field element, and would be two nullifiers.
    function testFuzz_inputsBeyondTheFieldAreRefused(uint256 which, uint256 value) public {
        value = bound(value, Bn254.SCALAR_FIELD, type(uint256).max);
        ShieldedTransfer memory transfer = _plain();
        // Proven for what the value is in the field.
        uint256 reduced = value % Bn254.SCALAR_FIELD;
        which %= 4;
        if (which < 2) transfer.nullifiers[which] = reduced;
        else transfer.notes[which - 2] = reduced;
        uint256[8] memory proof = _prove(transfer);
        if (which < 2) transfer.nullifiers[which] = value;
        else transfer.notes[which - 2] = value;
        _expectRefusal(
            transfer, proof, abi.encodeWithSelector(INoteTree.OutOfField.selector, value)
        );
    }

    function test_theFieldEndsBelowItsOrder() public {
        for (uint256 which = 0; which < 4; which++) {
            ShieldedTransfer memory transfer = _plain();
            uint256[2] memory words = which < 2 ? transfer.nullifiers : transfer.notes;
            words[which % 2] = Bn254.SCALAR_FIELD;
            _expectRefusal(
                transfer,
                _prove(_plain()),
                abi.encodeWithSelector(INoteTree.OutOfField.selector, Bn254.SCALAR_FIELD)
            );
            words[which % 2] = Bn254.SCALAR_FIELD - 1 - which;
            _transact(transfer);
        }
    }

    function testFuzz_aFalseProofIsRefused(uint256 word, uint256 seed) public {
        ShieldedTransfer memory transfer = _plain();
        bytes memory refusal = abi.encodeWithSelector(
            IShieldedPool.InvalidProof.selector, pool.contextOf(transfer, 0)
        );
        uint256[8] memory proof = _prove(transfer);
        _expectRefusal(transfer, ProofMaths.scaled(proof, seed), refusal);
        // Off the curve, or beyond the field.
        word %= 8;
        uint256 kept = proof[word];
        proof[word] = kept ^ (1 << (seed % 256));
        _expectRefusal(transfer, proof, refusal);
        proof[word] = ProofMaths.BASE_FIELD + seed % 1000;
        _expectRefusal(transfer, proof, refusal);
        uint256[8] memory nothing;
        _expectRefusal(transfer, nothing, refusal);
    }

    /// @dev A proof that takes all gas of the precompile leaves enough to say so.
    function test_aMalformedProofBurnsBoundedGas() public {
        ShieldedTransfer memory transfer = _plain();
        uint256[8] memory proof = _prove(transfer);
        proof[0] ^= 1;
        uint256 before = gasleft();
        try pool.transact(transfer, proof, "") {
            fail();
        } catch {}
        assertLt(before - gasleft(), 600_000);
    }
}
