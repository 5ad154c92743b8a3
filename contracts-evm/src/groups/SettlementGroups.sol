// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Group, ISettlementGroups, Leg, Notice} from "../interfaces/ISettlementGroups.sol";
import {ISettlementHub} from "../interfaces/ISettlementHub.sol";
import {Native} from "../libraries/Native.sol";
import {Pocket} from "./Pocket.sol";

/// @title SettlementGroups
/// @notice See {ISettlementGroups}.
contract SettlementGroups is ISettlementGroups, ReentrancyGuardTransient {
    /// @inheritdoc ISettlementGroups
    uint64 public constant SHORTEST_GRACE = 1 hours;

    /// @inheritdoc ISettlementGroups
    uint64 public constant LONGEST_GRACE = 30 days;

    uint256 private constant MOST_LEGS = 16;

    bytes32 private constant POCKET_CODE_HASH = keccak256(type(Pocket).creationCode);

    /// @inheritdoc ISettlementGroups
    ISettlementHub public immutable hub;

    mapping(bytes32 groupId => mapping(uint256 index => State)) private _states;
    mapping(address bridge => mapping(bytes32 notice => bool)) private _told;

    /// @param hub_ Where pockets claim what was credited to them, and give back what was aborted, for good.
    constructor(ISettlementHub hub_) {
        if (address(hub_) == address(0)) revert ZeroHub();
        hub = hub_;
    }

    /// @inheritdoc ISettlementGroups
    function prepare(Group calldata group, uint256 index) external nonReentrant {
        (bytes32 groupId, Leg calldata leg) = _localLeg(group, index);
        _requireState(groupId, index, State.Open);
        _requireBefore(group.deadline);
        if (leg.payer == address(0) || leg.recipient == address(0) || leg.amount == 0) {
            revert InvalidLeg(index);
        }

        address pocket = pocketOf(groupId, index);
        uint256 held = _balance(leg.token, pocket) + hub.creditOf(pocket, leg.token);
        if (held < leg.amount) revert PocketShort(pocket, held, leg.amount);
        _states[groupId][index] = State.Prepared;
        emit LegPrepared(groupId, index, pocket);
    }

    /// @inheritdoc ISettlementGroups
    function commit(Group calldata group, bytes32 secret) external nonReentrant {
        (bytes32 groupId,) = _localLeg(group, 0);
        _requireBefore(group.deadline);
        if (keccak256(abi.encode(secret)) != group.secretHash) revert WrongSecret(groupId);
        emit GroupCommitted(groupId, secret);

        address bridge = group.legs[0].bridge;
        for (uint256 i = 0; i < group.legs.length; i++) {
            Leg calldata leg = group.legs[i];
            if (_isLocal(leg)) {
                _requireState(groupId, i, State.Prepared);
                _commit(groupId, i);
            } else if (!_isTold(bridge, groupId, i, Notice.Prepared, leg)) {
                revert NotTold(groupId, i, Notice.Prepared);
            }
        }
    }

    /// @inheritdoc ISettlementGroups
    function follow(Group calldata group, uint256 index) external nonReentrant {
        (bytes32 groupId, Leg calldata leg) = _localLeg(group, index);
        // What is decided here need not be told.
        if (_isLocal(group.legs[0])) revert LeadsHere(groupId);
        _requireState(groupId, index, State.Prepared);
        if (!_isTold(leg.bridge, groupId, 0, Notice.Committed, group.legs[0])) {
            revert NotTold(groupId, 0, Notice.Committed);
        }
        _commit(groupId, index);
    }

    /// @inheritdoc ISettlementGroups
    function abort(Group calldata group, uint256 index) external nonReentrant {
        (bytes32 groupId, Leg calldata leg) = _localLeg(group, index);
        State state = _states[groupId][index];
        if (state != State.Open && state != State.Prepared) {
            revert WrongState(groupId, index, state);
        }
        Leg calldata lead = group.legs[0];
        bool leads = _isLocal(lead);
        uint256 until = uint256(group.deadline) + (leads ? 0 : group.grace);
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp <= until) revert TooEarly(until, block.timestamp);
        if (!leads && _isTold(leg.bridge, groupId, 0, Notice.Committed, lead)) {
            revert ToldToCommit(groupId);
        }
        _states[groupId][index] = State.Aborted;
        emit LegAborted(groupId, index);
    }

    /// @inheritdoc ISettlementGroups
    function payOut(Group calldata group, uint256 index) external nonReentrant {
        (bytes32 groupId, Leg calldata leg) = _localLeg(group, index);
        State state = _states[groupId][index];
        if (state != State.Committed && state != State.Aborted) {
            revert WrongState(groupId, index, state);
        }
        Pocket pocket = _open(groupId, index);
        pocket.collect(hub, leg.token);
        uint256 amount = _balance(leg.token, address(pocket));
        if (amount == 0) revert PocketEmpty(address(pocket));
        if (state == State.Committed) {
            emit LegPaid(groupId, index, leg.recipient, amount);
            pocket.pay(leg.token, leg.recipient, amount);
        } else {
            emit LegRefunded(groupId, index, leg.payer, amount);
            pocket.refund(hub, leg.token, leg.payer, amount);
        }
    }

    /// @inheritdoc ISettlementGroups
    function tell(bytes32 groupId, uint256 index, Notice notice, uint256 chainId, address groups)
        external
    {
        _told[msg.sender][_hash(groupId, index, notice, chainId, groups)] = true;
        emit Told(msg.sender, groupId, index, notice);
    }

    /// @inheritdoc ISettlementGroups
    function stateOf(bytes32 groupId, uint256 index) external view returns (State) {
        return _states[groupId][index];
    }

    /// @inheritdoc ISettlementGroups
    function pocketOf(bytes32 groupId, uint256 index) public view returns (address) {
        return Create2.computeAddress(_salt(groupId, index), POCKET_CODE_HASH);
    }

    /// @inheritdoc ISettlementGroups
    function groupIdOf(Group calldata group) public pure returns (bytes32) {
        return keccak256(abi.encode(group));
    }

    function _commit(bytes32 groupId, uint256 index) private {
        _states[groupId][index] = State.Committed;
        emit LegCommitted(groupId, index);
    }

    /// @dev A pocket has no code before it is emptied for the first time.
    function _open(bytes32 groupId, uint256 index) private returns (Pocket) {
        address pocket = pocketOf(groupId, index);
        if (pocket.code.length == 0) {
            Create2.deploy(0, _salt(groupId, index), type(Pocket).creationCode);
        }
        return Pocket(payable(pocket));
    }

    function _localLeg(Group calldata group, uint256 index)
        private
        view
        returns (bytes32 groupId, Leg calldata leg)
    {
        uint256 count = group.legs.length;
        if (count < 2 || count > MOST_LEGS) revert InvalidLegCount(count);
        if (group.grace < SHORTEST_GRACE || group.grace > LONGEST_GRACE) {
            revert InvalidGrace(group.grace);
        }
        if (index >= count) revert NoSuchLeg(index);
        leg = group.legs[index];
        if (!_isLocal(leg)) revert LegElsewhere(leg.chainId, leg.groups);
        groupId = groupIdOf(group);
    }

    function _isLocal(Leg calldata leg) private view returns (bool) {
        return leg.chainId == block.chainid && leg.groups == address(this);
    }

    function _isTold(
        address bridge,
        bytes32 groupId,
        uint256 index,
        Notice notice,
        Leg calldata leg
    ) private view returns (bool) {
        return _told[bridge][_hash(groupId, index, notice, leg.chainId, leg.groups)];
    }

    function _requireState(bytes32 groupId, uint256 index, State wanted) private view {
        State state = _states[groupId][index];
        if (state != wanted) revert WrongState(groupId, index, state);
    }

    function _requireBefore(uint64 deadline) private view {
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > deadline) revert DeadlineOver(deadline, block.timestamp);
    }

    function _balance(address token, address account) private view returns (uint256) {
        return token == Native.ETHER ? account.balance : IERC20(token).balanceOf(account);
    }

    function _salt(bytes32 groupId, uint256 index) private pure returns (bytes32) {
        return keccak256(abi.encode(groupId, index));
    }

    function _hash(bytes32 groupId, uint256 index, Notice notice, uint256 chainId, address groups)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(groupId, index, notice, chainId, groups));
    }
}
