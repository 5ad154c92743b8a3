// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Errors} from "@layerzerolabs/lz-evm-protocol-v2/contracts/libs/Errors.sol";
import {IOAppCore} from "@layerzerolabs/oapp-evm/contracts/oapp/interfaces/IOAppCore.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ILayerZeroSender} from "proofrail/interfaces/ILayerZeroSender.sol";
import {ISettlementSender} from "proofrail/interfaces/ISettlementSender.sol";
import {LayerZeroSender} from "proofrail/layerzero/LayerZeroSender.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {LayerZeroTest, Packet} from "./utils/LayerZeroTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

contract LayerZeroSenderTest is LayerZeroTest {
    ProvenReceipt internal receipt;
    bytes internal message;
    address internal refundAddress = makeAddr("refund");

    function setUp() public override {
        super.setUp();
        receipt = Receipts.named("first job");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
    }

    function testFuzz_anyoneSends(address caller) public {
        vm.assume(caller != address(0));
        uint256 fee = sender.quote(DESTINATION, message, OPTIONS);
        assertEq(fee, sourceLibrary.nativeFee());
        vm.deal(caller, fee);

        vm.expectEmit(true, false, true, true, address(sender));
        emit ILayerZeroSender.SettlementSent(
            hub.settlementIdOf(receipt.settlement), 0, DESTINATION, 1, fee
        );
        vm.prank(caller);
        (bytes32 guid, uint64 nonce) =
            sender.send{value: fee}(DESTINATION, message, OPTIONS, refundAddress);

        assertNotEq(guid, 0);
        assertEq(nonce, 1);
        assertEq(address(sender).balance, 0);
        assertEq(refundAddress.balance, 0);
    }

    function test_thePacketNamesBothEndsAndCarriesTheMessage() public {
        Packet memory packet = _send(message);
        assertEq(packet.origin.srcEid, SOURCE);
        assertEq(packet.origin.sender, _toBytes32(address(sender)));
        assertEq(packet.origin.nonce, 1);
        bytes memory tail = new bytes(message.length);
        for (uint256 i = 0; i < tail.length; i++) {
            tail[i] = packet.encoded[113 + i];
        }
        assertEq(tail, message);
    }

    function testFuzz_whatTheFeeLeavesIsReturned(uint96 excess) public {
        uint256 fee = sender.quote(DESTINATION, message, OPTIONS);
        vm.deal(address(this), fee + excess);
        sender.send{value: fee + excess}(DESTINATION, message, OPTIONS, refundAddress);
        assertEq(refundAddress.balance, excess);
        assertEq(address(sender).balance, 0);
    }

    function test_tooLittleFeeIsRefused() public {
        uint256 fee = sender.quote(DESTINATION, message, OPTIONS);
        vm.expectRevert(
            abi.encodeWithSelector(Errors.LZ_InsufficientFee.selector, fee, fee - 1, 0, 0)
        );
        sender.send{value: fee - 1}(DESTINATION, message, OPTIONS, refundAddress);
    }

    function test_whatTheReceiverCouldNotReadIsNotSent() public {
        bytes memory long = bytes.concat(message, "x");
        bytes memory refusal = abi.encodeWithSelector(
            SettlementMessage.InvalidMessageLength.selector, long.length, message.length
        );
        vm.expectRevert(refusal);
        sender.quote(DESTINATION, long, OPTIONS);
        vm.expectRevert(refusal);
        sender.send{value: 1 ether}(DESTINATION, long, OPTIONS, refundAddress);
    }

    function test_aRefundAddressIsNamed() public {
        vm.expectRevert(ISettlementSender.ZeroRefundAddress.selector);
        sender.send{value: 1 ether}(DESTINATION, message, OPTIONS, address(0));
    }

    function testFuzz_aDestinationWithoutReceiverIsNamed(uint32 destination) public {
        vm.assume(destination != DESTINATION);
        bytes memory refusal = abi.encodeWithSelector(IOAppCore.NoPeer.selector, destination);
        vm.expectRevert(refusal);
        sender.quote(destination, message, OPTIONS);
        vm.expectRevert(refusal);
        sender.send{value: 1 ether}(destination, message, OPTIONS, refundAddress);
    }

    function testFuzz_onlyTheOwnerSetsPeers(address caller) public {
        vm.assume(caller != owner);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        sender.setPeer(DESTINATION, 0);
    }

    function test_ownershipPassesInTwoSteps() public {
        address next = makeAddr("next");
        vm.prank(owner);
        sender.transferOwnership(next);
        assertEq(sender.owner(), owner);
        vm.prank(next);
        sender.acceptOwnership();
        assertEq(sender.owner(), next);
        assertEq(sender.pendingOwner(), address(0));
    }
}
