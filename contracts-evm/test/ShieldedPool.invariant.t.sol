// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IPoolFunds} from "proofrail/interfaces/IPoolFunds.sol";

import {ModelTree} from "./utils/ModelTree.sol";
import {PoolHandler} from "./utils/PoolHandler.sol";
import {PoolTest} from "./utils/PoolTest.sol";

/// @notice What holds after any sequence of deposits, transfers, settlements, withdrawals and releases.
/// @dev A transfer hashes 48 times, ours and the model's, so that there is one campaign for all invariants.
contract ShieldedPoolInvariantTest is PoolTest {
    PoolHandler internal handler;

    function setUp() public override {
        super.setUp();
        handler = new PoolHandler(pool, settlements, token, owner, forger, receiptForger);
        targetContract(address(handler));
    }

    function invariant_theBooksAreThePools() public view {
        _thePoolHoldsWhatItOwes();
        _everyTokenIsAccountedFor();
        _aSettlementIsPaidAtMostOnce();
        _whatWaitsIsPromised();
        _theLastRootIsTheModels();
    }

    /// @dev What is looked up for every note that ever was is looked up at the end.
    function afterInvariant() public view {
        _aNullifierIsSpentOnce();
        _theRootsAreTheModels();
    }

    /// @dev Solvency: the pool holds what is in it and what waits.
    function _thePoolHoldsWhatItOwes() private view {
        assertGe(token.balanceOf(address(pool)), uint256(pool.pooled()) + handler.waiting());
    }

    /// @dev Nothing is lost and nothing is made: what came in is in the pool, waits, or left it.
    function _everyTokenIsAccountedFor() private view {
        uint256 left = handler.withdrawn() + handler.fees() + handler.released();
        assertEq(handler.deposited(), pool.pooled() + handler.waiting() + left);
        assertLe(pool.pooled(), TOTAL);
    }

    function _aNullifierIsSpentOnce() private view {
        uint256[] memory nullifiers = handler.nullifiers();
        assertEq(nullifiers.length, 2 * handler.transfers());
        for (uint256 i = 0; i < nullifiers.length; i++) {
            assertEq(handler.spendings(nullifiers[i]), 1);
            assertTrue(pool.isSpent(nullifiers[i]));
        }
    }

    function _aSettlementIsPaidAtMostOnce() private view {
        bytes32[] memory ids = handler.ids();
        for (uint256 i = 0; i < ids.length; i++) {
            uint256 payments = handler.payments(ids[i]);
            assertLe(payments, 1);
            assertEq(payments == 1, settlements.isSettled(ids[i]));
        }
    }

    function _theLastRootIsTheModels() private view {
        ModelTree model = handler.MODEL();
        assertEq(pool.leaves(), model.leaves());
        assertEq(pool.currentRoot(), model.root());
        assertEq(handler.nullifiers().length, 2 * handler.transfers());
    }

    /// @dev Of every root that ever was, and no others: fewer than the ring holds.
    function _theRootsAreTheModels() private view {
        ModelTree model = handler.MODEL();
        uint256 count = model.rootCount();
        assertEq(pool.leaves(), model.leaves());
        assertEq(pool.currentRoot(), model.root());
        assertEq(count, handler.transfers() - handler.closings() + 1);
        for (uint256 i = 0; i < count; i++) {
            assertTrue(pool.isKnownRoot(model.roots(i), uint64(2 * i)));
        }
        assertFalse(pool.isKnownRoot(0, uint64(2 * count)));
    }

    /// @dev No state without exit: what waits is what its owners were promised.
    function _whatWaitsIsPromised() private view {
        uint256[] memory exits = handler.exits();
        uint256 total = 0;
        for (uint256 i = 0; i < exits.length; i++) {
            IPoolFunds.Exit memory exit = pool.exitOf(exits[i]);
            total += exit.amount;
            assertEq(exit.recipient == address(0), exit.amount == 0);
        }
        assertEq(total, handler.waiting());
    }

    /// @dev Each path of the handler is taken: the invariants above are not about nothing.
    function test_theHandlerReachesEveryPath() public {
        handler.deposit(0, 50_000, 1);
        assertEq(handler.deposited(), 50_000);
        handler.transferWithin(10, 1);
        assertEq(handler.fees(), 10);
        handler.withdraw(1, 1_000, 1, 1);
        assertEq(handler.withdrawn(), 1_000);
        handler.withdraw(1, 3_000, 1, 1);
        assertEq(handler.closings(), 1);
        handler.withdraw(1, 1_000, 3, 1);
        assertEq(handler.waiting(), 1_000);
        handler.settle(1, 0, 1);
        assertEq(handler.settled(), 1);
        assertEq(handler.refusals(), 0);
        handler.settle(1, 0, 1);
        assertEq(handler.settled(), 1);
        // Spent before, twice the same, an unknown root, a false proof.
        for (uint256 change = 3; change < 7; change++) {
            handler.transferWithin(0, change);
        }
        assertEq(handler.refusals(), 5);
        handler.release(0, 0);
        assertEq(handler.refusals(), 6);
        vm.warp(block.timestamp + EXIT_DELAY);
        handler.release(0, 0);
        assertEq(handler.released(), 1_000);
        handler.donate(5);
        assertEq(token.balanceOf(address(pool)), pool.pooled() + 5);
    }
}
