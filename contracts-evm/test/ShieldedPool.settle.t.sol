// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {INoteTree} from "proofrail/interfaces/INoteTree.sol";
import {IPoolFunds} from "proofrail/interfaces/IPoolFunds.sol";
import {IPrivateSettlements} from "proofrail/interfaces/IPrivateSettlements.sol";
import {
    IShieldedPool,
    PrivateReceipt,
    ShieldedTransfer
} from "proofrail/interfaces/IShieldedPool.sol";
import {IVerifierRouter} from "proofrail/interfaces/IVerifierRouter.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";
import {Settlements} from "proofrail/libraries/Settlements.sol";
import {PrivateSettlements} from "proofrail/pool/PrivateSettlements.sol";
import {ShieldedPool} from "proofrail/pool/ShieldedPool.sol";

import {PoolTest} from "./utils/PoolTest.sol";
import {ProofMaths} from "./utils/ProofMaths.sol";

/// @notice Private receipts: each job is paid once, by the pool that its receipt names, under the commitment of both proofs.
contract ShieldedPoolSettleTest is PoolTest {
    PrivateReceipt internal receipt;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        _fill(50_000);
        receipt = _receipt(1);
        id = settlements.settlementIdOf(receipt.settlement);
    }

    function test_aReceiptIsPaidAndItsSettlementConsumed() public {
        ShieldedTransfer memory transfer = _withdrawal(0, 100);
        uint256[8] memory proof = _provePaying(transfer, receipt);
        vm.expectEmit(address(settlements));
        emit IPrivateSettlements.PrivatelySettled(
            id, address(pool), COORDINATOR, receipt.commitment
        );
        vm.expectEmit(address(pool));
        emit IShieldedPool.ReceiptPaid(transfer.nullifiers[0], id, COORDINATOR, receipt.commitment);
        vm.prank(makeAddr("anyone"));
        assertEq(pool.settle(transfer, proof, receipt, ""), id);

        assertTrue(settlements.isSettled(id));
        assertEq(pool.leaves(), 4);
        assertEq(token.balanceOf(relayer), 100);
        assertEq(pool.pooled(), 49_900);
    }

    /// @dev From a public account at once, without a deposit before.
    function test_aDepositMayPayAReceipt() public {
        _fund(depositor, 1_000);
        assertEq(_settle(_deposit(1_000), receipt), id);
        assertEq(pool.pooled(), 51_000);
    }

    function test_aWithdrawalMayPayAReceipt() public {
        assertEq(_settle(_withdrawal(500, 10), receipt), id);
        assertEq(token.balanceOf(recipient), 500);
    }

    function test_aJobIsPaidOnce() public {
        _settle(_plain(), receipt);
        ShieldedTransfer memory again = _plain();
        _refuseSettlement(again, receipt, _settled());

        // Another receipt of the job: another commitment, another deadline.
        PrivateReceipt memory other = _receipt(1);
        assertNotEq(other.commitment, receipt.commitment);
        other.settlement.deadline += 1;
        other.proof = _receiptProof(other, address(pool));
        _refuseSettlement(again, other, _settled());
        // What was refused has spent nothing.
        assertFalse(pool.isSpent(again.nullifiers[0]));
        _settle(again, _receipt(2));
    }

    /// @dev One replay domain for all pools, as for all bridges of a hub.
    function test_aJobIsPaidInOnePool() public {
        _settle(_plain(), receipt);
        pool = _deployPool(address(token), makeAddr("another pool"));
        PrivateReceipt memory other = _receipt(1);
        _refuseSettlement(_plain(), other, _settled());
        _settle(_plain(), _receipt(2));
    }

    /// @dev Nobody but the pool that the coordinator signed for uses a job up.
    function testFuzz_aReceiptIsForOnePool(address thief) public {
        vm.assume(thief != address(pool));
        vm.prank(thief);
        vm.expectRevert(abi.encodeWithSelector(IPrivateSettlements.InvalidReceipt.selector, id));
        settlements.consume(receipt.settlement, receipt.commitment, receipt.proof);

        pool = _deployPool(address(token), makeAddr("another pool"));
        _refuseSettlement(
            _plain(),
            receipt,
            abi.encodeWithSelector(IPrivateSettlements.InvalidReceipt.selector, id)
        );
    }

    /// @dev Who makes up a coordinator makes up jobs of that coordinator, and no others.
    function testFuzz_anotherCoordinatorHasOtherJobs(uint256 seed) public {
        bytes32 coordinator = bytes32(seed % Bn254.SCALAR_FIELD);
        vm.assume(coordinator != COORDINATOR);
        PrivateReceipt memory other = _receipt(1);
        other.settlement.coordinator = coordinator;
        other.proof = _receiptProof(other, address(pool));
        bytes32 theirs = _settle(_plain(), other);
        assertNotEq(theirs, id);
        assertFalse(settlements.isSettled(id));
        assertEq(_settle(_plain(), receipt), id);
    }

    /// @dev The hub's own derivation, with a payer that nobody can be.
    function testFuzz_theIdIsTheHubs(uint256 job) public {
        receipt.settlement.jobId = bytes32(job);
        address payer = settlements.payerOf(COORDINATOR);
        bytes32 digest = keccak256(abi.encode("proofrail.private_payer.v1", COORDINATOR));
        assertEq(payer, address(uint160(uint256(digest))));
        assertEq(
            settlements.settlementIdOf(receipt.settlement),
            Settlements.idOf(
                receipt.settlement.sourceChain,
                receipt.settlement.sourceContract,
                bytes32(job),
                payer
            )
        );
    }

    function test_everythingOfAReceiptIsBound() public {
        PrivateReceipt memory other = receipt;
        other.settlement.jobId = bytes32(uint256(2));
        _refuseReceipt(other);
        other = receipt;
        other.settlement.sourceChain = "another chain";
        _refuseReceipt(other);
        other = receipt;
        other.settlement.sourceContract = "another contract";
        _refuseReceipt(other);
        other = receipt;
        other.settlement.coordinator = bytes32(uint256(8));
        _refuseReceipt(other);
        other = receipt;
        other.settlement.deadline += 1;
        _refuseReceipt(other);
        other = receipt;
        other.commitment = 1;
        _refuseReceipt(other);
        // Beyond the field it would be the same to the circuit.
        other.commitment = receipt.commitment + Bn254.SCALAR_FIELD;
        _refuseReceipt(other);
        other = receipt;
        other.proof = ProofMaths.scaled(other.proof, 3);
        _refuseReceipt(other);
        other.proof = [uint256(0), 0, 0, 0, 0, 0, 0, 0];
        _refuseReceipt(other);
        vm.chainId(5);
        _refuseReceipt(receipt);
    }

    function testFuzz_contextsOfReceiptsDiffer(uint64 chain, address payer, uint64 deadline)
        public
    {
        uint256 context = settlements.contextOf(receipt.settlement, address(pool));
        assertLt(context, Bn254.SCALAR_FIELD);
        vm.assume(chain != 0 && chain != parties.chainId && payer != address(pool));
        assertNotEq(settlements.contextOf(receipt.settlement, payer), context);
        PrivateSettlements others = new PrivateSettlements(router);
        assertNotEq(others.contextOf(receipt.settlement, address(pool)), context);
        if (deadline != receipt.settlement.deadline) {
            uint64 kept = receipt.settlement.deadline;
            receipt.settlement.deadline = deadline;
            assertNotEq(settlements.contextOf(receipt.settlement, address(pool)), context);
            receipt.settlement.deadline = kept;
        }
        vm.chainId(chain);
        assertNotEq(settlements.contextOf(receipt.settlement, address(pool)), context);
    }

    function test_aReceiptIsDue() public {
        uint64 deadline = receipt.settlement.deadline;
        vm.warp(uint256(deadline) + 1);
        _refuseSettlement(
            _plain(),
            receipt,
            abi.encodeWithSelector(
                IPrivateSettlements.ReceiptExpired.selector, deadline, deadline + 1
            )
        );
        vm.warp(deadline);
        _settle(_plain(), receipt);
    }

    /// @dev Zero stands for no receipt in the circuit: nothing would be paid.
    function test_aCommitmentOfZeroPaysNothing() public {
        receipt.commitment = 0;
        receipt.proof = _receiptProof(receipt, address(pool));
        _refuseSettlement(
            _plain(), receipt, abi.encodeWithSelector(IShieldedPool.NoReceipt.selector)
        );
    }

    /// @dev The payment is a note.
    function test_aSettlementKeepsItsNotes() public {
        ShieldedTransfer memory transfer = _withdrawal(10, 0);
        transfer.closing = true;
        _refuseSettlement(
            transfer, receipt, abi.encodeWithSelector(IShieldedPool.NotesNeeded.selector)
        );
    }

    /// @dev A receipt is paid under its own commitment: here the notes pay another.
    function test_theProofsShareTheCommitment() public {
        ShieldedTransfer memory transfer = _plain();
        uint256 context = settlements.contextOf(receipt.settlement, address(pool));
        uint256[] memory inputs = _inputs(transfer, context, receipt.commitment ^ 1);
        uint256[8] memory proof = forger.forge(inputs, 1);
        bytes memory refusal =
            abi.encodeWithSelector(IShieldedPool.InvalidProof.selector, inputs[6]);
        vm.expectRevert(refusal);
        pool.settle(transfer, proof, receipt, "");
        inputs[7] = 0;
        proof = forger.forge(inputs, 1);
        vm.expectRevert(refusal);
        pool.settle(transfer, proof, receipt, "");
        assertFalse(settlements.isSettled(id));
    }

    /// @dev What a settlement's transfer must keep it must keep here too.
    function test_aSettlementIsATransfer() public {
        ShieldedTransfer memory spent = _plain();
        _transact(spent);
        ShieldedTransfer memory transfer = _plain();
        transfer.nullifiers[0] = spent.nullifiers[0];
        _refuseSettlement(
            transfer,
            receipt,
            abi.encodeWithSelector(IShieldedPool.NullifierSpent.selector, spent.nullifiers[0])
        );
        transfer = _plain();
        transfer.root = 5;
        _refuseSettlement(
            transfer, receipt, abi.encodeWithSelector(INoteTree.UnknownRoot.selector, 5)
        );
        transfer = _plain();
        transfer.deadline = uint64(block.timestamp - 1);
        _refuseSettlement(
            transfer,
            receipt,
            abi.encodeWithSelector(
                IShieldedPool.TransferExpired.selector, transfer.deadline, block.timestamp
            )
        );
    }

    function test_bothContractsAreNeeded() public {
        vm.expectRevert(IPrivateSettlements.ZeroAddress.selector);
        new PrivateSettlements(IVerifierRouter(address(0)));
        vm.expectRevert(IPoolFunds.ZeroAddress.selector);
        new ShieldedPool(
            router,
            IPrivateSettlements(address(0)),
            poseidon,
            address(token),
            address(manager),
            EXIT_DELAY
        );
    }

    function _settled() private view returns (bytes memory) {
        return abi.encodeWithSelector(IPrivateSettlements.AlreadySettled.selector, id);
    }

    function _refuseReceipt(PrivateReceipt memory other) private {
        bytes32 theirs = settlements.settlementIdOf(other.settlement);
        _refuseSettlement(
            _plain(),
            other,
            abi.encodeWithSelector(IPrivateSettlements.InvalidReceipt.selector, theirs)
        );
        assertFalse(settlements.isSettled(theirs));
    }

    /// @dev With a proof of the transfer that holds.
    function _refuseSettlement(
        ShieldedTransfer memory transfer,
        PrivateReceipt memory other,
        bytes memory expected
    ) private {
        PrivateReceipt memory reduced = other;
        uint256 kept = other.commitment;
        reduced.commitment = kept % Bn254.SCALAR_FIELD;
        uint256[8] memory proof = _provePaying(transfer, reduced);
        other.commitment = kept;
        uint64 leaves = pool.leaves();
        vm.expectRevert(expected);
        pool.settle(transfer, proof, other, "");
        assertEq(pool.leaves(), leaves);
    }
}
