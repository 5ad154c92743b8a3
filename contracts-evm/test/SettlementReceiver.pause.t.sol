// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {SettlementReceiver} from "proofrail/bridge/SettlementReceiver.sol";
import {IMessageInbox} from "proofrail/interfaces/IMessageInbox.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";

import {BridgesTest} from "./utils/BridgesTest.sol";

/// @notice A paused receiver keeps what arrives, over each bridge, and applies it afterwards.
contract SettlementReceiverPauseTest is BridgesTest {
    function test_lzReceiveKeepsWhilePaused() public {
        _expectKeptWhilePaused(receiver, _overLayerZero());
    }

    function test_executeVAAv1KeepsWhilePaused() public {
        _expectKeptWhilePaused(wormholeReceiver, _overWormhole());
    }

    function test_ccipReceiveKeepsWhilePaused() public {
        _expectKeptWhilePaused(ccipReceiver, _overCcip());
    }

    /// @dev One bridge's pause is no other's, nor the hub's.
    function test_theOtherWaysStayOpen() public {
        vm.prank(owner);
        receiver.pause();
        Delivery memory kept = _overLayerZero();
        _deliver(kept);
        assertFalse(hub.isSettled(id));

        _deliver(_overWormhole());
        _assertPaidOnce();
        vm.prank(owner);
        receiver.unpause();
        (, bool paid) = receiver.retry(kept.guid, message);
        assertFalse(paid);
        _assertPaidOnce();
    }

    function testFuzz_onlyTheOwnerPauses(address caller) public {
        vm.assume(caller != owner);
        bytes memory refusal =
            abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller);
        vm.startPrank(caller);
        vm.expectRevert(refusal);
        receiver.pause();
        vm.expectRevert(refusal);
        receiver.unpause();
        vm.stopPrank();
    }

    function _expectKeptWhilePaused(SettlementReceiver paused, Delivery memory delivery) private {
        vm.prank(owner);
        paused.pause();
        assertTrue(paused.paused());

        vm.expectEmit(address(paused));
        emit IMessageInbox.MessageStored(
            delivery.guid, message, abi.encodeWithSelector(Pausable.EnforcedPause.selector)
        );
        _deliver(delivery);
        assertEq(paused.storedMessage(delivery.guid), keccak256(message));
        assertFalse(hub.isSettled(id));
        vm.expectRevert(Pausable.EnforcedPause.selector);
        paused.retry(delivery.guid, message);

        vm.prank(owner);
        paused.unpause();
        vm.expectEmit(address(paused));
        emit ISettlementReceiver.MessageApplied(delivery.guid, id, true);
        vm.prank(makeAddr("anyone"));
        paused.retry(delivery.guid, message);
        assertEq(paused.storedMessage(delivery.guid), 0);
        _assertPaidOnce();
    }
}
