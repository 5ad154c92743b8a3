// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IPoolFunds} from "proofrail/interfaces/IPoolFunds.sol";
import {IShieldedPool, ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";

import {PoolTest} from "./utils/PoolTest.sol";

/// @notice What leaves a pool: to a fresh address through a relayer, at once or after the delay.
contract ShieldedPoolWithdrawTest is PoolTest {
    address internal cold = makeAddr("cold wallet");

    function setUp() public override {
        super.setUp();
        _fill(50_000);
    }

    function testFuzz_aRelayerBringsAWithdrawal(uint128 amount, uint128 fee, address anyone)
        public
    {
        amount = uint128(bound(amount, 1, 49_000));
        fee = uint128(bound(fee, 1, PER_FEE));
        ShieldedTransfer memory transfer = _withdrawal(amount, fee);
        uint256 nullifier = transfer.nullifiers[0];
        uint256[8] memory proof = _prove(transfer);

        vm.expectEmit(address(pool));
        emit IPoolFunds.FeePaid(nullifier, relayer, fee);
        vm.expectEmit(address(pool));
        emit IPoolFunds.Withdrawn(nullifier, recipient, amount);
        vm.prank(anyone);
        pool.transact(transfer, proof, "");

        assertEq(token.balanceOf(recipient), amount);
        assertEq(token.balanceOf(relayer), fee);
        assertEq(token.balanceOf(address(pool)), 50_000 - amount - fee);
        assertEq(pool.pooled(), 50_000 - amount - fee);
    }

    /// @dev Value may pass through: what is deposited leaves with what was there.
    function test_aTransferDepositsAndWithdraws() public {
        _fund(depositor, 1_000);
        ShieldedTransfer memory transfer = _withdrawal(3_000, 0);
        (transfer.depositor, transfer.deposit) = (depositor, 1_000);
        _transact(transfer);
        assertEq(token.balanceOf(recipient), 3_000);
        assertEq(pool.pooled(), 48_000);
    }

    /// @dev Whatever somebody proves, no more leaves than came in.
    function test_noMoreLeavesThanCameIn() public {
        vm.prank(owner);
        token.mint(address(pool), 1_000_000);
        _expectRefusal(
            _withdrawal(50_001, 0),
            abi.encodeWithSelector(IPoolFunds.PoolExceeded.selector, 50_001, 50_000)
        );
        _expectRefusal(
            _withdrawal(type(uint128).max, 1),
            abi.encodeWithSelector(IPoolFunds.PoolExceeded.selector, 2 ** 128, 50_000)
        );
        _transact(_withdrawal(50_000, 0));
        assertEq(pool.pooled(), 0);
        _expectRefusal(
            _withdrawal(1, 0), abi.encodeWithSelector(IPoolFunds.PoolExceeded.selector, 1, 0)
        );
    }

    function test_aClosingWithdrawalKeepsNoNotes() public {
        ShieldedTransfer memory transfer = _withdrawal(1_000, 10);
        transfer.closing = true;
        uint256 root = pool.currentRoot();
        uint256[8] memory proof = _prove(transfer);
        vm.recordLogs();
        pool.transact(transfer, proof, "");
        // Two of the token's, and of ours that notes were spent, the fee and the withdrawal.
        assertEq(vm.getRecordedLogs().length, 5);
        assertEq(pool.currentRoot(), root);
        assertEq(pool.leaves(), 2);
        assertEq(token.balanceOf(recipient), 1_000);
        assertTrue(pool.isSpent(transfer.nullifiers[0]));
        assertTrue(pool.isSpent(transfer.nullifiers[1]));
    }

    /// @dev What is made of something must be kept.
    function test_onlyAWithdrawalCloses() public {
        bytes memory refusal = abi.encodeWithSelector(IShieldedPool.NotesNeeded.selector);
        ShieldedTransfer memory transfer = _withdrawal(0, 10);
        transfer.closing = true;
        _expectRefusal(transfer, refusal);

        _fund(depositor, 1_000);
        transfer = _deposit(1_000);
        transfer.closing = true;
        _expectRefusal(transfer, refusal);
        (transfer.recipient, transfer.withdrawal) = (recipient, 10);
        _expectRefusal(transfer, refusal);
    }

    function test_aDelayedWithdrawalWaits() public {
        ShieldedTransfer memory transfer = _withdrawal(1_000, 100);
        transfer.delayed = true;
        uint256 nullifier = transfer.nullifiers[0];
        uint64 readyAt = uint64(block.timestamp) + EXIT_DELAY;
        uint256[8] memory proof = _prove(transfer);
        vm.expectEmit(address(pool));
        emit IPoolFunds.ExitDelayed(nullifier, recipient, 1_000, readyAt);
        pool.transact(transfer, proof, "");
        // The relayer has done its work, and is paid.
        assertEq(token.balanceOf(relayer), 100);
        assertEq(token.balanceOf(recipient), 0);
        assertEq(pool.pooled(), 48_900);
        assertEq(pool.exitOf(nullifier).amount, 1_000);
        assertEq(pool.exitOf(nullifier).recipient, recipient);
        assertEq(pool.exitOf(nullifier).readyAt, readyAt);

        vm.warp(readyAt - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IPoolFunds.ExitNotReady.selector, readyAt, readyAt - 1)
        );
        pool.release(nullifier, recipient);
        vm.warp(readyAt);
        vm.expectEmit(address(pool));
        emit IPoolFunds.ExitReleased(nullifier, recipient, recipient, 1_000);
        vm.prank(makeAddr("anyone"));
        pool.release(nullifier, recipient);
        assertEq(token.balanceOf(recipient), 1_000);
        assertEq(token.balanceOf(address(pool)), 48_900);

        vm.expectRevert(abi.encodeWithSelector(IPoolFunds.NoExit.selector, nullifier));
        pool.release(nullifier, recipient);
    }

    function testFuzz_onlyTheRecipientSendsAnExitElsewhere(address caller, address to) public {
        vm.assume(caller != recipient && to != recipient);
        ShieldedTransfer memory transfer = _withdrawal(1_000, 0);
        transfer.delayed = true;
        _transact(transfer);
        vm.warp(block.timestamp + EXIT_DELAY);
        uint256 nullifier = transfer.nullifiers[0];
        vm.expectRevert(abi.encodeWithSelector(IPoolFunds.InvalidExitRecipient.selector, to));
        vm.prank(caller);
        pool.release(nullifier, to);

        vm.startPrank(recipient);
        vm.expectRevert(
            abi.encodeWithSelector(IPoolFunds.InvalidExitRecipient.selector, address(pool))
        );
        pool.release(nullifier, address(pool));
        vm.expectRevert(
            abi.encodeWithSelector(IPoolFunds.InvalidExitRecipient.selector, address(0))
        );
        pool.release(nullifier, address(0));
        pool.release(nullifier, cold);
        vm.stopPrank();
        assertEq(token.balanceOf(cold), 1_000);
    }

    /// @dev The second nullifier names nothing.
    function test_anExitHasOneName() public {
        ShieldedTransfer memory transfer = _withdrawal(1_000, 0);
        transfer.delayed = true;
        _transact(transfer);
        vm.warp(block.timestamp + EXIT_DELAY);
        uint256 second = transfer.nullifiers[1];
        vm.expectRevert(abi.encodeWithSelector(IPoolFunds.NoExit.selector, second));
        pool.release(second, recipient);
    }

    /// @dev What waits is not the pool's any more, and not counted for others.
    function test_whatWaitsIsCovered() public {
        ShieldedTransfer memory transfer = _withdrawal(30_000, 0);
        transfer.delayed = true;
        _transact(transfer);
        _expectRefusal(
            _withdrawal(20_001, 0),
            abi.encodeWithSelector(IPoolFunds.PoolExceeded.selector, 20_001, 20_000)
        );
        _transact(_withdrawal(20_000, 0));
        vm.warp(block.timestamp + EXIT_DELAY);
        pool.release(transfer.nullifiers[0], recipient);
        assertEq(token.balanceOf(recipient), 50_000);
        assertEq(token.balanceOf(address(pool)), 0);
    }
}
