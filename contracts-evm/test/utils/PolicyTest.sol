// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {RoutePolicy} from "proofrail/RoutePolicy.sol";
import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {Route, Tier} from "proofrail/interfaces/IRoutePolicy.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {HubTest} from "./HubTest.sol";
import {OpenReceiver} from "./OpenReceiver.sol";

/// @notice A payer under a route policy, and receivers of bridges that anyone is.
abstract contract PolicyTest is HubTest {
    uint96 internal constant NO_DAILY_LIMIT = type(uint96).max;
    bytes32 internal constant CHAIN = keccak256("near:test");

    RoutePolicy internal policy;
    OpenReceiver[] internal receivers;
    address internal worker = makeAddr("worker");

    function setUp() public virtual override {
        super.setUp();
        policy = new RoutePolicy(hub, address(manager));
        for (uint256 i = 0; i < 4; i++) {
            receivers.push(new OpenReceiver(hub, owner));
        }
        _putUnderPolicy(parties.payer);
    }

    function _putUnderPolicy(address payer) internal {
        ICoordinators.Limits memory limits = ICoordinators.Limits(LIMIT, type(uint128).max);
        vm.prank(payer);
        hub.authorizeCoordinatorUnder(parties.coordinator, address(token), limits, policy);
    }

    /// @dev A route over the first `count` receivers.
    function _setRoute(uint256 count, uint96 maxPerDay, Tier[] memory tiers) internal {
        Route memory route = Route(_firstReceivers(count), maxPerDay, tiers);
        vm.prank(owner);
        policy.setRoute(CHAIN, address(token), route);
    }

    function _setTier(uint256 count, uint8 required, uint32 delay) internal {
        _setRoute(count, NO_DAILY_LIMIT, _only(Tier(LIMIT, required, delay)));
    }

    function _firstReceivers(uint256 count) internal view returns (address[] memory chosen) {
        chosen = new address[](count);
        for (uint256 i = 0; i < count; i++) {
            chosen[i] = address(receivers[i]);
        }
    }

    function _deliver(uint256 receiver, bytes32 guid, Settlement memory settlement)
        internal
        returns (bool paid)
    {
        receivers[receiver].deliver(guid, _messageOf(settlement));
        return receivers[receiver].storedMessage(guid) == 0;
    }

    function _announce(Settlement memory settlement) internal returns (uint64 readyAt) {
        return policy.announce(settlement, abi.encodePacked(_forged(settlement)));
    }

    function _expectPolicyRefusal(Settlement memory settlement, bytes memory reason) internal {
        _expectRefusal(settlement, _forged(settlement), _refused(settlement, reason));
    }

    function _refused(Settlement memory settlement, bytes memory reason)
        internal
        view
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ICoordinators.PolicyRefused.selector,
            hub.settlementIdOf(settlement),
            address(policy),
            reason
        );
    }

    function _next(uint256 job, uint128 amount) internal view returns (Settlement memory) {
        return _terms(job, worker, address(token), amount);
    }

    function _messageOf(Settlement memory settlement) internal view returns (bytes memory) {
        return SettlementMessage.encode(settlement, _forged(settlement));
    }

    function _isSettled(Settlement memory settlement) internal view returns (bool) {
        return hub.isSettled(hub.settlementIdOf(settlement));
    }

    function _hash(Settlement memory settlement) internal pure returns (bytes32) {
        return keccak256(abi.encode(settlement));
    }

    function _only(Tier memory tier) internal pure returns (Tier[] memory tiers) {
        tiers = new Tier[](1);
        tiers[0] = tier;
    }
}
