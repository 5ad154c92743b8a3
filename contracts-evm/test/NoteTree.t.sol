// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {INoteTree} from "proofrail/interfaces/INoteTree.sol";
import {ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";
import {ShieldedPool} from "proofrail/pool/ShieldedPool.sol";

import {ModelTree} from "./utils/ModelTree.sol";
import {PoolTest} from "./utils/PoolTest.sol";

/// @notice Hashes something else.
contract OtherHash {
    function hash(uint256[2] calldata inputs) external pure returns (uint256) {
        return uint256(keccak256(abi.encode(inputs)));
    }
}

/// @notice poseidon-solidity's library, called as the contract that it is.
interface IPoseidonT3 {
    function hash(uint256[2] calldata inputs) external pure returns (uint256);
}

/// @notice The tree against circomlibjs and a model that keeps every node.
contract NoteTreeTest is PoolTest {
    uint64 private constant CAPACITY = 2 ** 24;

    ModelTree internal model;

    function setUp() public override {
        super.setUp();
        model = new ModelTree();
    }

    function test_theHashIsCircomlibs() public view {
        uint256[] memory vectors = vm.parseJsonUintArray(
            vm.readFile("contracts-evm/test/fixtures/poseidon.json"), ".vectors"
        );
        assertEq(vectors.length, 3 * 49);
        for (uint256 i = 0; i < vectors.length; i += 3) {
            uint256[2] memory pair = [vectors[i], vectors[i + 1]];
            assertEq(IPoseidonT3(poseidon).hash(pair), vectors[i + 2]);
        }
    }

    function testFuzz_bothImplementationsAgree(uint256 left, uint256 right) public view {
        assertEq(IPoseidonT3(poseidon).hash([left, right]), model.hash(left, right));
    }

    function test_anEmptyTree() public view {
        assertEq(pool.currentRoot(), parties.emptyRoot);
        assertEq(pool.currentRoot(), model.root());
        assertEq(pool.leaves(), 0);
        assertTrue(pool.isKnownRoot(parties.emptyRoot, 0));
        assertFalse(pool.isKnownRoot(parties.emptyRoot, 2));
        assertFalse(pool.isKnownRoot(0, 2));
    }

    function test_everyRootIsTheModels() public {
        for (uint256 i = 0; i < 70; i++) {
            ShieldedTransfer memory transfer = _plain();
            _transact(transfer);
            assertEq(pool.currentRoot(), model.pushPair(transfer.notes[0], transfer.notes[1]));
        }
        assertEq(pool.leaves(), 140);
        for (uint64 i = 0; i <= 70; i++) {
            assertTrue(pool.isKnownRoot(model.roots(i), 2 * i));
            assertFalse(pool.isKnownRoot(model.roots(i), 2 * i + 2));
        }
    }

    /// @dev As far as an attacker would have to write: the last places, and the branch down to them.
    function test_theLastPlaces() public {
        uint256[] memory left = _fillUpTo(CAPACITY - 2);
        ShieldedTransfer memory transfer = _plain();
        _transact(transfer);
        uint256 root = model.hash(transfer.notes[0], transfer.notes[1]);
        for (uint256 height = 1; height < 24; height++) {
            root = model.hash(left[height], root);
        }
        assertEq(pool.currentRoot(), root);
        assertEq(pool.leaves(), CAPACITY);
        _expectRefusal(_plain(), abi.encodeWithSelector(INoteTree.TreeFull.selector));
    }

    /// @dev No state without exit: what needs no place is done in a full tree too.
    function test_aFullTreeIsLeft() public {
        _fill(1_000);
        _fillUpTo(CAPACITY);
        uint256 root = pool.currentRoot();
        ShieldedTransfer memory transfer = _withdrawal(900, 100);
        _expectRefusal(transfer, abi.encodeWithSelector(INoteTree.TreeFull.selector));
        transfer.closing = true;
        _transact(transfer);
        assertEq(token.balanceOf(recipient), 900);
        assertEq(pool.currentRoot(), root);
        assertEq(pool.leaves(), CAPACITY);
    }

    function test_theLastThousandRootsAreKnown() public {
        uint256 first = pool.currentRoot();
        uint64 count = pool.ROOTS();
        _skip(count - 2);
        _transact(_plain());
        assertTrue(pool.isKnownRoot(first, 0));
        ShieldedTransfer memory late = _plain();
        (late.root, late.leaves) = (first, 0);
        uint256 state = vm.snapshotState();
        _transact(late);
        vm.revertToState(state);

        _transact(_plain());
        assertFalse(pool.isKnownRoot(first, 0));
        assertFalse(pool.isKnownRoot(first, 2 * count));
        _expectRefusal(late, abi.encodeWithSelector(INoteTree.UnknownRoot.selector, first));
    }

    function testFuzz_noOtherRootIsKnown(uint256 root, uint64 leaves) public {
        _transact(_plain());
        vm.assume(root != pool.currentRoot() && root != parties.emptyRoot);
        assertFalse(pool.isKnownRoot(root, leaves));
        assertFalse(pool.isKnownRoot(0, leaves));
    }

    /// @dev The place is a hint: another one finds another root, and an odd one that beside it.
    function testFuzz_theHintFindsOneRoot(uint64 leaves) public {
        for (uint256 i = 0; i < 3; i++) {
            _transact(_plain());
        }
        bool there = (leaves / 2) % pool.ROOTS() == 3;
        assertEq(pool.isKnownRoot(pool.currentRoot(), leaves), there);
    }

    function test_anotherHashMakesNoPool() public {
        address other = address(new OtherHash());
        vm.expectRevert(abi.encodeWithSelector(INoteTree.NotPoseidon.selector, other));
        new ShieldedPool(router, settlements, other, address(token), address(manager), EXIT_DELAY);
        address nobody = makeAddr("nobody");
        vm.expectRevert(abi.encodeWithSelector(INoteTree.NotPoseidon.selector, nobody));
        new ShieldedPool(router, settlements, nobody, address(token), address(manager), EXIT_DELAY);
    }

    /// @dev Writes the number of leaves, and a left child at every height.
    function _fillUpTo(uint64 leaves) private returns (uint256[] memory left) {
        left = new uint256[](24);
        (uint256 rootsAt, uint256 leftAt, uint256 leavesAt) = (0, 1024, 1048);
        for (uint256 height = 1; height < 24; height++) {
            left[height] = uint256(keccak256(abi.encode("left", height))) >> 4;
            vm.store(address(pool), bytes32(leftAt + height), bytes32(left[height]));
        }
        uint256 packed = uint256(vm.load(address(pool), bytes32(leavesAt)));
        assertEq(uint64(packed), pool.leaves());
        packed = (packed >> 64 << 64) | leaves;
        vm.store(address(pool), bytes32(leavesAt), bytes32(packed));
        vm.store(address(pool), bytes32(rootsAt + (leaves / 2) % 1024), bytes32(uint256(123_456)));
        assertEq(pool.leaves(), leaves);
        assertEq(pool.currentRoot(), 123_456);
    }

    /// @dev As if so many transfers had been: only the last root of theirs is written.
    function _skip(uint64 transfers) private {
        uint256 packed = uint256(vm.load(address(pool), bytes32(uint256(1048))));
        vm.store(address(pool), bytes32(uint256(1048)), bytes32(packed + 2 * transfers));
        uint256 place = (pool.leaves() / 2) % 1024;
        vm.store(address(pool), bytes32(place), bytes32(uint256(123_456)));
    }
}
