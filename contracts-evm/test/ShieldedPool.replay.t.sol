// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {INoteTree} from "proofrail/interfaces/INoteTree.sol";
import {IShieldedPool, ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";
import {ShieldedPool} from "proofrail/pool/ShieldedPool.sol";

import {PoolTest} from "./utils/PoolTest.sol";
import {ProofMaths} from "./utils/ProofMaths.sol";

/// @notice A note is spent once, in one pool, on one chain.
contract ShieldedPoolReplayTest is PoolTest {
    ShieldedTransfer internal transfer;
    uint256[8] internal proof;

    function setUp() public override {
        super.setUp();
        _fill(50_000);
        transfer = _withdrawal(1_000, 100);
        proof = _prove(transfer);
    }

    function test_aTransferIsDoneOnce() public {
        pool.transact(transfer, proof, "");
        bytes memory refusal = _spent(transfer.nullifiers[0]);
        _expectRefusal(transfer, proof, refusal);
        // Anyone can turn a proof into another that holds as well.
        _expectRefusal(transfer, ProofMaths.negated(proof), refusal);
        assertEq(token.balanceOf(recipient), 1_000);
    }

    /// @dev Wherever a nullifier stands, in a transfer of whatever kind.
    function testFuzz_aNullifierIsSpentOnce(bool second, bool first, uint8 kind) public {
        pool.transact(transfer, proof, "");
        uint256 nullifier = transfer.nullifiers[second ? 1 : 0];
        ShieldedTransfer memory other;
        if (kind % 3 == 0) {
            other = _plain();
        } else if (kind % 3 == 1) {
            _fund(depositor, 10);
            other = _deposit(10);
        } else {
            other = _withdrawal(10, 0);
            (other.closing, other.delayed) = (kind % 2 == 0, kind % 5 == 0);
        }
        other.nullifiers[first ? 0 : 1] = nullifier;
        _expectRefusal(other, _spent(nullifier));
    }

    function test_aClosedAndADelayedNoteAreSpent() public {
        ShieldedTransfer memory closing = _withdrawal(10, 0);
        (closing.closing, closing.delayed) = (true, true);
        _transact(closing);
        _expectRefusal(closing, _spent(closing.nullifiers[0]));
        ShieldedTransfer memory other = _plain();
        other.nullifiers[0] = closing.nullifiers[1];
        _expectRefusal(other, _spent(closing.nullifiers[1]));
    }

    /// @dev The circuit shows that they differ; the pool does not rely on it.
    function test_oneNoteIsNotSpentTwiceAtOnce() public {
        ShieldedTransfer memory twice = _plain();
        twice.nullifiers[1] = twice.nullifiers[0];
        _expectRefusal(twice, _spent(twice.nullifiers[0]));
    }

    function test_aSpentNoteIsSpentForEveryPayload() public {
        pool.transact(transfer, proof, "");
        ShieldedTransfer memory other = transfer;
        other.recipient = makeAddr("another address");
        other.payloads[0] = "another payload";
        _expectRefusal(other, _spent(transfer.nullifiers[0]));
    }

    /// @dev Two pools with the same tree: a proof is for one.
    function test_aProofIsForOnePool() public {
        ShieldedPool first = pool;
        pool = _deployPool(address(token), makeAddr("another pool"));
        _fund(depositor, 50_000);
        ShieldedTransfer memory same = _deposit(50_000);
        same.notes = [uint256(1), 2];
        _transact(same);
        // The same notes in the same order give the same root.
        pool = _deployPool(address(token), makeAddr("a third pool"));
        _fund(depositor, 50_000);
        ShieldedTransfer memory again = _deposit(50_000);
        again.notes = [uint256(1), 2];
        _transact(again);
        ShieldedTransfer memory here = _withdrawal(10, 0);
        uint256[8] memory hereProof = _prove(here);
        pool = ShieldedPool(makeAddr("another pool"));
        assertTrue(pool.isKnownRoot(here.root, here.leaves));
        _expectRefusal(
            here,
            hereProof,
            abi.encodeWithSelector(IShieldedPool.InvalidProof.selector, pool.contextOf(here, 0))
        );
        pool = first;
        _expectRefusal(
            here, hereProof, abi.encodeWithSelector(INoteTree.UnknownRoot.selector, here.root)
        );
    }

    function testFuzz_aProofIsForOneChain(uint64 chain) public {
        vm.assume(chain != 0 && chain != parties.chainId);
        vm.chainId(chain);
        _expectRefusal(
            transfer,
            proof,
            abi.encodeWithSelector(IShieldedPool.InvalidProof.selector, pool.contextOf(transfer, 0))
        );
        vm.chainId(parties.chainId);
        pool.transact(transfer, proof, "");
    }

    function _spent(uint256 nullifier) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IShieldedPool.NullifierSpent.selector, nullifier);
    }
}
