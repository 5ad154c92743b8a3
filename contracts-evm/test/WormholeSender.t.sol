// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";
import {IFees} from "proofrail/interfaces/IFees.sol";
import {ISettlementSender} from "proofrail/interfaces/ISettlementSender.sol";
import {IWormholeSender} from "proofrail/interfaces/IWormholeSender.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";
import {WormholeSender} from "proofrail/wormhole/WormholeSender.sol";

import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";
import {WormholeTest} from "./utils/WormholeTest.sol";

contract WormholeSenderTest is WormholeTest {
    bytes internal message;
    bytes32 internal id;
    address internal refundAddress = makeAddr("refund");

    function setUp() public override {
        super.setUp();
        ProvenReceipt memory receipt = Receipts.named("first job");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        id = hub.settlementIdOf(receipt.settlement);
    }

    function testFuzz_anyoneSends(address caller) public {
        vm.assume(caller != address(0) && caller.code.length == 0);
        assertEq(wormholeSender.quote(message), MESSAGE_FEE);
        vm.deal(caller, MESSAGE_FEE);

        vm.expectEmit(address(sourceCore));
        emit ICoreBridge.LogMessagePublished(address(wormholeSender), 0, 0, message, 1);
        vm.expectEmit(address(wormholeSender));
        emit IWormholeSender.SettlementSent(id, 0, MESSAGE_FEE);
        vm.prank(caller);
        assertEq(wormholeSender.send{value: MESSAGE_FEE}(message, refundAddress), 0);

        assertEq(address(sourceCore).balance, MESSAGE_FEE);
        assertEq(address(wormholeSender).balance, 0);
        assertEq(refundAddress.balance, 0);
    }

    function test_messagesAreNumbered() public {
        for (uint64 sequence = 0; sequence < 3; sequence++) {
            assertEq(wormholeSender.send{value: MESSAGE_FEE}(message, refundAddress), sequence);
        }
    }

    function testFuzz_whatTheFeeLeavesIsReturned(uint96 excess) public {
        uint256 value = MESSAGE_FEE + excess;
        vm.deal(address(this), value);
        wormholeSender.send{value: value}(message, refundAddress);
        assertEq(address(sourceCore).balance, MESSAGE_FEE);
        assertEq(refundAddress.balance, excess);
        assertEq(address(wormholeSender).balance, 0);
    }

    function testFuzz_tooLittleFeeIsRefused(uint256 value) public {
        value = bound(value, 0, MESSAGE_FEE - 1);
        vm.expectRevert(abi.encodeWithSelector(IFees.InsufficientFee.selector, value, MESSAGE_FEE));
        wormholeSender.send{value: value}(message, refundAddress);
    }

    function test_aRefundThatIsRefusedSendsNothing() public {
        vm.expectRevert(Errors.FailedCall.selector);
        wormholeSender.send{value: MESSAGE_FEE + 1}(message, address(hub));
        assertEq(sourceCore.nextSequence(address(wormholeSender)), 0);
    }

    function test_aRefundAddressIsNamed() public {
        vm.expectRevert(ISettlementSender.ZeroRefundAddress.selector);
        wormholeSender.send{value: MESSAGE_FEE}(message, address(0));
    }

    function test_whatTheReceiverCouldNotReadIsNotSent() public {
        bytes memory long = bytes.concat(message, "x");
        bytes memory refusal = abi.encodeWithSelector(
            SettlementMessage.InvalidMessageLength.selector, long.length, message.length
        );
        vm.expectRevert(refusal);
        wormholeSender.quote(long);
        vm.expectRevert(refusal);
        wormholeSender.send{value: MESSAGE_FEE}(long, refundAddress);
    }

    function test_aSenderNeedsACoreBridge() public {
        vm.expectRevert(IWormholeSender.ZeroCoreBridge.selector);
        new WormholeSender(ICoreBridge(address(0)));
    }
}
