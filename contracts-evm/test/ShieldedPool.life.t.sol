// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {ReceiptPrivateInputs} from "proofrail/generated/ReceiptPrivateInputs.sol";
import {Association} from "proofrail/interfaces/IAssociationPolicy.sol";
import {INoteTree} from "proofrail/interfaces/INoteTree.sol";
import {IPrivateSettlements, PrivateSettlement} from "proofrail/interfaces/IPrivateSettlements.sol";
import {
    IShieldedPool,
    PrivateReceipt,
    ShieldedTransfer
} from "proofrail/interfaces/IShieldedPool.sol";

import {ModelTree} from "./utils/ModelTree.sol";
import {PoolTest} from "./utils/PoolTest.sol";
import {ProvenTransfer, ShieldedFixtures} from "./utils/ShieldedFixtures.sol";

/// @notice A pool's life in proofs that were made from notes, by the code that clients prove with: two deposits,
/// a private payment, withdrawals through a relayer, and a note that is spent again.
contract ShieldedPoolLifeTest is PoolTest {
    ProvenTransfer[] internal life;

    function setUp() public override {
        super.setUp();
        _setPolicy();
        ProvenTransfer[] memory all = ShieldedFixtures.all();
        for (uint256 i = 0; i < all.length; i++) {
            life.push(all[i]);
        }
        _fund(life[0].transfer.depositor, 100_000);
        _fund(life[1].transfer.depositor, 40_000);
    }

    function test_theContextsAreThoseOfTheClients() public view {
        assertEq(life.length, 6);
        for (uint256 i = 0; i < life.length; i++) {
            uint256[] memory inputs =
                _inputs(life[i].transfer, life[i].receiptContext, life[i].inputs[7]);
            for (uint256 k = 0; k < 8; k++) {
                assertEq(inputs[k], life[i].inputs[k], life[i].name);
            }
        }
        PrivateReceipt memory receipt = _receiptOf(life[2]);
        uint256 context = settlements.contextOf(receipt.settlement, address(pool));
        assertEq(context, life[2].receiptContext);
        assertEq(context, life[2].receipt.inputs[ReceiptPrivateInputs.CONTEXT]);
        assertEq(receipt.commitment, life[2].inputs[7]);
    }

    function test_aLife() public {
        vm.recordLogs();
        _do(0);
        _do(1);
        assertEq(pool.pooled(), 140_000);

        PrivateReceipt memory receipt = _receiptOf(life[2]);
        bytes32 id = pool.settle(life[2].transfer, life[2].proof, receipt, "");
        assertTrue(settlements.isSettled(id));
        assertEq(pool.currentRoot(), life[2].rootAfter);
        address theRelayer = life[2].transfer.relayer;
        assertEq(token.balanceOf(theRelayer), 100);

        _do(3);
        address fresh = life[3].transfer.recipient;
        assertEq(token.balanceOf(fresh), 59_000);
        assertEq(token.balanceOf(theRelayer), 1_100);
        // It left no notes.
        assertEq(pool.leaves(), 6);
        assertEq(life[3].rootAfter, life[2].rootAfter);

        _do(4);
        assertEq(token.balanceOf(fresh), 59_000);
        vm.warp(block.timestamp + EXIT_DELAY);
        pool.release(life[4].transfer.nullifiers[0], fresh);
        assertEq(token.balanceOf(fresh), 59_400);
        assertEq(token.balanceOf(address(pool)), 140_000 - 100 - 60_000 - 500);

        ShieldedTransfer memory again = life[5].transfer;
        vm.expectRevert(
            abi.encodeWithSelector(IShieldedPool.NullifierSpent.selector, again.nullifiers[0])
        );
        pool.transact(again, life[5].proof, "");
        _rebuildFromEvents();
    }

    function test_theReceiptIsPaidOnce() public {
        _do(0);
        _do(1);
        PrivateReceipt memory receipt = _receiptOf(life[2]);
        pool.settle(life[2].transfer, life[2].proof, receipt, "");
        bytes32 id = settlements.settlementIdOf(receipt.settlement);
        vm.expectRevert(abi.encodeWithSelector(IPrivateSettlements.AlreadySettled.selector, id));
        pool.settle(life[2].transfer, life[2].proof, receipt, "");
    }

    /// @dev What a client does: every note and every payload, in order, and which nullifiers are spent.
    function _rebuildFromEvents() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        ModelTree model = new ModelTree();
        uint256 spent = 0;
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].emitter != address(pool)) continue;
            if (logs[i].topics[0] == IShieldedPool.NotesSpent.selector) {
                assertEq(uint256(logs[i].topics[1]), life[spent].inputs[1]);
                assertEq(uint256(logs[i].topics[2]), life[spent].inputs[2]);
                spent++;
            }
            if (logs[i].topics[0] != INoteTree.NotesAdded.selector) continue;
            assertEq(uint256(logs[i].topics[1]), model.leaves());
            uint256 root = model.pushPair(uint256(logs[i].topics[2]), uint256(logs[i].topics[3]));
            (uint256 said, bytes memory first, bytes memory second) =
                abi.decode(logs[i].data, (uint256, bytes, bytes));
            assertEq(said, root);
            assertEq(first, "for the first note's owner");
            assertEq(second, "for the second's");
        }
        assertEq(spent, 5);
        assertEq(model.root(), pool.currentRoot());
        assertEq(model.leaves(), pool.leaves());
    }

    function _do(uint256 step) private {
        ProvenTransfer memory proven = life[step];
        bytes memory data;
        if (proven.membership.inputs[0] != 0) {
            data = abi.encode(
                Association(
                    proven.membership.inputs[0],
                    proven.membership.inputs[2],
                    proven.membership.proof
                )
            );
        }
        assertEq(pool.currentRoot(), proven.transfer.root, proven.name);
        _prankDepositor(proven.transfer);
        pool.transact(proven.transfer, proven.proof, data);
        assertEq(pool.currentRoot(), proven.rootAfter, proven.name);
    }

    function _receiptOf(ProvenTransfer memory proven)
        private
        pure
        returns (PrivateReceipt memory receipt)
    {
        receipt.settlement = PrivateSettlement({
            sourceChain: proven.receipt.sourceChain,
            sourceContract: proven.receipt.sourceContract,
            jobId: proven.receipt.jobId,
            coordinator: bytes32(proven.receipt.inputs[ReceiptPrivateInputs.COORDINATOR]),
            deadline: proven.transfer.deadline
        });
        receipt.commitment = proven.receipt.inputs[ReceiptPrivateInputs.COMMITMENT];
        receipt.proof = proven.receipt.proof;
    }
}
