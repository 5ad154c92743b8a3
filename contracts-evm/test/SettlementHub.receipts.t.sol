// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {RoutePolicy} from "proofrail/RoutePolicy.sol";
import {SettlementHub} from "proofrail/SettlementHub.sol";
import {ReceiptBatchInputs} from "proofrail/generated/ReceiptBatchInputs.sol";
import {ReceiptInputs} from "proofrail/generated/ReceiptInputs.sol";
import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {IRoutePolicy, Route, Tier} from "proofrail/interfaces/IRoutePolicy.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementPolicy} from "proofrail/interfaces/ISettlementPolicy.sol";
import {IVerifierRouter} from "proofrail/interfaces/IVerifierRouter.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";
import {Settlements} from "proofrail/libraries/Settlements.sol";

import {RecordingPolicy} from "./utils/Policies.sol";
import {ReceiptBatch, ReceiptBatchFixtures, ReceiptBatchTest} from "./utils/ReceiptBatchTest.sol";

/// @notice One proof pays many receipts of one recipient, on the terms that the coordinator signed and no others.
contract SettlementHubReceiptsTest is ReceiptBatchTest {
    uint256 private constant JOBS = ((1 << 64) - 1) << 1;

    function test_aSignedAndProvenBatchPays() public {
        (ReceiptBatch memory batch, uint256[4] memory inputs) = ReceiptBatchFixtures.proven();
        Settlement memory settlement = batch.settlement;
        assertEq(inputs[ReceiptBatchInputs.CONTEXT], hub.contextOf(settlement));
        assertEq(inputs[ReceiptBatchInputs.TOTAL], settlement.amount);
        assertEq(batch.jobs, JOBS);
        bytes32 id = hub.settlementIdOf(settlement);
        assertTrue(hub.isAuthorized(settlement, abi.encodePacked(batch.proof, batch.root)));

        vm.expectEmit(address(hub));
        emit ISettlementHub.ReceiptsSettled(id, _jobIdOf(batch, 0), JOBS, batch.root);
        vm.expectEmit(address(hub));
        emit ISettlementHub.Settled(
            id,
            parties.payer,
            settlement.recipient,
            address(token),
            settlement.amount,
            parties.coordinator,
            ReceiptBatchInputs.CIRCUIT_ID
        );
        vm.prank(makeAddr("anyone"));
        assertEq(_settle(batch), id);

        assertEq(token.balanceOf(settlement.recipient), settlement.amount);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW - settlement.amount);
        assertTrue(hub.isSettled(id));
        assertEq(_settledJobs(batch), JOBS);
    }

    function testFuzz_anyJobsOfAGroupArePaid(uint248 group, uint256 jobs, uint128 total) public {
        jobs = bound(jobs, 1, type(uint256).max);
        total = uint128(bound(total, 1, LIMIT));
        ReceiptBatch memory batch = _batchOf(group, jobs, total);
        _settle(batch);
        assertEq(token.balanceOf(worker), total);
        assertEq(_settledJobs(batch), jobs);
    }

    /// @dev No word of what is brought can be changed: each is bound by the proof, or is the name of what is.
    function testFuzz_everyTermIsProven(uint256 word, uint256 change) public {
        (ReceiptBatch memory batch,) = ReceiptBatchFixtures.proven();
        bytes memory encoded =
            abi.encode(batch.settlement, batch.group, batch.jobs, batch.root, batch.proof);
        word = bound(word, 0, 20);
        change = bound(change, 1, type(uint64).max);
        assembly ("memory-safe") {
            let at := add(add(encoded, 0x20), mul(word, 0x20))
            mstore(at, xor(mload(at), change))
        }
        (bool ok,) = address(hub).call(bytes.concat(hub.settleReceipts.selector, encoded));
        assertFalse(ok);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW);
        assertEq(_settledJobs(batch), 0);
        _settle(batch);
    }

    /// @dev The coordinator signs which jobs it is: under their own name, other jobs have another context.
    function testFuzz_otherJobsNeedAnotherSignature(uint248 group, uint256 jobs) public {
        (ReceiptBatch memory batch,) = ReceiptBatchFixtures.proven();
        vm.assume(jobs != 0 && (jobs != batch.jobs || group != batch.group));
        (batch.group, batch.jobs) = (group, jobs);
        _expectRefusal(batch, _notTheJobs(batch));
        batch.settlement.jobId = Settlements.jobIdOf(group, jobs);
        _expectRefusal(batch, _invalidProof(batch));
    }

    /// @dev Else a batch would leave no trace of what it paid.
    function test_aBatchOfNoJobsIsNone() public {
        ReceiptBatch memory batch = _batchOf(1, 0, 5);
        assertEq(batch.settlement.jobId, Settlements.jobIdOf(1, 0));
        _expectRefusal(batch, _notTheJobs(batch));
    }

    function test_theJobsAreNamedAsDocumented() public view {
        assertEq(
            _batchOf(3, 9, 5).settlement.jobId,
            keccak256(abi.encode(keccak256("proofrail.jobs.v1"), uint256(3), uint256(9)))
        );
    }

    /// @dev A group has one name: its ids have 248 bits.
    function test_aGroupOfMoreBitsIsRefused() public {
        ReceiptBatch memory batch = _batchOf(1, 1, 5);
        bytes memory data = abi.encodeCall(
            hub.settleReceipts, (batch.settlement, batch.group, batch.jobs, batch.root, batch.proof)
        );
        assembly ("memory-safe") {
            let at := add(data, add(0x24, 0x140))
            mstore(at, or(mload(at), shl(248, 1)))
        }
        (bool ok,) = address(hub).call(data);
        assertFalse(ok);
        _settle(batch);
    }

    function test_theRootHasNoAlias() public {
        ReceiptBatch memory batch = _batchOf(1, 1, 5);
        batch.root = bytes32(uint256(batch.root) + Bn254.SCALAR_FIELD);
        _expectRefusal(batch, _invalidProof(batch));
    }

    /// @dev A receipt is no batch and a batch no receipt, whoever proves them.
    function test_neitherCircuitPassesForTheOther() public {
        ReceiptBatch memory batch = _batchOf(1, 1, 5);
        vm.expectRevert(_unknown(ReceiptBatchInputs.CIRCUIT_ID));
        hub.settleWithProof(batch.settlement, batch.proof);
        uint256[8] memory ofAReceipt = _forged(batch.settlement);
        batch.proof = ofAReceipt;
        _expectRefusal(batch, _invalidProof(batch));

        batch.settlement.circuitId = ReceiptInputs.CIRCUIT_ID;
        _expectRefusal(batch, abi.encodePacked(_unknown(ReceiptInputs.CIRCUIT_ID)));
        _prove(batch);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlementHub.InvalidProof.selector, hub.settlementIdOf(batch.settlement)
            )
        );
        hub.settleWithProof(batch.settlement, batch.proof);

        batch.settlement.circuitId = hub.CLEAR_CIRCUIT_ID();
        _expectRefusal(batch, _unknown(hub.CLEAR_CIRCUIT_ID()));
    }

    function test_aBatchIsForOneChainAndOneHub() public {
        ReceiptBatch memory batch = _batchOf(1, 1, 5);
        vm.chainId(parties.chainId + 1);
        _expectRefusal(batch, _invalidProof(batch));
        vm.chainId(parties.chainId);

        SettlementHub other = new SettlementHub(router, permit2, NOTICE);
        uint256 context = other.contextOf(batch.settlement);
        assertNotEq(context, hub.contextOf(batch.settlement));
        ReceiptBatchFixtures.prove(batch, context, batchForger);
        _expectRefusal(batch, _invalidProof(batch));
    }

    function test_thePayersLimitsAreTheTotals() public {
        _expectRefusal(
            _batchOf(1, 3, LIMIT + 1),
            abi.encodeWithSelector(ICoordinators.AmountAboveLimit.selector, LIMIT + 1, LIMIT)
        );
        vm.prank(parties.payer);
        hub.authorizeCoordinatorDaily(parties.coordinator, address(token), LIMIT, 7);
        _settle(_batchOf(1, 3, 4));
        _expectRefusal(
            _batchOf(2, 3, 4),
            abi.encodeWithSelector(ICoordinators.AmountAboveDailyLimit.selector, 4, 3, 7)
        );
        _authorize(parties.payer, parties.coordinator, 0);
        _expectRefusal(
            _batchOf(2, 3, 3),
            abi.encodeWithSelector(
                ICoordinators.CoordinatorNotAuthorized.selector,
                parties.payer,
                parties.coordinator,
                address(token)
            )
        );
    }

    function testFuzz_theEscrowPaysOrNothingDoes(uint128 left, uint128 total) public {
        total = uint128(bound(total, 2, LIMIT));
        left = uint128(bound(left, 1, total - 1));
        _withdraw(parties.payer, address(token), ESCROW - left, makeAddr("payer's"));
        ReceiptBatch memory batch = _batchOf(1, 7, total);
        _expectRefusal(
            batch,
            abi.encodeWithSelector(
                IEscrow.InsufficientEscrow.selector, parties.payer, address(token), left, total
            )
        );
        _fund(parties.payer, total - left);
        _settle(batch);
        assertEq(hub.escrowOf(parties.payer, address(token)), 0);
    }

    function test_theDeadlineHolds() public {
        ReceiptBatch memory batch = _batchOf(1, 7, 5);
        batch.settlement.deadline = uint64(block.timestamp);
        _prove(batch);
        vm.warp(block.timestamp + 1);
        _expectRefusal(
            batch,
            abi.encodeWithSelector(
                ISettlementHub.Expired.selector, batch.settlement.deadline, block.timestamp
            )
        );
        vm.warp(block.timestamp - 1);
        _settle(batch);
    }

    function test_nothingAndNobodyAreNotPaid() public {
        _expectRefusal(_batchOf(1, 7, 0), abi.encodeWithSelector(IEscrow.ZeroAmount.selector));
        ReceiptBatch memory batch = _batchOf(1, 7, 5);
        batch.settlement.recipient = address(hub);
        _expectRefusal(
            batch, abi.encodeWithSelector(IEscrow.InvalidRecipient.selector, address(hub))
        );
    }

    function test_aStoppedCircuitPaysNothing() public {
        vm.prank(owner);
        router.stop(ReceiptBatchInputs.CIRCUIT_ID);
        _expectRefusal(
            _batchOf(1, 7, 5),
            abi.encodeWithSelector(
                IVerifierRouter.CircuitStopped.selector, ReceiptBatchInputs.CIRCUIT_ID
            )
        );
        _settleForged(_terms(1, worker, address(token), 5));
    }

    /// @dev Whoever brings it chooses the gas, and can make it fail whole, and not pay otherwise.
    function testFuzz_theGasDecidesNothingElse(uint256 gas) public {
        ReceiptBatch memory batch = _batchOf(1, 7, 5);
        RecordingPolicy policy = _putUnderRecording();
        gas = bound(gas, 100_000, 900_000);
        try hub.settleReceipts{gas: gas}(
            batch.settlement, batch.group, batch.jobs, batch.root, batch.proof
        ) {
            assertEq(token.balanceOf(worker), 5);
            assertEq(policy.asked(), 1);
        } catch {
            assertEq(_settledJobs(batch), 0);
            assertEq(policy.asked(), 0);
            _settle(batch);
        }
        assertEq(hub.creditOf(worker, address(token)), 0);
    }

    function test_thePolicyJudgesTheBatchAsOneSettlement() public {
        RecordingPolicy policy = _putUnderRecording();
        ReceiptBatch memory batch = _batchOf(1, 7, 5);
        policy.refuse(1);
        _expectRefusal(
            batch,
            abi.encodeWithSelector(
                ICoordinators.PolicyRefused.selector,
                hub.settlementIdOf(batch.settlement),
                address(policy),
                abi.encodeWithSelector(RecordingPolicy.Refused.selector, 1)
            )
        );
        policy.refuse(0);
        _settle(batch);
        assertEq(policy.asked(), 1);
    }

    /// @dev Its terms name the jobs, so that a delay is waited for and a veto holds for these jobs and no others.
    function test_aRouteDelaysEachBatchByItself() public {
        RoutePolicy policy = new RoutePolicy(hub, address(manager));
        Tier[] memory tiers = new Tier[](1);
        tiers[0] = Tier(LIMIT, 0, 1 days);
        ReceiptBatch memory batch = _batchOf(1, 7, 5);
        vm.prank(owner);
        policy.setRoute(
            batch.settlement.sourceChain,
            address(token),
            Route(new address[](0), type(uint96).max, tiers)
        );
        vm.prank(parties.payer);
        hub.authorizeCoordinatorUnder(
            parties.coordinator, address(token), ICoordinators.Limits(LIMIT, LIMIT), policy
        );
        bytes memory evidence = abi.encodePacked(batch.proof, batch.root);
        bytes memory notAuthorized = abi.encodeWithSelector(
            IRoutePolicy.NotAuthorized.selector, policy.termsOf(batch.settlement)
        );
        vm.expectRevert(notAuthorized);
        policy.announce(batch.settlement, abi.encodePacked(batch.proof));
        vm.expectRevert(notAuthorized);
        policy.announce(batch.settlement, abi.encodePacked(batch.proof, ~batch.root));
        vm.expectRevert(notAuthorized);
        policy.announce(batch.settlement, bytes.concat(evidence, bytes32(0)));
        vm.warp(policy.announce(batch.settlement, evidence));

        ReceiptBatch memory other = _batchOf(1, 8, 5);
        _expectRefusal(
            other,
            abi.encodeWithSelector(
                ICoordinators.PolicyRefused.selector,
                hub.settlementIdOf(other.settlement),
                address(policy),
                abi.encodeWithSelector(
                    IRoutePolicy.DelayNotBegun.selector, policy.termsOf(other.settlement)
                )
            )
        );
        _settle(batch);
    }

    function _putUnderRecording() private returns (RecordingPolicy policy) {
        policy = new RecordingPolicy();
        vm.prank(parties.payer);
        hub.authorizeCoordinatorUnder(
            parties.coordinator,
            address(token),
            ICoordinators.Limits(LIMIT, type(uint128).max),
            ISettlementPolicy(address(policy))
        );
    }

    function _notTheJobs(ReceiptBatch memory batch) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ISettlementHub.NotTheJobs.selector, batch.settlement.jobId, batch.group, batch.jobs
        );
    }

    function _invalidProof(ReceiptBatch memory batch) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ISettlementHub.InvalidProof.selector, hub.settlementIdOf(batch.settlement)
        );
    }

    function _unknown(bytes32 circuitId) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISettlementHub.UnknownCircuit.selector, circuitId);
    }
}
