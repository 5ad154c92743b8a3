// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IMessageInbox} from "./IMessageInbox.sol";
import {ISettlementHub} from "./ISettlementHub.sol";

/// @title SettlementReceiver
/// @notice Hands settlement messages that arrive over a bridge to the hub.
/// @dev What cannot be applied is kept and can be retried by anyone, so that no message is lost or blocks another: the
/// reason is an error of this receiver, of the hub, of its router, of the token or of the message's format. Where
/// the payer's policy refuses, it is told that this bridge carried the settlement.
interface ISettlementReceiver is IMessageInbox {
    /// @notice The hub accepted a message.
    /// @param guid The bridge's id of the message.
    /// @param settlementId The settlement that the message carried.
    /// @param paid Whether this message paid it; false where it had been paid before.
    event MessageApplied(bytes32 indexed guid, bytes32 indexed settlementId, bool paid);

    /// @notice The payer's policy was told that this bridge carried a kept message's settlement.
    /// @param guid The bridge's id of the message.
    /// @param policy The policy.
    /// @param accepted False where the policy would not hear it; anyone may `agree` later.
    event AgreementTold(bytes32 indexed guid, address indexed policy, bool accepted);

    /// @notice The owner changed how much of a token this receiver pays in a while.
    /// @param token The ERC-20.
    /// @param capacity The most that is paid at once, in the token's smallest unit.
    /// @param window The seconds in which a spent capacity is restored, evenly; zero for no limit.
    event RateLimitSet(address indexed token, uint96 capacity, uint32 window);

    /// @notice The zero address is no hub.
    error ZeroHub();

    /// @notice The payer has no policy, or it would not hear that this bridge carried the settlement.
    error AgreementRefused(address policy, bytes reason);

    /// @notice Applies a kept message; a refusal is passed on and the message stays kept.
    /// @param guid The bridge's id of the message.
    /// @param message The message as it arrived.
    /// @return settlementId The settlement that the message carries.
    /// @return paid Whether this call paid it.
    function retry(bytes32 guid, bytes calldata message)
        external
        returns (bytes32 settlementId, bool paid);

    /// @notice Tells the payer's policy that this bridge carried a kept message's settlement. The message stays kept.
    /// @dev The receiver has done so itself where the policy was what refused the message when it arrived.
    /// @param guid The bridge's id of the message.
    /// @param message The message as it arrived.
    function agree(bytes32 guid, bytes calldata message) external;

    /// @notice Decodes a message and settles it. The receiver calls this on itself, to catch whatever is wrong with either.
    /// @param message A settlement message.
    /// @return settlementId The settlement that the message carries.
    /// @return paid Whether this call paid it.
    function applyMessage(bytes calldata message) external returns (bytes32 settlementId, bool paid);

    /// @notice Keeps what arrives from now on, and refuses retries. Owner only.
    function pause() external;

    /// @notice Applies what arrives from now on, and lets what was kept be retried. Owner only.
    function unpause() external;

    /// @notice Limits how much of a token this receiver pays in a while; what exceeds it is kept. Owner only.
    /// @dev What counts against the limit already goes on counting.
    /// @param token The ERC-20.
    /// @param capacity The most that is paid at once, in the token's smallest unit.
    /// @param window The seconds in which a spent capacity is restored, evenly; zero for no limit.
    function setRateLimit(address token, uint96 capacity, uint32 window) external;

    /// @notice The limit of a token, as it stands.
    /// @param token The ERC-20.
    /// @return capacity The most that is paid at once, in the token's smallest unit.
    /// @return window The seconds in which a spent capacity is restored; zero for no limit.
    /// @return available How much may be paid now.
    function rateLimitOf(address token)
        external
        view
        returns (uint96 capacity, uint32 window, uint256 available);

    /// @notice The gas that a delivery must bring, so that the hub can verify a proof and pay.
    /// @return In units of gas.
    function MIN_GAS() external view returns (uint256);

    /// @notice The gas with which a delivery never fails for want of it, whatever the payer's policy does.
    /// @return In units of gas.
    function MIN_GAS_UNDER_POLICY() external view returns (uint256);

    /// @notice Where messages are settled.
    /// @return The hub, fixed at construction.
    function hub() external view returns (ISettlementHub);
}
