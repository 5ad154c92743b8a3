// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Metered} from "./utils/Metered.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice What calls cost as transactions: every slot and account is cold, and the intrinsic gas is counted.
/// The figures are in `contracts-evm/snapshots`; forge compares them where FORGE_SNAPSHOT_CHECK is set.
contract GasTest is Metered {
    string private constant GROUP = "gas";

    /// @dev What a whole transaction may cost on top of the verifier's execution. Over half of it cannot be saved:
    /// 21,000 of the transaction, 8,000 of its calldata and 22,100 of the slot that marks the id as paid.
    uint256 private constant SETTLE_OVERHEAD_LIMIT = 95_000;

    ProvenReceipt internal receipt;

    function setUp() public override {
        super.setUp();
        receipt = Receipts.named("first job");
        // The recipient has been paid before, as most are.
        vm.prank(owner);
        token.mint(receipt.settlement.recipient, 1);
    }

    function test_verifyProof() public {
        vm.snapshotValue(GROUP, "verifyProof, call", _verifierGas());
    }

    function test_settleWithProof() public {
        bytes memory call = abi.encodeCall(hub.settleWithProof, (receipt.settlement, receipt.proof));
        uint256 gas = _transact(address(hub), call);
        uint256 overhead = gas - _verifierGas();
        vm.snapshotValue(GROUP, "settleWithProof, whole transaction", gas);
        vm.snapshotValue(GROUP, "settleWithProof over verifyProof", overhead);
        assertLe(overhead, SETTLE_OVERHEAD_LIMIT);
    }

    function test_settleAgain() public {
        hub.settle(receipt.settlement, receipt.proof);
        bytes memory call = abi.encodeCall(hub.settle, (receipt.settlement, receipt.proof));
        vm.snapshotValue(
            GROUP, "settle, already paid, whole transaction", _transact(address(hub), call)
        );
    }

    function test_deposit() public {
        vm.prank(owner);
        token.mint(address(this), 2);
        token.approve(address(hub), 2);
        hub.deposit(address(token), 1);
        bytes memory call = abi.encodeCall(hub.deposit, (address(token), 1));
        vm.snapshotValue(GROUP, "deposit, whole transaction", _transact(address(hub), call));
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
