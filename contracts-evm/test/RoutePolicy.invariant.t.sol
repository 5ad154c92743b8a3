// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {Tier} from "proofrail/interfaces/IRoutePolicy.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";

import {PolicyTest} from "./utils/PolicyTest.sol";

/// @notice What holds for a payer under a policy after any sequence of deliveries, direct settlements, announcements,
/// vetoes and changes of the route: nothing is paid with fewer bridges, more or sooner than the route says, nor after a
/// veto, and whatever is not vetoed can be paid yet.
contract RoutePolicyInvariantTest is PolicyTest {
    struct Payment {
        uint256 time;
        uint256 amount;
    }

    uint256 private constant JOBS = 10;
    uint128 private constant CAP = 1e15;
    uint96 private constant PER_DAY = 2e15;
    uint32 private constant DELAY = 6 hours;

    /// @dev Ghosts: who has carried which terms, since when enough have, and what was vetoed and paid.
    mapping(bytes32 terms => mapping(uint256 receiver => bool)) private _carried;
    mapping(bytes32 terms => uint256) private _announcedAt;
    mapping(bytes32 terms => uint256) private _enoughAt;
    mapping(bytes32 terms => bool) private _vetoed;
    mapping(bytes32 id => uint256) private _paidTimes;
    Payment[] private _payments;
    uint256 private _counted = 3;
    uint256 private _violations;
    uint256 private _paid;
    uint256 private _guids;

    function setUp() public override {
        super.setUp();
        _setRouteOver(3);
        bytes4[] memory selectors = new bytes4[](9);
        selectors[0] = this.deliver.selector;
        selectors[1] = this.settleDirectly.selector;
        selectors[2] = this.settleBatch.selector;
        selectors[3] = this.announce.selector;
        selectors[4] = this.toggleVeto.selector;
        selectors[5] = this.toggleReceiver.selector;
        selectors[6] = this.wait.selector;
        selectors[7] = this.deliver.selector;
        selectors[8] = this.settleDirectly.selector;
        targetContract(address(this));
        targetSelector(FuzzSelector(address(this), selectors));
    }

    function deliver(uint256 pick, uint256 receiver) external {
        Settlement memory settlement = _picked(pick);
        receiver %= receivers.length;
        vm.recordLogs();
        _carry(settlement, receiver);
        receivers[receiver].deliver(bytes32(++_guids), _messageOf(settlement));
        _book(settlement);
    }

    function settleDirectly(uint256 pick) external {
        Settlement memory settlement = _picked(pick);
        uint256[8] memory proof = _forged(settlement);
        vm.recordLogs();
        try hub.settle(settlement, proof) {} catch {}
        _book(settlement);
    }

    function settleBatch(uint256 pick) external {
        Settlement[] memory settlements = new Settlement[](1);
        uint256[8][] memory proofs = new uint256[8][](1);
        settlements[0] = _picked(pick);
        proofs[0] = _forged(settlements[0]);
        vm.recordLogs();
        hub.settleBatch(settlements, proofs);
        _book(settlements[0]);
    }

    function announce(uint256 pick) external {
        Settlement memory settlement = _picked(pick);
        try policy.announce(settlement, abi.encodePacked(_forged(settlement))) {
            bytes32 terms = _hash(settlement);
            if (_tierOf(settlement.amount).required == 0) _announcedAt[terms] = block.timestamp;
            else _enoughAt[terms] = block.timestamp;
        } catch {}
    }

    function toggleVeto(uint256 pick) external {
        bytes32 terms = _hash(_picked(pick));
        vm.startPrank(owner);
        if (_vetoed[terms]) policy.liftVeto(terms);
        else policy.veto(terms);
        vm.stopPrank();
        _vetoed[terms] = !_vetoed[terms];
    }

    /// @dev The third leaves the route, or joins it again.
    function toggleReceiver() external {
        _counted = _counted == 3 ? 2 : 3;
        _setRouteOver(_counted);
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + time % 8 hours);
    }

    /// @dev Judged as each was paid.
    function invariant_nothingIsPaidThatTheRouteForbids() public view {
        assertEq(_violations, 0);
    }

    function invariant_noDayPaysMoreThanItsLimit() public view {
        for (uint256 i = 0; i < _payments.length; i++) {
            uint256 total = 0;
            for (uint256 j = i; j < _payments.length; j++) {
                if (_payments[j].time - _payments[i].time <= 1 days) total += _payments[j].amount;
            }
            assertLe(total, PER_DAY);
            assertLe(_payments[i].amount, CAP);
        }
    }

    function invariant_everyTokenIsAccountedFor() public view {
        assertEq(hub.escrowOf(parties.payer, address(token)) + _paid, ESCROW);
        assertEq(token.balanceOf(address(hub)), ESCROW - _paid);
    }

    /// @dev There is a way out of every state but a veto, and the escrow is the payer's whatever happens.
    function afterInvariant() public {
        for (uint256 i = 0; i < 2 * JOBS; i++) {
            Settlement memory settlement = _picked(i);
            if (_vetoed[_hash(settlement)] || _isSettled(settlement)) continue;
            vm.warp(block.timestamp + 1 days);
            for (uint256 j = 0; j < 2; j++) {
                this.deliver(i, j);
            }
            this.announce(i);
            vm.warp(block.timestamp + 1 days);
            this.settleDirectly(i);
            assertTrue(_isSettled(settlement));
        }
        invariant_nothingIsPaidThatTheRouteForbids();
        invariant_noDayPaysMoreThanItsLimit();
        uint256 left = hub.escrowOf(parties.payer, address(token));
        _withdraw(parties.payer, address(token), left, makeAddr("withdrawals"));
        assertEq(token.balanceOf(address(hub)), 0);
    }

    /// @dev Each action does what it says: the invariants above are not about nothing.
    function test_everyActionIsReached() public {
        this.settleDirectly(0);
        assertEq(_payments.length, 1);
        this.settleDirectly(2);
        this.deliver(2, 1);
        assertEq(_payments.length, 2);
        this.deliver(4, 0);
        this.deliver(4, 2);
        assertEq(_payments.length, 3);
        this.toggleReceiver();
        this.deliver(6, 0);
        this.deliver(6, 2);
        assertEq(_payments.length, 3);
        this.deliver(6, 1);
        this.settleBatch(6);
        assertEq(_payments.length, 3);
        for (uint256 i = 0; i < 4; i++) {
            this.wait(DELAY);
        }
        this.settleBatch(6);
        assertEq(_payments.length, 4);
        this.announce(8);
        this.toggleVeto(8);
        for (uint256 i = 0; i < 4; i++) {
            this.wait(DELAY);
        }
        this.settleDirectly(8);
        assertEq(_payments.length, 4);
        this.toggleVeto(8);
        this.settleDirectly(8);
        assertEq(_payments.length, 5);
        afterInvariant();
    }

    /// @dev The judge finds out what it is there for.
    function test_theJudgeIsNoRubberStamp() public {
        _setTier(0, 0, 0);
        this.settleDirectly(4);
        assertEq(_violations, 1);
        _vetoed[_hash(_picked(0))] = true;
        this.settleDirectly(0);
        assertEq(_violations, 2);
        this.deliver(6, 0);
        assertEq(_violations, 3);
    }

    function _carry(Settlement memory settlement, uint256 receiver) private {
        bytes32 terms = _hash(settlement);
        if (_isSettled(settlement) || (receiver >= _counted)) return;
        uint256 required = _tierOf(settlement.amount).required;
        bool before = _carriers(terms) >= required;
        _carried[terms][receiver] = true;
        // A change of the route alone begins no delay, though it may make the carriers enough.
        if (_carriers(terms) >= required && (!before || _enoughAt[terms] == 0)) {
            _enoughAt[terms] = block.timestamp;
        }
    }

    function _book(Settlement memory settlement) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] != ISettlementHub.Settled.selector) continue;
            bytes32 terms = _hash(settlement);
            Tier memory tier = _tierOf(settlement.amount);
            uint256 since = tier.required == 0 ? _announcedAt[terms] : _enoughAt[terms];
            if (
                ++_paidTimes[logs[i].topics[1]] > 1 || _vetoed[terms]
                    || _carriers(terms) < tier.required
                    || (tier.delay != 0 && (since == 0 || block.timestamp < since + tier.delay))
            ) _violations++;
            _payments.push(Payment(block.timestamp, settlement.amount));
            _paid += settlement.amount;
        }
    }

    function _setRouteOver(uint256 count) private {
        Tier[] memory tiers = new Tier[](5);
        for (uint256 i = 0; i < 5; i++) {
            tiers[i] = _tier(i);
        }
        _setRoute(count, PER_DAY, tiers);
    }

    function _carriers(bytes32 terms) private view returns (uint256 count) {
        for (uint256 i = 0; i < _counted; i++) {
            if (_carried[terms][i]) count++;
        }
    }

    /// @dev Each job on two terms, and two jobs of each tier.
    function _picked(uint256 pick) private returns (Settlement memory settlement) {
        pick %= 2 * JOBS;
        uint256 job = pick / 2;
        settlement = _next(job, _tier(job % 5).upTo);
        if (pick % 2 == 1) settlement.recipient = makeAddr("another worker");
    }

    function _tierOf(uint128 amount) private pure returns (Tier memory tier) {
        for (uint256 i = 0; i < 5; i++) {
            tier = _tier(i);
            if (amount <= tier.upTo) return tier;
        }
    }

    function _tier(uint256 index) private pure returns (Tier memory) {
        if (index == 0) return Tier(100, 0, 0);
        if (index == 1) return Tier(1e6, 1, 0);
        if (index == 2) return Tier(CAP / 2, 2, 0);
        if (index == 3) return Tier(CAP - 1, 2, DELAY);
        return Tier(CAP, 0, DELAY);
    }
}
