// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Test} from "forge-std/Test.sol";
import {VerifierRouter} from "proofrail/VerifierRouter.sol";
import {IVerifierRouter} from "proofrail/interfaces/IVerifierRouter.sol";

contract VerifierRouterTest is Test {
    VerifierRouter internal router;
    address internal owner = makeAddr("owner");
    /// @dev The router asks for code and calls none.
    address internal verifier;

    function setUp() public {
        address manager = address(new AccessManager(owner));
        router = new VerifierRouter(manager);
        verifier = address(new VerifierRouter(manager));
    }

    function testFuzz_aCircuitIsRoutedOnce(bytes32 circuitId) public {
        vm.assume(circuitId != 0);
        vm.startPrank(owner);
        vm.expectEmit(address(router));
        emit IVerifierRouter.VerifierAdded(circuitId, verifier);
        router.addVerifier(circuitId, verifier);
        assertEq(router.verifierOf(circuitId), verifier);

        vm.expectRevert(_error(IVerifierRouter.CircuitAlreadyRouted.selector, circuitId));
        router.addVerifier(circuitId, address(router));
        vm.stopPrank();
        assertEq(router.verifierOf(circuitId), verifier);
    }

    function testFuzz_aStoppedCircuitStaysStopped(bytes32 circuitId) public {
        vm.assume(circuitId != 0);
        vm.startPrank(owner);
        router.addVerifier(circuitId, verifier);
        assertFalse(router.isStopped(circuitId));
        vm.expectEmit(address(router));
        emit IVerifierRouter.VerifierStopped(circuitId, verifier);
        router.stop(circuitId);
        assertTrue(router.isStopped(circuitId));

        vm.expectRevert(_error(IVerifierRouter.CircuitStopped.selector, circuitId));
        router.verifierOf(circuitId);
        vm.expectRevert(_error(IVerifierRouter.CircuitStopped.selector, circuitId));
        router.stop(circuitId);
        vm.expectRevert(_error(IVerifierRouter.CircuitAlreadyRouted.selector, circuitId));
        router.addVerifier(circuitId, address(router));
        vm.stopPrank();
    }

    function testFuzz_anUnknownCircuitIsNamed(bytes32 circuitId) public {
        vm.expectRevert(_error(IVerifierRouter.UnknownCircuit.selector, circuitId));
        router.verifierOf(circuitId);
        vm.expectRevert(_error(IVerifierRouter.UnknownCircuit.selector, circuitId));
        vm.prank(owner);
        router.stop(circuitId);
    }

    function test_aVerifierIsAContractOfANamedCircuit() public {
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRouter.VerifierWithoutCode.selector, owner));
        router.addVerifier("circuit", owner);
        vm.expectRevert(IVerifierRouter.ZeroCircuitId.selector);
        router.addVerifier(0, verifier);
        vm.stopPrank();
    }

    function testFuzz_onlyWhomTheManagerAllowsDecides(address caller) public {
        vm.assume(caller != owner);
        vm.prank(owner);
        router.addVerifier("routed", verifier);

        bytes memory refusal =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        vm.startPrank(caller);
        vm.expectRevert(refusal);
        router.addVerifier("circuit", verifier);
        vm.expectRevert(refusal);
        router.stop("routed");
        vm.expectRevert(refusal);
        router.pause("routed");
        vm.expectRevert(refusal);
        router.unpause("routed");
        vm.expectRevert(refusal);
        router.registerImpossible("routed", new uint256[](3));
        vm.stopPrank();
    }

    function _error(bytes4 selector, bytes32 circuitId) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, circuitId);
    }
}
