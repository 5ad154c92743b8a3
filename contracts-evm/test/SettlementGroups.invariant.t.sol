// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Group, ISettlementGroups, Notice} from "proofrail/interfaces/ISettlementGroups.sol";

import {GroupsTest} from "./utils/GroupsTest.sol";

/// @notice Two chains whose clocks differ and a bridge that takes its time, up to a bound, in any order. Whoever does what:
/// no leg of a group is committed while another is aborted, and every leg ends as one of the two with its money out.
contract SettlementGroupsInvariantTest is GroupsTest {
    struct Message {
        uint256 group;
        uint256 index;
        Notice notice;
        uint256 latest;
    }

    uint256 private constant GROUPS = 4;
    uint256 private constant LONGEST_DELAY = 5 hours;
    /// @dev With the longest delay it is what the grace covers.
    uint256 private constant MOST_SKEW = 1 hours;

    Group[GROUPS] private _groups;
    Message[] private _messages;
    bool[2][GROUPS] private _funded;
    uint256 private _start;

    function setUp() public override {
        super.setUp();
        _start = realNow;
        for (uint256 i = 0; i < GROUPS; i++) {
            Group memory group = _group(i);
            // Either chain leads, and each deadline is another.
            if (i % 2 == 1) (group.legs[0], group.legs[1]) = (group.legs[1], group.legs[0]);
            group.deadline += uint64(i) * 5 hours;
            _store(_groups[i], group);
        }
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = this.skewClocks.selector;
        selectors[1] = this.fundAndPrepare.selector;
        selectors[2] = this.send.selector;
        selectors[3] = this.arrive.selector;
        selectors[4] = this.commit.selector;
        selectors[5] = this.follow.selector;
        selectors[6] = this.abort.selector;
        selectors[7] = this.wait.selector;
        selectors[8] = this.payOut.selector;
        selectors[9] = this.ready.selector;
        targetContract(address(this));
        targetSelector(FuzzSelector(address(this), selectors));
    }

    /// @dev Once, before anything has happened: a clock never goes back.
    function skewClocks(uint256 chain, uint256 ahead) external {
        if (realNow != _start) return;
        chains[chain % 2].clockAhead = ahead % (MOST_SKEW + 1);
        chains[1 - chain % 2].clockAhead = 0;
    }

    /// @dev As most groups go: everything is there, and the leading chain is told.
    function ready(uint256 which) external {
        fundAndPrepare(which, 0);
        fundAndPrepare(which, 1);
        uint256 sent = _messages.length;
        send(which, 1);
        if (_messages.length != sent) arrive(sent);
    }

    function fundAndPrepare(uint256 which, uint256 index) public {
        (which, index) = (which % GROUPS, index % 2);
        _enter(which, index);
        if (!_funded[which][index]) {
            address pocket = _groupsOf(which, index).pocketOf(_idOf(which), index);
            vm.prank(parties.payer);
            token.transfer(pocket, _groups[which].legs[index].amount);
            _funded[which][index] = true;
        }
        try _groupsOf(which, index).prepare(_groups[which], index) {} catch {}
    }

    /// @dev What was committed is sent at once, since that is what relayers are for; the rest when somebody does.
    function send(uint256 which, uint256 index) public {
        (which, index) = (which % GROUPS, index % 2);
        ISettlementGroups.State state = _state(which, index);
        Notice notice;
        if (state == ISettlementGroups.State.Prepared) notice = Notice.Prepared;
        else if (state == ISettlementGroups.State.Committed) notice = Notice.Committed;
        else return;
        _messages.push(Message(which, index, notice, realNow + LONGEST_DELAY));
    }

    function arrive(uint256 pick) public {
        if (_messages.length == 0) return;
        pick %= _messages.length;
        Message memory message = _messages[pick];
        _messages[pick] = _messages[_messages.length - 1];
        _messages.pop();
        uint256 to = 1 - message.index;
        _enter(message.group, to);
        ISettlementGroups there = _groupsOf(message.group, message.index);
        vm.prank(bridge);
        _groupsOf(message.group, to)
            .tell(
                _idOf(message.group),
                message.index,
                message.notice,
                _groups[message.group].legs[message.index].chainId,
                address(there)
            );
    }

    function commit(uint256 which) external {
        which %= GROUPS;
        _enter(which, 0);
        try _groupsOf(which, 0).commit(_groups[which], SECRET) {
            send(which, 0);
        } catch {}
    }

    function follow(uint256 which) external {
        which %= GROUPS;
        _enter(which, 1);
        try _groupsOf(which, 1).follow(_groups[which], 1) {} catch {}
    }

    function abort(uint256 which, uint256 index) external {
        (which, index) = (which % GROUPS, index % 2);
        _enter(which, index);
        try _groupsOf(which, index).abort(_groups[which], index) {} catch {}
    }

    function payOut(uint256 which, uint256 index) external {
        (which, index) = (which % GROUPS, index % 2);
        _enter(which, index);
        try _groupsOf(which, index).payOut(_groups[which], index) {} catch {}
    }

    /// @dev Often to the second in which something ends. No message is later than its latest.
    function wait(uint256 time, uint256 which) external {
        uint256 until = realNow + time % 4 hours;
        if (time % 3 == 0) {
            Group storage group = _groups[which % GROUPS];
            uint256 edge = group.deadline + (time % 2) * GRACE + (time / 6) % 3 - 1;
            if (edge > realNow && edge < realNow + 8 hours) until = edge;
        }
        for (uint256 i = _messages.length; i > 0; i--) {
            if (_messages[i - 1].latest > until) continue;
            realNow = _messages[i - 1].latest > realNow ? _messages[i - 1].latest : realNow;
            arrive(i - 1);
        }
        realNow = until > realNow ? until : realNow;
    }

    /// @dev The point of it all.
    function invariant_noLegIsCommittedWhileAnotherIsAborted() public view {
        for (uint256 i = 0; i < GROUPS; i++) {
            bool committed = _is(i, 0, ISettlementGroups.State.Committed)
                || _is(i, 1, ISettlementGroups.State.Committed);
            bool aborted = _is(i, 0, ISettlementGroups.State.Aborted)
                || _is(i, 1, ISettlementGroups.State.Aborted);
            assertFalse(committed && aborted);
        }
    }

    /// @dev Only a committed leg's money is its recipient's, and each has what its legs say.
    function invariant_recipientsHaveNoMoreThanWasCommitted() public view {
        uint256[2] memory most;
        for (uint256 i = 0; i < GROUPS; i++) {
            for (uint256 j = 0; j < 2; j++) {
                if (!_is(i, j, ISettlementGroups.State.Committed)) continue;
                address recipient = _groups[i].legs[j].recipient;
                most[recipient == recipients[0] ? 0 : 1] += _groups[i].legs[j].amount;
            }
        }
        assertLe(token.balanceOf(recipients[0]), most[0]);
        assertLe(token.balanceOf(recipients[1]), most[1]);
    }

    /// @dev There is a way out of every state: with time, each group is committed everywhere or aborted everywhere.
    function afterInvariant() public {
        while (_messages.length != 0) {
            arrive(0);
        }
        realNow += 30 days;
        for (uint256 i = 0; i < GROUPS; i++) {
            for (uint256 j = 0; j < 2; j++) {
                this.abort(i, j);
                this.follow(i);
                this.payOut(i, j);
                address pocket = _groupsOf(i, j).pocketOf(_idOf(i), j);
                assertEq(token.balanceOf(pocket), 0);
            }
            assertEq(uint256(_state(i, 0)), uint256(_state(i, 1)));
            assertTrue(
                _is(i, 0, ISettlementGroups.State.Committed)
                    || _is(i, 0, ISettlementGroups.State.Aborted)
            );
        }
        invariant_recipientsHaveNoMoreThanWasCommitted();
    }

    /// @dev Each action does what it says: the invariants above are not about nothing.
    function test_everyActionIsReached() public {
        this.skewClocks(1, MOST_SKEW);
        for (uint256 j = 0; j < 2; j++) {
            this.fundAndPrepare(0, j);
            this.fundAndPrepare(1, j);
        }
        this.send(0, 1);
        this.arrive(0);
        // In the last second of the leading chain, told as late as can be, to a chain whose clock is ahead.
        realNow = _groups[0].deadline;
        this.commit(0);
        assertTrue(_is(0, 0, ISettlementGroups.State.Committed));
        this.wait(LONGEST_DELAY - 1 hours - 1, 0);
        this.abort(0, 1);
        assertTrue(_is(0, 1, ISettlementGroups.State.Prepared));
        realNow = _messages[0].latest;
        this.abort(0, 1);
        assertTrue(_is(0, 1, ISettlementGroups.State.Prepared));
        this.arrive(0);
        this.follow(0);
        assertTrue(_is(0, 1, ISettlementGroups.State.Committed));
        this.commit(1);
        assertTrue(_is(1, 0, ISettlementGroups.State.Prepared));
        realNow = _groups[1].deadline + 1;
        this.abort(1, 0);
        assertTrue(_is(1, 0, ISettlementGroups.State.Aborted));
        afterInvariant();
        assertTrue(_is(1, 1, ISettlementGroups.State.Aborted));
        assertGt(token.balanceOf(recipients[0]), 0);
    }

    function _enter(uint256 which, uint256 index) private {
        _on(_groups[which].legs[index].chainId == chains[0].id ? 0 : 1);
    }

    function _groupsOf(uint256 which, uint256 index) private view returns (ISettlementGroups) {
        return ISettlementGroups(_groups[which].legs[index].groups);
    }

    function _idOf(uint256 which) private view returns (bytes32) {
        return keccak256(abi.encode(_groups[which]));
    }

    function _state(uint256 which, uint256 index) private view returns (ISettlementGroups.State) {
        return _groupsOf(which, index).stateOf(_idOf(which), index);
    }

    function _is(uint256 which, uint256 index, ISettlementGroups.State state)
        private
        view
        returns (bool)
    {
        return _state(which, index) == state;
    }
}
