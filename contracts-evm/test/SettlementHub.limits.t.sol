// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";

import {HubTest} from "./utils/HubTest.sol";

/// @notice What a coordinator may settle in a day.
contract SettlementHubLimitsTest is HubTest {
    address internal worker = makeAddr("worker");
    uint256 internal job;

    function testFuzz_aDayPaysNoMoreThanItsLimit(uint128[4] memory amounts, uint128 daily) public {
        daily = uint128(bound(daily, 1, LIMIT));
        _limit(LIMIT, daily);
        uint256 paid = 0;
        for (uint256 i = 0; i < amounts.length; i++) {
            uint128 amount = uint128(bound(amounts[i], 1, LIMIT / 2));
            Settlement memory settlement = _next(amount);
            uint256[8] memory proof = _forged(settlement);
            if (paid + amount > daily) vm.expectRevert(_above(amount, daily - paid, daily));
            else paid += amount;
            hub.settleWithProof(settlement, proof);
        }
        assertEq(token.balanceOf(worker), paid);
        (, uint128 left) = hub.limitsOf(parties.payer, parties.coordinator, address(token));
        assertEq(left, daily - paid);
    }

    function test_aDayEndsAtMidnight() public {
        _limit(LIMIT, 10);
        uint256 midnight = (block.timestamp / 1 days + 1) * 1 days;
        vm.warp(midnight - 1);
        _settleForged(_next(10));
        Settlement memory settlement = _next(1);
        uint256[8] memory proof = _forged(settlement);
        vm.expectRevert(_above(1, 0, 10));
        hub.settleWithProof(settlement, proof);

        vm.warp(midnight);
        hub.settleWithProof(settlement, proof);
        (ICoordinators.Limits memory limits, uint128 left) =
            hub.limitsOf(parties.payer, parties.coordinator, address(token));
        assertEq(limits.maxPerSettlement, LIMIT);
        assertEq(limits.maxPerDay, 10);
        assertEq(left, 9);
    }

    function test_aLoweredLimitCountsWhatWasSpent() public {
        _limit(LIMIT, 10);
        _settleForged(_next(6));
        _limit(LIMIT, 5);
        Settlement memory settlement = _next(1);
        uint256[8] memory proof = _forged(settlement);
        vm.expectRevert(_above(1, 0, 5));
        hub.settleWithProof(settlement, proof);
        _limit(LIMIT, 7);
        hub.settleWithProof(settlement, proof);
    }

    function test_eachPayerCoordinatorAndTokenHasItsOwnDay() public {
        _limit(LIMIT, 10);
        _settleForged(_next(10));
        _authorize(parties.payer, parties.otherCoordinator, LIMIT);
        Settlement memory settlement = _next(10);
        settlement.coordinator = parties.otherCoordinator;
        _settleForged(settlement);

        _fund(parties.otherPayer, 10);
        _authorize(parties.otherPayer, parties.coordinator, LIMIT);
        settlement = _next(10);
        settlement.payer = parties.otherPayer;
        _settleForged(settlement);
        assertEq(token.balanceOf(worker), 30);
    }

    /// @dev A refused settlement uses up nothing of the day.
    function test_aRefusalIsNotSpent() public {
        _limit(LIMIT, 10);
        Settlement memory settlement = _next(10);
        uint256[8] memory proof = _forged(settlement);
        settlement.recipient = makeAddr("thief");
        vm.expectRevert();
        hub.settleWithProof(settlement, proof);
        (, uint128 left) = hub.limitsOf(parties.payer, parties.coordinator, address(token));
        assertEq(left, 10);
    }

    function _limit(uint128 perSettlement, uint128 perDay) private {
        vm.prank(parties.payer);
        hub.authorizeCoordinatorDaily(parties.coordinator, address(token), perSettlement, perDay);
    }

    function _next(uint128 amount) private returns (Settlement memory) {
        return _terms(job++, worker, address(token), amount);
    }

    function _above(uint256 amount, uint256 left, uint256 daily)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ICoordinators.AmountAboveDailyLimit.selector, amount, left, daily
        );
    }
}
