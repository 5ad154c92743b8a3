// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ReceiptInputs} from "proofrail/generated/ReceiptInputs.sol";
import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {IVerifierRouter} from "proofrail/interfaces/IVerifierRouter.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";
import {Native} from "proofrail/libraries/Native.sol";

import {HubTest} from "./utils/HubTest.sol";
import {ProofMaths} from "./utils/ProofMaths.sol";
import {Burner, Reentrant, Refuser} from "./utils/Recipients.sol";

/// @notice A batch does what its settlements would have done alone.
contract SettlementHubBatchTest is HubTest {
    Settlement[] internal settlements;
    uint256[8][] internal proofs;

    function testFuzz_aBatchPaysEverySettlement(uint256 count) public {
        _add(bound(count, 0, 12));
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        for (uint256 i = 0; i < settlements.length; i++) {
            _assertPaid(outcomes, i);
        }
        // And again, changing nothing.
        outcomes = hub.settleBatch(settlements, proofs);
        for (uint256 i = 0; i < settlements.length; i++) {
            assertTrue(outcomes[i] == ISettlementHub.Outcome.AlreadySettled);
            assertEq(token.balanceOf(settlements[i].recipient), settlements[i].amount);
        }
    }

    /// @dev Whatever is wrong with whichever of them.
    function testFuzz_aBatchIsItsSettlementsOneByOne(uint256[6] memory changes) public {
        _add(6);
        for (uint256 i = 0; i < 6; i++) {
            _spoil(i, changes[i]);
        }
        uint256 state = vm.snapshotState();
        bool[] memory paid = new bool[](6);
        bytes[] memory reasons = new bytes[](6);
        for (uint256 i = 0; i < 6; i++) {
            try hub.settle(settlements[i], proofs[i]) returns (bytes32, bool paid_) {
                paid[i] = paid_;
            } catch (bytes memory reason) {
                reasons[i] = reason;
            }
        }
        uint256 escrow = hub.escrowOf(parties.payer, address(token));
        vm.revertToState(state);

        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        for (uint256 i = 0; i < 6; i++) {
            assertEq(outcomes[i] == ISettlementHub.Outcome.Paid, paid[i]);
            assertEq(outcomes[i] == ISettlementHub.Outcome.Refused, reasons[i].length != 0);
        }
        assertEq(hub.escrowOf(parties.payer, address(token)), escrow);
    }

    function testFuzz_aFalseProofLosesNoOther(uint256 count, uint256 pick) public {
        _add(bound(count, 2, 12));
        pick = pick % settlements.length;
        proofs[pick] = ProofMaths.scaled(proofs[pick], pick);
        _expectRefused(
            pick, abi.encodeWithSelector(ISettlementHub.InvalidProof.selector, _id(pick))
        );
    }

    function test_malformedProofsLoseNoOther() public {
        _add(8);
        proofs[1][0] = type(uint256).max;
        (proofs[3][0], proofs[3][1]) = (1, 1);
        // On the twist, outside the subgroup: see the verifier's test.
        (proofs[5][2], proofs[5][3]) = (0, 1);
        proofs[5][4] = 5912654199736721486680175016176231956195085055698687135131307249486702594212;
        proofs[5][5] = 18278151005453108793778860132295291098363647455926340152056652516292830556603;
        proofs[7][6] = proofs[7][6] + ProofMaths.BASE_FIELD;
        uint256 before = gasleft();
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        assertLt(before - gasleft(), 6_000_000);
        for (uint256 i = 0; i < 8; i++) {
            if (i % 2 == 0) _assertPaid(outcomes, i);
            else assertTrue(outcomes[i] == ISettlementHub.Outcome.Refused);
        }
    }

    /// @dev Two false proofs whose errors cancel where each equation weighs the same.
    function testFuzz_errorsDoNotCancel(uint256 seed) public {
        _add(3);
        (proofs[1][6], proofs[1][7]) = _plus(proofs[1], seed, false);
        (proofs[2][6], proofs[2][7]) = _plus(proofs[2], seed, true);
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        _assertPaid(outcomes, 0);
        assertTrue(outcomes[1] == ISettlementHub.Outcome.Refused);
        assertTrue(outcomes[2] == ISettlementHub.Outcome.Refused);
    }

    function test_proofsThatChangedPlacesDoNotHold() public {
        _add(3);
        uint256[8] memory first = proofs[0];
        proofs[0] = proofs[1];
        proofs[1] = first;
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        assertTrue(outcomes[0] == ISettlementHub.Outcome.Refused);
        assertTrue(outcomes[1] == ISettlementHub.Outcome.Refused);
        _assertPaid(outcomes, 2);
    }

    function test_aJobThatIsThereTwiceIsPaidOnce() public {
        _add(2);
        settlements.push(settlements[0]);
        proofs.push(ProofMaths.negated(proofs[0]));
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        _assertPaid(outcomes, 0);
        _assertPaid(outcomes, 1);
        assertTrue(outcomes[2] == ISettlementHub.Outcome.AlreadySettled);
    }

    function test_whatTheTermsRefuseIsNamed() public {
        _add(4);
        settlements[2].deadline = uint64(block.timestamp) - 1;
        proofs[2] = _forged(settlements[2]);
        _expectRefused(
            2,
            abi.encodeWithSelector(
                ISettlementHub.Expired.selector, settlements[2].deadline, block.timestamp
            )
        );
    }

    function test_anUnknownCircuitIsNamed() public {
        _add(4);
        settlements[1].circuitId = "another";
        _expectRefused(
            1,
            abi.encodeWithSelector(ISettlementHub.UnknownCircuit.selector, settlements[1].circuitId)
        );
    }

    function test_anInputBeyondTheFieldLosesNoOther() public {
        _add(4);
        settlements[1].coordinator = bytes32(uint256(parties.coordinator) + Bn254.SCALAR_FIELD);
        _expectRefused(1, abi.encodeWithSelector(ISettlementHub.InvalidProof.selector, _id(1)));
    }

    function test_anEscrowPaysAsFarAsItReaches() public {
        _add(4);
        uint256 short = settlements[0].amount + settlements[1].amount;
        _withdraw(parties.payer, address(token), ESCROW - short, parties.payer);
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        _assertPaid(outcomes, 0);
        _assertPaid(outcomes, 1);
        assertTrue(outcomes[2] == ISettlementHub.Outcome.Refused);
        assertTrue(outcomes[3] == ISettlementHub.Outcome.Refused);
        assertEq(hub.escrowOf(parties.payer, address(token)), 0);
    }

    function test_aDailyLimitHoldsWithinABatch() public {
        vm.prank(parties.payer);
        hub.authorizeCoordinatorDaily(parties.coordinator, address(token), LIMIT, 2_001);
        _add(3);
        _expectRefused(
            2,
            abi.encodeWithSelector(
                ICoordinators.AmountAboveDailyLimit.selector, settlements[2].amount, 0, 2_001
            )
        );
    }

    function test_hostileRecipientsHoldUpNobody() public {
        vm.deal(address(this), 100);
        hub.depositNative{value: 100}(parties.payer);
        vm.prank(parties.payer);
        hub.authorizeCoordinator(parties.coordinator, Native.ETHER, LIMIT);
        Reentrant reentrant = new Reentrant(address(hub));
        address[3] memory hostile =
            [address(new Burner()), address(new Refuser()), address(reentrant)];
        for (uint256 i = 0; i < 3; i++) {
            settlements.push(_terms(i, hostile[i], Native.ETHER, 10));
            proofs.push(_forged(settlements[i]));
        }
        _add(2);
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        for (uint256 i = 0; i < 5; i++) {
            assertTrue(outcomes[i] == ISettlementHub.Outcome.Paid);
        }
        assertEq(hub.creditOf(hostile[0], Native.ETHER), 10);
        assertEq(hub.creditOf(hostile[1], Native.ETHER), 10);
        assertEq(address(reentrant).balance, 10);
        assertEq(reentrant.refusals(), 2);
    }

    /// @dev With too little gas settlements are deferred, and never refused or credited.
    function testFuzz_whatTheGasDoesNotReachIsDeferred(uint256 gas) public {
        _add(6);
        proofs[4] = ProofMaths.scaled(proofs[4], 1);
        bytes memory call = abi.encodeCall(hub.settleBatch, (settlements, proofs));
        (bool ok, bytes memory answer) =
            address(hub).call{gas: bound(gas, 200_000, 4_000_000)}(call);
        if (!ok) return;
        ISettlementHub.Outcome[] memory outcomes = abi.decode(answer, (ISettlementHub.Outcome[]));
        for (uint256 i = 0; i < 6; i++) {
            bool paid = outcomes[i] == ISettlementHub.Outcome.Paid;
            assertEq(token.balanceOf(settlements[i].recipient), paid ? settlements[i].amount : 0);
            if (!paid && i != 4) assertTrue(outcomes[i] == ISettlementHub.Outcome.Deferred);
            assertEq(hub.creditOf(settlements[i].recipient, address(token)), 0);
        }
        outcomes = hub.settleBatch(settlements, proofs);
        for (uint256 i = 0; i < 6; i++) {
            assertEq(token.balanceOf(settlements[i].recipient), i == 4 ? 0 : settlements[i].amount);
        }
    }

    function test_withoutABatchVerifierProofsAreVerifiedOneByOne() public {
        bytes32 batches = hub.BATCH_CIRCUIT_ID();
        vm.prank(owner);
        router.stop(batches);
        _add(3);
        proofs[1] = ProofMaths.scaled(proofs[1], 1);
        _expectRefused(1, abi.encodeWithSelector(ISettlementHub.InvalidProof.selector, _id(1)));
    }

    function test_aStoppedCircuitStopsItsBatches() public {
        vm.prank(owner);
        router.stop(ReceiptInputs.CIRCUIT_ID);
        _add(2);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierRouter.CircuitStopped.selector, ReceiptInputs.CIRCUIT_ID
            )
        );
        hub.settleBatch(settlements, proofs);
    }

    function test_everySettlementHasAProof() public {
        _add(2);
        proofs.pop();
        vm.expectRevert(abi.encodeWithSelector(ISettlementHub.LengthsDiffer.selector, 2, 1));
        hub.settleBatch(settlements, proofs);
    }

    function test_onlyTheHubPaysWithoutAProof() public {
        _add(1);
        bytes32 id = _id(0);
        vm.expectRevert(abi.encodeWithSelector(ISettlementHub.OnlySelf.selector, address(this)));
        hub.payProven(settlements[0], id, address(this));
    }

    function _add(uint256 count) private {
        for (uint256 i = 0; i < count; i++) {
            uint256 job = settlements.length;
            address recipient = vm.addr(1_000 + job);
            // forge-lint: disable-next-line(unsafe-typecast)
            settlements.push(_terms(job, recipient, address(token), uint128(1_000 + job)));
            proofs.push(_forged(settlements[job]));
        }
    }

    function _spoil(uint256 index, uint256 change) private {
        uint256 what = change % 8;
        if (what == 1) settlements[index].amount += 1;
        else if (what == 2) settlements[index].deadline = uint64(block.timestamp) - 1;
        else if (what == 3) proofs[index][change % 8] ^= 1 << (change % 250);
        else if (what == 4) settlements[index].jobId = settlements[0].jobId;
        else if (what == 5) settlements[index].amount = LIMIT + 1;
        else if (what == 6) settlements[index].payer = parties.otherPayer;
        // Half of the changed terms come with a proof of them.
        if (change % 16 > 8 && what != 3) proofs[index] = _forged(settlements[index]);
    }

    function _expectRefused(uint256 refused, bytes memory reason) private {
        vm.expectEmit(address(hub));
        emit ISettlementHub.SettlementRefused(_id(refused), reason);
        ISettlementHub.Outcome[] memory outcomes = hub.settleBatch(settlements, proofs);
        assertEq(outcomes.length, settlements.length);
        for (uint256 i = 0; i < outcomes.length; i++) {
            if (i != refused) _assertPaid(outcomes, i);
        }
        assertTrue(outcomes[refused] == ISettlementHub.Outcome.Refused);
        assertFalse(hub.isSettled(_id(refused)));
    }

    function _assertPaid(ISettlementHub.Outcome[] memory outcomes, uint256 i) private view {
        assertTrue(outcomes[i] == ISettlementHub.Outcome.Paid);
        assertTrue(hub.isSettled(_id(i)));
        assertEq(token.balanceOf(settlements[i].recipient), settlements[i].amount);
    }

    function _id(uint256 index) private view returns (bytes32) {
        return hub.settlementIdOf(settlements[index]);
    }

    /// @dev C plus or minus k times the generator.
    function _plus(uint256[8] memory proof, uint256 seed, bool negative)
        private
        view
        returns (uint256, uint256)
    {
        uint256 k = 1 + seed % (Bn254.SCALAR_FIELD - 1);
        if (negative) k = Bn254.SCALAR_FIELD - k;
        (bool ok, bytes memory point) = address(7).staticcall(abi.encode(1, 2, k));
        assertTrue(ok);
        (uint256 x, uint256 y) = abi.decode(point, (uint256, uint256));
        (ok, point) = address(6).staticcall(abi.encode(proof[6], proof[7], x, y));
        assertTrue(ok);
        return abi.decode(point, (uint256, uint256));
    }
}
