// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title PoolFunds
/// @notice What the pool holds of its one token, and how that comes in and goes out.
/// @dev What arrives and what leaves is measured. A token that keeps a fee, or takes another amount than it is told
/// to, cannot be pooled. Ether stands under the address of ERC-7528, 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE.
interface IPoolFunds {
    /// @notice What may come in, and what a transfer may pay its relayer. None of it holds back what is in the pool.
    /// @param perDeposit The most that one deposit brings.
    /// @param perAccountPerDay The most that one account brings on one UTC day.
    /// @param total The most that the pool holds.
    /// @param perFee The most that one fee is: fees leave at once and are not judged by the policy.
    struct Caps {
        uint128 perDeposit;
        uint128 perAccountPerDay;
        uint128 total;
        uint128 perFee;
    }

    /// @notice A withdrawal that waits.
    /// @param recipient Who is paid.
    /// @param readyAt The first second in which that is, in unix time.
    /// @param amount How much, in the token's smallest unit.
    struct Exit {
        address recipient;
        uint64 readyAt;
        uint128 amount;
    }

    /// @notice The caps are others now.
    /// @param caps All of them.
    event CapsSet(Caps caps);

    /// @notice Value entered the pool.
    /// @param nullifier The first nullifier of the transfer.
    /// @param depositor Who paid.
    /// @param amount How much, in the token's smallest unit.
    event Deposited(uint256 indexed nullifier, address indexed depositor, uint256 amount);

    /// @notice Value left the pool.
    /// @param nullifier The first nullifier of the transfer.
    /// @param recipient Who was paid.
    /// @param amount How much, in the token's smallest unit.
    event Withdrawn(uint256 indexed nullifier, address indexed recipient, uint256 amount);

    /// @notice A transfer paid the relayer that it named.
    /// @param nullifier The first nullifier of the transfer.
    /// @param relayer Who was paid.
    /// @param amount How much, in the token's smallest unit.
    event FeePaid(uint256 indexed nullifier, address indexed relayer, uint256 amount);

    /// @notice A withdrawal that the policy does not judge waits. Nothing but time is between it and its recipient.
    /// @param nullifier The first nullifier of the transfer.
    /// @param recipient Who will be paid.
    /// @param amount How much, in the token's smallest unit.
    /// @param readyAt The first second in which it can be released, in unix time.
    event ExitDelayed(
        uint256 indexed nullifier, address indexed recipient, uint256 amount, uint64 readyAt
    );

    /// @notice A withdrawal that waited was paid.
    /// @param nullifier The first nullifier of the transfer.
    /// @param recipient Whose it was.
    /// @param to Who received it.
    /// @param amount How much, in the token's smallest unit.
    event ExitReleased(
        uint256 indexed nullifier, address indexed recipient, address indexed to, uint256 amount
    );

    /// @notice An address that must name somebody is zero.
    error ZeroAddress();

    /// @notice There is no contract at the token's address.
    error TokenWithoutCode(address token);

    /// @notice The delay of exits is longer than a pool may have.
    error ExitDelayTooLong(uint64 delay, uint64 longest);

    /// @notice The deposit exceeds what one deposit may bring.
    error DepositAboveCap(uint256 amount, uint256 cap);

    /// @notice The deposit exceeds what is left to the account today.
    error DepositAboveDailyCap(uint256 amount, uint256 left);

    /// @notice The deposit exceeds what the pool has room for.
    error DepositAboveTotal(uint256 amount, uint256 left);

    /// @notice The fee exceeds what one fee may be.
    error FeeAboveCap(uint256 fee, uint256 cap);

    /// @notice The ether that came with the call is not what is deposited.
    error WrongEther(uint256 value, uint256 expected);

    /// @notice Less arrived than the transfer deposits.
    error DepositShort(address token, uint256 received, uint256 amount);

    /// @notice More would leave than all deposits brought: somebody has proven what is false.
    error PoolExceeded(uint256 amount, uint256 pooled);

    /// @notice The token took another amount from the pool than it was told to.
    error TookWrongAmount(address token, uint256 taken, uint256 amount);

    /// @notice The recipient refused ether.
    error EtherRefused(address to);

    /// @notice Nothing waits under that name.
    error NoExit(uint256 nullifier);

    /// @notice The delay is not over.
    error ExitNotReady(uint64 readyAt, uint256 timestamp);

    /// @notice Only the recipient has an exit paid to somebody else, and never to the pool.
    error InvalidExitRecipient(address to);

    /// @notice Pays a withdrawal that has waited. Open to anyone.
    /// @param nullifier The first nullifier of the transfer that asked for it.
    /// @param to Who is paid: the recipient, or whom the recipient names by calling.
    function release(uint256 nullifier, address to) external;

    /// @notice A withdrawal that waits.
    /// @param nullifier The first nullifier of the transfer that asked for it.
    /// @return What waits; all zero for none.
    function exitOf(uint256 nullifier) external view returns (Exit memory);

    /// @notice The token of this pool.
    /// @return An ERC-20, or the address of ERC-7528 for ether.
    function token() external view returns (address);

    /// @notice How long a withdrawal waits that the policy does not judge.
    /// @return In seconds, fixed at construction.
    function exitDelay() external view returns (uint64);

    /// @notice What deposits brought less what withdrawals and fees took.
    /// @return In the token's smallest unit.
    function pooled() external view returns (uint128);

    /// @notice The caps of now.
    /// @return All of them.
    function caps() external view returns (Caps memory);
}
