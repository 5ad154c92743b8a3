// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {ReceiptPrivateInputs} from "proofrail/generated/ReceiptPrivateInputs.sol";
import {ShieldedInputs} from "proofrail/generated/ShieldedInputs.sol";
import {ShieldedVerifierInsecureDev} from "proofrail/generated/ShieldedVerifierInsecureDev.sol";
import {IPoolFunds} from "proofrail/interfaces/IPoolFunds.sol";
import {PrivateReceipt, ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";
import {IVerifierRouter} from "proofrail/interfaces/IVerifierRouter.sol";
import {ShieldedPool} from "proofrail/pool/ShieldedPool.sol";

import {PoolTest} from "./utils/PoolTest.sol";

/// @notice What pauses, stops and other changes mean for what is in a pool that has a second setup.
contract ShieldedPoolGovernanceTest is PoolTest {
    bytes32 private constant SECOND =
        keccak256(abi.encode("proofrail.second_setup.v1", ShieldedInputs.CIRCUIT_ID));

    address internal secondVerifier;

    /// @dev Another setup of the circuit would have another key; what matters here is under which id it stands.
    function _beforePool() internal override {
        secondVerifier = address(new ShieldedVerifierInsecureDev());
        vm.prank(owner);
        router.addVerifier(SECOND, secondVerifier);
    }

    function setUp() public override {
        super.setUp();
        _fill(50_000);
    }

    function test_theSecondSetupIsThereFromTheStart() public {
        assertEq(pool.SECOND_SETUP_ID(), SECOND);
        assertTrue(pool.hasSecondSetup());
        // While the first holds the second is not asked.
        vm.expectCall(secondVerifier, "", 0);
        _transact(_withdrawal(10, 0));
    }

    function test_aPauseHoldsEverythingAndEndsByItself() public {
        vm.prank(owner);
        router.pause(ShieldedInputs.CIRCUIT_ID);
        uint64 until = uint64(block.timestamp) + router.LONGEST_PAUSE();
        bytes memory refusal = abi.encodeWithSelector(
            IVerifierRouter.CircuitPaused.selector, ShieldedInputs.CIRCUIT_ID, until
        );
        _fund(depositor, 10);
        ShieldedTransfer memory deposit = _deposit(10);
        ShieldedTransfer memory withdrawal = _withdrawal(10, 0);
        deposit.deadline = withdrawal.deadline = until;
        _expectRefusal(deposit, refusal);
        _expectRefusal(withdrawal, refusal);
        vm.warp(until);
        _transact(withdrawal);
        _transact(deposit);
    }

    /// @dev A circuit that was stopped cannot be trusted to keep value in; the second setup still shows whose it is.
    function test_afterAStopNothingEntersAndEverythingLeaves() public {
        _stop(ShieldedInputs.CIRCUIT_ID);
        _fund(depositor, 10);
        bytes memory refusal = abi.encodeWithSelector(
            IVerifierRouter.CircuitStopped.selector, ShieldedInputs.CIRCUIT_ID
        );
        _expectRefusal(_deposit(10), refusal);
        ShieldedTransfer memory both = _deposit(10);
        (both.recipient, both.withdrawal) = (recipient, 20);
        _expectRefusal(both, refusal);

        vm.expectCall(secondVerifier, "", 3);
        _transact(_plain());
        _settle(_plain(), _receipt(1));
        _transact(_withdrawal(50_000, 0));
        assertEq(token.balanceOf(recipient), 50_000);
    }

    /// @dev More than two notes can hold: what `shielded` states that nothing satisfies.
    function test_anyoneWhoForgesStopsDeposits() public {
        uint256[] memory statement = new uint256[](ShieldedInputs.COUNT);
        statement[ShieldedInputs.OUTFLOW] = 1 << 200;
        vm.prank(owner);
        router.registerImpossible(ShieldedInputs.CIRCUIT_ID, statement);
        uint256[8] memory proof = forger.forge(statement, 1);
        vm.prank(makeAddr("anyone"));
        router.stopWithProof(ShieldedInputs.CIRCUIT_ID, proof, statement);

        _fund(depositor, 10);
        _expectRefusal(
            _deposit(10),
            abi.encodeWithSelector(
                IVerifierRouter.CircuitStopped.selector, ShieldedInputs.CIRCUIT_ID
            )
        );
        _transact(_withdrawal(50_000, 0));
    }

    function test_whatWaitsNeedsNoProof() public {
        ShieldedTransfer memory transfer = _withdrawal(1_000, 0);
        transfer.delayed = true;
        _transact(transfer);
        _stop(ShieldedInputs.CIRCUIT_ID);
        _stop(SECOND);
        vm.warp(block.timestamp + EXIT_DELAY);
        pool.release(transfer.nullifiers[0], recipient);
        assertEq(token.balanceOf(recipient), 1_000);
    }

    /// @dev Nobody is trusted to say whose it is.
    function test_withBothSetupsStoppedEverythingStays() public {
        _stop(ShieldedInputs.CIRCUIT_ID);
        vm.prank(owner);
        router.pause(SECOND);
        bytes memory paused = abi.encodeWithSelector(
            IVerifierRouter.CircuitPaused.selector, SECOND, uint64(block.timestamp + 7 days)
        );
        _expectRefusal(_withdrawal(10, 0), paused);
        _stop(SECOND);
        _expectRefusal(
            _withdrawal(10, 0),
            abi.encodeWithSelector(IVerifierRouter.CircuitStopped.selector, SECOND)
        );
    }

    function test_aStoppedSecondSetupChangesNothing() public {
        _stop(SECOND);
        _transact(_withdrawal(10, 0));
        _fill(10);
    }

    /// @dev What comes after the pool was made could be anything: it would change what a proof must show.
    function test_aSecondSetupThatComesLaterIsNeverUsed() public {
        vm.mockCallRevert(
            address(router), abi.encodeCall(router.verifierOf, (SECOND)), "no such circuit"
        );
        pool = _deployPool(address(token), makeAddr("older pool"));
        vm.clearMockedCalls();
        assertFalse(pool.hasSecondSetup());
        _fill(1_000);
        _stop(ShieldedInputs.CIRCUIT_ID);
        _expectRefusal(
            _withdrawal(10, 0),
            abi.encodeWithSelector(
                IVerifierRouter.CircuitStopped.selector, ShieldedInputs.CIRCUIT_ID
            )
        );
    }

    function test_withoutTheCircuitThereIsNoPool() public {
        _stop(ShieldedInputs.CIRCUIT_ID);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierRouter.CircuitStopped.selector, ShieldedInputs.CIRCUIT_ID
            )
        );
        new ShieldedPool(
            router, settlements, poseidon, address(token), address(manager), EXIT_DELAY
        );
    }

    function test_aStopOfReceiptsHoldsNoMoney() public {
        _stop(ReceiptPrivateInputs.CIRCUIT_ID);
        PrivateReceipt memory receipt = _receipt(1);
        ShieldedTransfer memory transfer = _plain();
        uint256[8] memory proof = _provePaying(transfer, receipt);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierRouter.CircuitStopped.selector, ReceiptPrivateInputs.CIRCUIT_ID
            )
        );
        pool.settle(transfer, proof, receipt, "");
        _transact(_withdrawal(50_000, 0));
    }

    function test_capsWaitForTheirDelay() public {
        address governor = makeAddr("governor");
        bytes4[] memory selectors = new bytes4[](2);
        (selectors[0], selectors[1]) = (pool.setCaps.selector, pool.setPolicy.selector);
        vm.startPrank(owner);
        manager.grantRole(1, governor, 2 days);
        manager.setTargetFunctionRole(address(pool), selectors, 1);
        vm.stopPrank();

        IPoolFunds.Caps memory caps = IPoolFunds.Caps(1, 2, 3, 4);
        bytes memory call = abi.encodeCall(pool.setCaps, (caps));
        vm.startPrank(governor);
        bytes32 operation = manager.hashOperation(governor, address(pool), call);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation)
        );
        pool.setCaps(caps);
        manager.schedule(address(pool), call, 0);
        vm.warp(block.timestamp + 2 days);
        vm.expectEmit(address(pool));
        emit IPoolFunds.CapsSet(caps);
        pool.setCaps(caps);
        vm.stopPrank();
        assertEq(keccak256(abi.encode(pool.caps())), keccak256(abi.encode(caps)));
    }

    function testFuzz_nobodyElseSetsCaps(address anyone) public {
        vm.assume(anyone != owner);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, anyone)
        );
        vm.prank(anyone);
        pool.setCaps(IPoolFunds.Caps(1, 2, 3, 4));
    }

    function _stop(bytes32 circuit) private {
        vm.prank(owner);
        router.stop(circuit);
    }
}
