// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IRoutePolicy, Route, Tier} from "proofrail/interfaces/IRoutePolicy.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {RateLimits} from "proofrail/libraries/RateLimits.sol";

import {PolicyTest} from "./utils/PolicyTest.sol";

/// @notice How much a route pays at once and in a day.
contract RoutePolicyCapsTest is PolicyTest {
    function testFuzz_nothingAboveTheLastTierIsPaid(uint128 cap, uint128 amount) public {
        cap = uint128(bound(cap, 1, LIMIT - 1));
        amount = uint128(bound(amount, cap + 1, LIMIT));
        _setRoute(0, NO_DAILY_LIMIT, _only(Tier(cap, 0, 0)));
        Settlement memory above = _next(1, amount);
        _expectPolicyRefusal(
            above, abi.encodeWithSelector(IRoutePolicy.AmountAboveCap.selector, amount, cap)
        );
        _settleForged(_next(1, cap));
    }

    function test_withoutARouteNothingIsPaid() public {
        _setTier(0, 0, 0);
        Settlement memory settlement = _next(1, 5);
        settlement.sourceChain = keccak256("near:another");
        _expectPolicyRefusal(
            settlement,
            abi.encodeWithSelector(
                IRoutePolicy.NoRoute.selector, settlement.sourceChain, address(token)
            )
        );
        vm.prank(owner);
        policy.removeRoute(CHAIN, address(token));
        settlement.sourceChain = CHAIN;
        _expectPolicyRefusal(
            settlement, abi.encodeWithSelector(IRoutePolicy.NoRoute.selector, CHAIN, address(token))
        );
    }

    /// @dev Whatever is asked for and when, no 24 hours pay more than the limit, and the last unit of half of it is paid.
    function testFuzz_noDayPaysMoreThanItsLimit(
        uint96 perDay,
        uint128[12] memory amounts,
        uint32[12] memory gaps
    ) public {
        perDay = uint96(bound(perDay, 2, LIMIT));
        _setRoute(0, perDay, _only(Tier(perDay / 2, 0, 0)));
        uint256[12] memory times;
        for (uint256 i = 0; i < 12; i++) {
            vm.warp(block.timestamp + gaps[i] % 12 hours);
            times[i] = block.timestamp;
            Settlement memory settlement =
                _next(i, uint128(bound(amounts[i], 1, uint256(perDay) / 2)));
            uint256 available = policy.availableOf(CHAIN, address(token), parties.payer);
            uint256[8] memory proof = _forged(settlement);
            (amounts[i], available) = settlement.amount <= available
                ? (settlement.amount, available - settlement.amount)
                : (0, available);
            if (amounts[i] == 0) {
                vm.expectRevert(
                    _refused(
                        settlement,
                        abi.encodeWithSelector(
                            RateLimits.RateLimitExceeded.selector, settlement.amount, available
                        )
                    )
                );
            }
            hub.settleWithProof(settlement, proof);
            assertEq(policy.availableOf(CHAIN, address(token), parties.payer), available);

            uint256 paid = 0;
            for (uint256 j = 0; j <= i; j++) {
                if (times[i] - times[j] <= 1 days) paid += amounts[j];
            }
            assertLe(paid, perDay);
        }
        vm.warp(block.timestamp + 1 days);
        _settleForged(_next(99, perDay / 2));
    }

    /// @dev With every receiver, every tier, and a payer's first bucket.
    function test_theLargestRouteFitsThePolicysGas() public {
        Route memory route = Route(new address[](128), uint96(4 * LIMIT), new Tier[](8));
        for (uint256 i = 0; i < 128; i++) {
            route.receivers[i] = address(uint160(1000 + i));
        }
        for (uint256 i = 0; i < 8; i++) {
            route.tiers[i] = Tier(uint128(1 + i), 128, 1 days);
        }
        vm.prank(owner);
        policy.setRoute(CHAIN, address(token), route);
        Settlement memory settlement = _next(1, 8);
        uint256 gas = hub.POLICY_GAS();
        for (uint256 i = 0; i < 128; i++) {
            vm.cool(address(policy));
            vm.prank(route.receivers[i]);
            policy.agree{gas: gas}(settlement);
        }
        vm.warp(block.timestamp + 1 days);
        uint256[8] memory proof = _forged(settlement);
        vm.cool(address(policy));
        hub.settleWithProof(settlement, proof);
        assertEq(token.balanceOf(worker), 8);
    }

    function test_aRefusalUsesUpNothing() public {
        _setRoute(0, 20, _only(Tier(10, 0, 0)));
        Settlement memory settlement = _next(1, 10);
        uint256[8] memory proof = _forged(settlement);
        settlement.recipient = makeAddr("thief");
        vm.expectPartialRevert(ISettlementHub.InvalidProof.selector);
        hub.settleWithProof(settlement, proof);
        assertEq(policy.availableOf(CHAIN, address(token), parties.payer), 10);
    }

    /// @dev Nobody can use up another's day, since everybody may make themselves a payer and a coordinator.
    function test_eachPayerHasItsOwnDay() public {
        _setRoute(0, 20, _only(Tier(10, 0, 0)));
        _settleForged(_next(1, 10));
        _fund(parties.otherPayer, 10);
        _putUnderPolicy(parties.otherPayer);
        Settlement memory settlement = _next(1, 10);
        settlement.payer = parties.otherPayer;
        _settleForged(settlement);
        assertEq(token.balanceOf(worker), 20);
    }

    function test_aNewLimitForgetsNothing() public {
        _setRoute(0, 20, _only(Tier(10, 0, 0)));
        _settleForged(_next(1, 10));
        _setRoute(0, 28, _only(Tier(10, 0, 0)));
        assertEq(policy.availableOf(CHAIN, address(token), parties.payer), 4);
        _settleForged(_next(2, 4));
        assertEq(policy.availableOf(CHAIN, address(token), parties.payer), 0);
        _setRoute(0, 4, _only(Tier(1, 0, 0)));
        assertEq(policy.availableOf(CHAIN, address(token), parties.payer), 0);
        _setRoute(0, NO_DAILY_LIMIT, _only(Tier(10, 0, 0)));
        assertEq(policy.availableOf(CHAIN, address(token), parties.payer), type(uint256).max);
        _settleForged(_next(3, 10));
    }

    function test_aBatchMeetsTheDaysLimit() public {
        _setRoute(0, 20, _only(Tier(10, 0, 0)));
        Settlement[] memory settlements = new Settlement[](3);
        uint256[8][] memory proofs = new uint256[8][](3);
        for (uint256 i = 0; i < 3; i++) {
            settlements[i] = _next(i, 4);
            proofs[i] = _forged(settlements[i]);
        }
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        assertTrue(outcomes[0] == ISettlementHub.Outcome.Paid);
        assertTrue(outcomes[1] == ISettlementHub.Outcome.Paid);
        assertTrue(outcomes[2] == ISettlementHub.Outcome.Refused);
        assertEq(token.balanceOf(worker), 8);
    }
}
