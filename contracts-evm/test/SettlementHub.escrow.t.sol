// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SettlementHub} from "proofrail/SettlementHub.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {IVerifierRouter} from "proofrail/interfaces/IVerifierRouter.sol";

import {HubTest} from "./utils/HubTest.sol";
import {
    CallbackToken,
    FalseToken,
    FeeToken,
    OpenToken,
    SilentToken,
    VoidToken
} from "./utils/Tokens.sol";

contract SettlementHubEscrowTest is HubTest {
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");

    function test_aHubNeedsARouter() public {
        vm.expectRevert(IEscrow.ZeroAddress.selector);
        new SettlementHub(IVerifierRouter(address(0)), permit2, NOTICE);
    }

    function testFuzz_aDepositIsCredited(uint256 amount) public {
        amount = bound(amount, 1, type(uint128).max);
        OpenToken open = _openToken(alice, amount);

        vm.expectEmit(address(hub));
        emit IEscrow.Deposited(alice, address(open), alice, amount);
        vm.prank(alice);
        assertEq(hub.deposit(address(open), amount), amount);

        assertEq(hub.escrowOf(alice, address(open)), amount);
        assertEq(open.balanceOf(address(hub)), amount);
        assertEq(open.balanceOf(alice), 0);
    }

    function test_aDepositForAnotherIsTheirs() public {
        OpenToken open = _openToken(alice, 5);

        vm.expectEmit(address(hub));
        emit IEscrow.Deposited(bob, address(open), alice, 5);
        vm.prank(alice);
        assertEq(hub.depositFor(bob, address(open), 5), 5);

        assertEq(hub.escrowOf(bob, address(open)), 5);
        assertEq(hub.escrowOf(alice, address(open)), 0);
        vm.startPrank(alice);
        vm.warp(hub.requestWithdrawal(address(open), 5));
        vm.expectRevert(_insufficient(alice, address(open), 0, 5));
        hub.withdraw(address(open), 5, alice);
        vm.stopPrank();
    }

    function test_whatATokenKeepsIsNotCredited() public {
        FeeToken fee = new FeeToken();
        fee.mint(alice, 1_000);
        vm.startPrank(alice);
        fee.approve(address(hub), 1_000);
        assertEq(hub.deposit(address(fee), 1_000), 990);
        vm.stopPrank();

        assertEq(hub.escrowOf(alice, address(fee)), 990);
        assertEq(fee.balanceOf(address(hub)), 990);
    }

    function test_aTokenThatReturnsNothingIsTaken() public {
        SilentToken silent = new SilentToken();
        silent.mint(alice, 7);
        vm.startPrank(alice);
        silent.approve(address(hub), 7);
        hub.deposit(address(silent), 7);
        vm.stopPrank();
        _withdraw(alice, address(silent), 3, bob);

        assertEq(hub.escrowOf(alice, address(silent)), 4);
        assertEq(silent.balanceOf(bob), 3);
    }

    function test_aTokenThatReturnsFalseIsRefused() public {
        FalseToken token_ = new FalseToken();
        token_.mint(alice, 10);
        vm.startPrank(alice);
        token_.approve(address(hub), 10);
        hub.deposit(address(token_), 4);
        vm.warp(hub.requestWithdrawal(address(token_), 4));
        token_.refuse();

        bytes memory refused =
            abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token_));
        vm.expectRevert(refused);
        hub.deposit(address(token_), 6);
        vm.expectRevert(refused);
        hub.withdraw(address(token_), 4, alice);
        vm.stopPrank();

        assertEq(hub.escrowOf(alice, address(token_)), 4);
    }

    function test_aDepositThatBringsNothingIsRefused() public {
        VoidToken token_ = new VoidToken();
        vm.expectRevert(abi.encodeWithSelector(IEscrow.NothingReceived.selector, address(token_)));
        hub.deposit(address(token_), 1);
    }

    function test_aDepositNamesAPayerAnAmountAndAToken() public {
        vm.expectRevert(IEscrow.ZeroAddress.selector);
        hub.depositFor(address(0), address(token), 1);
        vm.expectRevert(IEscrow.ZeroAmount.selector);
        hub.deposit(address(token), 0);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.TokenWithoutCode.selector, bob));
        hub.deposit(bob, 1);
    }

    function testFuzz_aWithdrawalIsPaidFromEscrow(uint256 deposited, uint256 amount) public {
        deposited = bound(deposited, 1, type(uint192).max);
        amount = bound(amount, 1, deposited);
        OpenToken open = _openToken(alice, deposited);
        vm.startPrank(alice);
        hub.deposit(address(open), deposited);
        vm.warp(hub.requestWithdrawal(address(open), amount));

        vm.expectEmit(address(hub));
        emit IEscrow.Withdrawn(alice, address(open), bob, amount);
        hub.withdraw(address(open), amount, bob);
        vm.stopPrank();

        assertEq(hub.escrowOf(alice, address(open)), deposited - amount);
        assertEq(open.balanceOf(bob), amount);
    }

    function testFuzz_noMoreThanTheEscrowIsWithdrawn(uint128 deposited, uint256 amount) public {
        vm.assume(deposited != 0);
        amount = bound(amount, uint256(deposited) + 1, type(uint192).max);
        OpenToken open = _openToken(alice, deposited);
        // Another payer's tokens are in the same hub.
        open.mint(bob, deposited);
        vm.startPrank(bob);
        open.approve(address(hub), deposited);
        hub.deposit(address(open), deposited);
        vm.stopPrank();

        vm.startPrank(alice);
        hub.deposit(address(open), deposited);
        vm.warp(hub.requestWithdrawal(address(open), amount));
        vm.expectRevert(_insufficient(alice, address(open), deposited, amount));
        hub.withdraw(address(open), amount, alice);
        vm.stopPrank();
    }

    function test_aWithdrawalNamesARecipientAndAnAmount() public {
        vm.startPrank(parties.payer);
        vm.expectRevert(IEscrow.ZeroAddress.selector);
        hub.withdraw(address(token), 1, address(0));
        vm.expectRevert(abi.encodeWithSelector(IEscrow.InvalidRecipient.selector, address(hub)));
        hub.withdraw(address(token), 1, address(hub));
        vm.expectRevert(IEscrow.ZeroAmount.selector);
        hub.withdraw(address(token), 0, alice);
        vm.stopPrank();
    }

    /// @dev A nested deposit would be measured twice: by itself and by the one around it.
    function test_aTokenCannotDepositWhileItIsDeposited() public {
        CallbackToken callback = _callbackToken(10);
        callback.callBack(address(hub), abi.encodeCall(hub.depositFor, (bob, address(callback), 4)));
        vm.prank(alice);
        hub.deposit(address(callback), 6);

        _assertReentrancyRefused(callback);
        assertEq(hub.escrowOf(alice, address(callback)), 6);
        assertEq(hub.escrowOf(bob, address(callback)), 0);
    }

    function test_aTokenCannotWithdrawWhileItIsWithdrawn() public {
        CallbackToken callback = _callbackToken(10);
        vm.startPrank(alice);
        hub.deposit(address(callback), 10);
        vm.warp(hub.requestWithdrawal(address(callback), 11));
        callback.callBack(address(hub), abi.encodeCall(hub.withdraw, (address(callback), 1, bob)));
        hub.withdraw(address(callback), 10, alice);
        vm.stopPrank();

        _assertReentrancyRefused(callback);
        assertEq(callback.balanceOf(alice), 10);
        assertEq(callback.balanceOf(address(hub)), 0);
    }

    function _assertReentrancyRefused(CallbackToken callback) private view {
        assertFalse(callback.callbackSucceeded());
        assertEq(
            callback.callbackData(),
            abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function _callbackToken(uint256 amount) private returns (CallbackToken callback) {
        callback = new CallbackToken();
        callback.mint(alice, amount);
        vm.prank(alice);
        callback.approve(address(hub), amount);
    }

    function _openToken(address holder, uint256 amount) private returns (OpenToken open) {
        open = new OpenToken();
        open.mint(holder, amount);
        vm.prank(holder);
        open.approve(address(hub), amount);
    }

    function _insufficient(address payer, address token_, uint256 have, uint256 need)
        private
        pure
        returns (bytes memory)
    {
        return
            abi.encodeWithSelector(IEscrow.InsufficientEscrow.selector, payer, token_, have, need);
    }
}
