// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Origin} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {Test} from "forge-std/Test.sol";
import {Vm} from "forge-std/Vm.sol";
import {SettlementHub} from "proofrail/SettlementHub.sol";
import {DevToken} from "proofrail/dev/DevToken.sol";
import {ReceiptBatchInputs} from "proofrail/generated/ReceiptBatchInputs.sol";
import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementPolicy} from "proofrail/interfaces/ISettlementPolicy.sol";
import {LayerZeroReceiver} from "proofrail/layerzero/LayerZeroReceiver.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";
import {Settlements} from "proofrail/libraries/Settlements.sol";

import {Forger, Forgers} from "./Forger.sol";
import {ReceiptBatch, ReceiptBatchFixtures} from "./ReceiptBatchTest.sol";
import {Parties, ProvenReceipt, Receipts} from "./Receipts.sol";

/// @notice Acts as payers, bridges and strangers, and keeps its own books of what the hub's events say.
contract SettlementHandler is Test {
    struct Kept {
        bytes32 guid;
        bytes message;
    }

    SettlementHub private immutable HUB;
    DevToken private immutable TOKEN;
    LayerZeroReceiver private immutable RECEIVER;
    address private immutable MINTER;
    bytes32 private immutable PEER;
    uint32 private immutable SOURCE_EID;
    address private immutable SIGNER;
    uint256 private immutable SIGNER_KEY;
    Forger private immutable BATCH_FORGER;

    Parties private _parties;
    ProvenReceipt[] private _receipts;
    bytes32[] private _ids;
    address[] private _recipients;
    Kept[] private _kept;
    uint64 private _nonce;

    /// @notice Ghosts: what the hub took in, gave back and paid out.
    uint256 public deposited;
    uint256 public withdrawn;
    uint256 public paid;
    uint256 public settlements;
    uint256 public refusals;
    uint256 public stored;
    uint256 public batches;
    mapping(bytes32 id => uint256) public payments;
    mapping(address recipient => uint256) public paidTo;

    constructor(
        SettlementHub hub,
        DevToken token,
        address minter,
        LayerZeroReceiver receiver,
        bytes32 peer,
        uint32 sourceEid,
        uint256 alreadyDeposited
    ) {
        (HUB, TOKEN, MINTER, RECEIVER, PEER, SOURCE_EID) =
        (hub, token, minter, receiver, peer, sourceEid);
        deposited = alreadyDeposited;
        _parties = Receipts.parties();
        BATCH_FORGER = Forgers.receiptBatch();
        (SIGNER, SIGNER_KEY) = makeAddrAndKey("clear coordinator");
        for (uint256 i = 0; i < 2; i++) {
            vm.prank(_payer(i));
            HUB.authorizeClearCoordinator(
                SIGNER,
                address(TOKEN),
                ICoordinators.Limits(type(uint128).max, type(uint128).max),
                ISettlementPolicy(address(0))
            );
        }

        ProvenReceipt[] memory all = Receipts.all();
        for (uint256 i = 0; i < all.length; i++) {
            Settlement memory settlement = all[i].settlement;
            if (settlement.token != address(token)) continue;
            _receipts.push(all[i]);
            _ids.push(hub.settlementIdOf(settlement));
            _addRecipient(settlement.recipient);
        }
    }

    function settlementIds() external view returns (bytes32[] memory) {
        return _ids;
    }

    function recipients() external view returns (address[] memory) {
        return _recipients;
    }

    function deposit(uint256 who, uint256 amount) external {
        address payer = _payer(who);
        amount = bound(amount, 1, 1e12);
        vm.prank(MINTER);
        TOKEN.mint(payer, amount);
        vm.startPrank(payer);
        TOKEN.approve(address(HUB), amount);
        deposited += HUB.deposit(address(TOKEN), amount);
        vm.stopPrank();
    }

    function withdraw(uint256 who, uint256 amount) external {
        address payer = _payer(who);
        uint256 escrow = HUB.escrowOf(payer, address(TOKEN));
        if (escrow == 0) return;
        // Often all of it, so that settlements meet an empty escrow.
        amount = amount % 4 == 0 ? escrow : bound(amount, 1, escrow);
        vm.startPrank(payer);
        // Half of them wait for the notice, and so does everything else meanwhile.
        uint64 readyAt = HUB.requestWithdrawal(address(TOKEN), amount);
        if (amount % 2 == 0) vm.warp(readyAt);
        try HUB.withdraw(address(TOKEN), amount, makeAddr("withdrawals")) {
            withdrawn += amount;
            assertGe(block.timestamp, readyAt);
        } catch {
            refusals++;
            assertLt(block.timestamp, readyAt);
        }
        vm.stopPrank();
    }

    function authorize(uint256 who, uint128 limit) external {
        bytes32 coordinator = limit % 5 == 1 ? _parties.otherCoordinator : _parties.coordinator;
        vm.prank(_payer(who));
        HUB.authorizeCoordinator(coordinator, address(TOKEN), limit);
    }

    function settleDirectly(uint256 pick, uint256 change) external {
        ProvenReceipt memory receipt = _changed(pick, change);
        vm.recordLogs();
        try HUB.settleWithProof(receipt.settlement, receipt.proof) {}
        catch {
            refusals++;
        }
        _readLogs();
    }

    function settleAsReceiver(uint256 pick, uint256 change) external {
        ProvenReceipt memory receipt = _changed(pick, change);
        bytes32 id = HUB.settlementIdOf(receipt.settlement);
        bool before = HUB.isSettled(id);
        vm.recordLogs();
        try HUB.settle(receipt.settlement, receipt.proof) returns (bytes32, bool paid_) {
            assertEq(paid_, !before);
        } catch {
            refusals++;
            assertFalse(before);
        }
        _readLogs();
    }

    function settleBatch(uint256[4] calldata picks, uint256[4] calldata changes) external {
        Settlement[] memory batch = new Settlement[](4);
        uint256[8][] memory proofs = new uint256[8][](4);
        for (uint256 i = 0; i < 4; i++) {
            ProvenReceipt memory receipt = _changed(picks[i], changes[i]);
            (batch[i], proofs[i]) = (receipt.settlement, receipt.proof);
        }
        vm.recordLogs();
        ISettlementHub.Outcome[] memory outcomes = HUB.settleBatch(batch, proofs);
        uint256 before = settlements;
        _readLogs();
        uint256 paidNow = 0;
        for (uint256 i = 0; i < 4; i++) {
            if (outcomes[i] == ISettlementHub.Outcome.Paid) paidNow++;
            if (outcomes[i] == ISettlementHub.Outcome.Refused) refusals++;
            assertTrue(outcomes[i] != ISettlementHub.Outcome.Deferred);
        }
        assertEq(settlements - before, paidNow);
    }

    /// @dev Of the same jobs, signed on whatever terms.
    function settleClear(uint256 pick, uint256 change) external {
        Settlement memory settlement = _changed(pick, change).settlement;
        settlement.circuitId = HUB.CLEAR_CIRCUIT_ID();
        settlement.coordinator = HUB.clearCoordinatorOf(SIGNER);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SIGNER_KEY, HUB.clearDigestOf(settlement));
        bool before = HUB.isSettled(HUB.settlementIdOf(settlement));
        vm.recordLogs();
        try HUB.settleClear(settlement, abi.encodePacked(r, s, v)) returns (bytes32, bool paid_) {
            assertEq(paid_, !before);
        } catch {
            refusals++;
            assertFalse(before);
        }
        _readLogs();
    }

    /// @dev Of jobs that the receipts are of, among others; sometimes without saying which.
    function settleReceipts(uint256 pick, uint256 jobs, uint128 total) external {
        ReceiptBatch memory batch;
        batch.settlement =
            abi.decode(abi.encode(_receipts[pick % _receipts.length].settlement), (Settlement));
        jobs = jobs % 1024;
        (batch.jobs, batch.root) = (jobs, bytes32(pick >> 8));
        batch.settlement.circuitId = ReceiptBatchInputs.CIRCUIT_ID;
        batch.settlement.jobId = Settlements.jobIdOf(0, jobs);
        batch.settlement.amount = uint128(1 + total % 1e12);
        ReceiptBatchFixtures.prove(batch, HUB.contextOf(batch.settlement), BATCH_FORGER);
        vm.recordLogs();
        try HUB.settleReceipts(batch.settlement, 0, jobs, batch.root, batch.proof) {
            batches++;
            _readLogs();
        } catch {
            // What a call that failed had logged is recorded too.
            vm.getRecordedLogs();
            refusals++;
        }
    }

    /// @dev The endpoint of the receiver, which would have verified the packet.
    function deliver(uint256 pick, uint256 change) external {
        ProvenReceipt memory receipt = _changed(pick, change);
        bytes memory message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        Origin memory origin = Origin({srcEid: SOURCE_EID, sender: PEER, nonce: ++_nonce});
        bytes32 guid = keccak256(abi.encode(_nonce));

        vm.recordLogs();
        vm.prank(address(RECEIVER.endpoint()));
        RECEIVER.lzReceive(origin, guid, message, address(this), "");
        if (RECEIVER.storedMessage(guid) != 0) {
            _kept.push(Kept(guid, message));
            stored++;
        }
        _readLogs();
    }

    function retry(uint256 pick) external {
        if (_kept.length == 0) return;
        Kept memory kept = _kept[pick % _kept.length];
        vm.recordLogs();
        try RECEIVER.retry(kept.guid, kept.message) {}
        catch {
            refusals++;
        }
        _readLogs();
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + time % 900);
    }

    /// @dev A receipt as it was proven, or with one term or one word of its proof changed.
    function _changed(uint256 pick, uint256 change)
        private
        view
        returns (ProvenReceipt memory receipt)
    {
        receipt = _receipts[pick % _receipts.length];
        uint256 what = change % 12;
        if (what == 7) receipt.settlement.recipient = _recipients[change % _recipients.length];
        else if (what == 8) receipt.settlement.amount ^= uint128(1 + change % 1_000_000);
        else if (what == 9) receipt.settlement.deadline += 1;
        else if (what == 10) receipt.settlement.jobId = bytes32(change);
        else if (what == 11) receipt.proof[change % 8] ^= 1 << (change % 250);
    }

    /// @dev Books what the hub's own events say, whatever call they come from.
    function _readLogs() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].emitter != address(HUB)) continue;
            if (logs[i].topics[0] == ISettlementHub.ReceiptsSettled.selector) {
                (uint256 jobs,) = abi.decode(logs[i].data, (uint256, bytes32));
                _bookJobs(uint256(logs[i].topics[2]), jobs);
            }
            if (logs[i].topics[0] != ISettlementHub.Settled.selector) continue;
            (, uint256 amount,,) = abi.decode(logs[i].data, (address, uint256, bytes32, bytes32));
            payments[logs[i].topics[1]]++;
            paidTo[address(uint160(uint256(logs[i].topics[3])))] += amount;
            paid += amount;
            settlements++;
        }
    }

    function _bookJobs(uint256 firstId, uint256 jobs) private {
        assertNotEq(jobs, 0);
        for (uint256 job = 0; jobs != 0; (jobs, job) = (jobs >> 1, job + 1)) {
            if (jobs & 1 != 0) payments[bytes32(firstId | job)]++;
        }
    }

    function _payer(uint256 who) private view returns (address) {
        return who % 2 == 0 ? _parties.payer : _parties.otherPayer;
    }

    function _addRecipient(address recipient) private {
        for (uint256 i = 0; i < _recipients.length; i++) {
            if (_recipients[i] == recipient) return;
        }
        _recipients.push(recipient);
    }
}
