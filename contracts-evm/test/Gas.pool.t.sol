// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {MembershipInputs} from "proofrail/generated/MembershipInputs.sol";
import {ReceiptPrivateInputs} from "proofrail/generated/ReceiptPrivateInputs.sol";
import {ShieldedInputs} from "proofrail/generated/ShieldedInputs.sol";
import {PrivateReceipt, ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";
import {IShieldedVerifier} from "proofrail/interfaces/IShieldedVerifier.sol";

import {ModelTree} from "./utils/ModelTree.sol";
import {PoolTest} from "./utils/PoolTest.sol";

/// @notice What a pool's calls cost as transactions: every slot and account is cold, and the intrinsic gas is counted.
/// Payloads are as long as an encrypted note is. The figures are in `contracts-evm/snapshots/pool.json`.
contract PoolGasTest is PoolTest {
    string private constant GROUP = "pool";

    /// @dev EIP-7825.
    uint256 private constant TRANSACTION_GAS_CAP = 16_777_216;

    /// @dev 24 hashes of 18,300 with their calls, a proof, and six slots that were zero.
    uint256 private constant TRANSFER_LIMIT = 1_000_000;

    bytes32 private constant PAYLOAD = keccak256("payload");
    uint256 private _waiting;
    ModelTree private _model;

    function setUp() public override {
        super.setUp();
        _model = new ModelTree();
        vm.prank(owner);
        token.mint(relayer, 1);
        _fund(depositor, 200_000);
        vm.prank(depositor);
        token.approve(address(pool), type(uint256).max);
        _transact(_deposit(50_000));
        for (uint256 i = 0; i < 4; i++) {
            _transact(_plain());
        }
        ShieldedTransfer memory transfer = _withdrawal(10, 0);
        transfer.delayed = true;
        _transact(transfer);
        _waiting = transfer.nullifiers[0];
        _settle(_plain(), _receipt(0));
        vm.prank(owner);
        policy.setAssociationRoot(parties.associationRoot, "");
        vm.warp(block.timestamp + EXIT_DELAY);
    }

    function test_deposit() public {
        _measure("deposit into the pool, whole transaction", _sized(_deposit(1_000)), "", depositor);
    }

    function test_transfer() public {
        _measure(
            "transfer through a relayer, whole transaction", _sized(_withdrawal(0, 10)), "", relayer
        );
    }

    function test_withdrawal() public {
        _measure(
            "withdrawal to a fresh account through a relayer, whole transaction",
            _sized(_withdrawal(1_000, 10)),
            "",
            relayer
        );
    }

    function test_closingWithdrawal() public {
        ShieldedTransfer memory transfer = _withdrawal(1_000, 10);
        transfer.closing = true;
        transfer.payloads = [bytes(""), bytes("")];
        _measure(
            "closing withdrawal to a fresh account through a relayer, whole transaction",
            transfer,
            "",
            relayer
        );
    }

    function test_withdrawalByAMember() public {
        vm.prank(owner);
        pool.setPolicy(policy);
        ShieldedTransfer memory transfer = _sized(_withdrawal(1_000, 10));
        _measure(
            "withdrawal by a member of the set, whole transaction",
            transfer,
            _membership(transfer),
            relayer
        );
    }

    function test_release() public {
        bytes memory call = abi.encodeCall(pool.release, (_waiting, recipient));
        vm.snapshotValue(GROUP, "release of what waited, whole transaction", _meter(call, relayer));
    }

    /// @dev A job whose neighbour was paid.
    function test_settlement() public {
        PrivateReceipt memory receipt = _receipt(1);
        ShieldedTransfer memory transfer = _sized(_withdrawal(0, 10));
        uint256[8] memory proof = _provePaying(transfer, receipt);
        bytes memory call = abi.encodeCall(pool.settle, (transfer, proof, receipt, ""));
        vm.snapshotValue(
            GROUP, "private settlement through a relayer, whole transaction", _meter(call, relayer)
        );
    }

    function test_verifyProof() public {
        ShieldedTransfer memory transfer = _plain();
        uint256[] memory inputs = _inputs(transfer, 0, 0);
        uint256[8] memory words;
        for (uint256 i = 0; i < 8; i++) {
            words[i] = inputs[i];
        }
        uint256[8] memory proof = _prove(transfer);
        address verifier = router.verifierOf(ShieldedInputs.CIRCUIT_ID);
        vm.cool(verifier);
        uint256 before = gasleft();
        bool valid = IShieldedVerifier(verifier).verifyProof(proof, words);
        uint256 gas = before - gasleft();
        assertTrue(valid);
        vm.snapshotValue(GROUP, "verifyProof of shielded, call", gas);
    }

    /// @dev Both called once before, as for all hashes of a transfer but the first.
    function test_poseidon() public {
        vm.snapshotValue(
            GROUP,
            "Poseidon of two, poseidon-solidity, warm call",
            _hashGas(poseidon, "hash(uint256[2])")
        );
        vm.snapshotValue(
            GROUP,
            "Poseidon of two, circomlibjs, warm call",
            _hashGas(address(_model.poseidon()), "poseidon(uint256[2])")
        );
    }

    function _hashGas(address hasher, string memory signature) private view returns (uint256) {
        bytes memory call =
            abi.encodeWithSelector(bytes4(keccak256(bytes(signature))), [uint256(1), 2]);
        (bool ok, bytes memory first) = hasher.staticcall(call);
        uint256 before = gasleft();
        (, bytes memory second) = hasher.staticcall(call);
        uint256 gas = before - gasleft();
        assertTrue(ok);
        assertEq(first, second);
        return gas;
    }

    /// @dev An ephemeral key, value, blinding and tag: 32 + 16 + 32 + 16 bytes.
    function _sized(ShieldedTransfer memory transfer)
        private
        pure
        returns (ShieldedTransfer memory)
    {
        bytes memory payload = abi.encodePacked(
            PAYLOAD, bytes16(PAYLOAD), PAYLOAD, bytes16(PAYLOAD)
        );
        transfer.payloads = [payload, payload];
        return transfer;
    }

    function _measure(
        string memory name,
        ShieldedTransfer memory transfer,
        bytes memory policyData,
        address caller
    ) private {
        uint256[8] memory proof = _prove(transfer);
        bytes memory call = abi.encodeCall(pool.transact, (transfer, proof, policyData));
        uint256 gas = _meter(call, caller);
        vm.snapshotValue(GROUP, name, gas);
        if (policyData.length == 0) assertLe(gas, TRANSFER_LIMIT);
    }

    /// @dev Executes the call cold, and adds what a transaction of these bytes costs before it executes (EIP-2028).
    function _meter(bytes memory call, address caller) private returns (uint256) {
        uint256 intrinsic = 21_000;
        for (uint256 i = 0; i < call.length; i++) {
            intrinsic += call[i] == 0 ? 4 : 16;
        }
        vm.cool(address(pool));
        vm.cool(address(settlements));
        vm.cool(address(policy));
        vm.cool(address(token));
        vm.cool(address(router));
        vm.cool(poseidon);
        vm.cool(router.verifierOf(ShieldedInputs.CIRCUIT_ID));
        vm.cool(router.verifierOf(ReceiptPrivateInputs.CIRCUIT_ID));
        vm.cool(router.verifierOf(MembershipInputs.CIRCUIT_ID));
        vm.cool(address(router));
        address target = address(pool);
        vm.prank(caller);
        uint256 before = gasleft();
        (bool ok,) = target.call{gas: TRANSACTION_GAS_CAP - intrinsic}(call);
        uint256 execution = before - gasleft();
        assertTrue(ok);
        return intrinsic + execution;
    }
}
