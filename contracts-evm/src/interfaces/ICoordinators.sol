// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ISettlementPolicy} from "./ISettlementPolicy.sol";

/// @title Coordinators
/// @notice What payers let coordinators settle from their escrow.
/// @dev A payer may put an authorisation under a policy, a contract that judges each of its settlements and can refuse
/// it. Each authorisation takes the whole place of the one before, its policy included. A change holds at once, also for work in flight: it is how a payer stops a coordinator whose key was stolen.
interface ICoordinators {
    /// @notice What a payer lets a coordinator settle in one token.
    /// @param maxPerSettlement The most that one settlement may pay; zero where nothing is authorised.
    /// @param maxPerDay The most that all settlements of one UTC day may pay; 2^128 - 1 is no limit.
    struct Limits {
        uint128 maxPerSettlement;
        uint128 maxPerDay;
    }

    /// @notice What a coordinator has settled lately.
    /// @param amount How much, on that day.
    /// @param day Days since 1970.
    struct Spending {
        uint128 amount;
        uint64 day;
    }

    /// @notice A payer changed what a coordinator may settle.
    /// @param payer Whose escrow it concerns.
    /// @param coordinator The coordinator id.
    /// @param token The ERC-20.
    /// @param maxPerSettlement The most that one settlement may pay; zero revokes.
    /// @param maxPerDay The most that all settlements of one UTC day may pay; 2^128 - 1 is no limit.
    event CoordinatorAuthorized(
        address indexed payer,
        bytes32 indexed coordinator,
        address indexed token,
        uint128 maxPerSettlement,
        uint128 maxPerDay
    );

    /// @notice A payer put an authorisation under a policy, or took it from under one.
    /// @param payer Whose escrow it concerns.
    /// @param coordinator The coordinator id.
    /// @param token The token.
    /// @param policy Who judges the settlements from now on; zero where nobody does any more.
    event PolicySet(
        address indexed payer, bytes32 indexed coordinator, address indexed token, address policy
    );

    /// @notice A coordinator id is a field element, and this is none: it is not below the BN254 scalar field's order.
    error CoordinatorOutOfField(bytes32 coordinator);

    /// @notice The payer has not authorised the coordinator for the token.
    error CoordinatorNotAuthorized(address payer, bytes32 coordinator, address token);

    /// @notice The amount exceeds what the payer lets the coordinator settle at once.
    error AmountAboveLimit(uint256 amount, uint256 maxPerSettlement);

    /// @notice The amount exceeds what the payer's limit leaves the coordinator today.
    error AmountAboveDailyLimit(uint256 amount, uint256 left, uint256 maxPerDay);

    /// @notice The payer's policy refused the settlement.
    /// @param id The settlement id.
    /// @param policy Who refused.
    /// @param reason The first 256 bytes of what the policy reverted with, or answered instead of its selector.
    error PolicyRefused(bytes32 id, address policy, bytes reason);

    /// @notice There is no contract at the policy's address.
    error PolicyWithoutCode(address policy);

    /// @notice A limit a day is below 2^120 - 1, or 2^128 - 1 for none.
    error DailyLimitTooLarge(uint128 maxPerDay);

    /// @notice Lets receipts of a coordinator settle from the caller's escrow, with no limit a day.
    /// @param coordinator The coordinator id: it commits to the coordinator's key and to the agreed fee rule.
    /// @param token The ERC-20.
    /// @param maxPerSettlement The most that one settlement may pay, in the token's smallest unit; zero revokes.
    function authorizeCoordinator(bytes32 coordinator, address token, uint128 maxPerSettlement)
        external;

    /// @notice Lets receipts of a coordinator settle from the caller's escrow, up to a limit a day.
    /// @param coordinator The coordinator id: it commits to the coordinator's key and to the agreed fee rule.
    /// @param token The token.
    /// @param maxPerSettlement The most that one settlement may pay, in the token's smallest unit; zero revokes.
    /// @param maxPerDay The most that all settlements of one UTC day may pay; 2^128 - 1 is no limit.
    function authorizeCoordinatorDaily(
        bytes32 coordinator,
        address token,
        uint128 maxPerSettlement,
        uint128 maxPerDay
    ) external;

    /// @notice Lets receipts of a coordinator settle from the caller's escrow, as far as a policy admits them.
    /// @param coordinator The coordinator id: it commits to the coordinator's key and to the agreed fee rule.
    /// @param token The token.
    /// @param limits The most that one settlement, and all of a day, may pay.
    /// @param policy Who is asked before each settlement is paid.
    function authorizeCoordinatorUnder(
        bytes32 coordinator,
        address token,
        Limits calldata limits,
        ISettlementPolicy policy
    ) external;

    /// @notice Lets receipts that an address signed in the clear settle from the caller's escrow. Proofs of a coordinator
    /// and signatures of an address are authorised apart, so that both ways can stand side by side.
    /// @param signer The coordinator: an account, or a contract that knows ERC-1271.
    /// @param token The token.
    /// @param limits The most that one settlement, and all of a day, may pay; a limit of zero for one revokes.
    /// @param policy Who is asked before each settlement is paid; zero for nobody.
    function authorizeClearCoordinator(
        address signer,
        address token,
        Limits calldata limits,
        ISettlementPolicy policy
    ) external;

    /// @notice The coordinator id under which an address's clear receipts are authorised and settled.
    /// @param signer The coordinator.
    /// @return coordinator Twelve bytes of ones, then the address: no field element, and so no coordinator id of a proof.
    function clearCoordinatorOf(address signer) external pure returns (bytes32 coordinator);

    /// @notice What a payer lets a coordinator settle.
    /// @param payer Whose escrow.
    /// @param coordinator The coordinator id.
    /// @param token The ERC-20.
    /// @return maxPerSettlement The most that one settlement may pay; zero where nothing is authorised.
    function authorization(address payer, bytes32 coordinator, address token)
        external
        view
        returns (uint128 maxPerSettlement);

    /// @notice Both limits, and what they leave today.
    /// @param payer Whose escrow.
    /// @param coordinator The coordinator id.
    /// @param token The token.
    /// @return limits What the payer authorised.
    /// @return leftToday What settlements of today may still pay.
    function limitsOf(address payer, bytes32 coordinator, address token)
        external
        view
        returns (Limits memory limits, uint128 leftToday);

    /// @notice Who judges the settlements of an authorisation.
    /// @param payer Whose escrow.
    /// @param coordinator The coordinator id.
    /// @param token The token.
    /// @return policy The zero address where nobody does.
    function policyOf(address payer, bytes32 coordinator, address token)
        external
        view
        returns (address policy);

    /// @notice The gas that a policy may use each time that it is asked or told.
    /// @return In units of gas.
    function POLICY_GAS() external view returns (uint256);
}
