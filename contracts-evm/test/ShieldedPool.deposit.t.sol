// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {INoteTree} from "proofrail/interfaces/INoteTree.sol";
import {IPoolFunds} from "proofrail/interfaces/IPoolFunds.sol";
import {IShieldedPool, ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";
import {Native} from "proofrail/libraries/Native.sol";
import {ShieldedPool} from "proofrail/pool/ShieldedPool.sol";

import {PoolTest} from "./utils/PoolTest.sol";
import {FalseToken, FeeToken, OpenToken, SilentToken, VoidToken} from "./utils/Tokens.sol";

/// @notice What enters a pool: who pays it, up to which caps, and that it did arrive.
contract ShieldedPoolDepositTest is PoolTest {
    function testFuzz_aDepositIsPaidAndBooked(uint128 amount) public {
        amount = uint128(bound(amount, 1, PER_DEPOSIT));
        _fund(depositor, amount);
        ShieldedTransfer memory transfer = _deposit(amount);
        uint256 nullifier = transfer.nullifiers[0];
        uint256[8] memory proof = _prove(transfer);

        vm.expectEmit(address(pool));
        emit IShieldedPool.NotesSpent(nullifier, transfer.nullifiers[1]);
        vm.expectEmit(true, true, true, false, address(pool));
        emit INoteTree.NotesAdded(0, transfer.notes[0], transfer.notes[1], 0, "", "");
        vm.expectEmit(address(pool));
        emit IPoolFunds.Deposited(nullifier, depositor, amount);
        vm.prank(depositor);
        pool.transact(transfer, proof, "");

        assertEq(token.balanceOf(address(pool)), amount);
        assertEq(token.balanceOf(depositor), 0);
        assertEq(pool.pooled(), amount);
        assertEq(pool.leaves(), 2);
        assertTrue(pool.isSpent(nullifier));
        assertTrue(pool.isSpent(transfer.nullifiers[1]));
    }

    /// @dev An approval is for the pool, and so for everybody who calls it: only its owner's call may use it.
    function test_nobodyDepositsForAnother() public {
        _fund(depositor, 10);
        ShieldedTransfer memory transfer = _deposit(10);
        uint256[8] memory proof = _prove(transfer);
        vm.expectRevert(
            abi.encodeWithSelector(IShieldedPool.NotDepositor.selector, depositor, address(this))
        );
        pool.transact(transfer, proof, "");

        // Nor is a depositor named where nothing is deposited.
        transfer.deposit = 0;
        _expectRefusal(
            transfer,
            abi.encodeWithSelector(IShieldedPool.NotDepositor.selector, depositor, depositor)
        );
    }

    function test_aDepositIsCapped() public {
        _fund(depositor, PER_DEPOSIT + 1);
        _expectRefusal(
            _deposit(PER_DEPOSIT + 1),
            abi.encodeWithSelector(
                IPoolFunds.DepositAboveCap.selector, PER_DEPOSIT + 1, PER_DEPOSIT
            )
        );
        _transact(_deposit(PER_DEPOSIT));
    }

    function test_anAccountsDayIsCapped() public {
        uint256 midnight = (block.timestamp / 1 days + 1) * 1 days;
        vm.warp(midnight - 1);
        _fill(PER_DEPOSIT);
        _fill(PER_DEPOSIT);
        _fund(depositor, PER_DEPOSIT);
        _expectRefusal(
            _deposit(50_001),
            abi.encodeWithSelector(IPoolFunds.DepositAboveDailyCap.selector, 50_001, 50_000)
        );
        _transact(_deposit(50_000));

        // Another account has a day of its own, and tomorrow is another day.
        address other = makeAddr("another depositor");
        _fund(other, PER_DEPOSIT);
        ShieldedTransfer memory transfer = _deposit(PER_DEPOSIT);
        transfer.depositor = other;
        _transact(transfer);
        _expectRefusal(
            _deposit(1), abi.encodeWithSelector(IPoolFunds.DepositAboveDailyCap.selector, 1, 0)
        );
        vm.warp(midnight);
        _fill(PER_DEPOSIT);
    }

    function test_thePoolIsCapped() public {
        vm.prank(owner);
        pool.setCaps(IPoolFunds.Caps(PER_DEPOSIT, PER_DAY, 150_000, PER_FEE));
        _fill(PER_DEPOSIT);
        _fund(depositor, PER_DEPOSIT);
        _expectRefusal(
            _deposit(50_001),
            abi.encodeWithSelector(IPoolFunds.DepositAboveTotal.selector, 50_001, 50_000)
        );
        _transact(_deposit(50_000));
        // What leaves makes room.
        _transact(_withdrawal(10, 0));
        _transact(_deposit(10));
        _expectRefusal(
            _deposit(1), abi.encodeWithSelector(IPoolFunds.DepositAboveTotal.selector, 1, 0)
        );
    }

    /// @dev Caps that are lowered below what is there keep everything out, and nothing in.
    function test_loweredCaps() public {
        _fill(1_000);
        vm.prank(owner);
        pool.setCaps(IPoolFunds.Caps(PER_DEPOSIT, 999, 999, 0));
        _fund(depositor, 1);
        _expectRefusal(
            _deposit(1), abi.encodeWithSelector(IPoolFunds.DepositAboveDailyCap.selector, 1, 0)
        );
        vm.warp(block.timestamp + 1 days);
        _expectRefusal(
            _deposit(1), abi.encodeWithSelector(IPoolFunds.DepositAboveTotal.selector, 1, 0)
        );
        _transact(_withdrawal(1_000, 0));
        assertEq(token.balanceOf(recipient), 1_000);
    }

    /// @dev Without governance's word nothing comes in.
    function test_aFreshPoolTakesNothing() public {
        ShieldedPool fresh = new ShieldedPool(
            router, settlements, poseidon, address(token), address(manager), EXIT_DELAY
        );
        pool = fresh;
        _fund(depositor, 1);
        _expectRefusal(
            _deposit(1), abi.encodeWithSelector(IPoolFunds.DepositAboveCap.selector, 1, 0)
        );
    }

    function test_withoutAllowanceNothingEnters() public {
        ShieldedTransfer memory transfer = _deposit(10);
        uint256[8] memory proof = _prove(transfer);
        vm.prank(depositor);
        vm.expectRevert();
        pool.transact(transfer, proof, "");
        assertEq(pool.leaves(), 0);
    }

    function test_aTokenThatReturnsNothing() public {
        SilentToken silent = new SilentToken();
        pool = _deployPool(address(silent), makeAddr("silent pool"));
        silent.mint(depositor, 10);
        vm.prank(depositor);
        silent.approve(address(pool), 10);
        _transact(_deposit(10));
        _transact(_withdrawal(10, 0));
        assertEq(silent.balanceOf(recipient), 10);
    }

    /// @dev The notes are worth what was proven, so that what is missing would be others'.
    function test_aTokenThatKeepsAFeeCannotBePooled() public {
        FeeToken fee = new FeeToken();
        _useToken(fee, 1_000);
        _refuseDeposit(
            1_000,
            abi.encodeWithSelector(IPoolFunds.DepositShort.selector, address(fee), 990, 1_000)
        );
        VoidToken void = new VoidToken();
        _useToken(void, 10);
        _refuseDeposit(
            10, abi.encodeWithSelector(IPoolFunds.DepositShort.selector, address(void), 0, 10)
        );
        FalseToken lying = new FalseToken();
        _useToken(lying, 10);
        lying.refuse();
        _refuseDeposit(
            10, abi.encodeWithSignature("SafeERC20FailedOperation(address)", address(lying))
        );
    }

    function testFuzz_etherIsPooledAndPaid(uint128 amount, uint128 fee) public {
        amount = uint128(bound(amount, 2, PER_DEPOSIT));
        fee = uint128(bound(fee, 1, amount - 1 < PER_FEE ? amount - 1 : PER_FEE));
        pool = _deployPool(Native.ETHER, makeAddr("ether pool"));
        vm.deal(depositor, amount);
        ShieldedTransfer memory transfer = _deposit(amount);
        uint256[8] memory proof = _prove(transfer);
        vm.startPrank(depositor);
        vm.expectRevert(abi.encodeWithSelector(IPoolFunds.WrongEther.selector, amount - 1, amount));
        pool.transact{value: amount - 1}(transfer, proof, "");
        pool.transact{value: amount}(transfer, proof, "");
        vm.stopPrank();
        assertEq(address(pool).balance, amount);

        _transact(_withdrawal(amount - fee, fee));
        assertEq(recipient.balance, amount - fee);
        assertEq(relayer.balance, fee);
        assertEq(address(pool).balance, 0);
    }

    /// @dev No ether comes in that nobody owns.
    function test_noEtherComesInBesides() public {
        vm.deal(address(this), 10);
        ShieldedTransfer memory transfer = _plain();
        uint256[8] memory proof = _prove(transfer);
        vm.expectRevert(abi.encodeWithSelector(IPoolFunds.WrongEther.selector, 1, 0));
        pool.transact{value: 1}(transfer, proof, "");

        _fund(depositor, 10);
        transfer = _deposit(10);
        proof = _prove(transfer);
        vm.deal(depositor, 10);
        vm.prank(depositor);
        vm.expectRevert(abi.encodeWithSelector(IPoolFunds.WrongEther.selector, 10, 0));
        pool.transact{value: 10}(transfer, proof, "");

        (bool ok,) = address(pool).call{value: 1}("");
        assertFalse(ok);
    }

    function test_aPoolIsOfATokenThatIsThere() public {
        address nobody = makeAddr("nobody");
        vm.expectRevert(abi.encodeWithSelector(IPoolFunds.TokenWithoutCode.selector, nobody));
        new ShieldedPool(router, settlements, poseidon, nobody, address(manager), EXIT_DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(IPoolFunds.ExitDelayTooLong.selector, 30 days + 1, 30 days)
        );
        new ShieldedPool(
            router, settlements, poseidon, address(token), address(manager), 30 days + 1
        );
    }

    function _useToken(OpenToken other, uint256 amount) private {
        pool = _deployPool(address(other), address(uint160(uint256(keccak256(abi.encode(other))))));
        other.mint(depositor, amount);
        vm.prank(depositor);
        other.approve(address(pool), amount);
    }

    function _refuseDeposit(uint128 amount, bytes memory expected) private {
        ShieldedTransfer memory transfer = _deposit(amount);
        uint256[8] memory proof = _prove(transfer);
        vm.prank(depositor);
        vm.expectRevert(expected);
        pool.transact(transfer, proof, "");
        assertEq(pool.pooled(), 0);
    }
}
