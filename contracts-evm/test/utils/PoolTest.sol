// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";
import {VerifierRouter} from "proofrail/VerifierRouter.sol";
import {DevToken} from "proofrail/dev/DevToken.sol";
import {MembershipInputs} from "proofrail/generated/MembershipInputs.sol";
import {MembershipVerifierInsecureDev} from "proofrail/generated/MembershipVerifierInsecureDev.sol";
import {ReceiptPrivateInputs} from "proofrail/generated/ReceiptPrivateInputs.sol";
import {
    ReceiptPrivateVerifierInsecureDev
} from "proofrail/generated/ReceiptPrivateVerifierInsecureDev.sol";
import {ShieldedInputs} from "proofrail/generated/ShieldedInputs.sol";
import {ShieldedVerifierInsecureDev} from "proofrail/generated/ShieldedVerifierInsecureDev.sol";
import {Association} from "proofrail/interfaces/IAssociationPolicy.sol";
import {IPoolFunds} from "proofrail/interfaces/IPoolFunds.sol";
import {PrivateSettlement} from "proofrail/interfaces/IPrivateSettlements.sol";
import {PrivateReceipt, ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";
import {AssociationPolicy} from "proofrail/pool/AssociationPolicy.sol";
import {PrivateSettlements} from "proofrail/pool/PrivateSettlements.sol";
import {ShieldedPool} from "proofrail/pool/ShieldedPool.sol";

import {Forger, Forgers} from "./Forger.sol";
import {PoolParties, ShieldedFixtures} from "./ShieldedFixtures.sol";

/// @notice The pool at the address that the fixtures were proven for, with its real verifiers, and proofs for any terms.
abstract contract PoolTest is Test {
    uint64 internal constant EXIT_DELAY = 3 days;
    uint128 internal constant PER_DEPOSIT = 100_000;
    uint128 internal constant PER_DAY = 250_000;
    uint128 internal constant TOTAL = 1_000_000;
    uint128 internal constant PER_FEE = 1_000;
    bytes32 internal constant COORDINATOR = bytes32(uint256(7));

    PoolParties internal parties;
    ShieldedPool internal pool;
    PrivateSettlements internal settlements;
    AssociationPolicy internal policy;
    /// @dev The owner is its administrator, without delays.
    AccessManager internal manager;
    VerifierRouter internal router;
    DevToken internal token;
    address internal poseidon;
    address internal owner = makeAddr("owner");
    address internal depositor = makeAddr("depositor");
    address internal recipient = makeAddr("fresh account");
    address internal relayer = makeAddr("relayer");

    Forger internal forger;
    Forger internal receiptForger;
    Forger internal membershipForger;
    uint256 private _fresh;

    function setUp() public virtual {
        parties = ShieldedFixtures.parties();
        vm.chainId(parties.chainId);
        vm.warp(1_700_000_000);
        forger = Forgers.shielded();
        receiptForger = Forgers.receiptPrivate();
        membershipForger = Forgers.membership();

        poseidon = deployCode("PoseidonT3.sol:PoseidonT3");
        manager = new AccessManager(owner);
        router = new VerifierRouter(address(manager));
        vm.startPrank(owner);
        router.addVerifier(ShieldedInputs.CIRCUIT_ID, address(new ShieldedVerifierInsecureDev()));
        router.addVerifier(
            ReceiptPrivateInputs.CIRCUIT_ID, address(new ReceiptPrivateVerifierInsecureDev())
        );
        router.addVerifier(
            MembershipInputs.CIRCUIT_ID, address(new MembershipVerifierInsecureDev())
        );
        vm.stopPrank();
        _beforePool();

        deployCodeTo(
            "PrivateSettlements.sol:PrivateSettlements", abi.encode(router), parties.settlements
        );
        settlements = PrivateSettlements(parties.settlements);
        deployCodeTo("DevToken.sol:DevToken", abi.encode("Dollar", "USD", owner), parties.token);
        token = DevToken(parties.token);
        pool = _deployPool(address(token), parties.pool);
        policy = new AssociationPolicy(router, address(manager));
    }

    /// @dev For what must be there before the pool is made.
    function _beforePool() internal virtual {}

    function _deployPool(address token_, address at) internal returns (ShieldedPool deployed) {
        bytes memory arguments =
            abi.encode(router, settlements, poseidon, token_, manager, EXIT_DELAY);
        deployCodeTo("ShieldedPool.sol:ShieldedPool", arguments, at);
        deployed = ShieldedPool(at);
        vm.prank(owner);
        deployed.setCaps(IPoolFunds.Caps(PER_DEPOSIT, PER_DAY, TOTAL, PER_FEE));
    }

    function _setPolicy() internal {
        vm.startPrank(owner);
        pool.setPolicy(policy);
        policy.setAssociationRoot(parties.associationRoot, "ipfs://set");
        vm.stopPrank();
    }

    function _fund(address account, uint256 amount) internal {
        vm.prank(owner);
        token.mint(account, amount);
        vm.prank(account);
        token.approve(address(pool), amount);
    }

    /// @dev Moves nothing; nullifiers and notes that were never seen.
    function _plain() internal returns (ShieldedTransfer memory transfer) {
        transfer.root = pool.currentRoot();
        transfer.leaves = pool.leaves();
        transfer.nullifiers = [_random(), _random()];
        transfer.notes = [_random(), _random()];
        transfer.deadline = uint64(block.timestamp + 1 hours);
        transfer.payloads = [bytes("for the first"), bytes("for the second")];
    }

    function _deposit(uint128 amount) internal returns (ShieldedTransfer memory transfer) {
        transfer = _plain();
        (transfer.depositor, transfer.deposit) = (depositor, amount);
    }

    function _withdrawal(uint128 amount, uint128 fee)
        internal
        returns (ShieldedTransfer memory transfer)
    {
        transfer = _plain();
        if (amount != 0) (transfer.recipient, transfer.withdrawal) = (recipient, amount);
        if (fee != 0) (transfer.relayer, transfer.fee) = (relayer, fee);
    }

    function _receipt(uint256 job) internal returns (PrivateReceipt memory receipt) {
        receipt.settlement = PrivateSettlement({
            sourceChain: keccak256("near:test"),
            sourceContract: keccak256("market.test"),
            jobId: bytes32(job),
            coordinator: COORDINATOR,
            deadline: uint64(block.timestamp + 1 hours)
        });
        receipt.commitment = _random();
        receipt.proof = _receiptProof(receipt, address(pool));
    }

    function _receiptProof(PrivateReceipt memory receipt, address payer)
        internal
        view
        returns (uint256[8] memory)
    {
        uint256[] memory inputs = new uint256[](ReceiptPrivateInputs.COUNT);
        inputs[ReceiptPrivateInputs.CONTEXT] = settlements.contextOf(receipt.settlement, payer);
        inputs[ReceiptPrivateInputs.COMMITMENT] = receipt.commitment;
        inputs[ReceiptPrivateInputs.COORDINATOR] = uint256(receipt.settlement.coordinator);
        return receiptForger.forge(inputs, receipt.commitment);
    }

    /// @dev The public inputs, spelled out another time.
    function _inputs(ShieldedTransfer memory transfer, uint256 receiptContext, uint256 commitment)
        internal
        view
        returns (uint256[] memory inputs)
    {
        inputs = new uint256[](ShieldedInputs.COUNT);
        inputs[0] = transfer.root;
        (inputs[1], inputs[2]) = (transfer.nullifiers[0], transfer.nullifiers[1]);
        (inputs[3], inputs[4]) = (transfer.notes[0], transfer.notes[1]);
        uint256 leaving = uint256(transfer.withdrawal) + transfer.fee;
        inputs[5] = leaving >= transfer.deposit
            ? leaving - transfer.deposit
            : Bn254.SCALAR_FIELD - (transfer.deposit - leaving);
        inputs[6] = pool.contextOf(transfer, receiptContext);
        inputs[7] = commitment;
    }

    function _prove(ShieldedTransfer memory transfer) internal view returns (uint256[8] memory) {
        uint256[] memory inputs = _inputs(transfer, 0, 0);
        return forger.forge(inputs, inputs[1]);
    }

    function _provePaying(ShieldedTransfer memory transfer, PrivateReceipt memory receipt)
        internal
        view
        returns (uint256[8] memory)
    {
        uint256 context = settlements.contextOf(receipt.settlement, address(pool));
        uint256[] memory inputs = _inputs(transfer, context, receipt.commitment);
        return forger.forge(inputs, inputs[1]);
    }

    /// @dev What a member shows the policy.
    function _membership(ShieldedTransfer memory transfer) internal view returns (bytes memory) {
        return _membershipUnder(transfer, policy.associationRoot());
    }

    function _membershipUnder(ShieldedTransfer memory transfer, uint256 root)
        internal
        view
        returns (bytes memory)
    {
        uint256 context = pool.contextOf(transfer, 0);
        uint256[] memory inputs = new uint256[](MembershipInputs.COUNT);
        inputs[MembershipInputs.ROOT] = root;
        inputs[MembershipInputs.SCOPE] = context;
        inputs[MembershipInputs.NULLIFIER] = transfer.nullifiers[0];
        inputs[MembershipInputs.CONTEXT] = context;
        uint256[8] memory proof = membershipForger.forge(inputs, context);
        return abi.encode(Association(root, transfer.nullifiers[0], proof));
    }

    /// @dev Proves and does it, called by whoever deposits.
    function _transact(ShieldedTransfer memory transfer) internal {
        _transact(transfer, "");
    }

    function _transact(ShieldedTransfer memory transfer, bytes memory policyData) internal {
        uint256[8] memory proof = _prove(transfer);
        _prankDepositor(transfer);
        pool.transact(transfer, proof, policyData);
    }

    /// @dev Funds the depositor and deposits.
    function _fill(uint128 amount) internal returns (ShieldedTransfer memory transfer) {
        _fund(depositor, amount);
        transfer = _deposit(amount);
        _transact(transfer);
    }

    function _settle(ShieldedTransfer memory transfer, PrivateReceipt memory receipt)
        internal
        returns (bytes32)
    {
        uint256[8] memory proof = _provePaying(transfer, receipt);
        _prankDepositor(transfer);
        return pool.settle(transfer, proof, receipt, "");
    }

    function _expectRefusal(ShieldedTransfer memory transfer, bytes memory expected) internal {
        _expectRefusal(transfer, _prove(transfer), expected);
    }

    /// @dev Nothing has moved afterwards.
    function _expectRefusal(
        ShieldedTransfer memory transfer,
        uint256[8] memory proof,
        bytes memory expected
    ) internal {
        (uint256 held, uint64 leaves, uint128 pooled) =
            (token.balanceOf(address(pool)), pool.leaves(), pool.pooled());
        bool[2] memory spent =
            [pool.isSpent(transfer.nullifiers[0]), pool.isSpent(transfer.nullifiers[1])];
        _prankDepositor(transfer);
        vm.expectRevert(expected);
        pool.transact(transfer, proof, "");

        assertEq(token.balanceOf(address(pool)), held);
        assertEq(pool.leaves(), leaves);
        assertEq(pool.pooled(), pooled);
        assertEq(pool.isSpent(transfer.nullifiers[0]), spent[0]);
        assertEq(pool.isSpent(transfer.nullifiers[1]), spent[1]);
    }

    function _random() internal returns (uint256) {
        return uint256(keccak256(abi.encode("fresh", _fresh++))) % Bn254.SCALAR_FIELD;
    }

    function _prankDepositor(ShieldedTransfer memory transfer) internal {
        if (transfer.depositor != address(0)) vm.prank(transfer.depositor);
    }
}
