// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SettlementHub} from "proofrail/SettlementHub.sol";
import {ReceiptInputs} from "proofrail/generated/ReceiptInputs.sol";
import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {IVerifierRouter} from "proofrail/interfaces/IVerifierRouter.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";

import {HubTest} from "./utils/HubTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";
import {CallbackToken} from "./utils/Tokens.sol";

contract SettlementHubSettleTest is HubTest {
    ProvenReceipt internal receipt;

    function setUp() public override {
        super.setUp();
        receipt = Receipts.named("first job");
    }

    function testFuzz_aProofPaysWhoeverBringsIt(address caller) public {
        Settlement memory settlement = receipt.settlement;
        bytes32 id = hub.settlementIdOf(settlement);
        assertFalse(hub.isSettled(id));

        vm.expectEmit(address(hub));
        emit ISettlementHub.Settled(
            id,
            settlement.payer,
            settlement.recipient,
            settlement.token,
            settlement.amount,
            settlement.coordinator,
            settlement.circuitId
        );
        vm.prank(caller);
        assertEq(hub.settleWithProof(settlement, receipt.proof), id);

        assertTrue(hub.isSettled(id));
        assertEq(token.balanceOf(settlement.recipient), settlement.amount);
        assertEq(hub.escrowOf(settlement.payer, address(token)), ESCROW - settlement.amount);
        assertEq(token.balanceOf(address(hub)), ESCROW - settlement.amount);
    }

    function test_settleSaysThatItPaid() public {
        (bytes32 id, bool paid) = hub.settle(receipt.settlement, receipt.proof);
        assertEq(id, hub.settlementIdOf(receipt.settlement));
        assertTrue(paid);
        assertEq(token.balanceOf(receipt.settlement.recipient), receipt.settlement.amount);
    }

    function test_theHubStatesTheInputsThatWereProven() public view {
        ProvenReceipt[] memory receipts = Receipts.all();
        for (uint256 i = 0; i < receipts.length; i++) {
            Settlement memory settlement = receipts[i].settlement;
            uint256[3] memory inputs = receipts[i].inputs;
            assertEq(hub.contextOf(settlement), inputs[ReceiptInputs.CONTEXT], receipts[i].name);
            assertEq(settlement.amount, inputs[ReceiptInputs.AMOUNT], receipts[i].name);
            assertEq(
                uint256(settlement.coordinator), inputs[ReceiptInputs.COORDINATOR], receipts[i].name
            );
        }
    }

    function test_theLargestAmountIsPaid() public {
        ProvenReceipt memory largest = Receipts.named("largest amount");
        assertEq(largest.settlement.amount, type(uint128).max);
        _fund(parties.payer, type(uint128).max);
        _authorize(parties.payer, parties.coordinator, type(uint128).max);
        _settle(largest);
        assertEq(token.balanceOf(largest.settlement.recipient), type(uint128).max);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW);
    }

    function test_theDeadlineIsTheLastSecond() public {
        vm.warp(uint256(receipt.settlement.deadline) + 1);
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(
                ISettlementHub.Expired.selector,
                receipt.settlement.deadline,
                uint256(receipt.settlement.deadline) + 1
            )
        );

        vm.warp(receipt.settlement.deadline);
        _settle(receipt);
    }

    function test_anEscrowThatIsShortDoesNotPay() public {
        uint256 amount = receipt.settlement.amount;
        _withdraw(parties.payer, address(token), ESCROW - amount + 1, parties.payer);
        // The hub holds enough, but it is another payer's.
        _fund(parties.otherPayer, amount);
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(
                IEscrow.InsufficientEscrow.selector,
                parties.payer,
                address(token),
                amount - 1,
                amount
            )
        );

        _fund(parties.payer, 1);
        _settle(receipt);
        assertEq(hub.escrowOf(parties.payer, address(token)), 0);
        assertEq(hub.escrowOf(parties.otherPayer, address(token)), amount);
    }

    function testFuzz_anUnknownCircuitIsNamed(bytes32 circuitId) public {
        vm.assume(circuitId != ReceiptInputs.CIRCUIT_ID);
        // Even where its verifier accepts the very same proof, the hub does not know what it would prove.
        if (circuitId != 0) {
            vm.prank(owner);
            router.addVerifier(circuitId, address(verifier));
        }
        receipt.settlement.circuitId = circuitId;
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(ISettlementHub.UnknownCircuit.selector, circuitId)
        );
    }

    function test_aStoppedCircuitDoesNotPay() public {
        vm.prank(owner);
        router.stop(ReceiptInputs.CIRCUIT_ID);
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(
                IVerifierRouter.CircuitStopped.selector, ReceiptInputs.CIRCUIT_ID
            )
        );

        // What is in escrow is still the payer's.
        _withdraw(parties.payer, address(token), ESCROW, parties.payer);
        assertEq(token.balanceOf(parties.payer), ESCROW);
    }

    function test_aSettlementNamesARecipientAndAnAmount() public {
        Settlement memory settlement = receipt.settlement;
        settlement.recipient = address(0);
        _expectRefusal(
            settlement, receipt.proof, abi.encodeWithSelector(IEscrow.ZeroAddress.selector)
        );
        settlement.recipient = address(hub);
        _expectRefusal(
            settlement,
            receipt.proof,
            abi.encodeWithSelector(IEscrow.InvalidRecipient.selector, address(hub))
        );
        settlement.recipient = receipt.settlement.recipient;
        settlement.amount = 0;
        _expectRefusal(
            settlement, receipt.proof, abi.encodeWithSelector(IEscrow.ZeroAmount.selector)
        );
    }

    function testFuzz_aProofForAnotherSourceDoesNotPay(bytes32 changed) public {
        Settlement memory settlement = receipt.settlement;
        vm.assume(changed != settlement.sourceChain);
        settlement.sourceChain = changed;
        _expectInvalidProof(settlement);

        settlement = Receipts.named("first job").settlement;
        vm.assume(changed != settlement.sourceContract);
        settlement.sourceContract = changed;
        _expectInvalidProof(settlement);

        settlement = Receipts.named("first job").settlement;
        vm.assume(changed != settlement.jobId);
        settlement.jobId = changed;
        _expectInvalidProof(settlement);
    }

    function testFuzz_aProofForAnotherRecipientDoesNotPay(address recipient) public {
        vm.assume(recipient != address(0) && recipient != address(hub));
        vm.assume(recipient != receipt.settlement.recipient);
        receipt.settlement.recipient = recipient;
        _expectInvalidProof(receipt.settlement);
    }

    /// @dev The other payer would have paid: escrow and authorisation are there.
    function test_aProofForAnotherPayerDoesNotPay() public {
        _fund(parties.otherPayer, ESCROW);
        _authorize(parties.otherPayer, parties.coordinator, LIMIT);
        receipt.settlement.payer = parties.otherPayer;
        _expectInvalidProof(receipt.settlement);
    }

    function test_aProofForAnotherTokenDoesNotPay() public {
        CallbackToken other = new CallbackToken();
        other.mint(parties.payer, ESCROW);
        vm.startPrank(parties.payer);
        other.approve(address(hub), ESCROW);
        hub.deposit(address(other), ESCROW);
        hub.authorizeCoordinator(parties.coordinator, address(other), LIMIT);
        vm.stopPrank();

        receipt.settlement.token = address(other);
        _expectInvalidProof(receipt.settlement);
    }

    function testFuzz_aProofForAnotherAmountDoesNotPay(uint128 amount) public {
        amount = uint128(bound(amount, 1, LIMIT));
        vm.assume(amount != receipt.settlement.amount);
        receipt.settlement.amount = amount;
        _expectInvalidProof(receipt.settlement);
    }

    function testFuzz_aProofForAnotherDeadlineDoesNotPay(uint64 deadline) public {
        deadline = uint64(bound(deadline, block.timestamp, type(uint64).max));
        vm.assume(deadline != receipt.settlement.deadline);
        receipt.settlement.deadline = deadline;
        _expectInvalidProof(receipt.settlement);
    }

    function test_aProofOfAnotherCoordinatorDoesNotPay() public {
        _authorize(parties.payer, parties.otherCoordinator, LIMIT);
        receipt.settlement.coordinator = parties.otherCoordinator;
        _expectInvalidProof(receipt.settlement);
    }

    /// @dev A coordinator id beyond the field cannot be authorised, so its alias never reaches the verifier.
    function test_aCoordinatorBeyondTheFieldIsNotAuthorized() public {
        bytes32 aliased = bytes32(uint256(receipt.settlement.coordinator) + Bn254.SCALAR_FIELD);
        receipt.settlement.coordinator = aliased;
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(
                ICoordinators.CoordinatorNotAuthorized.selector,
                parties.payer,
                aliased,
                address(token)
            )
        );
    }

    function testFuzz_aProofForAnotherChainDoesNotPay(uint64 chainId) public {
        vm.assume(chainId != 0 && chainId != parties.chainId);
        vm.chainId(chainId);
        _expectInvalidProof(receipt.settlement);
    }

    function test_aProofForAnotherHubDoesNotPay() public {
        hub = new SettlementHub(router, permit2, NOTICE);
        _fund(parties.payer, ESCROW);
        _authorize(parties.payer, parties.coordinator, LIMIT);
        _expectInvalidProof(receipt.settlement);
    }

    function test_noProofServesAnotherReceipt() public {
        ProvenReceipt[] memory receipts = Receipts.all();
        for (uint256 i = 0; i < receipts.length; i++) {
            if (keccak256(bytes(receipts[i].name)) == keccak256("first job")) continue;
            receipt.proof = receipts[i].proof;
            _expectInvalidProof(receipt.settlement);
        }
    }

    function testFuzz_aChangedProofDoesNotPay(uint256 word, uint256 value) public {
        word = bound(word, 0, 7);
        vm.assume(value != receipt.proof[word]);
        receipt.proof[word] = value;
        _expectInvalidProof(receipt.settlement);
    }

    function test_aTokenCannotSettleWhileItIsPaid() public {
        CallbackToken callback = _hostileToken();
        ProvenReceipt memory outer = Receipts.named("hostile token");
        ProvenReceipt memory inner = Receipts.named("hostile token, another job");
        callback.callBack(address(hub), abi.encodeCall(hub.settle, (inner.settlement, inner.proof)));
        _settle(outer);

        assertFalse(callback.callbackSucceeded());
        assertEq(
            callback.callbackData(),
            abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        assertEq(callback.balanceOf(outer.settlement.recipient), outer.settlement.amount);
        assertEq(hub.escrowOf(parties.payer, address(callback)), ESCROW - outer.settlement.amount);
        // On its own it settles.
        _settle(inner);
    }

    /// @dev All effects are in place when the token is called.
    function test_aTokenSeesTheSettlementAsPaid() public {
        CallbackToken callback = _hostileToken();
        ProvenReceipt memory hostile = Receipts.named("hostile token");
        bytes32 id = hub.settlementIdOf(hostile.settlement);
        callback.callBack(address(hub), abi.encodeCall(hub.isSettled, (id)));
        _settle(hostile);
        assertTrue(abi.decode(callback.callbackData(), (bool)));
    }

    function _hostileToken() private returns (CallbackToken callback) {
        deployCodeTo("Tokens.sol:CallbackToken", "", parties.hostileToken);
        callback = CallbackToken(parties.hostileToken);
        callback.mint(parties.payer, ESCROW);
        vm.startPrank(parties.payer);
        callback.approve(address(hub), ESCROW);
        hub.deposit(address(callback), ESCROW);
        hub.authorizeCoordinator(parties.coordinator, address(callback), LIMIT);
        vm.stopPrank();
    }

    function _expectInvalidProof(Settlement memory settlement) private {
        bytes32 id = hub.settlementIdOf(settlement);
        _expectRefusal(
            settlement,
            receipt.proof,
            abi.encodeWithSelector(ISettlementHub.InvalidProof.selector, id)
        );
    }
}
