// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementPolicy} from "proofrail/interfaces/ISettlementPolicy.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {OpenReceiver} from "./utils/OpenReceiver.sol";
import {ReceiptBatch, ReceiptBatchFixtures, ReceiptBatchTest} from "./utils/ReceiptBatchTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice A job is paid once, in a batch of receipts or by itself, whatever brings it and whichever comes first.
contract SettlementHubReceiptsReplayTest is ReceiptBatchTest {
    /// @dev The ways of settling one job by itself.
    uint256 private constant WAYS = 5;

    OpenReceiver internal receiver;
    address internal signer;
    uint256 internal key;

    function setUp() public override {
        super.setUp();
        receiver = new OpenReceiver(hub, owner);
        (signer, key) = makeAddrAndKey("clear coordinator");
        vm.prank(parties.payer);
        hub.authorizeClearCoordinator(
            signer,
            address(token),
            ICoordinators.Limits(LIMIT, type(uint128).max),
            ISettlementPolicy(address(0))
        );
    }

    function test_aBatchIsPaidOnce() public {
        (ReceiptBatch memory batch,) = ReceiptBatchFixtures.proven();
        bytes32 id = _settle(batch);
        _expectRefusal(batch, abi.encodeWithSelector(ISettlementHub.AlreadySettled.selector, id));
    }

    /// @dev "third job" is job 2 of the proven batch, signed by itself too.
    function testFuzz_aJobThatWasPaidByItselfIsInNoBatch(uint256 way) public {
        (ReceiptBatch memory batch,) = ReceiptBatchFixtures.proven();
        assertTrue(_settleAlone(way, Receipts.named("third job")));
        _expectRefusal(batch, _alreadySettled(batch, 1 << 2));
        assertFalse(hub.isSettled(hub.settlementIdOf(batch.settlement)));
    }

    function testFuzz_aJobThatWasPaidInABatchIsNotPaidByItself(uint256 way) public {
        (ReceiptBatch memory batch,) = ReceiptBatchFixtures.proven();
        _settle(batch);
        assertFalse(_settleAlone(way, Receipts.named("third job")));
        assertEq(token.balanceOf(batch.settlement.recipient), batch.settlement.amount);
        // Job 0 is in no batch.
        assertTrue(_settleAlone(way, Receipts.named("first job")));
    }

    function testFuzz_batchesThatShareAJobAreNotBothPaid(
        uint248 group,
        uint256 jobs,
        uint256 others
    ) public {
        vm.assume(jobs != 0 && others != 0 && jobs != others);
        ReceiptBatch memory batch = _batchOf(group, jobs, 3);
        ReceiptBatch memory other = _batchOf(group, others, 4);
        _settle(batch);
        if (jobs & others != 0) {
            _expectRefusal(other, _alreadySettled(batch, jobs & others));
            // What is left is signed anew.
            others &= ~jobs;
            if (others == 0) return;
            other = _batchOf(group, others, 4);
        }
        _settle(other);
        assertEq(token.balanceOf(worker), 7);
        assertEq(_settledJobs(batch), jobs | others);
    }

    /// @dev Any sequence of batches and single receipts of one group, against books of which job was paid.
    function testFuzz_everyJobIsPaidOnce(uint256[10] memory seeds) public {
        (uint256 books, uint256 paid) = (0, 0);
        for (uint256 i = 0; i < seeds.length; i++) {
            // Eight jobs, so that they meet.
            uint256 jobs = 1 + (seeds[i] >> 8) % 255;
            uint128 amount = uint128(1 + (seeds[i] >> 16) % 1000);
            bool single = seeds[i] % 2 == 0;
            if (single) jobs = 1 << ((seeds[i] >> 8) % 8);
            bool done = single ? _trySingle(jobs, amount) : _tryBatch(jobs, amount);
            assertEq(done, books & jobs == 0);
            if (done) (books, paid) = (books | jobs, paid + amount);
        }
        assertEq(_settledJobs(_batchOf(5, 1, 1)), books);
        assertEq(token.balanceOf(worker), paid);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW - paid);
    }

    /// @dev The same numbers of another payer, contract, chain or group are other jobs.
    function test_theSameJobsElsewhereAreOthers() public {
        _settle(_batchOf(1, 7, 5));
        ReceiptBatch[4] memory others;
        for (uint256 i = 0; i < 4; i++) {
            others[i] = _batchOf(i == 3 ? 2 : 1, 7, 5);
        }
        others[0].settlement.payer = parties.otherPayer;
        others[1].settlement.sourceContract = keccak256("another");
        others[2].settlement.sourceChain = keccak256("another");
        _fund(parties.otherPayer, 5);
        _authorize(parties.otherPayer, parties.coordinator, LIMIT);
        for (uint256 i = 0; i < 4; i++) {
            _prove(others[i]);
            _settle(others[i]);
        }
        assertEq(token.balanceOf(worker), 25);
    }

    /// @dev A batch is itself a settlement: whoever is paid under its id by itself has used it up.
    function test_aBatchSharesItsIdWithNothing() public {
        ReceiptBatch memory batch = _batchOf(1, 7, 5);
        bytes32 id =
            _settleForged(_terms(uint256(batch.settlement.jobId), worker, address(token), 5));
        assertEq(id, hub.settlementIdOf(batch.settlement));
        _expectRefusal(batch, abi.encodeWithSelector(ISettlementHub.AlreadySettled.selector, id));
    }

    function _settleAlone(uint256 way, ProvenReceipt memory receipt) private returns (bool paid) {
        way = bound(way, 0, WAYS - 1);
        if (way == 0) {
            try hub.settleWithProof(receipt.settlement, receipt.proof) {
                return true;
            } catch (bytes memory reason) {
                bytes32 id = hub.settlementIdOf(receipt.settlement);
                assertEq(reason, abi.encodeWithSelector(ISettlementHub.AlreadySettled.selector, id));
                return false;
            }
        }
        if (way == 1) (, paid) = hub.settle(receipt.settlement, receipt.proof);
        if (way == 2) paid = _settleInBatchOfProofs(receipt);
        if (way == 3) paid = _settleClear(receipt.settlement);
        if (way == 4) paid = _deliver(receipt);
    }

    function _settleInBatchOfProofs(ProvenReceipt memory receipt) private returns (bool) {
        Settlement[] memory settlements = new Settlement[](1);
        uint256[8][] memory proofs = new uint256[8][](1);
        (settlements[0], proofs[0]) = (receipt.settlement, receipt.proof);
        return hub.settleBatch(settlements, proofs)[0] == ISettlementHub.Outcome.Paid;
    }

    function _settleClear(Settlement memory settlement) private returns (bool paid) {
        settlement.circuitId = hub.CLEAR_CIRCUIT_ID();
        settlement.coordinator = hub.clearCoordinatorOf(signer);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hub.clearDigestOf(settlement));
        (, paid) = hub.settleClear(settlement, abi.encodePacked(r, s, v));
    }

    function _deliver(ProvenReceipt memory receipt) private returns (bool paid) {
        bytes32 id = hub.settlementIdOf(receipt.settlement);
        paid = !hub.isSettled(id);
        vm.expectEmit(address(receiver));
        emit ISettlementReceiver.MessageApplied(id, id, paid);
        receiver.deliver(id, SettlementMessage.encode(receipt.settlement, receipt.proof));
    }

    function _trySingle(uint256 jobs, uint128 amount) private returns (bool paid) {
        uint256 job = 5 << 8;
        while (jobs > 1) (jobs, job) = (jobs >> 1, job + 1);
        Settlement memory settlement = _terms(job, worker, address(token), amount);
        (, paid) = hub.settle(settlement, _forged(settlement));
    }

    function _tryBatch(uint256 jobs, uint128 amount) private returns (bool) {
        ReceiptBatch memory batch = _batchOf(5, jobs, amount);
        try hub.settleReceipts(batch.settlement, batch.group, batch.jobs, batch.root, batch.proof) {
            return true;
        } catch {
            return false;
        }
    }

    function _alreadySettled(ReceiptBatch memory batch, uint256 jobs)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ISettlementHub.JobsAlreadySettled.selector, _jobIdOf(batch, 0), jobs
        );
    }
}
