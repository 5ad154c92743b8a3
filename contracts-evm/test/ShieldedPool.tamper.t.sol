// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    IShieldedPool,
    PrivateReceipt,
    ShieldedTransfer
} from "proofrail/interfaces/IShieldedPool.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";

import {PoolTest} from "./utils/PoolTest.sol";

/// @notice Whoever carries a transfer changes nothing of it.
contract ShieldedPoolTamperTest is PoolTest {
    ShieldedTransfer internal transfer;
    uint256[8] internal proof;
    address internal thief = makeAddr("thief");

    function setUp() public override {
        super.setUp();
        _fill(50_000);
        transfer = _withdrawal(1_000, 100);
        proof = _prove(transfer);
    }

    function test_untouchedItPasses() public {
        pool.transact(transfer, proof, "");
        assertEq(token.balanceOf(recipient), 1_000);
        assertEq(token.balanceOf(relayer), 100);
    }

    function test_nothingMayBeChanged() public {
        ShieldedTransfer memory other = transfer;
        other.recipient = thief;
        _refuse(other);
        other = transfer;
        other.withdrawal += 1;
        _refuse(other);
        other = transfer;
        other.relayer = thief;
        _refuse(other);
        other = transfer;
        other.fee += 1;
        _refuse(other);
        other = transfer;
        other.fee -= 1;
        _refuse(other);
        other = transfer;
        other.deadline += 1;
        _refuse(other);
        other = transfer;
        other.delayed = true;
        _refuse(other);
        other = transfer;
        other.closing = true;
        _refuse(other);
    }

    /// @dev From the withdrawal to the fee: the outflow stays the same.
    function testFuzz_theSplitIsBound(uint128 shift) public {
        shift = uint128(bound(shift, 1, 900));
        ShieldedTransfer memory other = transfer;
        (other.withdrawal, other.fee) = (other.withdrawal - shift, other.fee + shift);
        _refuse(other);
    }

    /// @dev What is deposited and withdrawn at once has the outflow of nothing.
    function testFuzz_whatEntersAndLeavesAtOnceIsBound(uint128 amount) public {
        amount = uint128(bound(amount, 1, 10_000));
        _fund(thief, amount);
        ShieldedTransfer memory other = transfer;
        (other.depositor, other.deposit) = (thief, amount);
        other.withdrawal += amount;
        _refuse(other);
    }

    function testFuzz_payloadsAreBound(uint256 which, bytes memory payload) public {
        vm.assume(payload.length <= 512);
        which %= 2;
        vm.assume(keccak256(payload) != keccak256(transfer.payloads[which]));
        ShieldedTransfer memory other = transfer;
        other.payloads[which] = payload;
        _refuse(other);
    }

    function test_payloadsAreNotExchangedOrJoined() public {
        ShieldedTransfer memory other = transfer;
        (other.payloads[0], other.payloads[1]) = (other.payloads[1], other.payloads[0]);
        _refuse(other);
        other = transfer;
        other.payloads[0] = bytes.concat(other.payloads[0], other.payloads[1]);
        other.payloads[1] = "";
        _refuse(other);
    }

    function testFuzz_notesAndNullifiersAreBound(uint256 which, uint256 value) public {
        value %= Bn254.SCALAR_FIELD;
        which %= 4;
        ShieldedTransfer memory other = transfer;
        uint256 before = which < 2 ? other.nullifiers[which] : other.notes[which - 2];
        vm.assume(value != before);
        if (which < 2) other.nullifiers[which] = value;
        else other.notes[which - 2] = value;
        _refuse(other);
    }

    /// @dev What is shown to a policy for one transfer is good for no other on the same terms.
    function test_everyTransferHasAContextOfItsOwn() public {
        uint256 context = pool.contextOf(transfer, 0);
        ShieldedTransfer memory other = transfer;
        other.nullifiers[0] = _random();
        assertNotEq(pool.contextOf(other, 0), context);
        other = transfer;
        other.nullifiers[1] = _random();
        assertNotEq(pool.contextOf(other, 0), context);
        assertNotEq(pool.contextOf(transfer, 1), context);
    }

    function test_ordersAreBound() public {
        ShieldedTransfer memory other = transfer;
        other.nullifiers = [other.nullifiers[1], other.nullifiers[0]];
        _refuse(other);
        other = transfer;
        other.notes = [other.notes[1], other.notes[0]];
        _refuse(other);
    }

    function test_anotherKnownRootIsAnotherStatement() public {
        _transact(_plain());
        ShieldedTransfer memory other = transfer;
        (other.root, other.leaves) = (pool.currentRoot(), pool.leaves());
        _refuse(other);
    }

    /// @dev A receipt may be neither added, taken away, nor exchanged for another of the same commitment.
    function test_theReceiptIsBound() public {
        PrivateReceipt memory receipt = _receipt(1);
        uint256 context =
            pool.contextOf(transfer, settlements.contextOf(receipt.settlement, address(pool)));
        vm.expectRevert(abi.encodeWithSelector(IShieldedPool.InvalidProof.selector, context));
        pool.settle(transfer, proof, receipt, "");

        ShieldedTransfer memory paying = _plain();
        uint256[8] memory paid = _provePaying(paying, receipt);
        _expectRefusal(
            paying,
            paid,
            abi.encodeWithSelector(IShieldedPool.InvalidProof.selector, pool.contextOf(paying, 0))
        );
        PrivateReceipt memory other = _receipt(2);
        other.commitment = receipt.commitment;
        other.proof = _receiptProof(other, address(pool));
        context = pool.contextOf(paying, settlements.contextOf(other.settlement, address(pool)));
        vm.expectRevert(abi.encodeWithSelector(IShieldedPool.InvalidProof.selector, context));
        pool.settle(paying, paid, other, "");

        other = _receipt(1);
        context = pool.contextOf(paying, settlements.contextOf(other.settlement, address(pool)));
        vm.expectRevert(abi.encodeWithSelector(IShieldedPool.InvalidProof.selector, context));
        pool.settle(paying, paid, other, "");
        pool.settle(paying, paid, receipt, "");
    }

    /// @dev No amounts come to the same outflow but those that differ by nothing: 2^128 does not reach the order.
    function testFuzz_theOutflowDoesNotWrap(uint128 deposit, uint128 withdrawal, uint128 fee)
        public
    {
        ShieldedTransfer memory other = _plain();
        (other.depositor, other.deposit) = (thief, deposit);
        (other.recipient, other.withdrawal) = (recipient, withdrawal);
        (other.relayer, other.fee) = (relayer, fee);
        uint256 outflow = _inputs(other, 0, 0)[5];
        assertLt(outflow, Bn254.SCALAR_FIELD);
        assertEq(addmod(outflow, deposit, Bn254.SCALAR_FIELD), uint256(withdrawal) + uint256(fee));
        // More than all notes together can be worth, or less than nothing by more than a deposit.
        bool leaves = outflow < 2 ** 129;
        bool enters = outflow > Bn254.SCALAR_FIELD - 2 ** 128 - 1;
        assertTrue(leaves != enters);
    }

    /// @dev The whole field's order more would be the same public input, and is no amount.
    function test_aDepositThatProvesAWithdrawalIsNone() public {
        ShieldedTransfer memory other = _deposit(1_000);
        _fund(depositor, 1_000);
        uint256[] memory inputs = _inputs(other, 0, 0);
        // A proof over the withdrawal of as much, in which the signs are exchanged.
        inputs[5] = 1_000;
        uint256[8] memory opposite = forger.forge(inputs, 5);
        _expectRefusal(
            other, opposite, abi.encodeWithSelector(IShieldedPool.InvalidProof.selector, inputs[6])
        );
    }

    function _refuse(ShieldedTransfer memory other) private {
        _expectRefusal(
            other,
            proof,
            abi.encodeWithSelector(IShieldedPool.InvalidProof.selector, pool.contextOf(other, 0))
        );
    }
}
