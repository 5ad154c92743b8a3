// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IRoutePolicy, Route, Tier} from "proofrail/interfaces/IRoutePolicy.sol";
import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";

import {PolicyTest} from "./utils/PolicyTest.sol";

/// @notice Above some value a settlement waits, and a guardian can veto it meanwhile.
contract RoutePolicyDelayTest is PolicyTest {
    uint32 private constant DELAY = 1 days;

    function test_belowTheThresholdNothingWaits() public {
        Tier[] memory tiers = new Tier[](2);
        (tiers[0], tiers[1]) = (Tier(100, 0, 0), Tier(LIMIT, 0, DELAY));
        _setRoute(0, NO_DAILY_LIMIT, tiers);
        _settleForged(_next(1, 100));
        Settlement memory above = _next(2, 101);
        _expectPolicyRefusal(above, _notBegun(above));
    }

    function testFuzz_theDelayBeginsWithTheAnnouncedProof(uint32 delay, uint32 elapsed) public {
        delay = uint32(bound(delay, 1, policy.LONGEST_DELAY()));
        _setTier(0, 0, delay);
        Settlement memory settlement = _next(1, 5);
        vm.warp(block.timestamp + 30 days);
        _expectPolicyRefusal(settlement, _notBegun(settlement));

        uint64 readyAt = uint64(block.timestamp) + delay;
        vm.expectEmit(address(policy));
        emit IRoutePolicy.Completed(
            _hash(settlement), hub.settlementIdOf(settlement), readyAt, settlement
        );
        vm.prank(makeAddr("anyone"));
        assertEq(_announce(settlement), readyAt);

        elapsed = uint32(bound(elapsed, 0, delay - 1));
        vm.warp(block.timestamp + elapsed);
        _expectPolicyRefusal(settlement, _delayed(settlement, readyAt));
        vm.warp(readyAt);
        _settleForged(settlement);
        assertEq(token.balanceOf(worker), 5);
    }

    function test_withoutAProofNothingIsAnnounced() public {
        _setTier(0, 0, DELAY);
        Settlement memory settlement = _next(1, 5);
        uint256[8] memory proof = _forged(settlement);
        settlement.recipient = makeAddr("thief");
        bytes memory refusal =
            abi.encodeWithSelector(IRoutePolicy.NotAuthorized.selector, _hash(settlement));
        vm.expectRevert(refusal);
        policy.announce(settlement, abi.encodePacked(proof));
        vm.expectRevert(refusal);
        policy.announce(settlement, "");
        vm.expectRevert(refusal);
        policy.announce(settlement, new bytes(256));
    }

    function test_anotherPolicysSettlementsAreNotAnnounced() public {
        _setTier(0, 0, DELAY);
        Settlement memory settlement = _next(1, 5);
        bytes memory proof = abi.encodePacked(_forged(settlement));
        _authorize(parties.payer, parties.coordinator, LIMIT);
        vm.expectRevert(
            abi.encodeWithSelector(IRoutePolicy.UnderAnotherPolicy.selector, address(0))
        );
        policy.announce(settlement, proof);
    }

    function test_anAnnouncementIsMadeOnceAndWhereItIsNeeded() public {
        _setTier(0, 0, DELAY);
        Settlement memory settlement = _next(1, 5);
        bytes memory proof = abi.encodePacked(_forged(settlement));
        bytes memory refusal =
            abi.encodeWithSelector(IRoutePolicy.NothingToAnnounce.selector, _hash(settlement));
        policy.announce(settlement, proof);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(refusal);
        policy.announce(settlement, proof);

        _setTier(0, 0, 0);
        settlement = _next(2, 5);
        proof = abi.encodePacked(_forged(settlement));
        vm.expectRevert(
            abi.encodeWithSelector(IRoutePolicy.NothingToAnnounce.selector, _hash(settlement))
        );
        policy.announce(settlement, proof);
    }

    /// @dev A bridge that carried it says nothing of a proof.
    function test_whatNeedsNoBridgeIsNotAnnouncedByOne() public {
        _setTier(1, 0, DELAY);
        Settlement memory settlement = _next(1, 5);
        assertFalse(_deliver(0, "guid", settlement));
        vm.warp(block.timestamp + 30 days);
        _expectPolicyRefusal(settlement, _notBegun(settlement));
        uint64 readyAt = _announce(settlement);
        vm.warp(readyAt);
        receivers[0].retry("guid", _messageOf(settlement));
        assertTrue(_isSettled(settlement));
    }

    function testFuzz_theDelayBeginsWhenTheLastNeededBridgeAgrees(uint256 m, uint32 between)
        public
    {
        m = bound(m, 1, receivers.length);
        between = uint32(bound(between, 0, 30 days));
        _setTier(receivers.length, uint8(m), DELAY);
        Settlement memory settlement = _next(1, 5);
        uint64 readyAt;
        for (uint256 i = 0; i < m; i++) {
            vm.warp(block.timestamp + between);
            readyAt = uint64(block.timestamp) + DELAY;
            if (i + 1 == m) {
                vm.expectEmit(address(policy));
                emit IRoutePolicy.Completed(
                    _hash(settlement), hub.settlementIdOf(settlement), readyAt, settlement
                );
            }
            assertFalse(_deliver(i, "guid", settlement));
        }
        vm.warp(readyAt - 1);
        _expectPolicyRefusal(settlement, _delayed(settlement, readyAt));
        vm.warp(readyAt);
        vm.prank(makeAddr("anyone"));
        receivers[m - 1].retry("guid", _messageOf(settlement));
        assertTrue(_isSettled(settlement));
    }

    /// @dev A further bridge does not begin it anew, nor does the same one.
    function test_theDelayBeginsOnce() public {
        _setTier(2, 1, DELAY);
        Settlement memory settlement = _next(1, 5);
        _deliver(0, "guid", settlement);
        uint64 readyAt = uint64(block.timestamp) + DELAY;
        vm.warp(readyAt - 1);
        _deliver(0, "again", settlement);
        _deliver(1, "other", settlement);
        vm.warp(readyAt);
        _settleForged(settlement);
    }

    /// @dev Time that a receiver counted for which does no longer is not counted.
    function test_whatARouteChangeLeftWithTooFewBeginsAnew() public {
        _setTier(2, 2, DELAY);
        Settlement memory settlement = _next(1, 5);
        _deliver(0, "guid", settlement);
        _deliver(1, "guid", settlement);
        vm.warp(block.timestamp + 2 * uint256(DELAY));
        // The second receiver gives way to the third.
        _setRouteOf(0, 2);
        _expectPolicyRefusal(
            settlement,
            abi.encodeWithSelector(IRoutePolicy.AwaitingAgreement.selector, _hash(settlement), 1, 2)
        );
        _deliver(2, "guid", settlement);
        uint64 readyAt = uint64(block.timestamp) + DELAY;
        _expectPolicyRefusal(settlement, _delayed(settlement, readyAt));
        vm.warp(readyAt);
        _settleForged(settlement);
    }

    /// @dev What a lower number makes complete is announced by anyone with the proof.
    function test_aLoweredNumberStrandsNothing() public {
        _setTier(2, 2, DELAY);
        Settlement memory settlement = _next(1, 5);
        _deliver(0, "guid", settlement);
        bytes memory proof = abi.encodePacked(_forged(settlement));
        vm.expectRevert(
            abi.encodeWithSelector(IRoutePolicy.AwaitingAgreement.selector, _hash(settlement), 1, 2)
        );
        policy.announce(settlement, proof);

        _setTier(2, 1, DELAY);
        _expectPolicyRefusal(settlement, _notBegun(settlement));
        vm.warp(_announce(settlement));
        _settleForged(settlement);
    }

    function test_aVetoHoldsUntilItIsLifted() public {
        _setTier(0, 0, DELAY);
        Settlement memory settlement = _next(1, 5);
        bytes32 terms = _hash(settlement);
        uint64 readyAt = _announce(settlement);
        vm.warp(readyAt - 1);
        vm.expectEmit(address(policy));
        emit IRoutePolicy.Vetoed(terms);
        vm.prank(owner);
        policy.veto(terms);
        assertTrue(policy.stateOf(terms).vetoed);
        vm.warp(readyAt + 30 days);
        _expectPolicyRefusal(settlement, _vetoed(settlement));

        vm.expectEmit(address(policy));
        emit IRoutePolicy.VetoLifted(terms);
        vm.prank(owner);
        policy.liftVeto(terms);
        _settleForged(settlement);
    }

    /// @dev Of other terms nothing is said, though the job is the same.
    function test_aVetoIsOfTheTermsAlone() public {
        _setTier(0, 0, 0);
        Settlement memory settlement = _next(1, 5);
        vm.prank(owner);
        policy.veto(_hash(settlement));
        _expectPolicyRefusal(settlement, _vetoed(settlement));
        settlement.recipient = makeAddr("the right one");
        _settleForged(settlement);
    }

    /// @dev A guardian need not wait until what it knows to be false is announced.
    function test_aVetoMayComeFirst() public {
        _setTier(1, 1, DELAY);
        Settlement memory settlement = _next(1, 5);
        vm.prank(owner);
        policy.veto(_hash(settlement));
        bytes memory proof = abi.encodePacked(_forged(settlement));
        vm.expectRevert(_vetoed(settlement));
        policy.announce(settlement, proof);
        assertFalse(_deliver(0, "guid", settlement));
        vm.warp(block.timestamp + 30 days);
        bytes memory message = _messageOf(settlement);
        vm.expectRevert(_refused(settlement, _vetoed(settlement)));
        receivers[0].retry("guid", message);
        assertEq(receivers[0].storedMessage("guid"), keccak256(message));
    }

    function test_aVetoStandsOnce() public {
        vm.startPrank(owner);
        policy.veto("terms");
        vm.expectRevert(abi.encodeWithSelector(IRoutePolicy.TermsVetoed.selector, bytes32("terms")));
        policy.veto("terms");
        policy.liftVeto("terms");
        vm.expectRevert(
            abi.encodeWithSelector(IRoutePolicy.TermsNotVetoed.selector, bytes32("terms"))
        );
        policy.liftVeto("terms");
    }

    function testFuzz_onlyWhoMayVetoes(address caller) public {
        vm.assume(caller != owner);
        bytes memory refusal =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        vm.startPrank(caller);
        vm.expectRevert(refusal);
        policy.veto("terms");
        vm.expectRevert(refusal);
        policy.liftVeto("terms");
    }

    function _setRouteOf(uint256 first, uint256 second) private {
        address[] memory chosen = new address[](2);
        (chosen[0], chosen[1]) = (address(receivers[first]), address(receivers[second]));
        vm.prank(owner);
        policy.setRoute(
            CHAIN, address(token), Route(chosen, NO_DAILY_LIMIT, _only(Tier(LIMIT, 2, DELAY)))
        );
    }

    function _notBegun(Settlement memory settlement) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoutePolicy.DelayNotBegun.selector, _hash(settlement));
    }

    function _vetoed(Settlement memory settlement) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoutePolicy.TermsVetoed.selector, _hash(settlement));
    }

    function _delayed(Settlement memory settlement, uint64 readyAt)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IRoutePolicy.Delayed.selector, _hash(settlement), readyAt);
    }
}
