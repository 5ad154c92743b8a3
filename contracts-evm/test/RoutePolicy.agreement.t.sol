// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {IMessageInbox} from "proofrail/interfaces/IMessageInbox.sol";
import {IRoutePolicy, Route, Tier} from "proofrail/interfaces/IRoutePolicy.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";

import {AnsweringPolicy, BurningPolicy} from "./utils/Policies.sol";
import {PolicyTest} from "./utils/PolicyTest.sol";

/// @notice Which bridges must agree before a settlement is paid.
contract RoutePolicyAgreementTest is PolicyTest {
    function test_whereNoBridgeIsNeededTheProofSuffices() public {
        _setTier(0, 0, 0);
        _settleForged(_next(1, 5));
        assertEq(token.balanceOf(worker), 5);
    }

    function test_oneBridgePaysAtOnceAndTheProofAloneDoesNot() public {
        _setTier(1, 1, 0);
        Settlement memory settlement = _next(1, 5);
        _expectPolicyRefusal(settlement, _awaiting(settlement, 0, 1));
        assertTrue(_deliver(0, "guid", settlement));
        assertEq(token.balanceOf(worker), 5);
    }

    /// @dev Bridges in any order: the one that makes the number pays, whichever it is.
    function testFuzz_theLastNeededBridgePays(uint256 m, uint256 n, uint256 seed) public {
        n = bound(n, 1, receivers.length);
        m = bound(m, 1, n);
        _setTier(n, uint8(m), 0);
        Settlement memory settlement = _next(seed, 5);
        bytes32 terms = _hash(settlement);
        uint256 first = seed % n;
        for (uint256 i = 0; i < n; i++) {
            uint256 bridge = (first + i) % n;
            if (i + 1 < m) {
                vm.expectEmit(address(policy));
                emit IRoutePolicy.Agreed(
                    terms, hub.settlementIdOf(settlement), address(receivers[bridge]), i + 1, m
                );
                vm.expectEmit(address(receivers[bridge]));
                emit ISettlementReceiver.AgreementTold(bytes32(i), address(policy), true);
            }
            assertEq(_deliver(bridge, bytes32(i), settlement), i + 1 >= m);
            assertEq(_isSettled(settlement), i + 1 >= m);
        }
        assertEq(token.balanceOf(worker), 5);
        // What was kept on the way is applied by anyone, and changes nothing.
        for (uint256 i = 0; i + 1 < m; i++) {
            (, bool paid) = receivers[(first + i) % n].retry(bytes32(i), _messageOf(settlement));
            assertFalse(paid);
        }
        assertEq(token.balanceOf(worker), 5);
    }

    function test_theSameBridgeTwiceIsOne() public {
        _setTier(2, 2, 0);
        Settlement memory settlement = _next(1, 5);
        assertFalse(_deliver(0, "first", settlement));
        assertFalse(_deliver(0, "second", settlement));
        bytes memory message = _messageOf(settlement);
        receivers[0].agree("first", message);
        vm.expectRevert(_refused(settlement, _awaiting(settlement, 1, 2)));
        receivers[0].retry("first", message);
        assertTrue(_deliver(1, "third", settlement));
    }

    /// @dev Another recipient, amount, deadline or coordinator is another settlement, though its id is the same.
    function testFuzz_bridgesAgreeOnEveryTerm(uint256 field, uint64 change) public {
        _setTier(2, 2, 0);
        Settlement memory settlement = _next(1, 5);
        Settlement memory other = _next(1, 5);
        vm.assume(change != 0 && change < 1e18);
        field %= 3;
        if (field == 0) other.recipient = address(uint160(worker) ^ change);
        else if (field == 1) other.amount += change;
        else other.deadline -= change;
        assertEq(hub.settlementIdOf(other), hub.settlementIdOf(settlement));

        assertFalse(_deliver(0, "first", settlement));
        assertFalse(_deliver(1, "second", other));
        _expectPolicyRefusal(settlement, _awaiting(settlement, 1, 2));
        _expectPolicyRefusal(other, _awaiting(other, 1, 2));
        assertTrue(_deliver(1, "third", settlement));
    }

    /// @dev Groth16 proofs can be made anew from themselves: bridges that carry two of them still agree.
    function testFuzz_bridgesDoNotAgreeOnTheProof(uint256 seed) public {
        _setTier(2, 2, 0);
        Settlement memory settlement = _next(1, 5);
        assertFalse(_deliver(0, "first", settlement));
        uint256[3] memory inputs;
        inputs[0] = hub.contextOf(settlement);
        inputs[1] = settlement.amount;
        inputs[2] = uint256(settlement.coordinator);
        uint256[8] memory another = receiptForger.forge(inputs, seed);
        vm.prank(address(receivers[1]));
        hub.settleWithProof(settlement, another);
    }

    function test_agreementWithoutAProofPaysNothing() public {
        _setTier(2, 2, 0);
        Settlement memory settlement = _next(1, 5);
        uint256[8] memory none;
        vm.prank(address(receivers[0]));
        policy.agree(settlement);
        vm.prank(address(receivers[1]));
        policy.agree(settlement);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlementHub.InvalidProof.selector, hub.settlementIdOf(settlement)
            )
        );
        hub.settleWithProof(settlement, none);
        // And with enough of them, anyone with the proof settles.
        _settleForged(settlement);
    }

    function testFuzz_onlyTheRoutesReceiversAgree(address caller) public {
        _setTier(2, 1, 0);
        Settlement memory settlement = _next(1, 5);
        vm.assume(caller != address(receivers[0]) && caller != address(receivers[1]));
        vm.expectRevert(abi.encodeWithSelector(IRoutePolicy.NotAReceiver.selector, caller));
        vm.prank(caller);
        policy.agree(settlement);
    }

    /// @dev A receiver of no route keeps its message, which is applied once others have agreed.
    function test_aStrangersMessageIsKept() public {
        _setTier(1, 1, 0);
        Settlement memory settlement = _next(1, 5);
        bytes memory message = _messageOf(settlement);
        vm.expectEmit(address(receivers[3]));
        emit ISettlementReceiver.AgreementTold("guid", address(policy), false);
        assertFalse(_deliver(3, "guid", settlement));
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlementReceiver.AgreementRefused.selector,
                address(policy),
                abi.encodeWithSelector(IRoutePolicy.NotAReceiver.selector, address(receivers[3]))
            )
        );
        receivers[3].agree("guid", message);
        vm.prank(address(receivers[0]));
        policy.agree(settlement);
        receivers[3].retry("guid", message);
        assertTrue(_isSettled(settlement));
    }

    function test_aReceiverThatLeavesTheRouteAgreesToNothingAnyMore() public {
        _setTier(2, 2, 0);
        Settlement memory settlement = _next(1, 5);
        assertFalse(_deliver(1, "guid", settlement));
        _setTier(1, 1, 0);
        _expectPolicyRefusal(settlement, _awaiting(settlement, 0, 1));
        assertTrue(_deliver(0, "other", settlement));
    }

    /// @dev A bit is one receiver's for ever, so that nobody inherits an agreement.
    function test_aReceiverThatJoinsInheritsNothing() public {
        _setTier(2, 2, 0);
        Settlement memory settlement = _next(1, 5);
        assertFalse(_deliver(1, "guid", settlement));
        address[] memory others = new address[](2);
        (others[0], others[1]) = (address(receivers[3]), address(receivers[2]));
        vm.prank(owner);
        policy.setRoute(
            CHAIN, address(token), Route(others, NO_DAILY_LIMIT, _only(Tier(LIMIT, 1, 0)))
        );
        _expectPolicyRefusal(settlement, _awaiting(settlement, 0, 1));
        assertTrue(_deliver(3, "other", settlement));
    }

    function testFuzz_theValueChoosesTheTier(uint128 amount) public {
        Tier[] memory tiers = new Tier[](3);
        (tiers[0], tiers[1], tiers[2]) = (Tier(100, 0, 0), Tier(1e6, 1, 0), Tier(LIMIT, 2, 0));
        _setRoute(3, NO_DAILY_LIMIT, tiers);
        amount = uint128(bound(amount, 1, LIMIT));
        uint256 needed = amount <= 100 ? 0 : amount <= 1e6 ? 1 : 2;
        Settlement memory settlement = _next(1, amount);
        for (uint256 i = 0; i < needed; i++) {
            _expectPolicyRefusal(settlement, _awaiting(settlement, i, needed));
            assertEq(_deliver(i, bytes32(i), settlement), i + 1 == needed);
        }
        if (needed == 0) _settleForged(settlement);
        assertTrue(_isSettled(settlement));
    }

    /// @dev Two bridges that arrived while paused: neither agreed then, and still nothing is stranded.
    function test_whatArrivedWhilePausedAgreesLater() public {
        _setTier(2, 2, 0);
        Settlement memory settlement = _next(1, 5);
        bytes memory message = _messageOf(settlement);
        for (uint256 i = 0; i < 2; i++) {
            vm.prank(owner);
            receivers[i].pause();
            assertFalse(_deliver(i, "guid", settlement));
            vm.expectRevert();
            receivers[i].agree("guid", message);
            vm.prank(owner);
            receivers[i].unpause();
        }
        assertEq(policy.stateOf(_hash(settlement)).agreed, 0);

        vm.expectRevert(_refused(settlement, _awaiting(settlement, 1, 2)));
        receivers[1].retry("guid", message);
        vm.prank(makeAddr("anyone"));
        receivers[0].agree("guid", message);
        receivers[1].retry("guid", message);
        assertTrue(_isSettled(settlement));
    }

    function test_onlyWhatIsKeptAgrees() public {
        _setTier(1, 1, 0);
        Settlement memory settlement = _next(1, 5);
        bytes memory message = _messageOf(settlement);
        bytes memory refusal =
            abi.encodeWithSelector(IMessageInbox.MessageNotStored.selector, bytes32("guid"));
        vm.expectRevert(refusal);
        receivers[0].agree("guid", message);
        _deliver(0, "guid", settlement);
        vm.expectRevert(refusal);
        receivers[0].agree("guid", message);
    }

    function test_withoutAPolicyThereIsNothingToAgreeTo() public {
        Settlement memory settlement = _next(1, 5);
        _authorize(parties.payer, parties.coordinator, 4);
        assertFalse(_deliver(0, "guid", settlement));
        bytes memory message = _messageOf(settlement);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementReceiver.AgreementRefused.selector, address(0), "")
        );
        receivers[0].agree("guid", message);
    }

    /// @dev Whatever the payer's policy does, the message arrives and is kept.
    function test_aReceiverSurvivesAnyPolicy() public {
        address[2] memory hostile =
            [address(new BurningPolicy()), address(new AnsweringPolicy(false, new bytes(9_000)))];
        Settlement memory settlement = _next(1, 5);
        bytes memory message = _messageOf(settlement);
        for (uint256 i = 0; i < 2; i++) {
            vm.etch(address(policy), hostile[i].code);
            receivers[0].deliver{gas: receivers[0].MIN_GAS_UNDER_POLICY() + 10_000}(
                bytes32(i), message
            );
            assertEq(receivers[0].storedMessage(bytes32(i)), keccak256(message));
        }
    }

    /// @dev Whoever delivers chooses the gas: it neither keeps what would be paid nor forgets that a bridge agreed.
    function testFuzz_aLackOfGasLeavesTheMessageWithItsBridge(uint256 gas, bool last) public {
        _setTier(2, 2, 0);
        Settlement memory settlement = _next(1, 5);
        if (last) _deliver(1, "other", settlement);
        gas = bound(gas, 300_000, 650_000);
        (bool ok,) = address(receivers[0]).call{gas: gas}(
            abi.encodeCall(receivers[0].deliver, ("guid", _messageOf(settlement)))
        );
        if (ok) {
            assertEq(_isSettled(settlement), last);
            assertEq(policy.stateOf(_hash(settlement)).agreed != 0, true);
        } else {
            assertEq(receivers[0].storedMessage("guid"), 0);
            assertLt(gas, receivers[0].MIN_GAS_UNDER_POLICY() + 20_000);
        }
    }

    function _awaiting(Settlement memory settlement, uint256 have, uint256 need)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IRoutePolicy.AwaitingAgreement.selector, _hash(settlement), have, need
        );
    }
}
