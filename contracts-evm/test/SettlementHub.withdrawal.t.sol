// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {SettlementHub} from "proofrail/SettlementHub.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";

import {HubTest} from "./utils/HubTest.sol";

/// @notice A payer's money leaves after a notice, and pays what arrives before.
contract SettlementHubWithdrawalTest is HubTest {
    address internal worker = makeAddr("worker");

    function testFuzz_aWithdrawalWaitsForItsNotice(uint192 amount, uint256 wait) public {
        amount = uint192(bound(amount, 1, ESCROW));
        wait = bound(wait, 0, NOTICE - 1);
        uint64 readyAt = uint64(block.timestamp) + NOTICE;

        vm.startPrank(parties.payer);
        vm.expectEmit(address(hub));
        emit IEscrow.WithdrawalRequested(parties.payer, address(token), amount, readyAt);
        assertEq(hub.requestWithdrawal(address(token), amount), readyAt);

        vm.warp(block.timestamp + wait);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.WithdrawalNotReady.selector, readyAt, block.timestamp)
        );
        hub.withdraw(address(token), amount, parties.payer);
        vm.warp(readyAt);
        hub.withdraw(address(token), amount, parties.payer);
        vm.stopPrank();
        assertEq(token.balanceOf(parties.payer), amount);
    }

    function test_aNoticeIsUsedUp() public {
        vm.startPrank(parties.payer);
        vm.warp(hub.requestWithdrawal(address(token), 10));
        hub.withdraw(address(token), 4, parties.payer);
        hub.withdraw(address(token), 6, parties.payer);
        vm.expectRevert(_notRequested(0, 1));
        hub.withdraw(address(token), 1, parties.payer);
        vm.stopPrank();
    }

    function test_aLaterNoticeTakesThePlaceOfTheFirst() public {
        vm.startPrank(parties.payer);
        uint64 first = hub.requestWithdrawal(address(token), 10);
        vm.warp(first - 1);
        uint64 second = hub.requestWithdrawal(address(token), 20);
        vm.warp(first);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.WithdrawalNotReady.selector, second, uint256(first))
        );
        hub.withdraw(address(token), 10, parties.payer);
        // And zero takes it back.
        hub.requestWithdrawal(address(token), 0);
        vm.warp(second);
        vm.expectRevert(_notRequested(0, 10));
        hub.withdraw(address(token), 10, parties.payer);
        vm.stopPrank();
        assertEq(hub.withdrawalOf(parties.payer, address(token)).amount, 0);
    }

    function testFuzz_workInFlightStaysPaid(uint128 amount) public {
        amount = uint128(bound(amount, 1, LIMIT));
        vm.prank(parties.payer);
        uint64 readyAt = hub.requestWithdrawal(address(token), ESCROW);
        assertEq(hub.securedEscrowOf(parties.payer, address(token)), 0);

        vm.warp(readyAt);
        _settleForged(_terms(1, worker, address(token), amount));
        assertEq(token.balanceOf(worker), amount);

        // The notice was of more than is left.
        vm.startPrank(parties.payer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEscrow.InsufficientEscrow.selector,
                parties.payer,
                address(token),
                ESCROW - amount,
                ESCROW
            )
        );
        hub.withdraw(address(token), ESCROW, parties.payer);
        hub.withdraw(address(token), ESCROW - amount, parties.payer);
        vm.stopPrank();
    }

    function testFuzz_whatIsSecuredCannotLeaveWithinANotice(uint192 announced) public {
        vm.startPrank(parties.payer);
        hub.requestWithdrawal(address(token), announced);
        uint256 secured = hub.securedEscrowOf(parties.payer, address(token));
        assertEq(secured, announced < ESCROW ? ESCROW - announced : 0);

        // Whatever the payer asks for now is ready too late.
        vm.warp(block.timestamp + 1);
        uint256 until = block.timestamp - 1 + NOTICE;
        uint256 rest = ESCROW > announced ? announced : ESCROW;
        vm.warp(until);
        if (rest != 0) hub.withdraw(address(token), rest, parties.payer);
        vm.stopPrank();
        assertEq(hub.escrowOf(parties.payer, address(token)), secured);
    }

    function test_aNoticeIsBounded() public {
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.NoticeTooLarge.selector, uint256(type(uint192).max) + 1)
        );
        hub.requestWithdrawal(address(token), uint256(type(uint192).max) + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEscrow.NoticeTooLong.selector, uint64(30 days + 1), uint64(30 days)
            )
        );
        new SettlementHub(router, permit2, 30 days + 1);
    }

    function _notRequested(uint256 requested, uint256 amount) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IEscrow.WithdrawalNotRequested.selector,
            parties.payer,
            address(token),
            requested,
            amount
        );
    }
}
