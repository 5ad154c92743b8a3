// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {RoutePolicy} from "proofrail/RoutePolicy.sol";
import {ICoordinators} from "proofrail/interfaces/ICoordinators.sol";
import {Route, Tier} from "proofrail/interfaces/IRoutePolicy.sol";
import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementPolicy} from "proofrail/interfaces/ISettlementPolicy.sol";

import {Metered} from "./utils/Metered.sol";
import {ReceiptBatch, ReceiptBatchFixtures} from "./utils/ReceiptBatchTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice What calls cost as transactions: every slot and account is cold, and the intrinsic gas is counted.
/// The figures are in `contracts-evm/snapshots`; forge compares them where FORGE_SNAPSHOT_CHECK is set.
contract GasTest is Metered {
    string private constant GROUP = "gas";

    /// @dev What a whole transaction may cost on top of the verifier's execution, to a recipient that was paid before.
    uint256 private constant SETTLE_OVERHEAD_LIMIT = 75_000;

    /// @dev What a settlement of a batch may cost, with its share of the transaction.
    uint256 private constant BATCH_OF_32_LIMIT = 95_000;
    uint256 private constant BATCH_OF_128_LIMIT = 88_000;

    /// @dev What one of 64 receipts may cost that one proof pays.
    uint256 private constant RECEIPT_OF_64_LIMIT = 6_000;

    bytes32 private constant COORDINATOR_UNDER_POLICY = bytes32(uint256(1));

    ProvenReceipt internal receipt;
    RoutePolicy internal policy;

    function setUp() public override {
        super.setUp();
        receipt = Receipts.named("first job");
        // The recipient has been paid before, as most are.
        vm.startPrank(owner);
        token.mint(receipt.settlement.recipient, 1);
        token.mint(address(this), 2);
        for (uint256 i = 0; i < 128; i++) {
            token.mint(_recipient("paid before", i), 1);
        }
        vm.stopPrank();
        token.approve(address(hub), 2);
        hub.deposit(address(token), 1);

        // Neighbours of what is measured, under no daily limit and under one, are paid here: what a test changes
        // itself is cheaper to change again, whatever is cooled.
        vm.prank(parties.payer);
        hub.authorizeCoordinatorDaily(parties.otherCoordinator, address(token), LIMIT, LIMIT);
        _settleForged(_neighbour(0, parties.coordinator));
        _settleForged(_neighbour(1, parties.otherCoordinator));
        _setPolicy();
        vm.prank(parties.payer);
        hub.authorizeClearCoordinator(
            makeAddr("coordinator"),
            address(token),
            ICoordinators.Limits(LIMIT, type(uint128).max),
            ISettlementPolicy(address(0))
        );
        _settleForged(_neighbour(3, COORDINATOR_UNDER_POLICY));
    }

    function test_verifyProof() public {
        vm.snapshotValue(GROUP, "verifyProof, call", _verifierGas());
    }

    /// @dev The first of the 256 jobs whose ids share a word.
    function test_settleWithProofInAFreshWord() public {
        bytes memory call = abi.encodeCall(hub.settleWithProof, (receipt.settlement, receipt.proof));
        vm.snapshotValue(
            GROUP,
            "settleWithProof, first of its word, whole transaction",
            _transact(address(hub), call)
        );
    }

    function test_settleWithProof() public {
        uint256 gas = _settleNeighbour(parties.coordinator);
        uint256 overhead = gas - _verifierGas();
        vm.snapshotValue(GROUP, "settleWithProof, whole transaction", gas);
        vm.snapshotValue(GROUP, "settleWithProof over verifyProof", overhead);
        assertLe(overhead, SETTLE_OVERHEAD_LIMIT);
    }

    /// @dev A limit a day is one more slot.
    function test_settleWithProofUnderADailyLimit() public {
        vm.snapshotValue(
            GROUP,
            "settleWithProof under a daily limit, whole transaction",
            _settleNeighbour(parties.otherCoordinator)
        );
    }

    /// @dev A route of one tier that needs no bridge, with a limit a day.
    function test_settleWithProofUnderAPolicy() public {
        vm.snapshotValue(
            GROUP,
            "settleWithProof under a route policy, whole transaction",
            _settleNeighbour(COORDINATOR_UNDER_POLICY)
        );
    }

    /// @dev Signed by a key, at a signature's price for a proof's.
    function test_settleClear() public {
        (address signer, uint256 key) = makeAddrAndKey("coordinator");
        Settlement memory settlement = _neighbour(2, hub.clearCoordinatorOf(signer));
        settlement.circuitId = hub.CLEAR_CIRCUIT_ID();
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hub.clearDigestOf(settlement));
        bytes memory call = abi.encodeCall(hub.settleClear, (settlement, abi.encodePacked(r, s, v)));
        vm.snapshotValue(GROUP, "settleClear, whole transaction", _transact(address(hub), call));
    }

    function test_settleAgain() public {
        hub.settle(receipt.settlement, receipt.proof);
        bytes memory call = abi.encodeCall(hub.settle, (receipt.settlement, receipt.proof));
        vm.snapshotValue(
            GROUP, "settle, already paid, whole transaction", _transact(address(hub), call)
        );
    }

    function test_deposit() public {
        bytes memory call = abi.encodeCall(hub.deposit, (address(token), 1));
        vm.snapshotValue(GROUP, "deposit, whole transaction", _transact(address(hub), call));
    }

    function test_settleBatchOf32() public {
        uint256 each = _settleBatch(32, "paid before");
        vm.snapshotValue(GROUP, "settleBatch of 32, a settlement", each);
        assertLe(each, BATCH_OF_32_LIMIT);
    }

    function test_settleBatchOf128() public {
        uint256 each = _settleBatch(128, "paid before");
        vm.snapshotValue(GROUP, "settleBatch of 128, a settlement", each);
        assertLe(each, BATCH_OF_128_LIMIT);
    }

    /// @dev A signed and proven batch, of jobs in a word where none was paid, to a recipient that was paid before.
    function test_settleReceiptsOf64() public {
        (ReceiptBatch memory batch,) = ReceiptBatchFixtures.proven();
        uint256 gas = _transact(
            address(hub),
            abi.encodeCall(
                hub.settleReceipts,
                (batch.settlement, batch.group, batch.jobs, batch.root, batch.proof)
            )
        );
        assertTrue(hub.isSettled(hub.settlementIdOf(batch.settlement)));
        vm.snapshotValue(GROUP, "settleReceipts of 64, whole transaction", gas);
        vm.snapshotValue(GROUP, "settleReceipts of 64, a receipt", gas / 64);
        assertLe(gas / 64, RECEIPT_OF_64_LIMIT);
    }

    /// @dev 17,100 more a settlement: the token's slot for a balance that was zero.
    function test_settleBatchToNewHolders() public {
        vm.snapshotValue(
            GROUP, "settleBatch of 32 to new holders, a settlement", _settleBatch(32, "new")
        );
        vm.snapshotValue(
            GROUP, "settleBatch of 128 to new holders, a settlement", _settleBatch(128, "newer")
        );
    }

    function _setPolicy() private {
        policy = new RoutePolicy(hub, address(manager));
        _meter(address(policy));
        Tier[] memory tiers = new Tier[](1);
        tiers[0] = Tier(LIMIT, 0, 0);
        vm.prank(owner);
        policy.setRoute(
            receipt.settlement.sourceChain,
            address(token),
            Route(new address[](0), uint96(4 * LIMIT), tiers)
        );
        ICoordinators.Limits memory limits = ICoordinators.Limits(LIMIT, type(uint128).max);
        vm.prank(parties.payer);
        hub.authorizeCoordinatorUnder(COORDINATOR_UNDER_POLICY, address(token), limits, policy);
    }

    /// @dev A whole transaction with jobs in a row, over the number of settlements.
    function _settleBatch(uint256 count, string memory recipients) private returns (uint256) {
        uint256 job = count * 256;
        Settlement[] memory settlements = new Settlement[](count);
        uint256[8][] memory proofs = new uint256[8][](count);
        for (uint256 i = 0; i < count; i++) {
            settlements[i] = _neighbour(job + i, parties.coordinator);
            settlements[i].recipient = _recipient(recipients, i);
            proofs[i] = _forged(settlements[i]);
        }
        uint256 gas =
            _transact(address(hub), abi.encodeCall(hub.settleBatch, (settlements, proofs)));
        for (uint256 i = 0; i < count; i++) {
            assertTrue(hub.isSettled(hub.settlementIdOf(settlements[i])));
        }
        return gas / count;
    }

    function _recipient(string memory kind, uint256 index) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(kind, index)))));
    }

    /// @dev Settles a job whose neighbours have been settled.
    function _settleNeighbour(bytes32 coordinator) private returns (uint256) {
        Settlement memory settlement = _neighbour(2, coordinator);
        return _transact(
            address(hub), abi.encodeCall(hub.settleWithProof, (settlement, _forged(settlement)))
        );
    }

    /// @dev Terms that differ from a receipt's by the job alone, so that calldata costs the same.
    function _neighbour(uint256 job, bytes32 coordinator)
        private
        view
        returns (Settlement memory settlement)
    {
        settlement = receipt.settlement;
        settlement.jobId = bytes32(uint256(1_000_192) + job);
        settlement.coordinator = coordinator;
    }

    function _verifierGas() private returns (uint256 gas) {
        // Out of storage first, which must not count.
        ProvenReceipt memory proven = receipt;
        vm.cool(address(verifier));
        uint256 before = gasleft();
        bool valid = verifier.verifyProof(proven.proof, proven.inputs);
        gas = before - gasleft();
        assertTrue(valid);
    }
}
