// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {MessageInbox} from "../bridge/MessageInbox.sol";
import {IGovernanceReceiver} from "../interfaces/IGovernanceReceiver.sol";
import {GovernanceCall, GovernanceMessage} from "../libraries/GovernanceMessage.sol";

/// @title GovernanceReceiver
/// @notice See {IGovernanceReceiver}. What a bridge's own receiver adds is who may deliver, and whose messages count.
abstract contract GovernanceReceiver is IGovernanceReceiver, MessageInbox {
    /// @dev An operation of the manager: ids come again, and nonces tell them apart.
    struct Operation {
        bytes32 id;
        uint32 nonce;
    }

    /// @dev What scheduling takes, and what each byte of a call adds to it.
    uint256 private constant SCHEDULE_GAS = 150_000;
    uint256 private constant SCHEDULE_GAS_A_BYTE = 32;

    /// @inheritdoc IGovernanceReceiver
    IAccessManager public immutable manager;

    /// @inheritdoc IGovernanceReceiver
    uint64 public nextToSchedule;

    /// @inheritdoc IGovernanceReceiver
    uint64 public nextToExecute;

    mapping(uint64 number => Operation) private _operations;

    /// @param manager_ Where calls are scheduled, for good.
    constructor(IAccessManager manager_) {
        if (address(manager_) == address(0)) revert ZeroManager();
        manager = manager_;
    }

    /// @inheritdoc IGovernanceReceiver
    function retry(bytes32 guid, bytes calldata message) external {
        _requireKept(guid, message);
        delete storedMessage[guid];
        _schedule(message);
    }

    /// @inheritdoc IGovernanceReceiver
    function applyMessage(bytes calldata message) external onlySelf {
        _schedule(message);
    }

    /// @inheritdoc IGovernanceReceiver
    function execute(uint64 number, address target, bytes calldata data) external {
        bytes32 id = manager.hashOperation(address(this), target, data);
        if (_operations[number].id != id) revert UnknownCall(number, id);
        uint64 next = nextToExecute;
        if (number > next) {
            next = passOver(number - next);
            if (number > next) revert EarlierCallWaits(next);
        }
        // The manager would make a call at once that is not scheduled, were the role's delay taken away meanwhile.
        if (number < next || _isOver(number)) revert CallIsOver(number);

        nextToExecute = number + 1;
        manager.execute(target, data);
        emit CallExecuted(number, id);
    }

    /// @inheritdoc IGovernanceReceiver
    function callOf(uint64 number) external view returns (bytes32 operationId, uint32 nonce) {
        Operation storage operation = _operations[number];
        return (operation.id, operation.nonce);
    }

    /// @inheritdoc IGovernanceReceiver
    function passOver(uint256 most) public returns (uint64 next) {
        next = nextToExecute;
        for (uint256 i = 0; i < most && next < nextToSchedule && _isOver(next); i++) {
            emit CallPassedOver(next++);
        }
        nextToExecute = next;
    }

    /// @inheritdoc MessageInbox
    function _receiveMessage(bytes32 guid, bytes calldata message) internal override {
        try this.applyMessage(message) {}
        catch (bytes memory reason) {
            _keep(guid, message, reason);
        }
    }

    function _schedule(bytes calldata message) private {
        GovernanceCall memory call = GovernanceMessage.decode(message);
        if (call.chainId != block.chainid || call.receiver != address(this)) {
            revert ForAnotherReceiver(call.chainId, call.receiver);
        }
        uint64 expected = nextToSchedule;
        if (call.number > expected) revert NumberTooHigh(call.number, expected);
        if (call.number < expected) return;
        // Whoever delivers chooses the gas, and must not be able to turn a call into a refused one.
        uint256 need = SCHEDULE_GAS + SCHEDULE_GAS_A_BYTE * call.data.length;
        if (gasleft() < need) revert InsufficientGas(gasleft(), need);

        nextToSchedule = expected + 1;
        try manager.schedule(call.target, call.data, 0) returns (bytes32 id, uint32 nonce) {
            _operations[expected] = Operation(id, nonce);
            emit CallScheduled(expected, id, call.target, call.data, manager.getSchedule(id));
        } catch (bytes memory reason) {
            emit CallRefused(expected, call.target, call.data, reason);
        }
    }

    /// @dev Of a number that has been used: whether its call can never be made any more.
    function _isOver(uint64 number) private view returns (bool) {
        Operation storage operation = _operations[number];
        bytes32 id = operation.id;
        return id == 0 || manager.getNonce(id) != operation.nonce || manager.getSchedule(id) == 0;
    }
}
