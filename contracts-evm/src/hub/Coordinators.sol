// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ICoordinators} from "../interfaces/ICoordinators.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {ISettlementPolicy, POLICY_GAS_LIMIT} from "../interfaces/ISettlementPolicy.sol";
import {Bn254} from "../libraries/Bn254.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {ClearReceipts} from "../libraries/ClearReceipts.sol";
import {Settlement} from "../types/Settlement.sol";

/// @title Coordinators
/// @notice See {ICoordinators}.
abstract contract Coordinators is ICoordinators {
    /// @dev One slot: whether there is a policy costs nobody a read who has none.
    struct Authorization {
        uint128 maxPerSettlement;
        uint120 maxPerDay;
        bool underPolicy;
    }

    uint128 private constant UNLIMITED = type(uint128).max;
    uint120 private constant STORED_UNLIMITED = type(uint120).max;

    /// @inheritdoc ICoordinators
    uint256 public constant POLICY_GAS = POLICY_GAS_LIMIT;

    /// @dev As much of a refusal as is passed on.
    uint256 private constant LONGEST_REASON = 256;

    mapping(
        address payer => mapping(bytes32 coordinator => mapping(address token => Authorization))
    ) private _authorizations;
    mapping(
        address payer => mapping(bytes32 coordinator => mapping(address token => Spending))
    ) private _spending;
    mapping(address payer => mapping(bytes32 coordinator => mapping(address token => address)))
        private _policies;

    /// @inheritdoc ICoordinators
    function authorizeCoordinator(bytes32 coordinator, address token, uint128 maxPerSettlement)
        external
    {
        _requireInField(coordinator);
        _authorize(coordinator, token, Limits(maxPerSettlement, UNLIMITED), address(0));
    }

    /// @inheritdoc ICoordinators
    function authorizeCoordinatorDaily(
        bytes32 coordinator,
        address token,
        uint128 maxPerSettlement,
        uint128 maxPerDay
    ) external {
        _requireInField(coordinator);
        _authorize(coordinator, token, Limits(maxPerSettlement, maxPerDay), address(0));
    }

    /// @inheritdoc ICoordinators
    function authorizeCoordinatorUnder(
        bytes32 coordinator,
        address token,
        Limits calldata limits,
        ISettlementPolicy policy
    ) external {
        _requireInField(coordinator);
        _requirePolicy(policy);
        _authorize(coordinator, token, limits, address(policy));
    }

    /// @inheritdoc ICoordinators
    function authorizeClearCoordinator(
        address signer,
        address token,
        Limits calldata limits,
        ISettlementPolicy policy
    ) external {
        if (signer == address(0)) revert IEscrow.ZeroAddress();
        if (address(policy) != address(0)) _requirePolicy(policy);
        _authorize(ClearReceipts.coordinatorOf(signer), token, limits, address(policy));
    }

    /// @inheritdoc ICoordinators
    function clearCoordinatorOf(address signer) external pure returns (bytes32) {
        return ClearReceipts.coordinatorOf(signer);
    }

    /// @inheritdoc ICoordinators
    function authorization(address payer, bytes32 coordinator, address token)
        external
        view
        returns (uint128)
    {
        return _authorizations[payer][coordinator][token].maxPerSettlement;
    }

    /// @inheritdoc ICoordinators
    function limitsOf(address payer, bytes32 coordinator, address token)
        external
        view
        returns (Limits memory limits, uint128 leftToday)
    {
        Authorization memory given = _authorizations[payer][coordinator][token];
        limits = Limits(
            given.maxPerSettlement,
            given.maxPerDay == STORED_UNLIMITED ? UNLIMITED : given.maxPerDay
        );
        uint128 spent = _spentToday(_spending[payer][coordinator][token]);
        leftToday = limits.maxPerDay > spent ? limits.maxPerDay - spent : 0;
    }

    /// @inheritdoc ICoordinators
    function policyOf(address payer, bytes32 coordinator, address token)
        public
        view
        returns (address)
    {
        return _policies[payer][coordinator][token];
    }

    /// @dev Judges a settlement by the payer's limits and books it.
    /// @return underPolicy Whether the payer's policy is to judge it too.
    function _spend(address payer, bytes32 coordinator, address token, uint128 amount)
        internal
        returns (bool underPolicy)
    {
        Authorization storage given = _authorizations[payer][coordinator][token];
        uint128 maxPerSettlement;
        uint120 maxPerDay;
        (maxPerSettlement, maxPerDay, underPolicy) =
        (given.maxPerSettlement, given.maxPerDay, given.underPolicy);
        if (maxPerSettlement == 0) revert CoordinatorNotAuthorized(payer, coordinator, token);
        if (amount > maxPerSettlement) revert AmountAboveLimit(amount, maxPerSettlement);
        // Who sets no limit a day does not pay for its bookkeeping.
        if (maxPerDay != STORED_UNLIMITED) {
            _spendToday(_spending[payer][coordinator][token], amount, maxPerDay);
        }
    }

    /// @dev Asks the payer's policy, which may be any contract at all.
    /// @param reserve The gas that the hub needs afterwards: whoever calls chooses the gas, and must not be able to turn
    /// a lack of it into a refusal.
    function _admit(Settlement calldata settlement, bytes32 id, address via, uint256 reserve)
        internal
    {
        uint256 need = BoundedCall.gasFor(POLICY_GAS, reserve);
        if (gasleft() < need) revert IEscrow.InsufficientGas(gasleft(), need);

        address policy = policyOf(settlement.payer, settlement.coordinator, settlement.token);
        (bool ok, bytes memory answer) = BoundedCall.tryCall(
            policy,
            POLICY_GAS,
            abi.encodeCall(ISettlementPolicy.admit, (settlement, id, via)),
            LONGEST_REASON
        );
        // An account without code answers nothing, and a contract that is no policy something else.
        bytes32 magic = ISettlementPolicy.admit.selector;
        if (!ok || answer.length != 32 || bytes32(answer) != magic) {
            revert PolicyRefused(id, policy, answer);
        }
    }

    function _authorize(bytes32 coordinator, address token, Limits memory limits, address policy)
        private
    {
        if (token == address(0)) revert IEscrow.ZeroAddress();

        uint128 daily = limits.maxPerDay;
        if (daily == UNLIMITED) daily = STORED_UNLIMITED;
        else if (daily >= STORED_UNLIMITED) revert DailyLimitTooLarge(daily);
        Authorization storage given = _authorizations[msg.sender][coordinator][token];
        bool changed = policy != address(0) || given.underPolicy;
        // No more than STORED_UNLIMITED.
        // forge-lint: disable-next-line(unsafe-typecast)
        (given.maxPerSettlement, given.maxPerDay, given.underPolicy) =
        (limits.maxPerSettlement, uint120(daily), policy != address(0));
        emit CoordinatorAuthorized(
            msg.sender, coordinator, token, limits.maxPerSettlement, limits.maxPerDay
        );
        if (changed) {
            _policies[msg.sender][coordinator][token] = policy;
            emit PolicySet(msg.sender, coordinator, token, policy);
        }
    }

    function _spendToday(Spending storage spending, uint128 amount, uint128 maxPerDay) private {
        uint128 spent = _spentToday(spending);
        uint128 left = maxPerDay > spent ? maxPerDay - spent : 0;
        if (amount > left) revert AmountAboveDailyLimit(amount, left, maxPerDay);
        (spending.amount, spending.day) = (spent + amount, _today());
    }

    function _spentToday(Spending storage spending) private view returns (uint128) {
        return spending.day == _today() ? spending.amount : 0;
    }

    function _requirePolicy(ISettlementPolicy policy) private view {
        if (address(policy).code.length == 0) revert PolicyWithoutCode(address(policy));
    }

    function _today() private view returns (uint64) {
        // forge-lint: disable-next-line(block-timestamp)
        return uint64(block.timestamp / 1 days);
    }

    function _requireInField(bytes32 coordinator) private pure {
        if (uint256(coordinator) >= Bn254.SCALAR_FIELD) revert CoordinatorOutOfField(coordinator);
    }
}
