// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IPoolFunds} from "proofrail/interfaces/IPoolFunds.sol";
import {IPoolPolicy} from "proofrail/interfaces/IPoolPolicy.sol";
import {PrivateReceipt, ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";
import {Native} from "proofrail/libraries/Native.sol";

import {PoolTest} from "./utils/PoolTest.sol";
import {Burner, Refuser} from "./utils/Recipients.sol";
import {
    CallbackToken,
    FalseToken,
    GreedyToken,
    LyingToken,
    OpenToken,
    RebasingToken
} from "./utils/Tokens.sol";

/// @notice Makes a call when it is paid.
contract Caller {
    address private _target;
    bytes private _call;
    bytes public answer;
    bool public done;

    function prepare(address target, bytes calldata call) external {
        (_target, _call) = (target, call);
    }

    receive() external payable {
        (done, answer) = _target.call(_call);
    }
}

/// @notice A policy that transfers in the middle of a transfer.
contract ReentrantPolicy is IPoolPolicy {
    address private immutable POOL;
    bytes private _call;

    constructor(address pool, bytes memory call) {
        (POOL, _call) = (pool, call);
    }

    function beforeDeposit(address, uint256, uint256, bytes calldata) external {
        _callBack();
    }

    function beforeWithdrawal(address, uint256, uint256, bytes calldata) external {
        _callBack();
    }

    function _callBack() private {
        (bool ok, bytes memory reason) = POOL.call(_call);
        if (ok) return;
        assembly {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}

/// @notice Tokens and recipients that come back, refuse or take too much.
contract ShieldedPoolHostileTest is PoolTest {
    bytes internal reentrant =
        abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);

    function test_aRecipientCannotComeBackIn() public {
        _etherPool();
        Caller caller = new Caller();
        ShieldedTransfer memory inner = _withdrawal(100, 0);
        caller.prepare(address(pool), abi.encodeCall(pool.transact, (inner, _prove(inner), "")));
        ShieldedTransfer memory outer = _withdrawal(100, 0);
        outer.recipient = address(caller);
        _transact(outer);
        assertFalse(caller.done());
        assertEq(caller.answer(), reentrant);
        assertFalse(pool.isSpent(inner.nullifiers[0]));
        assertEq(address(caller).balance, 100);

        // Nor through a settlement, or what waits.
        outer.nullifiers = [_random(), _random()];
        inner.delayed = true;
        _transact(inner);
        vm.warp(block.timestamp + EXIT_DELAY);
        outer.deadline = uint64(block.timestamp);
        caller.prepare(
            address(pool), abi.encodeCall(pool.release, (inner.nullifiers[0], recipient))
        );
        _transact(outer);
        assertEq(caller.answer(), reentrant);
        assertEq(pool.exitOf(inner.nullifiers[0]).amount, 100);
        // The same the other way round.
        outer.nullifiers = [_random(), _random()];
        (outer.delayed, outer.deadline) = (true, uint64(block.timestamp));
        _transact(outer);
        vm.warp(block.timestamp + EXIT_DELAY);
        caller.prepare(
            address(pool), abi.encodeCall(pool.release, (outer.nullifiers[0], address(caller)))
        );
        pool.release(outer.nullifiers[0], address(caller));
        assertEq(caller.answer(), reentrant);
        assertEq(address(caller).balance, 300);
    }

    function test_aSettlementIsNoWayBackInEither() public {
        _etherPool();
        Caller caller = new Caller();
        ShieldedTransfer memory inner = _plain();
        PrivateReceipt memory receipt = _receipt(1);
        uint256[8] memory proof = _provePaying(inner, receipt);
        caller.prepare(address(pool), abi.encodeCall(pool.settle, (inner, proof, receipt, "")));
        ShieldedTransfer memory outer = _withdrawal(100, 0);
        outer.recipient = address(caller);
        _transact(outer);
        assertEq(caller.answer(), reentrant);

        caller.prepare(address(pool), abi.encodeCall(pool.transact, (inner, _prove(inner), "")));
        outer.nullifiers = [_random(), _random()];
        _settle(outer, receipt);
        assertEq(caller.answer(), reentrant);
        assertFalse(pool.isSpent(inner.nullifiers[0]));
        assertEq(address(caller).balance, 200);
    }

    function test_aTokenCannotComeBackIn() public {
        CallbackToken callback = new CallbackToken();
        _useToken(callback, 1_000);
        ShieldedTransfer memory inner = _plain();
        bytes memory call = abi.encodeCall(pool.transact, (inner, _prove(inner), ""));
        callback.callBack(address(pool), call);
        ShieldedTransfer memory deposit = _deposit(1_000);
        _transact(deposit);
        assertFalse(callback.callbackSucceeded());
        assertEq(callback.callbackData(), reentrant);

        callback.callBack(address(pool), call);
        _transact(_withdrawal(100, 0));
        assertFalse(callback.callbackSucceeded());
        assertEq(callback.callbackData(), reentrant);
        assertFalse(pool.isSpent(inner.nullifiers[0]));
    }

    function test_aPolicyCannotComeBackIn() public {
        _fill(1_000);
        ShieldedTransfer memory inner = _plain();
        bytes memory call = abi.encodeCall(pool.transact, (inner, _prove(inner), ""));
        ReentrantPolicy reentering = new ReentrantPolicy(address(pool), call);
        vm.prank(owner);
        pool.setPolicy(reentering);
        _expectRefusal(_withdrawal(100, 0), reentrant);
        _fund(depositor, 10);
        _expectRefusal(_deposit(10), reentrant);
    }

    /// @dev A withdrawal that cannot be handed over has spent nothing: another is proven, to somebody else.
    function test_aRecipientThatRefusesEtherGetsNothing() public {
        _etherPool();
        address refuser = address(new Refuser());
        ShieldedTransfer memory transfer = _withdrawal(100, 0);
        transfer.recipient = refuser;
        _expectRefusal(transfer, abi.encodeWithSelector(IPoolFunds.EtherRefused.selector, refuser));
        transfer.recipient = recipient;
        _transact(transfer);
        assertEq(recipient.balance, 100);

        // What waits for it is fetched to somewhere else.
        transfer = _withdrawal(100, 0);
        (transfer.recipient, transfer.delayed) = (refuser, true);
        _transact(transfer);
        vm.warp(block.timestamp + EXIT_DELAY);
        vm.startPrank(refuser);
        vm.expectRevert(abi.encodeWithSelector(IPoolFunds.EtherRefused.selector, refuser));
        pool.release(transfer.nullifiers[0], refuser);
        pool.release(transfer.nullifiers[0], recipient);
        vm.stopPrank();
        assertEq(recipient.balance, 200);
    }

    function test_aRecipientThatBurnsGasHurtsItself() public {
        _etherPool();
        ShieldedTransfer memory transfer = _withdrawal(100, 0);
        transfer.recipient = address(new Burner());
        uint256[8] memory proof = _prove(transfer);
        (bool ok,) =
            address(pool).call{gas: 3_000_000}(abi.encodeCall(pool.transact, (transfer, proof, "")));
        assertFalse(ok);
        assertFalse(pool.isSpent(transfer.nullifiers[0]));
    }

    /// @dev A withdrawal that takes more than it should would take it from the others in the pool.
    function test_aTokenThatTakesTooMuchPaysNothing() public {
        GreedyToken greedy = new GreedyToken();
        _useToken(greedy, 1_000);
        _transact(_deposit(1_000));
        greedy.turnGreedy();
        _refuse(
            _withdrawal(100, 0),
            abi.encodeWithSelector(IPoolFunds.TookWrongAmount.selector, address(greedy), 110, 100)
        );
    }

    function test_aTokenThatRefusesPaysNothing() public {
        FalseToken refusing = new FalseToken();
        _useToken(refusing, 1_000);
        _transact(_deposit(1_000));
        refusing.refuse();
        bytes memory failed =
            abi.encodeWithSignature("SafeERC20FailedOperation(address)", address(refusing));
        _refuse(_withdrawal(100, 0), failed);
        _refuse(_withdrawal(0, 100), failed);

        LyingToken lying = new LyingToken();
        _useToken(lying, 1_000);
        _transact(_deposit(1_000));
        _refuse(
            _withdrawal(100, 0),
            abi.encodeWithSignature("SafeERC20FailedOperation(address)", address(lying))
        );
    }

    /// @dev What a token adds is nobody's; what it takes away is missing for the last to leave.
    function test_aRebaseChangesNoNote() public {
        RebasingToken rebasing = new RebasingToken();
        _useToken(rebasing, 1_000);
        _transact(_deposit(1_000));
        rebasing.rebase(address(pool), 1_500);
        _refuse(
            _withdrawal(1_001, 0),
            abi.encodeWithSelector(IPoolFunds.PoolExceeded.selector, 1_001, 1_000)
        );
        rebasing.rebase(address(pool), 600);
        _transact(_withdrawal(600, 0));
        assertEq(rebasing.balanceOf(recipient), 600);
        _refuse(
            _withdrawal(400, 0),
            abi.encodeWithSignature(
                "ERC20InsufficientBalance(address,uint256,uint256)", address(pool), 0, 400
            )
        );
    }

    function _etherPool() private {
        pool = _deployPool(Native.ETHER, makeAddr("ether pool"));
        vm.deal(depositor, 1_000);
        ShieldedTransfer memory deposit = _deposit(1_000);
        uint256[8] memory proof = _prove(deposit);
        vm.prank(depositor);
        pool.transact{value: 1_000}(deposit, proof, "");
    }

    function _useToken(OpenToken other, uint256 amount) private {
        pool = _deployPool(address(other), address(uint160(uint256(keccak256(abi.encode(other))))));
        other.mint(depositor, amount);
        vm.prank(depositor);
        other.approve(address(pool), amount);
    }

    function _refuse(ShieldedTransfer memory transfer, bytes memory expected) private {
        uint256[8] memory proof = _prove(transfer);
        vm.expectRevert(expected);
        pool.transact(transfer, proof, "");
        assertFalse(pool.isSpent(transfer.nullifiers[0]));
    }
}
