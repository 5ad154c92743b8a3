// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPoolFunds} from "../interfaces/IPoolFunds.sol";
import {Native} from "../libraries/Native.sol";

/// @title PoolFunds
/// @notice See {IPoolFunds}.
abstract contract PoolFunds is IPoolFunds, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev What an account has brought lately.
    struct Spending {
        uint128 amount;
        uint64 day;
    }

    uint64 private constant LONGEST_EXIT_DELAY = 30 days;

    /// @inheritdoc IPoolFunds
    uint128 public pooled;

    Caps private _caps;
    mapping(address depositor => Spending) private _spending;
    mapping(uint256 nullifier => Exit) private _exits;

    /// @inheritdoc IPoolFunds
    address public immutable token;

    /// @inheritdoc IPoolFunds
    uint64 public immutable exitDelay;

    constructor(address token_, uint64 exitDelay_) {
        if (token_ != Native.ETHER && token_.code.length == 0) revert TokenWithoutCode(token_);
        if (exitDelay_ > LONGEST_EXIT_DELAY) {
            revert ExitDelayTooLong(exitDelay_, LONGEST_EXIT_DELAY);
        }
        (token, exitDelay) = (token_, exitDelay_);
    }

    /// @inheritdoc IPoolFunds
    function release(uint256 nullifier, address to) external nonReentrant {
        Exit memory waiting = _exits[nullifier];
        if (waiting.recipient == address(0)) revert NoExit(nullifier);
        bool allowed = to == waiting.recipient || msg.sender == waiting.recipient;
        if (!allowed || to == address(0) || to == address(this)) revert InvalidExitRecipient(to);
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp < waiting.readyAt) {
            revert ExitNotReady(waiting.readyAt, block.timestamp);
        }

        delete _exits[nullifier];
        emit ExitReleased(nullifier, waiting.recipient, to, waiting.amount);
        _send(to, waiting.amount);
    }

    /// @inheritdoc IPoolFunds
    function exitOf(uint256 nullifier) external view returns (Exit memory) {
        return _exits[nullifier];
    }

    /// @inheritdoc IPoolFunds
    function caps() external view returns (Caps memory) {
        return _caps;
    }

    function _setCaps(Caps calldata caps_) internal {
        _caps = caps_;
        emit CapsSet(caps_);
    }

    /// @dev Judges a deposit by the caps and books it. `_takeIn` collects it.
    function _admit(address depositor, uint128 amount) internal {
        (uint128 perDeposit, uint128 perDay) = (_caps.perDeposit, _caps.perAccountPerDay);
        if (amount > perDeposit) revert DepositAboveCap(amount, perDeposit);

        Spending storage spending = _spending[depositor];
        // forge-lint: disable-next-line(block-timestamp)
        uint64 today = uint64(block.timestamp / 1 days);
        uint128 spent = spending.day == today ? spending.amount : 0;
        uint128 left = perDay > spent ? perDay - spent : 0;
        if (amount > left) revert DepositAboveDailyCap(amount, left);
        (spending.amount, spending.day) = (spent + amount, today);

        (uint128 total, uint128 held) = (_caps.total, pooled);
        left = total > held ? total - held : 0;
        if (amount > left) revert DepositAboveTotal(amount, left);
        pooled = held + amount;
    }

    function _checkFee(uint128 fee) internal view {
        uint128 cap = _caps.perFee;
        if (fee > cap) revert FeeAboveCap(fee, cap);
    }

    /// @dev Books what leaves.
    function _dismiss(uint256 amount) internal {
        uint128 held = pooled;
        if (amount > held) revert PoolExceeded(amount, held);
        // No more than what is held, which fits.
        // forge-lint: disable-next-line(unsafe-typecast)
        pooled = held - uint128(amount);
    }

    /// @dev Collects what was admitted; with an amount of zero sees that no ether came either.
    function _takeIn(address depositor, uint128 amount) internal {
        uint256 expected = token == Native.ETHER ? amount : 0;
        if (msg.value != expected) revert WrongEther(msg.value, expected);
        if (amount == 0 || token == Native.ETHER) return;

        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(depositor, address(this), amount);
        uint256 held = IERC20(token).balanceOf(address(this));
        uint256 received = held > before ? held - before : 0;
        if (received < amount) revert DepositShort(token, received, amount);
    }

    function _delay(uint256 nullifier, address recipient, uint128 amount) internal {
        uint64 readyAt = uint64(block.timestamp) + exitDelay;
        _exits[nullifier] = Exit(recipient, readyAt, amount);
        emit ExitDelayed(nullifier, recipient, amount, readyAt);
    }

    /// @dev What takes another amount would take it from the others in the pool.
    function _send(address to, uint256 amount) internal {
        if (token == Native.ETHER) {
            if (!LowLevelCall.callNoReturn(to, amount, "")) revert EtherRefused(to);
            return;
        }
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransfer(to, amount);
        uint256 held = IERC20(token).balanceOf(address(this));
        uint256 taken = held < before ? before - held : 0;
        if (taken != amount) revert TookWrongAmount(token, taken, amount);
    }
}
