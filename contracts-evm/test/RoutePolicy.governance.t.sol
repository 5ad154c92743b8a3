// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {RoutePolicy} from "proofrail/RoutePolicy.sol";
import {IRoutePolicy, Route, Tier} from "proofrail/interfaces/IRoutePolicy.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";

import {PolicyTest} from "./utils/PolicyTest.sol";

/// @notice Routes are set by governance, with a delay, and vetoes by guardians, without.
contract RoutePolicyGovernanceTest is PolicyTest {
    uint64 private constant GOVERNOR = 1;
    uint64 private constant GUARDIAN = 2;
    uint32 private constant DELAY = 2 days;

    address internal governor = makeAddr("governor");
    address internal guardian = makeAddr("guardian");

    function setUp() public override {
        super.setUp();
        bytes4[] memory slow = new bytes4[](3);
        (slow[0], slow[1], slow[2]) =
        (
            RoutePolicy.setRoute.selector,
            RoutePolicy.removeRoute.selector,
            RoutePolicy.liftVeto.selector
        );
        bytes4[] memory fast = new bytes4[](1);
        fast[0] = RoutePolicy.veto.selector;
        vm.startPrank(owner);
        manager.grantRole(GOVERNOR, governor, DELAY);
        manager.grantRole(GUARDIAN, guardian, 0);
        manager.setRoleGuardian(GOVERNOR, GUARDIAN);
        manager.setTargetFunctionRole(address(policy), slow, GOVERNOR);
        manager.setTargetFunctionRole(address(policy), fast, GUARDIAN);
        vm.stopPrank();
    }

    function testFuzz_aRouteIsAsItWasSet(uint8 count, uint96 perDay, Tier[8] memory tiers) public {
        count = uint8(bound(count, 1, 8));
        perDay = uint96(bound(perDay, 16, type(uint96).max - 1));
        Route memory route = Route(_firstReceivers(count % 5), perDay, new Tier[](count));
        uint256 below = 0;
        for (uint256 i = 0; i < count; i++) {
            tiers[i].upTo =
                uint128(bound(tiers[i].upTo, below + 1, uint256(perDay) / 2 - (count - 1 - i)));
            tiers[i].required = uint8(bound(tiers[i].required, 0, route.receivers.length));
            tiers[i].delay = uint32(bound(tiers[i].delay, 0, 7 days));
            below = tiers[i].upTo;
            route.tiers[i] = tiers[i];
        }
        bytes memory call = abi.encodeCall(policy.setRoute, (CHAIN, address(token), route));
        vm.startPrank(governor);
        manager.schedule(address(policy), call, 0);
        vm.warp(block.timestamp + DELAY);
        vm.expectEmit(address(policy));
        emit IRoutePolicy.RouteSet(CHAIN, address(token), route);
        policy.setRoute(CHAIN, address(token), route);
        assertEq(
            keccak256(abi.encode(policy.routeOf(CHAIN, address(token)))),
            keccak256(abi.encode(route))
        );
    }

    function test_aRouteWaitsAndCanBeVetoed() public {
        Route memory route = Route(_firstReceivers(1), NO_DAILY_LIMIT, _only(Tier(LIMIT, 1, 0)));
        bytes memory call = abi.encodeCall(policy.setRoute, (CHAIN, address(token), route));
        bytes32 operation = manager.hashOperation(governor, address(policy), call);
        vm.startPrank(governor);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation)
        );
        policy.setRoute(CHAIN, address(token), route);
        manager.schedule(address(policy), call, 0);
        vm.stopPrank();
        vm.prank(guardian);
        manager.cancel(governor, address(policy), call);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation)
        );
        vm.prank(governor);
        policy.setRoute(CHAIN, address(token), route);
    }

    /// @dev A veto is instant; taking it back is not the guardian's.
    function test_theGuardianVetoesAndCannotLift() public {
        vm.prank(guardian);
        policy.veto("terms");
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian)
        );
        vm.prank(guardian);
        policy.liftVeto("terms");

        vm.startPrank(governor);
        manager.schedule(address(policy), abi.encodeCall(policy.liftVeto, ("terms")), 0);
        vm.warp(block.timestamp + DELAY);
        policy.liftVeto("terms");
        assertFalse(policy.stateOf("terms").vetoed);
    }

    function testFuzz_onlyTheHubAsks(address caller) public {
        vm.assume(caller != address(hub));
        Settlement memory settlement = _next(1, 1);
        vm.expectRevert(abi.encodeWithSelector(IRoutePolicy.OnlyHub.selector, caller));
        vm.prank(caller);
        policy.admit(settlement, "", caller);
    }

    function test_aPolicyHasAHub() public {
        vm.expectRevert(IRoutePolicy.ZeroHub.selector);
        new RoutePolicy(ISettlementHub(address(0)), address(manager));
    }

    function test_whatIsNoRouteIsRefused() public {
        Tier[] memory none = new Tier[](0);
        _expectInvalid(
            0, 0, none, abi.encodeWithSelector(IRoutePolicy.InvalidTierCount.selector, 0)
        );
        Tier[] memory nine = new Tier[](9);
        _expectInvalid(
            0, 0, nine, abi.encodeWithSelector(IRoutePolicy.InvalidTierCount.selector, 9)
        );

        Tier[] memory two = new Tier[](2);
        (two[0], two[1]) = (Tier(5, 0, 0), Tier(5, 0, 0));
        _expectInvalid(
            0, NO_DAILY_LIMIT, two, abi.encodeWithSelector(IRoutePolicy.TiersOutOfOrder.selector, 1)
        );
        _expectInvalid(
            0,
            NO_DAILY_LIMIT,
            _only(Tier(0, 0, 0)),
            abi.encodeWithSelector(IRoutePolicy.TiersOutOfOrder.selector, 0)
        );
        _expectInvalid(
            1,
            NO_DAILY_LIMIT,
            _only(Tier(5, 2, 0)),
            abi.encodeWithSelector(IRoutePolicy.TooFewReceivers.selector, 0, 1)
        );
        _expectInvalid(
            0,
            NO_DAILY_LIMIT,
            _only(Tier(5, 0, 7 days + 1)),
            abi.encodeWithSelector(IRoutePolicy.DelayTooLong.selector, 7 days + 1, 7 days)
        );
        _expectInvalid(
            0,
            9,
            _only(Tier(5, 0, 0)),
            abi.encodeWithSelector(IRoutePolicy.CapAboveHalfADay.selector, 5, 9)
        );
        vm.expectRevert(
            abi.encodeWithSelector(IRoutePolicy.NoRoute.selector, CHAIN, address(token))
        );
        policy.removeRoute(CHAIN, address(token));
    }

    function test_receiversAreDistinctAndAddresses() public {
        Route memory route = Route(new address[](2), NO_DAILY_LIMIT, _only(Tier(5, 0, 0)));
        route.receivers[0] = worker;
        _expectRefusedRoute(
            route, abi.encodeWithSelector(IRoutePolicy.InvalidReceiver.selector, address(0))
        );
        route.receivers[1] = worker;
        _expectRefusedRoute(
            route, abi.encodeWithSelector(IRoutePolicy.InvalidReceiver.selector, worker)
        );
    }

    function test_thereAreOneHundredAndTwentyEightBits() public {
        Route memory route = Route(new address[](128), NO_DAILY_LIMIT, _only(Tier(5, 1, 0)));
        for (uint256 i = 0; i < 128; i++) {
            route.receivers[i] = address(uint160(i + 1));
        }
        _makeAdministrator();
        policy.setRoute(CHAIN, address(token), route);
        assertEq(policy.routeOf(CHAIN, address(token)).receivers[127], address(128));
        vm.prank(address(128));
        policy.agree(_next(1, 1));
        assertEq(policy.stateOf(_hash(_next(1, 1))).agreed, 1 << 127);

        route.receivers[0] = address(129);
        vm.expectRevert(IRoutePolicy.TooManyReceivers.selector);
        policy.setRoute(CHAIN, address(token), route);
    }

    function _expectInvalid(uint256 count, uint96 perDay, Tier[] memory tiers, bytes memory refusal)
        private
    {
        _expectRefusedRoute(Route(_firstReceivers(count), perDay, tiers), refusal);
    }

    function _expectRefusedRoute(Route memory route, bytes memory refusal) private {
        _makeAdministrator();
        vm.expectRevert(refusal);
        policy.setRoute(CHAIN, address(token), route);
    }

    function _makeAdministrator() private {
        vm.prank(owner);
        manager.grantRole(GOVERNOR, address(this), 0);
    }
}
