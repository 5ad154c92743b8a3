// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISignatureTransfer} from "./ISignatureTransfer.sol";

/// @title Escrow
/// @notice What payers have put aside to pay settlements from, and what recipients can still fetch.
/// @dev Escrow is what the hub measured on arrival, never what a token promised. A token that lowers balances by
/// itself makes its own holders' escrow first come, first served; no other token is touched by it.
/// Ether stands under the address of ERC-7528, 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE.
interface IEscrow {
    /// @notice A notice to withdraw.
    /// @param amount The most that may be withdrawn once the notice is over.
    /// @param readyAt The first second in which it may be, in unix time.
    struct WithdrawalNotice {
        uint192 amount;
        uint64 readyAt;
    }

    /// @notice A payer's escrow grew.
    /// @param payer Whose escrow it is.
    /// @param token The ERC-20.
    /// @param from Who sent the tokens.
    /// @param amount What the hub received, in the token's smallest unit.
    event Deposited(
        address indexed payer, address indexed token, address indexed from, uint256 amount
    );

    /// @notice A payer took tokens back.
    /// @param payer Whose escrow it was.
    /// @param token The ERC-20.
    /// @param to Who received the tokens.
    /// @param amount How much left the escrow, in the token's smallest unit.
    event Withdrawn(
        address indexed payer, address indexed token, address indexed to, uint256 amount
    );

    /// @notice A payer gave notice of a withdrawal, or changed one; an amount of zero takes it back.
    /// @param payer Whose escrow it concerns.
    /// @param token The token.
    /// @param amount The most that may be withdrawn.
    /// @param readyAt The first second in which it may be, in unix time.
    event WithdrawalRequested(
        address indexed payer, address indexed token, uint256 amount, uint64 readyAt
    );

    /// @notice A payment could not be handed over and waits for its recipient.
    /// @param recipient Who may claim it.
    /// @param token The token.
    /// @param amount How much, in the token's smallest unit.
    event Credited(address indexed recipient, address indexed token, uint256 amount);

    /// @notice A recipient fetched what had been credited.
    /// @param recipient Whose credit it was.
    /// @param token The token.
    /// @param to Who received it.
    /// @param amount How much left the credit, in the token's smallest unit.
    event Claimed(
        address indexed recipient, address indexed token, address indexed to, uint256 amount
    );

    /// @notice An address that must name somebody is zero.
    error ZeroAddress();

    /// @notice Nothing would move.
    error ZeroAmount();

    /// @notice There is no contract at the token's address.
    error TokenWithoutCode(address token);

    /// @notice A transfer into the hub brought nothing.
    error NothingReceived(address token);

    /// @notice The hub cannot be paid by itself.
    error InvalidRecipient(address recipient);

    /// @notice The payer's escrow does not cover the amount.
    error InsufficientEscrow(address payer, address token, uint256 have, uint256 need);

    /// @notice The notice period is longer than the hub allows.
    error NoticeTooLong(uint64 notice, uint64 longest);

    /// @notice A notice names at most 2^192 - 1.
    error NoticeTooLarge(uint256 amount);

    /// @notice The withdrawal exceeds what notice was given of.
    error WithdrawalNotRequested(address payer, address token, uint256 requested, uint256 amount);

    /// @notice The notice period is not over.
    error WithdrawalNotReady(uint64 readyAt, uint256 timestamp);

    /// @notice The credit does not cover the amount.
    error InsufficientCredit(address recipient, address token, uint256 have, uint256 need);

    /// @notice Too little gas is left to hand a payment over.
    error InsufficientGas(uint256 have, uint256 need);

    /// @notice The token took more from the hub than was to be paid, so that it pays no settlement.
    error TookTooMuch(address token, uint256 taken, uint256 amount);

    /// @notice The recipient refused ether.
    error EtherRefused(address to);

    /// @notice Moves tokens from the caller into the caller's escrow.
    /// @param token The ERC-20; the caller has approved the hub.
    /// @param amount How much to take, in the token's smallest unit.
    /// @return received What the hub received and credited: less than `amount` where the token keeps a fee.
    function deposit(address token, uint256 amount) external returns (uint256 received);

    /// @notice Moves tokens from the caller into another payer's escrow.
    /// @param payer Whose escrow grows; only the payer can withdraw or authorise from it.
    /// @param token The ERC-20; the caller has approved the hub.
    /// @param amount How much to take, in the token's smallest unit.
    /// @return received What the hub received and credited: less than `amount` where the token keeps a fee.
    function depositFor(address payer, address token, uint256 amount)
        external
        returns (uint256 received);

    /// @notice Moves ether that came with the call into a payer's escrow.
    /// @param payer Whose escrow grows; only the payer can withdraw or authorise from it.
    /// @return received What was credited, in wei.
    function depositNative(address payer) external payable returns (uint256 received);

    /// @notice Deposits for the caller with an ERC-2612 permit.
    /// @dev A permit that fails is not an error as long as the allowance is there: anyone may have used it before.
    /// @param token The ERC-20.
    /// @param amount How much to take, in the token's smallest unit.
    /// @param deadline The permit's last second.
    /// @param v Of the permit's signature.
    /// @param r Of the permit's signature.
    /// @param s Of the permit's signature.
    /// @return received What the hub received and credited.
    function depositWithPermit(
        address token,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 received);

    /// @notice Deposits for whoever signed a Permit2 transfer to the hub; anyone may bring the signature.
    /// @param permit What was signed: token, amount, nonce and deadline. All of the amount is taken.
    /// @param payer Who signed, and whose escrow grows.
    /// @param signature Over the permit, with the hub as spender.
    /// @return received What the hub received and credited.
    function depositWithPermit2(
        ISignatureTransfer.PermitTransferFrom calldata permit,
        address payer,
        bytes calldata signature
    ) external returns (uint256 received);

    /// @notice Gives notice of a withdrawal by the caller. It takes the place of the notice before; zero takes it back.
    /// @dev The escrow keeps paying settlements meanwhile, so that work in flight stays paid.
    /// @param token The token.
    /// @param amount The most that will be withdrawn.
    /// @return readyAt The first second in which it may be, in unix time.
    function requestWithdrawal(address token, uint256 amount) external returns (uint64 readyAt);

    /// @notice Takes tokens out of the caller's escrow, after a notice.
    /// @param token The ERC-20.
    /// @param amount How much, in the token's smallest unit.
    /// @param to Who receives the tokens.
    function withdraw(address token, uint256 amount, address to) external;

    /// @notice Fetches what could not be handed to the caller.
    /// @param token The token.
    /// @param amount How much, in the token's smallest unit.
    /// @param to Who receives it.
    function claim(address token, uint256 amount, address to) external;

    /// @notice What a payer has in escrow.
    /// @param payer Whose escrow.
    /// @param token The ERC-20.
    /// @return balance In the token's smallest unit.
    function escrowOf(address payer, address token) external view returns (uint256 balance);

    /// @notice What a payer's escrow will still hold for settlements, whatever the payer does, for a notice period.
    /// @param payer Whose escrow.
    /// @param token The token.
    /// @return balance The escrow less what notice was given of, in the token's smallest unit.
    function securedEscrowOf(address payer, address token) external view returns (uint256 balance);

    /// @notice The notice that a payer has given.
    /// @param payer Whose escrow.
    /// @param token The token.
    /// @return notice Zeros where there is none.
    function withdrawalOf(address payer, address token)
        external
        view
        returns (WithdrawalNotice memory notice);

    /// @notice What waits for a recipient.
    /// @param recipient Who may claim it.
    /// @param token The token.
    /// @return credit In the token's smallest unit.
    function creditOf(address recipient, address token) external view returns (uint256 credit);

    /// @notice How long before a withdrawal notice must be given.
    /// @return In seconds.
    function withdrawalNotice() external view returns (uint64);

    /// @notice The gas that a payment may take to be handed over; what needs more is credited.
    /// @return In units of gas.
    function PUSH_GAS() external view returns (uint256);

    /// @notice Permit2, fixed at construction.
    /// @return The zero address where the chain has none.
    function permit2() external view returns (ISignatureTransfer);
}
