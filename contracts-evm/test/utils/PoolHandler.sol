// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {Vm} from "forge-std/Vm.sol";
import {DevToken} from "proofrail/dev/DevToken.sol";
import {ReceiptPrivateInputs} from "proofrail/generated/ReceiptPrivateInputs.sol";
import {ShieldedInputs} from "proofrail/generated/ShieldedInputs.sol";
import {INoteTree} from "proofrail/interfaces/INoteTree.sol";
import {IPoolFunds} from "proofrail/interfaces/IPoolFunds.sol";
import {IPrivateSettlements, PrivateSettlement} from "proofrail/interfaces/IPrivateSettlements.sol";
import {
    IShieldedPool,
    PrivateReceipt,
    ShieldedTransfer
} from "proofrail/interfaces/IShieldedPool.sol";
import {Bn254} from "proofrail/libraries/Bn254.sol";
import {PrivateSettlements} from "proofrail/pool/PrivateSettlements.sol";
import {ShieldedPool} from "proofrail/pool/ShieldedPool.sol";

import {Forger} from "./Forger.sol";
import {ModelTree} from "./ModelTree.sol";

/// @notice Acts as owners of notes, relayers and thieves, and keeps its own books of what the pool's events say.
/// @dev Proofs are forged, so that they hold for whatever is asked: what is left is what the pool itself guarantees.
contract PoolHandler is Test {
    ShieldedPool private immutable POOL;
    PrivateSettlements private immutable SETTLEMENTS;
    DevToken private immutable TOKEN;
    address private immutable MINTER;
    Forger private immutable FORGER;
    Forger private immutable RECEIPT_FORGER;
    ModelTree public immutable MODEL;

    uint256[] private _nullifiers;
    uint256[] private _exits;
    bytes32[] private _ids;
    uint256 private _fresh;

    /// @notice Ghosts: what the pool took in, gave out, and keeps for those who wait.
    uint256 public deposited;
    uint256 public withdrawn;
    uint256 public fees;
    uint256 public waiting;
    uint256 public released;
    uint256 public transfers;
    uint256 public closings;
    uint256 public settled;
    uint256 public refusals;
    mapping(uint256 nullifier => uint256) public spendings;
    mapping(bytes32 id => uint256) public payments;

    constructor(
        ShieldedPool pool,
        PrivateSettlements settlements,
        DevToken token,
        address minter,
        Forger forger,
        Forger receiptForger
    ) {
        (POOL, SETTLEMENTS, TOKEN, MINTER) = (pool, settlements, token, minter);
        (FORGER, RECEIPT_FORGER) = (forger, receiptForger);
        MODEL = new ModelTree();
    }

    function nullifiers() external view returns (uint256[] memory) {
        return _nullifiers;
    }

    function ids() external view returns (bytes32[] memory) {
        return _ids;
    }

    function exits() external view returns (uint256[] memory) {
        return _exits;
    }

    function deposit(uint256 who, uint128 amount, uint256 change) external {
        address account = _account(who);
        amount = uint128(bound(amount, 1, 120_000));
        vm.prank(MINTER);
        TOKEN.mint(account, amount);
        vm.prank(account);
        TOKEN.approve(address(POOL), amount);
        ShieldedTransfer memory transfer = _transfer(change);
        (transfer.depositor, transfer.deposit) = (account, amount);
        _transact(transfer, change);
    }

    function transferWithin(uint128 fee, uint256 change) external {
        ShieldedTransfer memory transfer = _transfer(change);
        _charge(transfer, fee);
        _transact(transfer, change);
    }

    /// @dev Also of more than there is.
    function withdraw(uint256 who, uint128 amount, uint128 fee, uint256 change) external {
        ShieldedTransfer memory transfer = _transfer(change);
        transfer.recipient = _account(who);
        transfer.withdrawal = uint128(bound(amount, 1, uint256(POOL.pooled()) + 1_000));
        _charge(transfer, fee);
        (transfer.closing, transfer.delayed) = (amount % 3 == 0, fee % 3 == 0);
        _transact(transfer, change);
    }

    /// @dev Few jobs, so that they are met again.
    function settle(uint256 job, uint128 fee, uint256 change) external {
        ShieldedTransfer memory transfer = _transfer(change);
        _charge(transfer, fee);
        PrivateReceipt memory receipt;
        receipt.settlement = PrivateSettlement({
            sourceChain: "chain",
            sourceContract: "contract",
            jobId: bytes32(job % 12),
            coordinator: bytes32(job % 2),
            deadline: uint64(block.timestamp)
        });
        receipt.commitment = _random();
        bytes32 id = SETTLEMENTS.settlementIdOf(receipt.settlement);
        if (payments[id] == 0) _ids.push(id);
        uint256 context = SETTLEMENTS.contextOf(receipt.settlement, address(POOL));
        uint256[] memory inputs = new uint256[](ReceiptPrivateInputs.COUNT);
        inputs[ReceiptPrivateInputs.CONTEXT] = context;
        inputs[ReceiptPrivateInputs.COMMITMENT] = receipt.commitment;
        inputs[ReceiptPrivateInputs.COORDINATOR] = job % 2;
        receipt.proof = RECEIPT_FORGER.forge(inputs, job);
        uint256[8] memory proof = _prove(transfer, context, receipt.commitment, change);

        bool before = SETTLEMENTS.isSettled(id);
        vm.recordLogs();
        try POOL.settle(transfer, proof, receipt, "") {
            assertFalse(before);
            _readLogs();
        } catch {
            refusals++;
        }
    }

    function release(uint256 pick, uint256 time) external {
        if (_exits.length == 0) return;
        uint256 nullifier = _exits[pick % _exits.length];
        IPoolFunds.Exit memory exit = POOL.exitOf(nullifier);
        vm.warp(block.timestamp + time % 2 days);
        vm.recordLogs();
        try POOL.release(nullifier, exit.recipient) {
            assertGe(block.timestamp, exit.readyAt);
            _readLogs();
        } catch {
            refusals++;
        }
    }

    /// @dev Nobody's tokens stay nobody's.
    function donate(uint128 amount) external {
        vm.prank(MINTER);
        TOKEN.mint(address(POOL), amount % 1_000);
    }

    /// @dev Sometimes with a nullifier that was spent, or twice the same, or under an older root.
    function _transfer(uint256 change) private returns (ShieldedTransfer memory transfer) {
        uint256 count = MODEL.rootCount() - 1;
        uint256 back = change % 3 == 0 ? (change / 7) % (count + 1) : 0;
        transfer.leaves = uint64(2 * (count - back));
        transfer.root = MODEL.roots(count - back);
        transfer.nullifiers = [_random(), _random()];
        transfer.notes = [_random(), _random()];
        transfer.deadline = uint64(block.timestamp);
        if (_nullifiers.length == 0) return transfer;
        uint256 spent = _nullifiers[change % _nullifiers.length];
        if (change % 11 == 3) transfer.nullifiers[change % 2] = spent;
        if (change % 11 == 4) transfer.nullifiers[1] = transfer.nullifiers[0];
        if (change % 11 == 5) transfer.root = change % Bn254.SCALAR_FIELD;
    }

    function _charge(ShieldedTransfer memory transfer, uint128 fee) private pure {
        fee %= 1_100;
        if (fee != 0) (transfer.relayer, transfer.fee) = (address(0xfee), fee);
    }

    function _transact(ShieldedTransfer memory transfer, uint256 change) private {
        uint256[8] memory proof = _prove(transfer, 0, 0, change);
        vm.recordLogs();
        if (transfer.depositor != address(0)) vm.prank(transfer.depositor);
        try POOL.transact(transfer, proof, "") {
            _readLogs();
        } catch {
            refusals++;
        }
    }

    /// @dev Sometimes with a word of the proof changed.
    function _prove(
        ShieldedTransfer memory transfer,
        uint256 receiptContext,
        uint256 commitment,
        uint256 change
    ) private view returns (uint256[8] memory proof) {
        uint256[] memory inputs = new uint256[](ShieldedInputs.COUNT);
        inputs[0] = transfer.root;
        (inputs[1], inputs[2]) = (transfer.nullifiers[0], transfer.nullifiers[1]);
        (inputs[3], inputs[4]) = (transfer.notes[0], transfer.notes[1]);
        inputs[5] = addmod(
            uint256(transfer.withdrawal) + transfer.fee,
            Bn254.SCALAR_FIELD - transfer.deposit,
            Bn254.SCALAR_FIELD
        );
        inputs[6] = POOL.contextOf(transfer, receiptContext);
        inputs[7] = commitment;
        proof = FORGER.forge(inputs, change);
        if (change % 11 == 6) proof[change % 8] ^= 1 << (change % 250);
    }

    /// @dev Books what the pool's own events say. The logs of calls that reverted are recorded too, and not read.
    function _readLogs() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bool spent;
        bool added;
        for (uint256 i = 0; i < logs.length; i++) {
            bytes32 topic = logs[i].topics[0];
            if (logs[i].emitter == address(SETTLEMENTS)) {
                assertEq(topic, IPrivateSettlements.PrivatelySettled.selector);
                payments[logs[i].topics[1]]++;
                settled++;
            }
            if (logs[i].emitter != address(POOL)) continue;
            if (topic == IShieldedPool.NotesSpent.selector) {
                spent = true;
                _spend(uint256(logs[i].topics[1]));
                _spend(uint256(logs[i].topics[2]));
            } else if (topic == INoteTree.NotesAdded.selector) {
                added = true;
                assertEq(uint256(logs[i].topics[1]), MODEL.leaves());
                MODEL.pushPair(uint256(logs[i].topics[2]), uint256(logs[i].topics[3]));
            } else {
                _bookMoney(topic, logs[i]);
            }
        }
        if (!spent) return;
        transfers++;
        if (!added) closings++;
    }

    function _bookMoney(bytes32 topic, Vm.Log memory log) private {
        if (topic == IPoolFunds.Deposited.selector) deposited += abi.decode(log.data, (uint256));
        if (topic == IPoolFunds.FeePaid.selector) fees += abi.decode(log.data, (uint256));
        if (topic == IPoolFunds.Withdrawn.selector) withdrawn += abi.decode(log.data, (uint256));
        if (topic == IPoolFunds.ExitDelayed.selector) {
            (uint256 amount,) = abi.decode(log.data, (uint256, uint64));
            waiting += amount;
            _exits.push(uint256(log.topics[1]));
        }
        if (topic == IPoolFunds.ExitReleased.selector) {
            uint256 amount = abi.decode(log.data, (uint256));
            (waiting, released) = (waiting - amount, released + amount);
        }
    }

    function _spend(uint256 nullifier) private {
        if (spendings[nullifier]++ == 0) _nullifiers.push(nullifier);
    }

    function _account(uint256 who) private pure returns (address) {
        return address(uint160(0xacc0 + who % 4));
    }

    function _random() private returns (uint256) {
        return uint256(keccak256(abi.encode("handler", _fresh++))) % Bn254.SCALAR_FIELD;
    }
}
