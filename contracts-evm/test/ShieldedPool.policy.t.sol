// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {MembershipInputs} from "proofrail/generated/MembershipInputs.sol";
import {Association, IAssociationPolicy} from "proofrail/interfaces/IAssociationPolicy.sol";
import {IPoolPolicy} from "proofrail/interfaces/IPoolPolicy.sol";
import {IShieldedPool, ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";
import {IVerifierRouter} from "proofrail/interfaces/IVerifierRouter.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";
import {AssociationPolicy} from "proofrail/pool/AssociationPolicy.sol";

import {PoolTest} from "./utils/PoolTest.sol";

/// @notice Refuses everything, and remembers what it was asked.
contract RecordingPolicy is IPoolPolicy {
    error Refused(address party);

    bool private immutable REFUSING;
    uint256 public asked;
    bytes32 public last;

    constructor(bool refusing) {
        REFUSING = refusing;
    }

    function beforeDeposit(address depositor, uint256 amount, uint256 context, bytes calldata data)
        external
    {
        _ask(depositor, amount, context, data);
    }

    function beforeWithdrawal(
        address recipient,
        uint256 amount,
        uint256 context,
        bytes calldata data
    ) external {
        _ask(recipient, amount, context, data);
    }

    function _ask(address party, uint256 amount, uint256 context, bytes calldata data) private {
        if (REFUSING) revert Refused(party);
        asked++;
        last = keccak256(abi.encode(msg.sender, party, amount, context, data));
    }
}

/// @notice What a policy can do to a pool, and what the association policy demands.
contract ShieldedPoolPolicyTest is PoolTest {
    address internal listed = makeAddr("listed");

    function setUp() public override {
        super.setUp();
        _fill(50_000);
        _setPolicy();
    }

    function test_aMemberWithdraws() public {
        ShieldedTransfer memory transfer = _withdrawal(1_000, 10);
        _transact(transfer, _membership(transfer));
        assertEq(token.balanceOf(recipient), 1_000);
        assertEq(token.balanceOf(relayer), 10);
    }

    function test_whoShowsNothingWaits() public {
        ShieldedTransfer memory transfer = _withdrawal(1_000, 10);
        uint256[8] memory proof = _prove(transfer);
        vm.expectRevert();
        pool.transact(transfer, proof, "");
        transfer.delayed = true;
        _transact(transfer);
        vm.warp(block.timestamp + EXIT_DELAY);
        pool.release(transfer.nullifiers[0], recipient);
        assertEq(token.balanceOf(recipient), 1_000);
    }

    /// @dev A stranger can neither take the membership away nor make a withdrawal wait.
    function test_aWithdrawalIsNotDegraded() public {
        ShieldedTransfer memory transfer = _withdrawal(1_000, 10);
        bytes memory membership = _membership(transfer);
        uint256[8] memory proof = _prove(transfer);
        transfer.delayed = true;
        bytes memory refusal = abi.encodeWithSelector(
            IShieldedPool.InvalidProof.selector, pool.contextOf(transfer, 0)
        );
        vm.expectRevert(refusal);
        pool.transact(transfer, proof, membership);
        transfer.delayed = false;
        vm.expectRevert();
        pool.transact(transfer, proof, "");
        pool.transact(transfer, proof, membership);
    }

    function test_aMembershipIsForOneWithdrawal() public {
        ShieldedTransfer memory transfer = _withdrawal(1_000, 0);
        bytes memory membership = _membership(transfer);
        _transact(transfer, membership);

        ShieldedTransfer memory other = _withdrawal(1_000, 0);
        _refuse(other, membership, _notAssociated());
        // In a scope of another's choosing members could be told apart.
        Association memory association = abi.decode(membership, (Association));
        uint256 context = pool.contextOf(other, 0);
        uint256[] memory inputs = new uint256[](MembershipInputs.COUNT);
        inputs[MembershipInputs.ROOT] = association.root;
        inputs[MembershipInputs.SCOPE] = 1;
        inputs[MembershipInputs.NULLIFIER] = association.nullifier;
        inputs[MembershipInputs.CONTEXT] = context;
        association.proof = membershipForger.forge(inputs, 1);
        _refuse(other, abi.encode(association), _notAssociated());
    }

    function testFuzz_aFalseMembershipIsRefused(uint256 which, uint256 bit) public {
        ShieldedTransfer memory transfer = _withdrawal(1_000, 0);
        Association memory association = abi.decode(_membership(transfer), (Association));
        which %= 9;
        if (which == 8) association.nullifier ^= 1 << (bit % 256);
        else association.proof[which] ^= 1 << (bit % 256);
        _refuse(transfer, abi.encode(association), _notAssociated());
        association.nullifier += Bn254.SCALAR_FIELD;
        _refuse(transfer, abi.encode(association), _notAssociated());
    }

    function test_aReplacedSetIsAcceptedForADay() public {
        uint256 before = policy.associationRoot();
        uint64 until = uint64(block.timestamp) + policy.GRACE();
        vm.expectEmit(address(policy));
        emit IAssociationPolicy.AssociationRootSet(77, before, until, "ipfs://next");
        vm.prank(owner);
        policy.setAssociationRoot(77, "ipfs://next");
        assertEq(policy.associationRoot(), 77);

        vm.warp(until);
        ShieldedTransfer memory transfer = _withdrawal(1_000, 0);
        _transact(transfer, _membershipUnder(transfer, before));
        vm.warp(uint256(until) + 1);
        transfer = _withdrawal(1_000, 0);
        _refuse(
            transfer,
            _membershipUnder(transfer, before),
            abi.encodeWithSelector(IAssociationPolicy.UnknownAssociationRoot.selector, before)
        );
        _transact(transfer, _membershipUnder(transfer, 77));

        // The set before comes back, and stays.
        vm.startPrank(owner);
        policy.setAssociationRoot(before, "");
        policy.setAssociationRoot(before, "");
        vm.stopPrank();
        assertEq(policy.acceptedUntil(before), type(uint64).max);
        vm.warp(block.timestamp + 2 days);
        transfer = _withdrawal(1_000, 0);
        _transact(transfer, _membershipUnder(transfer, before));
    }

    function testFuzz_noOtherSetIsAccepted(uint256 root) public {
        root %= Bn254.SCALAR_FIELD;
        vm.assume(root != policy.associationRoot());
        ShieldedTransfer memory transfer = _withdrawal(1_000, 0);
        _refuse(
            transfer,
            _membershipUnder(transfer, root),
            abi.encodeWithSelector(IAssociationPolicy.UnknownAssociationRoot.selector, root)
        );
    }

    function test_aSetIsARoot() public {
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAssociationPolicy.InvalidRoot.selector, 0));
        policy.setAssociationRoot(0, "");
        vm.expectRevert(
            abi.encodeWithSelector(IAssociationPolicy.InvalidRoot.selector, Bn254.SCALAR_FIELD)
        );
        policy.setAssociationRoot(Bn254.SCALAR_FIELD, "");
        vm.stopPrank();
        vm.expectRevert(IAssociationPolicy.ZeroAddress.selector);
        new AssociationPolicy(IVerifierRouter(address(0)), address(manager));
    }

    function test_listedAccountsNeitherDepositNorArePaidAtOnce() public {
        _list(listed, true);
        _fund(listed, 100);
        ShieldedTransfer memory transfer = _deposit(100);
        transfer.depositor = listed;
        bytes memory refusal =
            abi.encodeWithSelector(IAssociationPolicy.AccountExcluded.selector, listed);
        _expectRefusal(transfer, refusal);

        ShieldedTransfer memory withdrawal = _withdrawal(100, 0);
        withdrawal.recipient = listed;
        _refuse(withdrawal, _membership(withdrawal), refusal);

        _list(listed, false);
        _transact(transfer);
        _transact(withdrawal, _membership(withdrawal));
        assertEq(token.balanceOf(listed), 100);
    }

    /// @dev No state without exit: whatever a policy does, what is in the pool leaves it.
    function test_aPolicyThatRefusesEverythingOnlyDelays() public {
        RecordingPolicy refusing = new RecordingPolicy(true);
        vm.prank(owner);
        pool.setPolicy(refusing);
        _fund(depositor, 10);
        _expectRefusal(
            _deposit(10), abi.encodeWithSelector(RecordingPolicy.Refused.selector, depositor)
        );
        ShieldedTransfer memory transfer = _withdrawal(49_000, 1_000);
        _expectRefusal(
            transfer, abi.encodeWithSelector(RecordingPolicy.Refused.selector, recipient)
        );
        transfer.delayed = true;
        _transact(transfer);
        vm.warp(block.timestamp + EXIT_DELAY);
        pool.release(transfer.nullifiers[0], recipient);
        assertEq(token.balanceOf(recipient), 49_000);
        assertEq(token.balanceOf(address(pool)), 0);
    }

    /// @dev Transfers within the pool, private payments and fees are nobody's business.
    function test_thePolicyIsAskedAboutWhatCrossesTheBorder() public {
        RecordingPolicy recording = new RecordingPolicy(false);
        vm.prank(owner);
        pool.setPolicy(recording);
        _transact(_plain());
        _transact(_withdrawal(0, 10));
        _settle(_plain(), _receipt(1));
        ShieldedTransfer memory transfer = _withdrawal(10, 0);
        transfer.delayed = true;
        _transact(transfer);
        assertEq(recording.asked(), 0);

        _fund(depositor, 10);
        transfer = _deposit(10);
        _transact(transfer, "shown");
        assertEq(recording.asked(), 1);
        assertEq(recording.last(), _question(depositor, 10, transfer, "shown"));
        transfer = _withdrawal(20, 5);
        _transact(transfer, "shown too");
        assertEq(recording.asked(), 2);
        assertEq(recording.last(), _question(recipient, 20, transfer, "shown too"));
        _fund(depositor, 10);
        (transfer.nullifiers, transfer.depositor, transfer.deposit) =
        ([_random(), _random()], depositor, 10);
        _transact(transfer, "both");
        assertEq(recording.asked(), 4);
    }

    function test_theMembershipCircuitMayStop() public {
        vm.prank(owner);
        router.stop(MembershipInputs.CIRCUIT_ID);
        ShieldedTransfer memory transfer = _withdrawal(1_000, 0);
        _refuse(
            transfer,
            _membership(transfer),
            abi.encodeWithSelector(
                IVerifierRouter.CircuitStopped.selector, MembershipInputs.CIRCUIT_ID
            )
        );
        transfer.delayed = true;
        _transact(transfer);
    }

    function test_governanceChoosesThePolicy() public {
        address nobody = makeAddr("nobody");
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IShieldedPool.PolicyWithoutCode.selector, nobody));
        pool.setPolicy(IPoolPolicy(nobody));
        vm.expectEmit(address(pool));
        emit IShieldedPool.PolicySet(IPoolPolicy(address(0)));
        pool.setPolicy(IPoolPolicy(address(0)));
        vm.stopPrank();
        _transact(_withdrawal(1_000, 0));

        bytes memory refusal =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, nobody);
        vm.startPrank(nobody);
        vm.expectRevert(refusal);
        pool.setPolicy(policy);
        vm.expectRevert(refusal);
        policy.setAssociationRoot(1, "");
        vm.expectRevert(refusal);
        policy.setExcluded(new address[](0), true);
        vm.stopPrank();
    }

    function _question(
        address party,
        uint256 amount,
        ShieldedTransfer memory transfer,
        bytes memory data
    ) private view returns (bytes32) {
        uint256 context = pool.contextOf(transfer, 0);
        return keccak256(abi.encode(address(pool), party, amount, context, data));
    }

    function _list(address account, bool excluded) private {
        address[] memory accounts = new address[](1);
        accounts[0] = account;
        vm.expectEmit(address(policy));
        emit IAssociationPolicy.AccountExcludedSet(account, excluded);
        vm.prank(owner);
        policy.setExcluded(accounts, excluded);
        assertEq(policy.isExcluded(account), excluded);
    }

    function _notAssociated() private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IAssociationPolicy.NotAssociated.selector, policy.associationRoot()
            );
    }

    function _refuse(ShieldedTransfer memory transfer, bytes memory data, bytes memory expected)
        private
    {
        uint256[8] memory proof = _prove(transfer);
        vm.expectRevert(expected);
        pool.transact(transfer, proof, data);
    }
}
