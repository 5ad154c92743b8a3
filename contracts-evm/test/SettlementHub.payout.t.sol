// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {Native} from "proofrail/libraries/Native.sol";

import {HubTest} from "./utils/HubTest.sol";
import {Burner, Reentrant, Refuser} from "./utils/Recipients.sol";
import {FalseToken, GreedyToken, LyingToken, OpenToken, RebasingToken} from "./utils/Tokens.sol";

/// @notice Payments in ether and in awkward tokens, to recipients that are awkward too.
contract SettlementHubPayoutTest is HubTest {
    address internal worker = makeAddr("worker");
    address internal cold = makeAddr("cold wallet");

    function testFuzz_etherIsDepositedPaidAndWithdrawn(uint128 amount) public {
        amount = uint128(bound(amount, 2, LIMIT));
        vm.deal(address(this), amount);
        vm.expectEmit(address(hub));
        emit IEscrow.Deposited(parties.payer, Native.ETHER, address(this), amount);
        assertEq(hub.depositNative{value: amount}(parties.payer), amount);
        _authorizeToken(Native.ETHER);

        _settleForged(_terms(1, worker, Native.ETHER, amount / 2));
        assertEq(worker.balance, amount / 2);
        uint256 rest = amount - amount / 2;
        assertEq(hub.escrowOf(parties.payer, Native.ETHER), rest);
        _withdraw(parties.payer, Native.ETHER, rest, cold);
        assertEq(cold.balance, rest);
        assertEq(address(hub).balance, 0);
    }

    function test_anEtherDepositNamesAPayerAndAnAmount() public {
        vm.expectRevert(IEscrow.ZeroAddress.selector);
        hub.depositNative{value: 1}(address(0));
        vm.expectRevert(IEscrow.ZeroAmount.selector);
        hub.depositNative(worker);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.TokenWithoutCode.selector, Native.ETHER));
        hub.deposit(Native.ETHER, 1);
    }

    /// @dev No ether comes in that nobody owns.
    function test_theHubTakesNoEtherBesides() public {
        (bool ok,) = address(hub).call{value: 1}("");
        assertFalse(ok);
    }

    function test_aRecipientThatRefusesEtherClaimsIt() public {
        address refuser = address(new Refuser());
        _fundEther(10);
        bytes32 id = _settleForged(_terms(1, refuser, Native.ETHER, 10));
        assertTrue(hub.isSettled(id));
        assertEq(hub.creditOf(refuser, Native.ETHER), 10);

        vm.startPrank(refuser);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EtherRefused.selector, refuser));
        hub.claim(Native.ETHER, 10, refuser);
        vm.expectEmit(address(hub));
        emit IEscrow.Claimed(refuser, Native.ETHER, cold, 10);
        hub.claim(Native.ETHER, 10, cold);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.InsufficientCredit.selector, refuser, Native.ETHER, 0, 1)
        );
        hub.claim(Native.ETHER, 1, cold);
        vm.stopPrank();
        assertEq(cold.balance, 10);
    }

    function test_aRecipientThatBurnsGasIsCredited() public {
        address burner = address(new Burner());
        _fundEther(10);
        Settlement memory settlement = _terms(1, burner, Native.ETHER, 10);
        uint256[8] memory proof = _forged(settlement);
        uint256 before = gasleft();
        hub.settleWithProof(settlement, proof);
        assertLt(before - gasleft(), 500_000);
        assertEq(hub.creditOf(burner, Native.ETHER), 10);
    }

    function test_aRecipientCannotComeBackIn() public {
        Reentrant reentrant = new Reentrant(address(hub));
        _fundEther(20);
        _settleForged(_terms(1, address(reentrant), Native.ETHER, 10));
        // Both of its attempts were refused; without them it was paid.
        assertEq(reentrant.refusals(), 2);
        assertEq(
            reentrant.reason(),
            abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        assertEq(address(reentrant).balance, 10);
        assertEq(hub.escrowOf(parties.payer, Native.ETHER), 10);
    }

    function test_aTokenThatReturnsFalseLeavesACredit() public {
        FalseToken token_ = new FalseToken();
        _fundToken(OpenToken(address(token_)), 10);
        token_.refuse();
        vm.expectEmit(address(hub));
        emit IEscrow.Credited(worker, address(token_), 10);
        _settleForged(_terms(1, worker, address(token_), 10));
        assertEq(hub.creditOf(worker, address(token_)), 10);
        assertEq(hub.escrowOf(parties.payer, address(token_)), 0);
    }

    /// @dev A payment that takes more than it should would take it from another payer's escrow.
    function test_aTokenThatTakesTooMuchTakesItFromNobodyElse() public {
        GreedyToken greedy = new GreedyToken();
        _fundToken(OpenToken(address(greedy)), 100);
        greedy.turnGreedy();
        Settlement memory settlement = _terms(1, worker, address(greedy), 50);
        _expectRefusal(
            settlement,
            _forged(settlement),
            abi.encodeWithSelector(IEscrow.TookTooMuch.selector, address(greedy), 55, 50)
        );

        // Whoever leaves pays the fee.
        _withdraw(parties.payer, address(greedy), 40, cold);
        assertEq(greedy.balanceOf(cold), 40);
        assertEq(hub.escrowOf(parties.payer, address(greedy)), 56);
        assertEq(greedy.balanceOf(address(hub)), 56);
    }

    /// @dev Credit for what has moved would be paid twice.
    function test_aTokenThatLiesAboutAFailureIsNotPaidTwice() public {
        LyingToken lying = new LyingToken();
        _fundToken(OpenToken(address(lying)), 100);
        Settlement memory settlement = _terms(1, worker, address(lying), 50);
        _expectRefusal(
            settlement,
            _forged(settlement),
            abi.encodeWithSelector(IEscrow.TookTooMuch.selector, address(lying), 50, 0)
        );
    }

    /// @dev What a token adds is nobody's escrow; what it takes away is missing for the last to leave.
    function test_aRebaseChangesNoEscrow() public {
        RebasingToken rebasing = new RebasingToken();
        _fundToken(OpenToken(address(rebasing)), 100);
        rebasing.rebase(address(hub), 150);
        assertEq(hub.escrowOf(parties.payer, address(rebasing)), 100);
        rebasing.rebase(address(hub), 60);
        _settleForged(_terms(1, worker, address(rebasing), 60));
        assertEq(rebasing.balanceOf(worker), 60);
        _settleForged(_terms(2, worker, address(rebasing), 40));
        assertEq(hub.creditOf(worker, address(rebasing)), 40);
        // Deposits are measured, whatever happened before.
        _fundToken(OpenToken(address(rebasing)), 5);
        assertEq(hub.escrowOf(parties.payer, address(rebasing)), 5);
    }

    function test_tooLittleGasIsNotACredit() public {
        Settlement memory settlement = _terms(1, worker, address(token), 10);
        bytes memory call = abi.encodeCall(hub.settleWithProof, (settlement, _forged(settlement)));
        for (uint256 gas = 240_000; gas < 500_000; gas += 4_000) {
            uint256 state = vm.snapshotState();
            (bool ok,) = address(hub).call{gas: gas}(call);
            assertEq(hub.creditOf(worker, address(token)), 0);
            assertEq(token.balanceOf(worker), ok ? 10 : 0);
            vm.revertToState(state);
        }
    }

    function _fundEther(uint256 amount) private {
        vm.deal(address(this), amount);
        hub.depositNative{value: amount}(parties.payer);
        _authorizeToken(Native.ETHER);
    }

    function _fundToken(OpenToken token_, uint256 amount) private {
        token_.mint(parties.payer, amount);
        vm.startPrank(parties.payer);
        token_.approve(address(hub), amount);
        hub.deposit(address(token_), amount);
        vm.stopPrank();
        _authorizeToken(address(token_));
    }

    function _authorizeToken(address token_) private {
        vm.prank(parties.payer);
        hub.authorizeCoordinator(parties.coordinator, token_, LIMIT);
    }
}
