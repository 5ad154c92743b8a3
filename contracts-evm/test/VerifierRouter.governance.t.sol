// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {VerifierRouter} from "proofrail/VerifierRouter.sol";
import {ReceiptInputs} from "proofrail/generated/ReceiptInputs.sol";
import {IVerifierRouter} from "proofrail/interfaces/IVerifierRouter.sol";

import {HubTest} from "./utils/HubTest.sol";
import {ProofMaths} from "./utils/ProofMaths.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice The router as it is governed: additions wait and can be vetoed, pause and stop do not wait.
contract VerifierRouterGovernanceTest is HubTest {
    uint64 private constant GOVERNOR = 1;
    uint64 private constant GUARDIAN = 2;
    uint32 private constant DELAY = 2 days;

    address internal governor = makeAddr("governor");
    address internal guardian = makeAddr("guardian");
    ProvenReceipt internal receipt;

    function setUp() public override {
        super.setUp();
        receipt = Receipts.named("first job");
        bytes4[] memory slow = new bytes4[](2);
        (slow[0], slow[1]) =
        (VerifierRouter.addVerifier.selector, VerifierRouter.registerImpossible.selector);
        bytes4[] memory fast = new bytes4[](3);
        (fast[0], fast[1], fast[2]) =
        (
            VerifierRouter.stop.selector,
            VerifierRouter.pause.selector,
            VerifierRouter.unpause.selector
        );
        vm.startPrank(owner);
        manager.grantRole(GOVERNOR, governor, DELAY);
        manager.grantRole(GUARDIAN, guardian, 0);
        manager.setRoleGuardian(GOVERNOR, GUARDIAN);
        manager.setTargetFunctionRole(address(router), slow, GOVERNOR);
        manager.setTargetFunctionRole(address(router), fast, GUARDIAN);
        vm.stopPrank();
    }

    function test_anAdditionWaits() public {
        bytes memory call = abi.encodeCall(router.addVerifier, ("another", address(verifier)));
        bytes32 operation = manager.hashOperation(governor, address(router), call);
        vm.startPrank(governor);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation)
        );
        router.addVerifier("another", address(verifier));

        manager.schedule(address(router), call, 0);
        vm.warp(block.timestamp + DELAY - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation)
        );
        router.addVerifier("another", address(verifier));
        vm.warp(block.timestamp + 1);
        router.addVerifier("another", address(verifier));
        vm.stopPrank();
        assertEq(router.verifierOf("another"), address(verifier));
    }

    function test_theGuardianVetoesAnAddition() public {
        bytes memory call = abi.encodeCall(router.addVerifier, ("another", address(verifier)));
        vm.prank(governor);
        (bytes32 operation,) = manager.schedule(address(router), call, 0);
        vm.prank(guardian);
        manager.cancel(governor, address(router), call);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation)
        );
        vm.prank(governor);
        router.addVerifier("another", address(verifier));
    }

    function test_aPauseHoldsSettlementsAndEndsByItself() public {
        uint64 until = uint64(block.timestamp) + router.LONGEST_PAUSE();
        vm.expectEmit(address(router));
        emit IVerifierRouter.CircuitPauseSet(ReceiptInputs.CIRCUIT_ID, until);
        vm.prank(guardian);
        router.pause(ReceiptInputs.CIRCUIT_ID);

        vm.warp(until - 1);
        _expectRefusal(
            receipt.settlement,
            receipt.proof,
            abi.encodeWithSelector(
                IVerifierRouter.CircuitPaused.selector, ReceiptInputs.CIRCUIT_ID, until
            )
        );
        vm.warp(until);
        _settle(receipt);
    }

    /// @dev No state without exit: what a guardian pauses or stops stays the payer's.
    function test_aPauseHoldsNoWithdrawal() public {
        vm.prank(guardian);
        router.pause(ReceiptInputs.CIRCUIT_ID);
        _withdraw(parties.payer, address(token), ESCROW, parties.payer);
        assertEq(token.balanceOf(parties.payer), ESCROW);
    }

    function test_theGuardianEndsAPause() public {
        vm.startPrank(guardian);
        router.pause(ReceiptInputs.CIRCUIT_ID);
        router.unpause(ReceiptInputs.CIRCUIT_ID);
        vm.stopPrank();
        _settle(receipt);
    }

    function testFuzz_anyoneStopsABrokenCircuit(address anyone, uint256 seed) public {
        uint256[] memory statement = _registerImpossible();
        uint256[8] memory proof = receiptForger.forge(_fixed(statement), seed);
        vm.prank(guardian);
        router.pause(ReceiptInputs.CIRCUIT_ID);
        vm.expectEmit(address(router));
        emit IVerifierRouter.VerifierStopped(ReceiptInputs.CIRCUIT_ID, address(verifier));
        vm.prank(anyone);
        router.stopWithProof(ReceiptInputs.CIRCUIT_ID, proof, statement);
        assertTrue(router.isStopped(ReceiptInputs.CIRCUIT_ID));
    }

    function testFuzz_nothingElseStopsACircuit(uint256 seed) public {
        uint256[] memory none = new uint256[](0);
        bytes memory notImpossible = abi.encodeWithSelector(
            IVerifierRouter.NotImpossible.selector, ReceiptInputs.CIRCUIT_ID
        );
        vm.expectRevert(notImpossible);
        router.stopWithProof(ReceiptInputs.CIRCUIT_ID, receipt.proof, none);

        uint256[] memory statement = _registerImpossible();
        uint256[8] memory proof = receiptForger.forge(_fixed(statement), seed);
        proof = ProofMaths.scaled(proof, seed);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierRouter.ProofRefused.selector, ReceiptInputs.CIRCUIT_ID)
        );
        router.stopWithProof(ReceiptInputs.CIRCUIT_ID, proof, statement);
        // A proof of something that is true.
        for (uint256 i = 0; i < 3; i++) {
            statement[i] = receipt.inputs[i];
        }
        vm.expectRevert(notImpossible);
        router.stopWithProof(ReceiptInputs.CIRCUIT_ID, receipt.proof, statement);
        assertFalse(router.isStopped(ReceiptInputs.CIRCUIT_ID));
    }

    function test_anImpossibleStatementIsRegisteredOnce() public {
        _registerImpossible();
        vm.prank(governor);
        manager.schedule(
            address(router),
            abi.encodeCall(router.registerImpossible, (ReceiptInputs.CIRCUIT_ID, new uint256[](3))),
            0
        );
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierRouter.ImpossibleAlreadyRegistered.selector, ReceiptInputs.CIRCUIT_ID
            )
        );
        vm.prank(governor);
        router.registerImpossible(ReceiptInputs.CIRCUIT_ID, new uint256[](3));
    }

    /// @dev An amount of 2^128, which the circuit's range check excludes.
    function _registerImpossible() private returns (uint256[] memory statement) {
        statement = new uint256[](3);
        statement[ReceiptInputs.AMOUNT] = 1 << 128;
        bytes memory call =
            abi.encodeCall(router.registerImpossible, (ReceiptInputs.CIRCUIT_ID, statement));
        vm.startPrank(governor);
        manager.schedule(address(router), call, 0);
        vm.warp(block.timestamp + DELAY);
        router.registerImpossible(ReceiptInputs.CIRCUIT_ID, statement);
        vm.stopPrank();
    }

    function _fixed(uint256[] memory inputs) private pure returns (uint256[3] memory) {
        return [inputs[0], inputs[1], inputs[2]];
    }
}
