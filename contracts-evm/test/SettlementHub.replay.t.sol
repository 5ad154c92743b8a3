// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISettlementHub} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {LayerZeroTest, Packet} from "./utils/LayerZeroTest.sol";
import {ProofMaths} from "./utils/ProofMaths.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice One settlement id is paid once, over whatever paths and in whatever order it arrives.
contract SettlementHubReplayTest is LayerZeroTest {
    ProvenReceipt internal receipt;
    bytes internal message;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        receipt = Receipts.named("first job");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        id = hub.settlementIdOf(receipt.settlement);
    }

    function test_settledDirectlyThenDirectly() public {
        _settle(receipt);
        vm.expectRevert(abi.encodeWithSelector(ISettlementHub.AlreadySettled.selector, id));
        _settle(receipt);
        _assertPaidOnce();
    }

    function test_settledDirectlyThenAgainAsAReceiverWould() public {
        _settle(receipt);
        (bytes32 again, bool paid) = hub.settle(receipt.settlement, receipt.proof);
        assertEq(again, id);
        assertFalse(paid);
        _assertPaidOnce();
    }

    function test_settledDirectlyThenByMessage() public {
        Packet memory packet = _sendVerified();
        _settle(receipt);
        _expectApplied(packet, false);
        _deliver(packet);
        assertEq(receiver.storedMessage(packet.guid), 0);
        _assertPaidOnce();
    }

    function test_settledByMessageThenDirectly() public {
        _deliver(_sendVerified());
        vm.expectRevert(abi.encodeWithSelector(ISettlementHub.AlreadySettled.selector, id));
        _settle(receipt);
        _assertPaidOnce();
    }

    function test_settledByTwoMessages() public {
        Packet memory first = _sendVerified();
        Packet memory second = _sendVerified();
        _expectApplied(first, true);
        _deliver(first);
        _expectApplied(second, false);
        _deliver(second);
        _assertPaidOnce();
    }

    function test_keptThenSettledDirectlyThenRetried() public {
        _authorize(parties.payer, parties.coordinator, 0);
        Packet memory packet = _sendVerified();
        _deliver(packet);
        _authorize(parties.payer, parties.coordinator, LIMIT);
        _settle(receipt);

        (bytes32 retried, bool paid) = receiver.retry(packet.guid, message);
        assertEq(retried, id);
        assertFalse(paid);
        _assertPaidOnce();
    }

    function test_twoKeptMessagesAreBothRetried() public {
        _authorize(parties.payer, parties.coordinator, 0);
        Packet memory first = _sendVerified();
        Packet memory second = _sendVerified();
        _deliver(first);
        _deliver(second);
        _authorize(parties.payer, parties.coordinator, LIMIT);

        (, bool paid) = receiver.retry(second.guid, message);
        assertTrue(paid);
        (, paid) = receiver.retry(first.guid, message);
        assertFalse(paid);
        _assertPaidOnce();
    }

    /// @dev A paid settlement is a success that changes nothing even once it could no longer be paid.
    function test_aPaidSettlementStaysASuccess() public {
        _settle(receipt);
        _authorize(parties.payer, parties.coordinator, 0);
        vm.warp(uint256(receipt.settlement.deadline) + 1);
        (, bool paid) = hub.settle(receipt.settlement, receipt.proof);
        assertFalse(paid);
        _assertPaidOnce();
    }

    /// @dev Anyone can turn a Groth16 proof into another that holds as well, so no proof is ever an id.
    function testFuzz_anotherProofOfTheSameReceiptPaysNothingMore(uint256 seed) public {
        _settle(receipt);
        uint256[8] memory other = ProofMaths.negated(receipt.proof);
        assertTrue(verifier.verifyProof(other, receipt.inputs));
        vm.expectRevert(abi.encodeWithSelector(ISettlementHub.AlreadySettled.selector, id));
        hub.settleWithProof(receipt.settlement, other);

        other = ProofMaths.scaled(receipt.proof, seed);
        assertFalse(verifier.verifyProof(other, receipt.inputs));
        _assertPaidOnce();
    }

    function test_aReceiptForTheSameJobOnOtherTermsPaysNothingMore() public {
        _settle(receipt);
        string[2] memory names = ["first job, another recipient", "first job, another amount"];
        for (uint256 i = 0; i < names.length; i++) {
            ProvenReceipt memory other = Receipts.named(names[i]);
            assertEq(hub.settlementIdOf(other.settlement), id);
            assertTrue(verifier.verifyProof(other.proof, other.inputs), names[i]);
            vm.expectRevert(abi.encodeWithSelector(ISettlementHub.AlreadySettled.selector, id));
            _settle(other);
            (, bool paid) = hub.settle(other.settlement, other.proof);
            assertFalse(paid);
        }
        _assertPaidOnce();
    }

    function test_theSameJobNumberElsewhereIsAnotherSettlement() public {
        _fund(parties.otherPayer, ESCROW);
        _authorize(parties.otherPayer, parties.coordinator, LIMIT);
        string[3] memory names =
            ["first job, another payer", "first job, another contract", "first job, another chain"];
        _settle(receipt);
        for (uint256 i = 0; i < names.length; i++) {
            ProvenReceipt memory other = Receipts.named(names[i]);
            assertEq(other.settlement.jobId, receipt.settlement.jobId);
            assertNotEq(_settle(other), id);
        }
    }

    function _sendVerified() private returns (Packet memory packet) {
        packet = _send(message);
        _verify(packet);
    }

    function _expectApplied(Packet memory packet, bool paid) private {
        vm.expectEmit(address(receiver));
        emit ISettlementReceiver.MessageApplied(packet.guid, id, paid);
    }

    function _assertPaidOnce() private view {
        uint256 amount = receipt.settlement.amount;
        assertEq(token.balanceOf(receipt.settlement.recipient), amount);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW - amount);
        assertEq(token.balanceOf(address(hub)), ESCROW - amount);
        assertTrue(hub.isSettled(id));
    }
}
