// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISettlementHub} from "./ISettlementHub.sol";

/// @notice One payment of a group, on one chain.
/// @param chainId The chain, by its EVM chain id.
/// @param groups The groups contract there.
/// @param bridge Who may tell that contract what has become of the group's other legs.
/// @param payer Whose escrow gets the money back where the group is aborted.
/// @param recipient Who is paid where it is committed.
/// @param token The token, or the address of ERC-7528 for ether.
/// @param amount How much must be there, in the token's smallest unit.
struct Leg {
    uint256 chainId;
    address groups;
    address bridge;
    address payer;
    address recipient;
    address token;
    uint128 amount;
}

/// @notice Payments that are all made or none. The first leg leads.
/// @param secretHash keccak256 of the 32 bytes that commit the group.
/// @param deadline The last second, in unix time, in which it can be committed.
/// @param grace How long the other chains wait, after that, to be told, in seconds.
/// @param legs Between two and sixteen.
struct Group {
    bytes32 secretHash;
    uint64 deadline;
    uint64 grace;
    Leg[] legs;
}

/// @notice What is told from one chain to another.
enum Notice {
    Prepared,
    Committed
}

/// @title SettlementGroups
/// @notice Settles payments on several chains all or none.
/// @dev Two-phase commit. Each leg's money is locked in a pocket, an address that follows from the whole group and that
/// settlements, over any path, name as their recipient. The leading chain decides, once, and alone: it commits before the
/// deadline, by the secret, if every leg has been told to be prepared; after it, it can only abort. Other chains
/// never decide: they commit when they are told so, and abort when the grace is over and they have not been. So no leg is
/// committed while another is aborted, whoever does what, as long as what was committed is told everywhere within the
/// grace, less the difference of the chains' clocks. The contract has no owner.
interface ISettlementGroups {
    /// @notice The life of a leg.
    enum State {
        /// Its money is not there, or nobody has said so.
        Open,
        /// Its money is there and cannot leave.
        Prepared,
        /// Its money is the recipient's.
        Committed,
        /// Its money is the payer's.
        Aborted
    }

    /// @notice A leg's money is there.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param pocket Where the money is.
    event LegPrepared(bytes32 indexed groupId, uint256 indexed index, address pocket);

    /// @notice A group was committed on its leading chain.
    /// @param groupId The group's hash.
    /// @param secret The secret.
    event GroupCommitted(bytes32 indexed groupId, bytes32 secret);

    /// @notice A leg was committed.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    event LegCommitted(bytes32 indexed groupId, uint256 indexed index);

    /// @notice A leg was aborted.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    event LegAborted(bytes32 indexed groupId, uint256 indexed index);

    /// @notice A committed leg's money went to its recipient.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param recipient Who has it.
    /// @param amount How much, in the token's smallest unit.
    event LegPaid(
        bytes32 indexed groupId, uint256 indexed index, address indexed recipient, uint256 amount
    );

    /// @notice An aborted leg's money went back to its payer's escrow.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param payer Whose escrow has it.
    /// @param amount How much, in the token's smallest unit.
    event LegRefunded(
        bytes32 indexed groupId, uint256 indexed index, address indexed payer, uint256 amount
    );

    /// @notice A bridge told what has become of a leg on another chain.
    /// @param bridge Who told it.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param notice What has become of it.
    event Told(
        address indexed bridge, bytes32 indexed groupId, uint256 indexed index, Notice notice
    );

    /// @notice The zero address is no hub.
    error ZeroHub();

    /// @notice A group has between two legs and sixteen.
    error InvalidLegCount(uint256 count);

    /// @notice The grace is shorter or longer than the contract allows.
    error InvalidGrace(uint64 grace);

    /// @notice The group has no such leg.
    error NoSuchLeg(uint256 index);

    /// @notice The leg names no payer, no recipient or no amount.
    error InvalidLeg(uint256 index);

    /// @notice The leg is on another chain, or of another contract.
    error LegElsewhere(uint256 chainId, address groups);

    /// @notice The leg is in another state than this needs.
    error WrongState(bytes32 groupId, uint256 index, State state);

    /// @notice The group's deadline is over.
    error DeadlineOver(uint64 deadline, uint256 timestamp);

    /// @notice The leg can still be committed.
    error TooEarly(uint256 until, uint256 timestamp);

    /// @notice Less is in the pocket than the leg names.
    error PocketShort(address pocket, uint256 have, uint256 need);

    /// @notice This is not the group's secret.
    error WrongSecret(bytes32 groupId);

    /// @notice The leg's bridge has not told it.
    error NotTold(bytes32 groupId, uint256 index, Notice notice);

    /// @notice The group is led on this chain, where legs are committed with it.
    error LeadsHere(bytes32 groupId);

    /// @notice The leg was told to be committed.
    error ToldToCommit(bytes32 groupId);

    /// @notice There is nothing in the pocket.
    error PocketEmpty(address pocket);

    /// @notice Finds that a leg's money is there, and keeps it there. Anyone may, until the deadline.
    /// @param group The group.
    /// @param index The leg's place in it.
    function prepare(Group calldata group, uint256 index) external;

    /// @notice Commits the group, on its leading chain, by its secret. Anyone may who knows it, until the deadline.
    /// @dev Legs on this chain must be prepared, and those on others told to be.
    /// @param group The group.
    /// @param secret The secret.
    function commit(Group calldata group, bytes32 secret) external;

    /// @notice Commits a leg on another than the leading chain, once its bridge has told that the group is. Anyone may.
    /// @param group The group.
    /// @param index The leg's place in it.
    function follow(Group calldata group, uint256 index) external;

    /// @notice Aborts a leg: on the leading chain after the deadline, on others when the grace is over and nobody told them
    /// to commit. Anyone may.
    /// @param group The group.
    /// @param index The leg's place in it.
    function abort(Group calldata group, uint256 index) external;

    /// @notice Hands a committed leg's money to its recipient, or an aborted one's back to its payer's escrow. Anyone may,
    /// and again where more has come.
    /// @param group The group.
    /// @param index The leg's place in it.
    function payOut(Group calldata group, uint256 index) external;

    /// @notice Tells what has become of a leg on another chain. It counts for the groups that name the caller as their bridge.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @param notice What has become of it.
    /// @param chainId The chain that it is on.
    /// @param groups The groups contract there.
    function tell(bytes32 groupId, uint256 index, Notice notice, uint256 chainId, address groups)
        external;

    /// @notice The hash of a group.
    /// @param group The group.
    /// @return groupId keccak256 of its ABI encoding.
    function groupIdOf(Group calldata group) external pure returns (bytes32 groupId);

    /// @notice Where a leg's money is locked: the recipient that its settlement names.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @return pocket The same whether it has been used or not.
    function pocketOf(bytes32 groupId, uint256 index) external view returns (address pocket);

    /// @notice The state of a leg of this chain.
    /// @param groupId The group's hash.
    /// @param index The leg's place in the group.
    /// @return state Open also where the leg is not of this chain.
    function stateOf(bytes32 groupId, uint256 index) external view returns (State state);

    /// @notice The shortest grace.
    /// @return In seconds.
    function SHORTEST_GRACE() external view returns (uint64);

    /// @notice The longest grace.
    /// @return In seconds.
    function LONGEST_GRACE() external view returns (uint64);

    /// @notice Where pockets claim what was credited to them, and give back what was aborted.
    /// @return The hub, fixed at construction.
    function hub() external view returns (ISettlementHub);
}
