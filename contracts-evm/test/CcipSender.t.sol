// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IRouterClient} from "@chainlink/contracts-ccip/contracts/interfaces/IRouterClient.sol";
import {Client} from "@chainlink/contracts-ccip/contracts/libraries/Client.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {CcipSender} from "proofrail/ccip/CcipSender.sol";
import {ICcipOutbox} from "proofrail/interfaces/ICcipOutbox.sol";
import {ICcipSender} from "proofrail/interfaces/ICcipSender.sol";
import {IFees} from "proofrail/interfaces/IFees.sol";
import {IPeers} from "proofrail/interfaces/IPeers.sol";
import {ISettlementSender} from "proofrail/interfaces/ISettlementSender.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {CcipMessage, CcipTest} from "./utils/CcipTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

contract CcipSenderTest is CcipTest {
    bytes internal message;
    bytes32 internal id;
    address internal refundAddress = makeAddr("refund");

    function setUp() public override {
        super.setUp();
        ProvenReceipt memory receipt = Receipts.named("first job");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        id = hub.settlementIdOf(receipt.settlement);
    }

    function testFuzz_anyoneSends(address caller, bool third) public {
        vm.assume(caller != address(0));
        bytes memory extraArgs = third ? _v3(CCIP_GAS, 0) : _v2(CCIP_GAS);
        uint256 fee = ccipSender.quote(CCIP_DESTINATION, message, extraArgs, address(0));
        assertGt(fee, 0);
        vm.deal(caller, fee);

        vm.expectEmit(true, false, true, true, address(ccipSender));
        emit ICcipSender.SettlementSent(id, 0, CCIP_DESTINATION, address(0), fee);
        vm.prank(caller);
        bytes32 messageId =
            ccipSender.send{value: fee}(CCIP_DESTINATION, message, extraArgs, refundAddress);

        assertNotEq(messageId, 0);
        assertEq(caller.balance, 0);
        assertEq(refundAddress.balance, 0);
        assertEq(address(ccipSender).balance, 0);
    }

    function testFuzz_whatTheFeeLeavesIsReturned(uint96 excess) public {
        uint256 fee = ccipSender.quote(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(0));
        vm.deal(address(this), fee + excess);
        ccipSender.send{value: fee + excess}(
            CCIP_DESTINATION, message, _v2(CCIP_GAS), refundAddress
        );
        assertEq(refundAddress.balance, excess);
        assertEq(wrapped.totalSupply(), fee);
        assertEq(address(ccipSender).balance, 0);
    }

    function testFuzz_tooLittleFeeIsRefused(uint256 value) public {
        uint256 fee = ccipSender.quote(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(0));
        value = bound(value, 0, fee - 1);
        vm.expectRevert(abi.encodeWithSelector(IFees.InsufficientFee.selector, value, fee));
        ccipSender.send{value: value}(CCIP_DESTINATION, message, _v2(CCIP_GAS), refundAddress);
    }

    /// @dev LINK and the wrapped coin; a caller's allowance and holdings may be larger than the fee.
    function testFuzz_aFeeIsPaidInATokenToTheLastUnit(uint96 excess) public {
        uint256 fee = ccipSender.quote(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(link));
        _giveLink(fee + excess);

        vm.expectEmit(true, false, true, true, address(ccipSender));
        emit ICcipSender.SettlementSent(id, 0, CCIP_DESTINATION, address(link), fee);
        ccipSender.sendForToken(
            CCIP_DESTINATION, message, _v2(CCIP_GAS), address(link), fee + excess
        );
        assertEq(link.balanceOf(address(this)), excess);
        assertEq(link.balanceOf(address(ccipSender)), 0);
        assertEq(link.allowance(address(ccipSender), address(sourceRouter)), 0);
        assertEq(link.balanceOf(address(onRamp)) + _workersLink(), fee);
    }

    function test_aTokenFeeHasALimit() public {
        uint256 fee = ccipSender.quote(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(link));
        _giveLink(fee);
        vm.expectRevert(abi.encodeWithSelector(IFees.InsufficientFee.selector, fee - 1, fee));
        ccipSender.sendForToken(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(link), fee - 1);
    }

    function test_aTokenFeeNeedsAnAllowance() public {
        uint256 fee = ccipSender.quote(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(link));
        _giveLink(fee);
        link.approve(address(ccipSender), fee - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(ccipSender), fee - 1, fee
            )
        );
        ccipSender.sendForToken(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(link), fee);
    }

    function test_aTokenThatCcipDoesNotTakeIsRefused() public {
        vm.expectRevert();
        ccipSender.quote(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(token));
        vm.expectRevert(ICcipSender.ZeroFeeToken.selector);
        ccipSender.sendForToken(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(0), 1);
    }

    function testFuzz_onlyExtraArgsOfVersions2And3AreSent(bytes4 tag) public {
        vm.assume(tag != 0x181dcf10 && tag != 0xa69dd4aa);
        _expectRefusal(
            abi.encodePacked(tag, uint256(CCIP_GAS), uint256(1)),
            abi.encodeWithSelector(ICcipOutbox.UnsupportedExtraArgs.selector, tag)
        );
    }

    /// @dev CCIP would fall back to less gas than a settlement needs.
    function test_noExtraArgsAreRefused() public {
        _expectRefusal(
            "", abi.encodeWithSelector(ICcipOutbox.UnsupportedExtraArgs.selector, bytes4(0))
        );
    }

    function test_noMessageWaitsForAnother() public {
        bytes memory ordered = abi.encodeWithSelector(
            Client.GENERIC_EXTRA_ARGS_V2_TAG, Client.GenericExtraArgsV2(CCIP_GAS, false)
        );
        _expectRefusal(ordered, abi.encodeWithSelector(ICcipOutbox.OrderedExecution.selector));
    }

    function test_whatTheReceiverCouldNotReadIsNotSent() public {
        bytes memory long = bytes.concat(message, "x");
        bytes memory refusal = abi.encodeWithSelector(
            SettlementMessage.InvalidMessageLength.selector, long.length, message.length
        );
        vm.expectRevert(refusal);
        ccipSender.quote(CCIP_DESTINATION, long, _v2(CCIP_GAS), address(0));
        vm.expectRevert(refusal);
        ccipSender.send{value: 1 ether}(CCIP_DESTINATION, long, _v2(CCIP_GAS), refundAddress);
        vm.expectRevert(refusal);
        ccipSender.sendForToken(CCIP_DESTINATION, long, _v2(CCIP_GAS), address(link), 1);
    }

    function test_aRefundAddressIsNamed() public {
        vm.expectRevert(ISettlementSender.ZeroRefundAddress.selector);
        ccipSender.send{value: 1 ether}(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(0));
    }

    function testFuzz_aDestinationWithoutReceiverIsNamed(uint64 destination) public {
        vm.assume(destination != CCIP_DESTINATION);
        bytes memory refusal = abi.encodeWithSelector(IPeers.NoPeer.selector, destination);
        vm.expectRevert(refusal);
        ccipSender.quote(destination, message, _v2(CCIP_GAS), address(0));
        vm.expectRevert(refusal);
        ccipSender.send{value: 1 ether}(destination, message, _v2(CCIP_GAS), refundAddress);
    }

    function test_aSenderNeedsARouter() public {
        vm.expectRevert(ICcipOutbox.ZeroRouter.selector);
        new CcipSender(IRouterClient(address(0)), owner);
    }

    function _giveLink(uint256 amount) private {
        vm.prank(owner);
        link.mint(address(this), amount);
        link.approve(address(ccipSender), amount);
    }

    /// @dev What the onramp has passed on to its workers.
    function _workersLink() private view returns (uint256) {
        return link.totalSupply() - link.balanceOf(address(onRamp)) - link.balanceOf(address(this));
    }

    function _expectRefusal(bytes memory extraArgs, bytes memory refusal) private {
        vm.expectRevert(refusal);
        ccipSender.quote(CCIP_DESTINATION, message, extraArgs, address(0));
        vm.expectRevert(refusal);
        ccipSender.send{value: 1 ether}(CCIP_DESTINATION, message, extraArgs, refundAddress);
    }
}
