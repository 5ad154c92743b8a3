// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {IMessageInbox} from "./IMessageInbox.sol";

/// @title GovernanceReceiver
/// @notice Schedules calls that governance on another chain sent over a bridge, and lets anyone execute them once their
/// delay is over.
/// @dev It can do what its roles in OpenZeppelin's AccessManager let it, each after the role's delay and none at once: a call
/// that the manager would not delay is refused. Guardians of its roles cancel at the manager meanwhile. Calls are numbered:
/// they are scheduled in that order and executed in that order, and one that was refused, cancelled or has expired is
/// passed over. Its owner is the manager, so that its peers change with a delay too.
interface IGovernanceReceiver is IMessageInbox {
    /// @notice A call was scheduled at the manager.
    /// @param number The call's number.
    /// @param operationId The manager's id of the operation, which a guardian cancels.
    /// @param target The contract that is to be called.
    /// @param data The call.
    /// @param readyAt The first second in which it may be executed, in unix time.
    event CallScheduled(
        uint64 indexed number,
        bytes32 indexed operationId,
        address indexed target,
        bytes data,
        uint48 readyAt
    );

    /// @notice The manager would not schedule a call: it will not be made, unless it is sent again under another number.
    /// @param number The call's number.
    /// @param target The contract that would have been called.
    /// @param data The call.
    /// @param reason What the manager reverted with.
    event CallRefused(uint64 indexed number, address indexed target, bytes data, bytes reason);

    /// @notice A call was made.
    /// @param number The call's number.
    /// @param operationId The manager's id of the operation.
    event CallExecuted(uint64 indexed number, bytes32 indexed operationId);

    /// @notice A call was cancelled or has expired, and those after it may be executed.
    /// @param number The call's number.
    event CallPassedOver(uint64 indexed number);

    /// @notice The zero address is no manager.
    error ZeroManager();

    /// @notice The call is for another chain or another receiver.
    error ForAnotherReceiver(uint256 chainId, address receiver);

    /// @notice Calls with lower numbers have not arrived; the message is kept until they have.
    error NumberTooHigh(uint64 number, uint64 expected);

    /// @notice No such call was scheduled under that number.
    error UnknownCall(uint64 number, bytes32 operationId);

    /// @notice A call with a lower number waits: it must be executed, be cancelled or expire before.
    error EarlierCallWaits(uint64 number);

    /// @notice The call was executed, refused or cancelled, or has expired.
    error CallIsOver(uint64 number);

    /// @notice Schedules a kept message's call.
    /// @param guid The bridge's id of the message.
    /// @param message The message as it arrived.
    function retry(bytes32 guid, bytes calldata message) external;

    /// @notice Decodes a message and schedules its call; one whose number has been used changes nothing. The receiver calls
    /// this on itself, to catch whatever is wrong with it.
    /// @param message A governance message.
    function applyMessage(bytes calldata message) external;

    /// @notice Makes the next call whose delay is over. Anyone may.
    /// @param number The call's number.
    /// @param target The contract that is called.
    /// @param data The call.
    function execute(uint64 number, address target, bytes calldata data) external;

    /// @notice Passes over calls that are over; `execute` does the same as far as it needs. Anyone may.
    /// @param most How many at most.
    /// @return next The number of the call that is next.
    function passOver(uint256 most) external returns (uint64 next);

    /// @notice What was scheduled under a number.
    /// @param number The call's number.
    /// @return operationId The manager's id of the operation; zero where the call was refused or has not arrived.
    /// @return nonce Which of the operations under that id.
    function callOf(uint64 number) external view returns (bytes32 operationId, uint32 nonce);

    /// @notice The number of the call that is scheduled next.
    /// @return Counted from zero.
    function nextToSchedule() external view returns (uint64);

    /// @notice The number of the call that is executed next.
    /// @return Counted from zero.
    function nextToExecute() external view returns (uint64);

    /// @notice Where calls are scheduled.
    /// @return The access manager, fixed at construction.
    function manager() external view returns (IAccessManager);
}
