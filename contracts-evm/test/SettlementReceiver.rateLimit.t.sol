// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IMessageInbox} from "proofrail/interfaces/IMessageInbox.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";
import {RateLimits} from "proofrail/libraries/RateLimits.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {HubTest} from "./utils/HubTest.sol";
import {OpenReceiver} from "./utils/OpenReceiver.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice A receiver pays no more of a token in a while than its owner lets it.
contract SettlementReceiverRateLimitTest is HubTest {
    uint32 internal constant WINDOW = 1 hours;

    OpenReceiver internal receiver;
    ProvenReceipt internal first;
    ProvenReceipt internal second;
    uint96 internal firstAmount;
    uint96 internal secondAmount;

    function setUp() public override {
        super.setUp();
        receiver = new OpenReceiver(hub, owner);
        first = Receipts.named("first job");
        second = Receipts.named("second job");
        firstAmount = uint96(first.settlement.amount);
        secondAmount = uint96(second.settlement.amount);
    }

    function test_withoutLimitEverythingIsPaid() public {
        _assertLimit(0, 0, type(uint256).max);
        assertTrue(_deliver("first", first));
        assertTrue(_deliver("second", second));
        _assertLimit(0, 0, type(uint256).max);
    }

    function test_whatExceedsTheLimitIsKeptUntilTimeAllowsIt() public {
        uint96 capacity = firstAmount > secondAmount ? firstAmount : secondAmount;
        _limit(capacity, WINDOW);
        assertTrue(_deliver("first", first));
        uint256 left = capacity - firstAmount;
        _assertLimit(capacity, WINDOW, left);

        bytes memory refusal =
            abi.encodeWithSelector(RateLimits.RateLimitExceeded.selector, secondAmount, left);
        bytes memory message = _messageOf(second);
        vm.expectEmit(address(receiver));
        emit IMessageInbox.MessageStored("second", message, refusal);
        assertFalse(_deliver("second", second));
        vm.expectRevert(refusal);
        receiver.retry("second", message);
        // A refusal counts for nothing.
        _assertLimit(capacity, WINDOW, left);

        vm.warp(block.timestamp + WINDOW);
        _assertLimit(capacity, WINDOW, capacity);
        receiver.retry("second", message);
        assertTrue(_isSettled(second));
        _assertLimit(capacity, WINDOW, capacity - secondAmount);
    }

    function test_whatExceedsTheCapacityWaitsForAHigherOne() public {
        _limit(firstAmount - 1, WINDOW);
        assertFalse(_deliver("first", first));
        vm.warp(block.timestamp + 10 * uint256(WINDOW));
        bytes memory message = _messageOf(first);
        vm.expectRevert(
            abi.encodeWithSelector(
                RateLimits.RateLimitExceeded.selector, firstAmount, firstAmount - 1
            )
        );
        receiver.retry("first", message);
        _limit(firstAmount, WINDOW);
        receiver.retry("first", message);
        assertTrue(_isSettled(first));
    }

    function test_whatWasPaidBeforeCountsForNothing() public {
        _settle(first);
        _limit(1, WINDOW);
        vm.expectEmit(address(receiver));
        emit ISettlementReceiver.MessageApplied(
            "first", hub.settlementIdOf(first.settlement), false
        );
        assertTrue(_deliver("first", first));
        _assertLimit(1, WINDOW, 1);
    }

    function test_anotherTokensLimitIsAnother() public {
        vm.prank(owner);
        receiver.setRateLimit(parties.hostileToken, 1, WINDOW);
        assertTrue(_deliver("first", first));
    }

    function test_aLimitIsTakenAway() public {
        _limit(1, WINDOW);
        assertFalse(_deliver("first", first));
        _limit(0, 0);
        receiver.retry("first", _messageOf(first));
        assertTrue(_isSettled(first));
    }

    /// @dev What was paid goes on counting when the limit changes.
    function testFuzz_aNewLimitForgetsNothing(uint96 capacity, uint32 window) public {
        vm.assume(window != 0);
        _limit(firstAmount, WINDOW);
        assertTrue(_deliver("first", first));
        _limit(capacity, window);
        _assertLimit(capacity, window, capacity > firstAmount ? capacity - firstAmount : 0);
    }

    /// @dev In any window, no more than twice the capacity: what is there, and what comes back meanwhile.
    function testFuzz_theLimitHolds(uint96 capacity, uint32 window, uint16 elapsed) public {
        capacity = uint96(bound(capacity, firstAmount, type(uint96).max));
        window = uint32(bound(window, 1, type(uint32).max));
        _limit(capacity, window);
        assertTrue(_deliver("first", first));

        uint256 start = block.timestamp;
        vm.warp(start + elapsed);
        uint256 restored = uint256(elapsed) * capacity / window;
        uint256 free = capacity - firstAmount + restored;
        if (free > capacity) free = capacity;
        _assertLimit(capacity, window, free);
        assertEq(_deliver("second", second), secondAmount <= free);
    }

    function testFuzz_onlyTheOwnerLimits(address caller) public {
        vm.assume(caller != owner);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        receiver.setRateLimit(address(token), 1, WINDOW);
    }

    function _limit(uint96 capacity, uint32 window) private {
        vm.expectEmit(address(receiver));
        emit ISettlementReceiver.RateLimitSet(address(token), capacity, window);
        vm.prank(owner);
        receiver.setRateLimit(address(token), capacity, window);
    }

    function _deliver(bytes32 guid, ProvenReceipt memory receipt) private returns (bool settled) {
        receiver.deliver(guid, _messageOf(receipt));
        settled = receiver.storedMessage(guid) == 0;
        assertEq(settled, _isSettled(receipt));
    }

    function _isSettled(ProvenReceipt memory receipt) private view returns (bool) {
        return hub.isSettled(hub.settlementIdOf(receipt.settlement));
    }

    function _messageOf(ProvenReceipt memory receipt) private pure returns (bytes memory) {
        return SettlementMessage.encode(receipt.settlement, receipt.proof);
    }

    function _assertLimit(uint256 capacity, uint256 window, uint256 available) private view {
        (uint96 capacity_, uint32 window_, uint256 available_) =
            receiver.rateLimitOf(address(token));
        assertEq(capacity_, capacity);
        assertEq(window_, window);
        assertEq(available_, available);
    }
}
