// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {RoutePolicy} from "proofrail/RoutePolicy.sol";
import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {IRoutePolicy, Route, Tier} from "proofrail/interfaces/IRoutePolicy.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";

import {BridgesTest} from "./utils/BridgesTest.sol";

/// @notice Two of three real bridges must agree.
contract RoutePolicyBridgesTest is BridgesTest {
    RoutePolicy internal policy;
    address[] private _receivers;

    function setUp() public override {
        super.setUp();
        _receivers = [address(receiver), address(wormholeReceiver), address(ccipReceiver)];
        policy = new RoutePolicy(hub, address(manager));
        _setRoute(0);
        vm.prank(parties.payer);
        hub.authorizeCoordinatorUnder(
            parties.coordinator,
            address(token),
            ICoordinators.Limits(LIMIT, type(uint128).max),
            policy
        );
    }

    function testFuzz_theSecondBridgePaysAndTheThirdChangesNothing(uint256 seed) public {
        Delivery[3] memory deliveries = [_overLayerZero(), _overWormhole(), _overCcip()];
        uint256 first = seed % 3;
        uint256 second = (first + 1 + (seed >> 8) % 2) % 3;
        vm.expectEmit(_receivers[first]);
        emit ISettlementReceiver.AgreementTold(deliveries[first].guid, address(policy), true);
        _deliver(deliveries[first]);
        assertFalse(hub.isSettled(id));
        vm.expectPartialRevert(ICoordinators.PolicyRefused.selector);
        _settle(receipt);

        vm.expectEmit(_receivers[second]);
        emit ISettlementReceiver.MessageApplied(deliveries[second].guid, id, true);
        _deliver(deliveries[second]);
        _assertPaidOnce();
        _deliver(deliveries[3 - first - second]);
        ISettlementReceiver(_receivers[first]).retry(deliveries[first].guid, message);
        _assertPaidOnce();
    }

    function test_anyoneAppliesWhatTheBridgesAgreedOnOnceItsDelayIsOver() public {
        _setRoute(1 days);
        Delivery memory overWormhole = _overWormhole();
        Delivery memory overCcip = _overCcip();
        _deliver(overWormhole);
        _deliver(overCcip);
        uint64 readyAt = uint64(block.timestamp) + 1 days;
        bytes memory delayed = abi.encodeWithSelector(
            IRoutePolicy.Delayed.selector, policy.termsOf(receipt.settlement), readyAt
        );
        vm.expectRevert(
            abi.encodeWithSelector(
                ICoordinators.PolicyRefused.selector, id, address(policy), delayed
            )
        );
        ccipReceiver.retry(overCcip.guid, message);
        vm.warp(readyAt);
        vm.prank(makeAddr("anyone"));
        wormholeReceiver.retry(overWormhole.guid, message);
        _assertPaidOnce();
        ccipReceiver.retry(overCcip.guid, message);
        _assertPaidOnce();
    }

    function _setRoute(uint32 delay) private {
        Tier[] memory tiers = new Tier[](1);
        tiers[0] = Tier(LIMIT, 2, delay);
        vm.prank(owner);
        policy.setRoute(
            receipt.settlement.sourceChain,
            address(token),
            Route(_receivers, type(uint96).max, tiers)
        );
    }
}
