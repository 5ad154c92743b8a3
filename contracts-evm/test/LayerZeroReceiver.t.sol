// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Errors} from "@layerzerolabs/lz-evm-protocol-v2/contracts/libs/Errors.sol";
import {OAppReceiver, Origin} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {IOAppCore} from "@layerzerolabs/oapp-evm/contracts/oapp/interfaces/IOAppCore.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {IMessageInbox} from "proofrail/interfaces/IMessageInbox.sol";
import {ISettlementHub} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";
import {LayerZeroReceiver} from "proofrail/layerzero/LayerZeroReceiver.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {LayerZeroTest, Packet} from "./utils/LayerZeroTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";
import {CallbackToken} from "./utils/Tokens.sol";

contract LayerZeroReceiverTest is LayerZeroTest {
    ProvenReceipt internal receipt;
    bytes internal message;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        receipt = Receipts.named("first job");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        id = hub.settlementIdOf(receipt.settlement);
    }

    function test_aMessageSettles() public {
        Packet memory packet = _send(message);
        _verify(packet);

        vm.expectEmit(address(receiver));
        emit ISettlementReceiver.MessageApplied(packet.guid, id, true);
        _deliver(packet);

        assertTrue(hub.isSettled(id));
        assertEq(token.balanceOf(receipt.settlement.recipient), receipt.settlement.amount);
        assertEq(receiver.storedMessage(packet.guid), 0);
        assertFalse(_isPending(packet));
    }

    function test_anUnverifiedPacketIsNotDelivered() public {
        Packet memory packet = _send(message);
        vm.expectRevert(abi.encodeWithSelector(Errors.LZ_InvalidNonce.selector, 1));
        _deliver(packet);
    }

    function testFuzz_aTamperedMessageIsNotDelivered(uint256 at, bytes1 byte_) public {
        Packet memory packet = _send(message);
        _verify(packet);
        bytes memory tampered = bytes.concat(message);
        at = bound(at, 0, tampered.length - 1);
        vm.assume(tampered[at] != byte_);
        tampered[at] = byte_;
        packet.message = tampered;
        vm.expectPartialRevert(Errors.LZ_PayloadHashNotFound.selector);
        _deliver(packet);

        packet.message = message;
        _deliver(packet);
        assertTrue(hub.isSettled(id));
    }

    function test_aDeliveredPacketIsNotDeliveredAgain() public {
        Packet memory packet = _send(message);
        _verify(packet);
        _deliver(packet);
        vm.expectPartialRevert(Errors.LZ_PayloadHashNotFound.selector);
        _deliver(packet);
        assertEq(token.balanceOf(receipt.settlement.recipient), receipt.settlement.amount);
    }

    function test_messagesArriveInAnyOrder() public {
        ProvenReceipt memory second = Receipts.named("second job");
        Packet memory first = _send(message);
        Packet memory later = _send(SettlementMessage.encode(second.settlement, second.proof));
        _verify(first);
        _verify(later);

        _deliver(later);
        assertTrue(hub.isSettled(hub.settlementIdOf(second.settlement)));
        assertFalse(hub.isSettled(id));
        _deliver(first);
        assertTrue(hub.isSettled(id));
    }

    function test_whatTheHubRefusesIsKeptAndRetriedByAnyone() public {
        _withdraw(parties.payer, address(token), ESCROW, parties.payer);
        bytes memory reason = abi.encodeWithSelector(
            IEscrow.InsufficientEscrow.selector,
            parties.payer,
            address(token),
            0,
            receipt.settlement.amount
        );
        Packet memory packet = _send(message);
        _verify(packet);
        vm.expectEmit(address(receiver));
        emit IMessageInbox.MessageStored(packet.guid, message, reason);
        _deliver(packet);
        assertEq(receiver.storedMessage(packet.guid), keccak256(message));
        assertFalse(_isPending(packet));

        // As long as the reason stands, a retry passes it on and the message stays.
        vm.expectRevert(reason);
        receiver.retry(packet.guid, message);
        assertEq(receiver.storedMessage(packet.guid), keccak256(message));

        _fund(parties.payer, ESCROW);
        vm.expectEmit(address(receiver));
        emit ISettlementReceiver.MessageApplied(packet.guid, id, true);
        vm.prank(makeAddr("anyone"));
        (bytes32 settled, bool paid) = receiver.retry(packet.guid, message);
        assertEq(settled, id);
        assertTrue(paid);
        assertEq(receiver.storedMessage(packet.guid), 0);
        assertEq(token.balanceOf(receipt.settlement.recipient), receipt.settlement.amount);

        vm.expectRevert(_notStored(packet.guid));
        receiver.retry(packet.guid, message);
    }

    function test_aFalseProofIsKeptAndNeverPays() public {
        receipt.settlement.recipient = makeAddr("thief");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        Packet memory packet = _send(message);
        _verify(packet);
        bytes memory reason = abi.encodeWithSelector(ISettlementHub.InvalidProof.selector, id);
        vm.expectEmit(address(receiver));
        emit IMessageInbox.MessageStored(packet.guid, message, reason);
        _deliver(packet);

        vm.expectRevert(reason);
        receiver.retry(packet.guid, message);
        assertEq(token.balanceOf(receipt.settlement.recipient), 0);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW);
    }

    /// @dev Our sender refuses such messages, so the endpoint is played by hand.
    function testFuzz_anUndecodableMessageIsKept(bytes calldata garbage) public {
        vm.assume(garbage.length != SettlementMessage.LENGTH);
        bytes memory body = bytes.concat(hex"01", garbage);
        bytes memory reason = abi.encodeWithSelector(
            SettlementMessage.InvalidMessageLength.selector, body.length, SettlementMessage.LENGTH
        );
        vm.assume(body.length != SettlementMessage.LENGTH);

        vm.expectEmit(address(receiver));
        emit IMessageInbox.MessageStored("guid", body, reason);
        _receive("guid", body, 0);
        assertEq(receiver.storedMessage("guid"), keccak256(body));
        vm.expectRevert(reason);
        receiver.retry("guid", body);
    }

    function test_anEmptyMessageIsKept() public {
        _receive("guid", "", 0);
        assertEq(receiver.storedMessage("guid"), keccak256(""));
    }

    function testFuzz_onlyTheKeptBytesAreRetried(bytes32 guid, uint256 at, bytes1 byte_) public {
        _authorize(parties.payer, parties.coordinator, 0);
        _receive("guid", message, 0);

        if (guid != "guid") {
            vm.expectRevert(_notStored(guid));
            receiver.retry(guid, message);
        }
        at = bound(at, 0, message.length - 1);
        vm.assume(message[at] != byte_);
        message[at] = byte_;
        vm.expectRevert(_notStored("guid"));
        receiver.retry("guid", message);
    }

    function testFuzz_onlyTheEndpointDelivers(address caller) public {
        vm.assume(caller != address(destinationEndpoint));
        Origin memory origin = _origin();
        vm.expectRevert(abi.encodeWithSelector(OAppReceiver.OnlyEndpoint.selector, caller));
        vm.prank(caller);
        receiver.lzReceive(origin, "guid", message, caller, "");
    }

    function testFuzz_onlyThePeerIsHeard(uint32 eid, bytes32 stranger) public {
        Origin memory origin = _origin();
        if (stranger != origin.sender) {
            origin.sender = stranger;
            vm.expectRevert(abi.encodeWithSelector(IOAppCore.OnlyPeer.selector, SOURCE, stranger));
            vm.prank(address(destinationEndpoint));
            receiver.lzReceive(origin, "guid", message, address(this), "");
        }
        if (eid != SOURCE) {
            origin.srcEid = eid;
            vm.expectRevert(abi.encodeWithSelector(IOAppCore.NoPeer.selector, eid));
            vm.prank(address(destinationEndpoint));
            receiver.lzReceive(origin, "guid", message, address(this), "");
        }
    }

    function testFuzz_onlyTheReceiverAppliesItsMessages(address caller) public {
        vm.assume(caller != address(receiver));
        vm.expectRevert(abi.encodeWithSelector(IMessageInbox.OnlySelf.selector, caller));
        vm.prank(caller);
        receiver.applyMessage(message);
    }

    function test_aMessageBringsNoCoins() public {
        Packet memory packet = _send(message);
        _verify(packet);
        vm.expectRevert(abi.encodeWithSelector(IMessageInbox.UnexpectedValue.selector, 1));
        destinationEndpoint.lzReceive{value: 1}(
            packet.origin, address(receiver), packet.guid, message, ""
        );
        _deliver(packet);
        assertTrue(hub.isSettled(id));
    }

    /// @dev Whatever gas a delivery brings, it settles the message or leaves it with the endpoint.
    function testFuzz_aStarvedDeliveryChangesNothing(uint256 gas) public {
        gas = bound(gas, 30_000, 700_000);
        Packet memory packet = _send(message);
        _verify(packet);
        // As in a transaction of its own.
        vm.cool(address(receiver));
        vm.cool(address(hub));
        vm.cool(address(router));
        vm.cool(address(verifier));
        vm.cool(address(token));
        try destinationEndpoint.lzReceive{gas: gas}(
            packet.origin, address(receiver), packet.guid, message, ""
        ) {
            assertTrue(hub.isSettled(id));
        } catch {
            assertTrue(_isPending(packet));
            _deliver(packet);
            assertTrue(hub.isSettled(id));
        }
        assertEq(receiver.storedMessage(packet.guid), 0);
    }

    function test_aStarvedDeliveryIsNamed() public {
        Origin memory origin = _origin();
        vm.expectPartialRevert(IMessageInbox.InsufficientGas.selector);
        vm.prank(address(destinationEndpoint));
        receiver.lzReceive{gas: 300_000}(origin, "guid", message, address(this), "");
    }

    /// @dev The kept message is gone before the token is called, and the hub is locked.
    function test_aTokenCannotRetryWhileItIsRetried() public {
        ProvenReceipt memory hostile = Receipts.named("hostile token");
        message = SettlementMessage.encode(hostile.settlement, hostile.proof);
        deployCodeTo("Tokens.sol:CallbackToken", "", parties.hostileToken);
        CallbackToken callback = CallbackToken(parties.hostileToken);
        _receive("guid", message, 0);

        callback.mint(parties.payer, ESCROW);
        vm.startPrank(parties.payer);
        callback.approve(address(hub), ESCROW);
        hub.deposit(address(callback), ESCROW);
        hub.authorizeCoordinator(parties.coordinator, address(callback), LIMIT);
        vm.stopPrank();
        callback.callBack(address(receiver), abi.encodeCall(receiver.retry, ("guid", message)));
        receiver.retry("guid", message);

        assertFalse(callback.callbackSucceeded());
        assertEq(callback.callbackData(), _notStored("guid"));
        assertEq(callback.balanceOf(hostile.settlement.recipient), hostile.settlement.amount);
    }

    function test_aReceiverNeedsAHub() public {
        vm.expectRevert(ISettlementReceiver.ZeroHub.selector);
        new LayerZeroReceiver(address(destinationEndpoint), ISettlementHub(address(0)), owner);
    }

    function test_ownershipPassesInTwoSteps() public {
        address next = makeAddr("next");
        vm.prank(owner);
        receiver.transferOwnership(next);
        assertEq(receiver.owner(), owner);
        vm.prank(next);
        receiver.acceptOwnership();
        assertEq(receiver.owner(), next);
    }

    function _receive(bytes32 guid, bytes memory body, uint256 value) private {
        Origin memory origin = _origin();
        vm.deal(address(destinationEndpoint), value);
        vm.prank(address(destinationEndpoint));
        receiver.lzReceive{value: value}(origin, guid, body, address(this), "");
    }

    function _origin() private view returns (Origin memory) {
        return Origin({srcEid: SOURCE, sender: _toBytes32(address(sender)), nonce: 1});
    }

    function _notStored(bytes32 guid) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMessageInbox.MessageNotStored.selector, guid);
    }
}
