// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ICoordinators} from "../interfaces/ICoordinators.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {Bn254} from "../libraries/Bn254.sol";

/// @title Coordinators
/// @notice See {ICoordinators}.
abstract contract Coordinators is ICoordinators {
    uint128 private constant UNLIMITED = type(uint128).max;

    mapping(address payer => mapping(bytes32 coordinator => mapping(address token => Limits)))
        private _limits;
    mapping(
        address payer => mapping(bytes32 coordinator => mapping(address token => Spending))
    ) private _spending;

    /// @inheritdoc ICoordinators
    function authorizeCoordinator(bytes32 coordinator, address token, uint128 maxPerSettlement)
        external
    {
        _authorize(coordinator, token, Limits(maxPerSettlement, UNLIMITED));
    }

    /// @inheritdoc ICoordinators
    function authorizeCoordinatorDaily(
        bytes32 coordinator,
        address token,
        uint128 maxPerSettlement,
        uint128 maxPerDay
    ) external {
        _authorize(coordinator, token, Limits(maxPerSettlement, maxPerDay));
    }

    /// @inheritdoc ICoordinators
    function authorization(address payer, bytes32 coordinator, address token)
        external
        view
        returns (uint128)
    {
        return _limits[payer][coordinator][token].maxPerSettlement;
    }

    /// @inheritdoc ICoordinators
    function limitsOf(address payer, bytes32 coordinator, address token)
        external
        view
        returns (Limits memory limits, uint128 leftToday)
    {
        limits = _limits[payer][coordinator][token];
        uint128 spent = _spentToday(_spending[payer][coordinator][token]);
        leftToday = limits.maxPerDay > spent ? limits.maxPerDay - spent : 0;
    }

    /// @dev Judges a settlement by the payer's limits and books it.
    function _spend(address payer, bytes32 coordinator, address token, uint128 amount) internal {
        Limits storage limits = _limits[payer][coordinator][token];
        (uint128 maxPerSettlement, uint128 maxPerDay) = (limits.maxPerSettlement, limits.maxPerDay);
        if (maxPerSettlement == 0) revert CoordinatorNotAuthorized(payer, coordinator, token);
        if (amount > maxPerSettlement) revert AmountAboveLimit(amount, maxPerSettlement);
        // Who sets no limit a day does not pay for its bookkeeping.
        if (maxPerDay != UNLIMITED) {
            _spendToday(_spending[payer][coordinator][token], amount, maxPerDay);
        }
    }

    function _spendToday(Spending storage spending, uint128 amount, uint128 maxPerDay) private {
        uint128 spent = _spentToday(spending);
        uint128 left = maxPerDay > spent ? maxPerDay - spent : 0;
        if (amount > left) revert AmountAboveDailyLimit(amount, left, maxPerDay);
        (spending.amount, spending.day) = (spent + amount, _today());
    }

    function _authorize(bytes32 coordinator, address token, Limits memory limits) private {
        if (token == address(0)) revert IEscrow.ZeroAddress();
        if (uint256(coordinator) >= Bn254.SCALAR_FIELD) revert CoordinatorOutOfField(coordinator);

        _limits[msg.sender][coordinator][token] = limits;
        emit CoordinatorAuthorized(
            msg.sender, coordinator, token, limits.maxPerSettlement, limits.maxPerDay
        );
    }

    function _spentToday(Spending storage spending) private view returns (uint128) {
        return spending.day == _today() ? spending.amount : 0;
    }

    function _today() private view returns (uint64) {
        // forge-lint: disable-next-line(block-timestamp)
        return uint64(block.timestamp / 1 days);
    }
}
