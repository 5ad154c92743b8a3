// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {SettlementReceiver} from "proofrail/bridge/SettlementReceiver.sol";
import {ISettlementHub} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {BridgesTest} from "./utils/BridgesTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice What holds after any sequence of messages over the real bridges, of pauses, limits and empty escrows: a
/// settlement is paid once, and every message that arrived was applied or is kept and can be applied yet.
contract SettlementReceiverInvariantTest is BridgesTest {
    struct Arrival {
        uint256 bridge;
        Delivery delivery;
        bytes message;
    }

    /// @dev The last two are one job on other terms: whichever comes first is paid.
    bytes[4] private _messages;
    bytes32[4] private _ids;
    SettlementReceiver[3] private _receivers;
    uint256 private constant CAPACITY = 5e6;

    Arrival[] private _pending;
    Arrival[] private _arrived;
    mapping(bytes32 guid => bool) private _applied;
    mapping(bytes32 id => uint256) private _payments;
    uint256 private _paid;
    uint256 private _deposited = ESCROW;

    function setUp() public override {
        super.setUp();
        _receivers = [
            SettlementReceiver(receiver),
            SettlementReceiver(wormholeReceiver),
            SettlementReceiver(ccipReceiver)
        ];

        string[4] memory names =
            ["second job", "third job", "first job", "first job, another recipient"];
        for (uint256 i = 0; i < names.length; i++) {
            ProvenReceipt memory named = Receipts.named(names[i]);
            _messages[i] = SettlementMessage.encode(named.settlement, named.proof);
            _ids[i] = hub.settlementIdOf(named.settlement);
        }

        bytes4[] memory selectors = new bytes4[](7);
        selectors[0] = this.send.selector;
        selectors[1] = this.deliver.selector;
        selectors[2] = this.deliverAgain.selector;
        selectors[3] = this.retry.selector;
        selectors[4] = this.togglePause.selector;
        selectors[5] = this.limit.selector;
        selectors[6] = this.toggleEscrow.selector;
        targetContract(address(this));
        targetSelector(FuzzSelector(address(this), selectors));
    }

    function send(uint256 which, uint256 bridge) external {
        message = _messages[which % 4];
        bridge %= 3;
        Delivery memory delivery =
            bridge == 0 ? _overLayerZero() : bridge == 1 ? _overWormhole() : _overCcip();
        _pending.push(Arrival(bridge, delivery, message));
    }

    /// @dev In any order.
    function deliver(uint256 which) external {
        if (_pending.length == 0) return;
        which %= _pending.length;
        Arrival memory next = _pending[which];
        _pending[which] = _pending[_pending.length - 1];
        _pending.pop();

        vm.recordLogs();
        _deliver(next.delivery);
        _book();
        _arrived.push(next);
    }

    /// @dev Each bridge knows its own.
    function deliverAgain(uint256 which) external {
        if (_arrived.length == 0) return;
        Delivery memory again = _arrived[which % _arrived.length].delivery;
        (bool ok,) = again.target.call(again.call);
        assertFalse(ok);
    }

    function retry(uint256 which) external {
        if (_arrived.length == 0) return;
        _retry(_arrived[which % _arrived.length]);
    }

    function togglePause(uint256 bridge) external {
        SettlementReceiver toggled = _receivers[bridge % 3];
        vm.startPrank(owner);
        if (toggled.paused()) toggled.unpause();
        else toggled.pause();
        vm.stopPrank();
    }

    function limit(uint256 bridge, bool limited) external {
        vm.prank(owner);
        _receivers[bridge
                % 3].setRateLimit(
            address(token), limited ? uint96(CAPACITY) : 0, limited ? 1 hours : 0
        );
        vm.warp(block.timestamp + 10 minutes);
    }

    function toggleEscrow() external {
        uint256 escrow = hub.escrowOf(parties.payer, address(token));
        if (escrow == 0) return _refill();
        _withdraw(parties.payer, address(token), escrow, makeAddr("withdrawals"));
        _deposited -= escrow;
    }

    function invariant_aSettlementIsPaidAtMostOnce() public view {
        for (uint256 i = 0; i < 4; i++) {
            assertLe(_payments[_ids[i]], 1);
            assertEq(_payments[_ids[i]] == 1, hub.isSettled(_ids[i]));
        }
    }

    function invariant_everyTokenIsAccountedFor() public view {
        uint256 escrow = hub.escrowOf(parties.payer, address(token));
        assertEq(escrow + _paid, _deposited);
        assertEq(token.balanceOf(address(hub)), escrow);
    }

    function invariant_everyMessageIsAppliedOrKept() public view {
        for (uint256 i = 0; i < _arrived.length; i++) {
            bytes32 guid = _arrived[i].delivery.guid;
            bytes32 kept = _receivers[_arrived[i].bridge].storedMessage(guid);
            assertEq(kept, _applied[guid] ? bytes32(0) : keccak256(_arrived[i].message));
        }
    }

    /// @dev There is a way out of every state: once nothing stands against them, all kept messages are applied.
    function afterInvariant() public {
        for (uint256 i = 0; i < 3; i++) {
            vm.startPrank(owner);
            if (_receivers[i].paused()) _receivers[i].unpause();
            _receivers[i].setRateLimit(address(token), 0, 0);
            vm.stopPrank();
        }
        _refill();
        for (uint256 i = 0; i < _arrived.length; i++) {
            _retry(_arrived[i]);
            assertTrue(_applied[_arrived[i].delivery.guid]);
        }
        invariant_aSettlementIsPaidAtMostOnce();
        invariant_everyTokenIsAccountedFor();
        invariant_everyMessageIsAppliedOrKept();
    }

    /// @dev Each action does what it says: the invariants above are not about nothing.
    function test_everyActionIsReached() public {
        for (uint256 bridge = 0; bridge < 3; bridge++) {
            this.send(bridge, bridge);
        }
        this.togglePause(2);
        for (uint256 i = 0; i < 3; i++) {
            this.deliver(0);
            this.deliverAgain(i);
        }
        assertEq(_arrived.length, 3);
        assertEq(_paidSettlements(), 2);
        this.togglePause(2);
        for (uint256 i = 0; i < 3; i++) {
            this.retry(i);
        }
        assertEq(_paidSettlements(), 3);

        // One job on other terms arrives, and is nothing new.
        this.send(3, 1);
        this.deliver(0);
        assertEq(_paidSettlements(), 3);
        this.toggleEscrow();
        assertEq(token.balanceOf(address(hub)), 0);
        afterInvariant();
    }

    function _retry(Arrival memory kept) private {
        vm.recordLogs();
        try _receivers[kept.bridge].retry(kept.delivery.guid, kept.message) {} catch {}
        _book();
    }

    /// @dev Books what the receivers and the hub say.
    function _book() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] == ISettlementReceiver.MessageApplied.selector) {
                _applied[logs[i].topics[1]] = true;
            } else if (logs[i].topics[0] == ISettlementHub.Settled.selector) {
                (, uint256 amount,,) =
                    abi.decode(logs[i].data, (address, uint256, bytes32, bytes32));
                _payments[logs[i].topics[1]]++;
                _paid += amount;
            }
        }
    }

    function _refill() private {
        _fund(parties.payer, ESCROW);
        _deposited += ESCROW;
    }

    function _paidSettlements() private view returns (uint256 count) {
        for (uint256 i = 0; i < 3; i++) {
            count += _payments[_ids[i]];
        }
    }
}
