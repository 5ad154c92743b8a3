// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {ReceiptBatchInputs} from "proofrail/generated/ReceiptBatchInputs.sol";
import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {Settlements} from "proofrail/libraries/Settlements.sol";

import {Forger, Forgers} from "./Forger.sol";
import {HubTest} from "./HubTest.sol";

/// @notice What `settleReceipts` takes.
struct ReceiptBatch {
    Settlement settlement;
    uint248 group;
    uint256 jobs;
    bytes32 root;
    uint256[8] proof;
}

/// @notice Reads `fixtures/receiptBatch.json`, which `tools/receipt-batch.cjs` writes, and completes batches of any terms.
library ReceiptBatchFixtures {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    string private constant FILE = "contracts-evm/test/fixtures/receiptBatch.json";

    /// @notice 64 receipts that a coordinator signed, of the jobs 1 to 64 of group 0, with their real proof.
    function proven() internal view returns (ReceiptBatch memory batch, uint256[4] memory inputs) {
        string memory json = VM.readFile(FILE);
        batch.settlement = abi.decode(VM.parseJsonBytes(json, ".settlement"), (Settlement));
        batch.group = uint248(VM.parseJsonUint(json, ".group"));
        batch.jobs = VM.parseJsonUint(json, ".jobs");
        batch.root = VM.parseJsonBytes32(json, ".root");
        batch.proof = abi.decode(VM.parseJsonBytes(json, ".proof"), (uint256[8]));
        bytes32[] memory words = VM.parseJsonBytes32Array(json, ".publicInputs");
        for (uint256 i = 0; i < 4; i++) {
            inputs[i] = uint256(words[i]);
        }
    }

    /// @notice Proves whatever a batch says, for the hub that computes `context` from it.
    function prove(ReceiptBatch memory batch, uint256 context, Forger forger) internal view {
        uint256[] memory inputs = new uint256[](ReceiptBatchInputs.COUNT);
        inputs[ReceiptBatchInputs.CONTEXT] = context;
        inputs[ReceiptBatchInputs.ROOT] = uint256(batch.root);
        inputs[ReceiptBatchInputs.TOTAL] = batch.settlement.amount;
        inputs[ReceiptBatchInputs.COORDINATOR] = uint256(batch.settlement.coordinator);
        batch.proof = forger.forge(inputs, context);
    }
}

/// @notice Batches of receipts, on terms that no fixture has.
abstract contract ReceiptBatchTest is HubTest {
    Forger internal batchForger;
    address internal worker = makeAddr("worker");

    function setUp() public virtual override {
        super.setUp();
        batchForger = Forgers.receiptBatch();
    }

    /// @dev A proven batch of the payer's.
    function _batchOf(uint248 group, uint256 jobs, uint128 total)
        internal
        view
        returns (ReceiptBatch memory batch)
    {
        (batch.group, batch.jobs, batch.root) = (group, jobs, bytes32(uint256(17)));
        batch.settlement =
            _terms(uint256(Settlements.jobIdOf(group, jobs)), worker, address(token), total);
        batch.settlement.circuitId = ReceiptBatchInputs.CIRCUIT_ID;
        _prove(batch);
    }

    function _prove(ReceiptBatch memory batch) internal view {
        ReceiptBatchFixtures.prove(batch, hub.contextOf(batch.settlement), batchForger);
    }

    function _settle(ReceiptBatch memory batch) internal returns (bytes32 id) {
        return
            hub.settleReceipts(batch.settlement, batch.group, batch.jobs, batch.root, batch.proof);
    }

    /// @dev The batch is refused, and nothing has moved afterwards.
    function _expectRefusal(ReceiptBatch memory batch, bytes memory expected) internal {
        uint256 held = token.balanceOf(address(hub));
        uint256 escrow = hub.escrowOf(batch.settlement.payer, batch.settlement.token);
        uint256 settled = _settledJobs(batch);
        vm.expectRevert(expected);
        _settle(batch);
        assertEq(token.balanceOf(address(hub)), held);
        assertEq(hub.escrowOf(batch.settlement.payer, batch.settlement.token), escrow);
        assertEq(_settledJobs(batch), settled);
    }

    /// @dev Which of the batch's group are paid, job by job.
    function _settledJobs(ReceiptBatch memory batch) internal view returns (uint256 jobs) {
        for (uint256 i = 0; i < 256; i++) {
            if (hub.isSettled(_jobIdOf(batch, i))) jobs |= 1 << i;
        }
    }

    /// @dev The settlement id of one job of the batch's group.
    function _jobIdOf(ReceiptBatch memory batch, uint256 job) internal view returns (bytes32) {
        Settlement memory settlement = abi.decode(abi.encode(batch.settlement), (Settlement));
        settlement.jobId = bytes32((uint256(batch.group) << 8) | job);
        return hub.settlementIdOf(settlement);
    }
}
