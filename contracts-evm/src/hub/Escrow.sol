// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IEscrow} from "../interfaces/IEscrow.sol";
import {ISignatureTransfer} from "../interfaces/ISignatureTransfer.sol";
import {Native} from "../libraries/Native.sol";

/// @title Escrow
/// @notice See {IEscrow}.
abstract contract Escrow is IEscrow, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IEscrow
    uint256 public constant PUSH_GAS = 100_000;

    /// @dev What a push leaves its caller: EIP-150 keeps a 64th back, and a credit must still be written.
    uint256 private constant GAS_BEFORE_PUSH = PUSH_GAS * 64 / 63 + 40_000;

    uint64 private constant LONGEST_NOTICE = 30 days;

    /// @inheritdoc IEscrow
    ISignatureTransfer public immutable permit2;

    /// @inheritdoc IEscrow
    uint64 public immutable withdrawalNotice;

    mapping(address payer => mapping(address token => uint256)) private _escrow;
    mapping(address payer => mapping(address token => WithdrawalNotice)) private _notices;
    mapping(address recipient => mapping(address token => uint256)) private _credits;

    constructor(ISignatureTransfer permit2_, uint64 withdrawalNotice_) {
        if (withdrawalNotice_ > LONGEST_NOTICE) {
            revert NoticeTooLong(withdrawalNotice_, LONGEST_NOTICE);
        }
        (permit2, withdrawalNotice) = (permit2_, withdrawalNotice_);
    }

    /// @inheritdoc IEscrow
    function deposit(address token, uint256 amount) external nonReentrant returns (uint256) {
        return _deposit(msg.sender, token, amount);
    }

    /// @inheritdoc IEscrow
    function depositFor(address payer, address token, uint256 amount)
        external
        nonReentrant
        returns (uint256)
    {
        return _deposit(payer, token, amount);
    }

    /// @inheritdoc IEscrow
    function depositNative(address payer) external payable nonReentrant returns (uint256) {
        if (payer == address(0)) revert ZeroAddress();
        if (msg.value == 0) revert ZeroAmount();
        _credit(payer, Native.ETHER, msg.sender, msg.value);
        return msg.value;
    }

    /// @inheritdoc IEscrow
    function depositWithPermit(
        address token,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256) {
        if (token.code.length == 0) revert TokenWithoutCode(token);
        // Whoever saw the permit may have used it before: then its allowance is there.
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {}
            catch {}
        return _deposit(msg.sender, token, amount);
    }

    /// @inheritdoc IEscrow
    function depositWithPermit2(
        ISignatureTransfer.PermitTransferFrom calldata permit,
        address payer,
        bytes calldata signature
    ) external nonReentrant returns (uint256 received) {
        (address token, uint256 amount) = (permit.permitted.token, permit.permitted.amount);
        uint256 before = _checkDeposit(payer, token, amount);
        permit2.permitTransferFrom(
            permit,
            ISignatureTransfer.SignatureTransferDetails(address(this), amount),
            payer,
            signature
        );
        return _measure(payer, token, payer, before);
    }

    /// @inheritdoc IEscrow
    function requestWithdrawal(address token, uint256 amount) external returns (uint64 readyAt) {
        if (amount > type(uint192).max) revert NoticeTooLarge(amount);
        readyAt = uint64(block.timestamp) + withdrawalNotice;
        // forge-lint: disable-next-line(unsafe-typecast)
        _notices[msg.sender][token] = WithdrawalNotice(uint192(amount), readyAt);
        emit WithdrawalRequested(msg.sender, token, amount, readyAt);
    }

    /// @inheritdoc IEscrow
    function withdraw(address token, uint256 amount, address to) external nonReentrant {
        if (amount == 0) revert ZeroAmount();
        _checkRecipient(to);
        _useNotice(_notices[msg.sender][token], token, amount);

        _debit(msg.sender, token, amount);
        uint256 excess = _transfer(token, to, amount) - amount;
        if (excess != 0) _debit(msg.sender, token, excess);
        emit Withdrawn(msg.sender, token, to, amount + excess);
    }

    /// @inheritdoc IEscrow
    function claim(address token, uint256 amount, address to) external nonReentrant {
        if (amount == 0) revert ZeroAmount();
        _checkRecipient(to);

        _credits[msg.sender][token] = _creditAfter(msg.sender, token, amount);
        uint256 excess = _transfer(token, to, amount) - amount;
        if (excess != 0) _credits[msg.sender][token] = _creditAfter(msg.sender, token, excess);
        emit Claimed(msg.sender, token, to, amount + excess);
    }

    /// @inheritdoc IEscrow
    function escrowOf(address payer, address token) public view returns (uint256) {
        return _escrow[payer][token];
    }

    /// @inheritdoc IEscrow
    function securedEscrowOf(address payer, address token) external view returns (uint256) {
        (uint256 balance, uint256 announced) =
            (_escrow[payer][token], _notices[payer][token].amount);
        return balance > announced ? balance - announced : 0;
    }

    /// @inheritdoc IEscrow
    function withdrawalOf(address payer, address token)
        external
        view
        returns (WithdrawalNotice memory)
    {
        return _notices[payer][token];
    }

    /// @inheritdoc IEscrow
    function creditOf(address recipient, address token) external view returns (uint256) {
        return _credits[recipient][token];
    }

    /// @dev Takes an amount out of escrow.
    function _debit(address payer, address token, uint256 amount) internal {
        mapping(address => uint256) storage balances = _escrow[payer];
        uint256 balance = balances[token];
        if (balance < amount) revert InsufficientEscrow(payer, token, balance, amount);
        balances[token] = balance - amount;
    }

    /// @dev Hands a payment over, or credits it where token or recipient refuse. All effects come before.
    function _payOut(address token, address to, uint256 amount) internal {
        // Whoever calls chooses the gas, and must not be able to turn a payment into a credit.
        if (gasleft() < GAS_BEFORE_PUSH) revert InsufficientGas(gasleft(), GAS_BEFORE_PUSH);
        if (_push(token, to, amount)) return;
        _credits[to][token] += amount;
        emit Credited(to, token, amount);
    }

    function _checkRecipient(address to) internal view {
        if (to == address(0)) revert ZeroAddress();
        if (to == address(this)) revert InvalidRecipient(to);
    }

    /// @dev Credits what arrived, since a token may keep a fee on the way.
    function _deposit(address payer, address token, uint256 amount) private returns (uint256) {
        uint256 before = _checkDeposit(payer, token, amount);
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        return _measure(payer, token, msg.sender, before);
    }

    function _measure(address payer, address token, address from, uint256 before)
        private
        returns (uint256 received)
    {
        uint256 held = IERC20(token).balanceOf(address(this));
        if (held <= before) revert NothingReceived(token);
        received = held - before;
        _credit(payer, token, from, received);
    }

    function _credit(address payer, address token, address from, uint256 amount) private {
        _escrow[payer][token] += amount;
        emit Deposited(payer, token, from, amount);
    }

    function _useNotice(WithdrawalNotice storage notice, address token, uint256 amount) private {
        (uint192 requested, uint64 readyAt) = (notice.amount, notice.readyAt);
        if (amount > requested) {
            revert WithdrawalNotRequested(msg.sender, token, requested, amount);
        }
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp < readyAt) revert WithdrawalNotReady(readyAt, block.timestamp);
        // forge-lint: disable-next-line(unsafe-typecast)
        notice.amount = requested - uint192(amount);
    }

    /// @dev Whether the payment was handed over; if not then nothing has moved.
    function _push(address token, address to, uint256 amount) private returns (bool done) {
        if (token == Native.ETHER) {
            (done,) = to.call{value: amount, gas: PUSH_GAS}("");
            return done;
        }
        uint256 before = IERC20(token).balanceOf(address(this));
        bytes memory answer;
        (done, answer) = token.call{gas: PUSH_GAS}(abi.encodeCall(IERC20.transfer, (to, amount)));
        // Tokens that return nothing have done what they were told.
        if (done && answer.length != 0) {
            done = answer.length >= 32 && abi.decode(answer, (uint256)) == 1;
        }
        uint256 taken = _taken(token, before);
        uint256 due = done ? amount : 0;
        if (taken > due) revert TookTooMuch(token, taken, due);
    }

    /// @dev What left the hub: at least `amount`, and more where the token takes a fee from the sender.
    function _transfer(address token, address to, uint256 amount) private returns (uint256) {
        if (token == Native.ETHER) {
            if (!LowLevelCall.callNoReturn(to, amount, "")) revert EtherRefused(to);
            return amount;
        }
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransfer(to, amount);
        uint256 taken = _taken(token, before);
        // A token that raises the hub's balance meanwhile has still taken what it was told to.
        return taken > amount ? taken : amount;
    }

    function _taken(address token, uint256 before) private view returns (uint256) {
        uint256 held = IERC20(token).balanceOf(address(this));
        return held < before ? before - held : 0;
    }

    function _checkDeposit(address payer, address token, uint256 amount)
        private
        view
        returns (uint256 before)
    {
        if (payer == address(0)) revert ZeroAddress();
        if (amount == 0) revert ZeroAmount();
        if (token.code.length == 0) revert TokenWithoutCode(token);
        return IERC20(token).balanceOf(address(this));
    }

    function _creditAfter(address recipient, address token, uint256 amount)
        private
        view
        returns (uint256)
    {
        uint256 credit = _credits[recipient][token];
        if (credit < amount) revert InsufficientCredit(recipient, token, credit, amount);
        return credit - amount;
    }
}
