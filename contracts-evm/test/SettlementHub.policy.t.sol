// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementPolicy} from "proofrail/interfaces/ISettlementPolicy.sol";

import {HubTest} from "./utils/HubTest.sol";
import {
    AnsweringPolicy,
    BombingPolicy,
    BurningPolicy,
    RecordingPolicy,
    ReentrantPolicy
} from "./utils/Policies.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice A payer's policy is asked before each settlement, can refuse it, and can do nothing else.
contract SettlementHubPolicyTest is HubTest {
    RecordingPolicy internal policy;
    ProvenReceipt internal receipt;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        receipt = Receipts.named("first job");
        id = hub.settlementIdOf(receipt.settlement);
        policy = new RecordingPolicy();
        _putUnder(address(policy));
    }

    function testFuzz_anAuthorizationNamesItsPolicy(uint128 perSettlement, uint128 perDay) public {
        perDay = uint128(bound(perDay, 0, type(uint120).max - 1));
        vm.expectEmit(address(hub));
        emit ICoordinators.CoordinatorAuthorized(
            address(this), parties.coordinator, address(token), perSettlement, perDay
        );
        vm.expectEmit(address(hub));
        emit ICoordinators.PolicySet(
            address(this), parties.coordinator, address(token), address(policy)
        );
        hub.authorizeCoordinatorUnder(
            parties.coordinator, address(token), _limits(perSettlement, perDay), policy
        );
        (ICoordinators.Limits memory limits, uint128 left) =
            hub.limitsOf(address(this), parties.coordinator, address(token));
        assertEq(limits.maxPerSettlement, perSettlement);
        assertEq(limits.maxPerDay, perDay);
        assertEq(left, perDay);
        assertEq(hub.policyOf(address(this), parties.coordinator, address(token)), address(policy));
        assertEq(hub.policyOf(address(this), parties.otherCoordinator, address(token)), address(0));
    }

    function testFuzz_aDailyLimitFitsItsSlot(uint128 perDay) public {
        perDay = uint128(bound(perDay, type(uint120).max, type(uint128).max - 1));
        bytes memory refusal =
            abi.encodeWithSelector(ICoordinators.DailyLimitTooLarge.selector, perDay);
        vm.expectRevert(refusal);
        hub.authorizeCoordinatorDaily(parties.coordinator, address(token), 1, perDay);
        vm.expectRevert(refusal);
        hub.authorizeCoordinatorUnder(
            parties.coordinator, address(token), _limits(1, perDay), policy
        );
    }

    function test_aPolicyHasCode() public {
        address nobody = makeAddr("nobody");
        vm.expectRevert(abi.encodeWithSelector(ICoordinators.PolicyWithoutCode.selector, nobody));
        hub.authorizeCoordinatorUnder(
            parties.coordinator, address(token), _limits(1, 1), ISettlementPolicy(nobody)
        );
    }

    function test_thePolicyIsAskedOnceAndInFull() public {
        address anyone = makeAddr("anyone");
        vm.prank(anyone);
        _settle(receipt);
        assertEq(policy.asked(), 1);
        assertEq(policy.id(), id);
        assertEq(policy.via(), anyone);
        assertEq(policy.terms(), keccak256(abi.encode(receipt.settlement)));
        // What was paid is nothing to judge.
        hub.settle(receipt.settlement, receipt.proof);
        assertEq(policy.asked(), 1);
    }

    function testFuzz_aRefusalIsPassedOnAndChangesNothing(uint256 reason) public {
        reason = bound(reason, 1, type(uint256).max);
        policy.refuse(reason);
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            _refused(
                address(policy), abi.encodeWithSelector(RecordingPolicy.Refused.selector, reason)
            )
        );
        policy.refuse(0);
        _settle(receipt);
    }

    /// @dev A refusal costs no verification.
    function test_thePolicyIsAskedBeforeTheProofIsVerified() public {
        policy.refuse(1);
        vm.expectCall(address(verifier), "", 0);
        vm.expectPartialRevert(ICoordinators.PolicyRefused.selector);
        _settle(receipt);
    }

    /// @dev What the policy changed is undone where the proof does not hold.
    function test_admissionAuthorizesNothing() public {
        receipt.settlement.recipient = makeAddr("thief");
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(ISettlementHub.InvalidProof.selector, id)
        );
        assertEq(policy.asked(), 0);
    }

    function test_theLimitsOfTheAuthorizationHoldToo() public {
        uint128 amount = receipt.settlement.amount;
        vm.prank(parties.payer);
        hub.authorizeCoordinatorUnder(
            parties.coordinator, address(token), _limits(amount - 1, amount - 1), policy
        );
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(ICoordinators.AmountAboveLimit.selector, amount, amount - 1)
        );
    }

    /// @dev No state without exit: neither the escrow nor the authorisation is the policy's.
    function test_thePayerLeavesThePolicyAtOnce() public {
        policy.refuse(1);
        vm.expectEmit(address(hub));
        emit ICoordinators.PolicySet(parties.payer, parties.coordinator, address(token), address(0));
        _authorize(parties.payer, parties.coordinator, LIMIT);
        _settle(receipt);
        assertEq(policy.asked(), 0);
        assertEq(hub.policyOf(parties.payer, parties.coordinator, address(token)), address(0));
    }

    function test_thePayerWithdrawsWhateverThePolicySays() public {
        policy.refuse(1);
        _withdraw(parties.payer, address(token), ESCROW, parties.payer);
        assertEq(token.balanceOf(parties.payer), ESCROW);
    }

    function testFuzz_anAnswerThatIsNotTheSelectorRefuses(bytes memory answer) public {
        vm.assume(keccak256(answer) != keccak256(abi.encode(ISettlementPolicy.admit.selector)));
        address garbage = address(new AnsweringPolicy(true, answer));
        _putUnder(garbage);
        _expectRefusal(receipt.settlement, receipt.proof, _refused(garbage, _cut(answer)));
    }

    function testFuzz_aReasonIsCut(bytes memory reason) public {
        address refusing = address(new AnsweringPolicy(false, reason));
        _putUnder(refusing);
        _expectRefusal(receipt.settlement, receipt.proof, _refused(refusing, _cut(reason)));
    }

    function test_theSelectorOfAFailureRefuses() public {
        bytes memory magic = abi.encode(ISettlementPolicy.admit.selector);
        address refusing = address(new AnsweringPolicy(false, magic));
        _putUnder(refusing);
        _expectRefusal(receipt.settlement, receipt.proof, _refused(refusing, magic));
    }

    function test_aPolicyThatLostItsCodeRefuses() public {
        vm.etch(address(policy), "");
        _expectRefusal(receipt.settlement, receipt.proof, _refused(address(policy), ""));
    }

    function test_aPolicySettlesNothingMeanwhile() public {
        address reentrant = address(new ReentrantPolicy(hub, receipt.proof));
        _putUnder(reentrant);
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            _refused(
                reentrant,
                abi.encodeWithSelector(
                    ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector
                )
            )
        );
    }

    /// @dev Whatever it does with its gas, the rest stays the caller's.
    function test_aPolicyHasNoMoreThanItsGas() public {
        address burning = address(new BurningPolicy());
        _putUnder(burning);
        uint256 before = gasleft();
        (bool ok, bytes memory reason) =
            address(hub).call(abi.encodeCall(hub.settle, (receipt.settlement, receipt.proof)));
        assertLt(before - gasleft(), hub.POLICY_GAS() + 60_000);
        assertFalse(ok);
        assertEq(reason, _refused(burning, ""));

        address bombing = address(new BombingPolicy());
        _putUnder(bombing);
        before = gasleft();
        (ok, reason) =
            address(hub).call(abi.encodeCall(hub.settle, (receipt.settlement, receipt.proof)));
        assertLt(before - gasleft(), hub.POLICY_GAS() + 60_000);
        assertEq(reason, _refused(bombing, new bytes(256)));
    }

    /// @dev Whoever calls chooses the gas: it never makes a refusal of what would be paid.
    function testFuzz_aLackOfGasIsNoRefusal(uint256 gas) public {
        gas = bound(gas, 60_000, 700_000);
        (bool ok, bytes memory answer) = address(hub).call{gas: gas}(
            abi.encodeCall(hub.settle, (receipt.settlement, receipt.proof))
        );
        if (ok) assertTrue(hub.isSettled(id));
        else if (answer.length != 0) assertEq(bytes4(answer), IEscrow.InsufficientGas.selector);
        assertTrue(ok || gas < 620_000);
    }

    function test_aBatchAsksForEach() public {
        ProvenReceipt memory second = Receipts.named("second job");
        Settlement[] memory settlements = new Settlement[](2);
        uint256[8][] memory proofs = new uint256[8][](2);
        (settlements[0], proofs[0]) = (receipt.settlement, receipt.proof);
        (settlements[1], proofs[1]) = (second.settlement, second.proof);
        address anyone = makeAddr("anyone");
        vm.prank(anyone);
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        assertTrue(outcomes[0] == ISettlementHub.Outcome.Paid);
        assertTrue(outcomes[1] == ISettlementHub.Outcome.Paid);
        assertEq(policy.asked(), 2);
        assertEq(policy.via(), anyone);
    }

    function test_aRefusalStaysWithItsItem() public {
        Settlement[] memory settlements = new Settlement[](2);
        uint256[8][] memory proofs = new uint256[8][](2);
        (settlements[0], proofs[0]) = (receipt.settlement, receipt.proof);
        _fund(parties.otherPayer, 1);
        _authorize(parties.otherPayer, parties.coordinator, 1);
        settlements[1] = _terms(7, makeAddr("worker"), address(token), 1);
        settlements[1].payer = parties.otherPayer;
        proofs[1] = _forged(settlements[1]);

        policy.refuse(1);
        vm.expectEmit(address(hub));
        emit ISettlementHub.SettlementRefused(
            id,
            _refused(
                address(policy),
                abi.encodeWithSelector(RecordingPolicy.Refused.selector, uint256(1))
            )
        );
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        assertTrue(outcomes[0] == ISettlementHub.Outcome.Refused);
        assertTrue(outcomes[1] == ISettlementHub.Outcome.Paid);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW);
    }

    function _putUnder(address policy_) private {
        vm.prank(parties.payer);
        hub.authorizeCoordinatorUnder(
            parties.coordinator,
            address(token),
            _limits(LIMIT, type(uint128).max),
            ISettlementPolicy(policy_)
        );
    }

    function _refused(address policy_, bytes memory reason) private view returns (bytes memory) {
        return abi.encodeWithSelector(ICoordinators.PolicyRefused.selector, id, policy_, reason);
    }

    function _limits(uint128 perSettlement, uint128 perDay)
        private
        pure
        returns (ICoordinators.Limits memory)
    {
        return ICoordinators.Limits(perSettlement, perDay);
    }

    function _cut(bytes memory data) private pure returns (bytes memory cut) {
        cut = new bytes(data.length < 256 ? data.length : 256);
        for (uint256 i = 0; i < cut.length; i++) {
            cut[i] = data[i];
        }
    }
}
