// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Pocket} from "proofrail/groups/Pocket.sol";
import {SettlementGroups} from "proofrail/groups/SettlementGroups.sol";
import {Group, ISettlementGroups, Leg, Notice} from "proofrail/interfaces/ISettlementGroups.sol";
import {ISettlementHub, Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {Native} from "proofrail/libraries/Native.sol";

import {GroupsTest} from "./utils/GroupsTest.sol";
import {Refuser} from "./utils/Recipients.sol";
import {OpenToken} from "./utils/Tokens.sol";

/// @notice A token that has somebody on a list.
contract BlockingToken is OpenToken {
    mapping(address account => bool) private _blocked;

    function setBlocked(address account, bool blocked) external {
        _blocked[account] = blocked;
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!_blocked[to], "blocked");
        super._update(from, to, amount);
    }
}

/// @notice The life of a group on two chains.
contract SettlementGroupsTest is GroupsTest {
    Group internal group;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        _store(group, _group(0));
        id = chains[0].groups.groupIdOf(group);
    }

    function test_allIsPaidWhereAllIsPrepared() public {
        _prepareBoth();
        vm.expectEmit(address(chains[0].groups));
        emit ISettlementGroups.GroupCommitted(id, SECRET);
        vm.expectEmit(address(chains[0].groups));
        emit ISettlementGroups.LegCommitted(id, 0);
        vm.prank(makeAddr("anyone"));
        _on(0).commit(group, SECRET);
        _tell(group, 0, Notice.Committed);
        vm.expectEmit(address(chains[1].groups));
        emit ISettlementGroups.LegCommitted(id, 1);
        _on(1).follow(group, 1);
        for (uint256 i = 0; i < 2; i++) {
            vm.expectEmit(address(chains[i].groups));
            emit ISettlementGroups.LegPaid(id, i, recipients[i], AMOUNT);
            _on(i).payOut(group, i);
            assertEq(token.balanceOf(recipients[i]), AMOUNT);
        }
    }

    function test_nothingIsPaidWhereOneIsMissing() public {
        _prepare(group, 0);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.NotTold.selector, id, 1, Notice.Prepared)
        );
        _on(0).commit(group, SECRET);
        _fundPocket(group, 1);

        realNow = group.deadline + 1;
        vm.expectEmit(address(chains[0].groups));
        emit ISettlementGroups.LegAborted(id, 0);
        _on(0).abort(group, 0);
        realNow = group.deadline + GRACE + 1;
        _on(1).abort(group, 1);
        for (uint256 i = 0; i < 2; i++) {
            uint256 escrow = chains[i].hub.escrowOf(parties.payer, address(token));
            vm.expectEmit(address(chains[i].groups));
            emit ISettlementGroups.LegRefunded(id, i, parties.payer, AMOUNT);
            _on(i).payOut(group, i);
            assertEq(chains[i].hub.escrowOf(parties.payer, address(token)), escrow + AMOUNT);
            assertEq(token.balanceOf(recipients[i]), 0);
        }
    }

    /// @dev Settlements by proof, each from its own hub's escrow, name the pockets as their recipients.
    function test_provenSettlementsFillThePockets() public {
        Settlement[2] memory settlements;
        for (uint256 i = 0; i < 2; i++) {
            SettlementGroups groups = _on(i);
            hub = chains[i].hub;
            if (i == 1) {
                vm.startPrank(parties.payer);
                token.approve(address(hub), AMOUNT);
                hub.deposit(address(token), AMOUNT);
                vm.stopPrank();
                _authorize(parties.payer, parties.coordinator, LIMIT);
            }
            settlements[i] = _terms(i, groups.pocketOf(id, i), address(token), AMOUNT);
            vm.expectRevert(
                abi.encodeWithSelector(
                    ISettlementGroups.PocketShort.selector, groups.pocketOf(id, i), 0, AMOUNT
                )
            );
            groups.prepare(group, i);
            _settleForged(settlements[i]);
            vm.expectEmit(address(groups));
            emit ISettlementGroups.LegPrepared(id, i, groups.pocketOf(id, i));
            groups.prepare(group, i);
        }
        _tell(group, 1, Notice.Prepared);
        _on(0).commit(group, SECRET);
        _tell(group, 0, Notice.Committed);
        _on(1).follow(group, 1);
        _on(1).payOut(group, 1);
        _on(0).payOut(group, 0);
        assertEq(token.balanceOf(recipients[0]), AMOUNT);
        assertEq(token.balanceOf(recipients[1]), AMOUNT);
    }

    /// @dev The secret alone opens nothing but the leading leg: a late one takes nothing anywhere.
    function test_aSecretThatComesLateOpensNothing() public {
        _prepareBoth();
        realNow = group.deadline + 1;
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.DeadlineOver.selector, group.deadline, realNow)
        );
        _on(0).commit(group, SECRET);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlementGroups.LegElsewhere.selector, chains[0].id, chains[0].groups
            )
        );
        _on(1).commit(group, SECRET);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.NotTold.selector, id, 0, Notice.Committed)
        );
        _on(1).follow(group, 1);
    }

    /// @dev In the last second, and told when the grace is nearly over.
    function test_theLastSecondIsEnough() public {
        _prepareBoth();
        realNow = group.deadline;
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.TooEarly.selector, group.deadline, realNow)
        );
        _on(0).abort(group, 0);
        _on(0).commit(group, SECRET);
        realNow = group.deadline + GRACE;
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlementGroups.TooEarly.selector, group.deadline + GRACE, realNow
            )
        );
        _on(1).abort(group, 1);
        _tell(group, 0, Notice.Committed);
        // Then nothing aborts it any more, however long nobody follows.
        realNow += 365 days;
        vm.expectRevert(abi.encodeWithSelector(ISettlementGroups.ToldToCommit.selector, id));
        _on(1).abort(group, 1);
        _on(1).follow(group, 1);
        vm.expectRevert(_wrongState(0, ISettlementGroups.State.Committed));
        _on(0).abort(group, 0);
    }

    /// @dev Why the grace must cover what a bridge takes: this is what the assumption excludes.
    function test_withoutTheAssumptionAFollowerAbortsWhatWasCommitted() public {
        _prepareBoth();
        _on(0).commit(group, SECRET);
        realNow = group.deadline + GRACE + 1;
        _on(1).abort(group, 1);
        _assertState(group, 0, ISettlementGroups.State.Committed);
        _assertState(group, 1, ISettlementGroups.State.Aborted);
        // Told too late, it stays what it is.
        _tell(group, 0, Notice.Committed);
        vm.expectRevert(_wrongState(1, ISettlementGroups.State.Aborted));
        _on(1).follow(group, 1);
    }

    function testFuzz_onlyTheSecretCommits(bytes32 secret) public {
        vm.assume(secret != SECRET);
        _prepareBoth();
        vm.expectRevert(abi.encodeWithSelector(ISettlementGroups.WrongSecret.selector, id));
        _on(0).commit(group, secret);
    }

    function testFuzz_onlyTheNamedBridgeIsHeard(address caller) public {
        vm.assume(caller != bridge);
        _prepare(group, 0);
        _prepare(group, 1);
        SettlementGroups groups = _on(0);
        vm.expectEmit(address(groups));
        emit ISettlementGroups.Told(caller, id, 1, Notice.Prepared);
        vm.prank(caller);
        groups.tell(id, 1, Notice.Prepared, chains[1].id, address(chains[1].groups));
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.NotTold.selector, id, 1, Notice.Prepared)
        );
        groups.commit(group, SECRET);
    }

    /// @dev A notice is of one leg, one state and one contract on one chain.
    function test_noOtherNoticeCounts() public {
        _prepare(group, 0);
        SettlementGroups groups = _on(0);
        address there = address(chains[1].groups);
        vm.startPrank(bridge);
        groups.tell(id, 0, Notice.Prepared, chains[1].id, there);
        groups.tell(id, 1, Notice.Committed, chains[1].id, there);
        groups.tell(id, 1, Notice.Prepared, chains[0].id, there);
        groups.tell(id, 1, Notice.Prepared, chains[1].id, address(groups));
        groups.tell("another", 1, Notice.Prepared, chains[1].id, there);
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.NotTold.selector, id, 1, Notice.Prepared)
        );
        groups.commit(group, SECRET);
    }

    /// @dev Any change of a group is another group, with other pockets.
    function testFuzz_aGroupIsAllOfItsTerms(uint256 what, uint64 change) public {
        vm.assume(change != 0 && change < 1 days);
        Group memory other = _group(0);
        what %= 6;
        if (what == 0) other.secretHash ^= bytes32(uint256(change));
        else if (what == 1) other.deadline += change;
        else if (what == 2) other.grace += change;
        else if (what == 3) other.legs[1].amount += change;
        else if (what == 4) other.legs[1].recipient = address(uint160(change));
        else other.legs[1].bridge = address(uint160(change));
        SettlementGroups groups = _on(0);
        assertNotEq(groups.groupIdOf(other), id);
        assertNotEq(groups.pocketOf(groups.groupIdOf(other), 0), groups.pocketOf(id, 0));
        _prepareBoth();
        vm.expectRevert();
        _on(0).commit(other, SECRET);
    }

    /// @dev Legs beside the leading one need no bridge, and take none's word.
    function test_legsBesideTheLeadingOneAreCommittedWithIt() public {
        group.legs[1].chainId = chains[0].id;
        group.legs[1].groups = address(chains[0].groups);
        SettlementGroups groups = _on(0);
        id = groups.groupIdOf(group);
        for (uint256 i = 0; i < 2; i++) {
            vm.expectRevert(_wrongState(i, ISettlementGroups.State.Open));
            groups.commit(group, SECRET);
            address pocket = groups.pocketOf(id, i);
            vm.prank(parties.payer);
            token.transfer(pocket, AMOUNT);
            groups.prepare(group, i);
        }
        vm.prank(bridge);
        groups.tell(id, 0, Notice.Committed, chains[0].id, address(groups));
        vm.expectRevert(abi.encodeWithSelector(ISettlementGroups.LeadsHere.selector, id));
        groups.follow(group, 1);
        groups.commit(group, SECRET);
        groups.payOut(group, 1);
        assertEq(token.balanceOf(recipients[1]), AMOUNT);
        // Both are over together, too.
        vm.warp(group.deadline + 1);
        vm.expectRevert(_wrongState(1, ISettlementGroups.State.Committed));
        groups.abort(group, 1);
    }

    function test_nothingHappensTwice() public {
        _prepareBoth();
        vm.expectRevert(_wrongState(0, ISettlementGroups.State.Prepared));
        _on(0).prepare(group, 0);
        vm.expectRevert(_wrongState(0, ISettlementGroups.State.Prepared));
        _on(0).payOut(group, 0);
        _on(0).commit(group, SECRET);
        vm.expectRevert(_wrongState(0, ISettlementGroups.State.Committed));
        _on(0).commit(group, SECRET);
        _on(0).payOut(group, 0);
        address pocket = chains[0].groups.pocketOf(id, 0);
        vm.expectRevert(abi.encodeWithSelector(ISettlementGroups.PocketEmpty.selector, pocket));
        _on(0).payOut(group, 0);
        // What comes later goes the same way.
        vm.prank(parties.payer);
        token.transfer(pocket, 3);
        _on(0).payOut(group, 0);
        assertEq(token.balanceOf(recipients[0]), AMOUNT + 3);
    }

    /// @dev The same address on another chain is elsewhere, and so is another contract on this one.
    function testFuzz_aLegIsOfOneChainAndOneContract(bool twin) public {
        Group memory terms = _group(0);
        Leg memory leg = terms.legs[1];
        if (twin) leg.groups = address(chains[0].groups);
        else leg.chainId = chains[0].id;
        _prepare(terms, 0);
        SettlementGroups groups = _on(0);
        bytes32 groupId = groups.groupIdOf(terms);
        address pocket = groups.pocketOf(groupId, 1);
        vm.prank(parties.payer);
        token.transfer(pocket, AMOUNT);
        bytes memory elsewhere = abi.encodeWithSelector(
            ISettlementGroups.LegElsewhere.selector, leg.chainId, leg.groups
        );
        vm.expectRevert(elsewhere);
        groups.prepare(terms, 1);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.NotTold.selector, groupId, 1, Notice.Prepared)
        );
        groups.commit(terms, SECRET);
        vm.warp(uint256(terms.deadline) + terms.grace + 1);
        vm.expectRevert(elsewhere);
        groups.abort(terms, 1);
    }

    function test_oneUnitLessIsTooLittle() public {
        Group memory terms = _group(0);
        SettlementGroups groups = _on(0);
        address pocket = groups.pocketOf(groups.groupIdOf(terms), 0);
        vm.prank(parties.payer);
        token.transfer(pocket, AMOUNT - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlementGroups.PocketShort.selector, pocket, AMOUNT - 1, AMOUNT
            )
        );
        groups.prepare(terms, 0);
        vm.prank(parties.payer);
        token.transfer(pocket, 1);
        groups.prepare(terms, 0);
        _assertState(terms, 0, ISettlementGroups.State.Prepared);
    }

    function test_preparationEndsWithTheDeadline() public {
        realNow = group.deadline + 1;
        _fundPocket(group, 0);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.DeadlineOver.selector, group.deadline, realNow)
        );
        _on(0).prepare(group, 0);
        _on(0).abort(group, 0);
        vm.expectRevert(_wrongState(0, ISettlementGroups.State.Aborted));
        _on(0).prepare(group, 0);
        _on(0).payOut(group, 0);
        assertEq(hub.escrowOf(parties.payer, address(token)), ESCROW + AMOUNT);
    }

    /// @dev What a token would not hand over waits at the hub for the pocket, and counts.
    function test_whatWasCreditedToThePocketCounts() public {
        BlockingToken blocking = new BlockingToken();
        group.legs[0].token = address(blocking);
        SettlementGroups groups = _on(0);
        id = groups.groupIdOf(group);
        address pocket = groups.pocketOf(id, 0);
        blocking.mint(parties.payer, AMOUNT);
        vm.startPrank(parties.payer);
        blocking.approve(address(hub), AMOUNT);
        hub.deposit(address(blocking), AMOUNT);
        hub.authorizeCoordinator(parties.coordinator, address(blocking), LIMIT);
        vm.stopPrank();
        blocking.setBlocked(pocket, true);
        _settleForged(_terms(1, pocket, address(blocking), AMOUNT));
        assertEq(hub.creditOf(pocket, address(blocking)), AMOUNT);
        groups.prepare(group, 0);

        blocking.setBlocked(pocket, false);
        vm.warp(group.deadline + 1);
        groups.abort(group, 0);
        groups.payOut(group, 0);
        assertEq(hub.escrowOf(parties.payer, address(blocking)), AMOUNT);
    }

    function testFuzz_etherIsPaidAndRefunded(bool commits) public {
        group.legs[0].token = Native.ETHER;
        id = chains[0].groups.groupIdOf(group);
        address pocket = chains[0].groups.pocketOf(id, 0);
        vm.deal(pocket, AMOUNT);
        _on(0).prepare(group, 0);
        if (commits) {
            _prepare(group, 1);
            _tell(group, 1, Notice.Prepared);
            _on(0).commit(group, SECRET);
            _on(0).payOut(group, 0);
            assertEq(recipients[0].balance, AMOUNT);
        } else {
            realNow = group.deadline + 1;
            _on(0).abort(group, 0);
            _on(0).payOut(group, 0);
            assertEq(hub.escrowOf(parties.payer, Native.ETHER), AMOUNT);
        }
    }

    /// @dev A recipient who takes nothing holds up itself alone.
    function test_aRecipientThatRefusesLosesNothing() public {
        group.legs[0].token = Native.ETHER;
        group.legs[0].recipient = address(new Refuser());
        id = chains[0].groups.groupIdOf(group);
        address pocket = chains[0].groups.pocketOf(id, 0);
        vm.deal(pocket, AMOUNT);
        _on(0).prepare(group, 0);
        _prepare(group, 1);
        _tell(group, 1, Notice.Prepared);
        _on(0).commit(group, SECRET);
        vm.expectRevert();
        _on(0).payOut(group, 0);
        assertEq(pocket.balance, AMOUNT);
        _tell(group, 0, Notice.Committed);
        _on(1).follow(group, 1);
        _on(1).payOut(group, 1);
        assertEq(token.balanceOf(recipients[1]), AMOUNT);
    }

    function testFuzz_onlyTheGroupsContractMovesAPocket(address caller) public {
        _prepareBoth();
        _on(0).commit(group, SECRET);
        _on(0).payOut(group, 0);
        Pocket pocket = Pocket(payable(chains[0].groups.pocketOf(id, 0)));
        vm.assume(caller != address(chains[0].groups));
        bytes memory refusal = abi.encodeWithSelector(Pocket.OnlyGroups.selector, caller);
        vm.startPrank(caller);
        vm.expectRevert(refusal);
        pocket.pay(address(token), caller, 1);
        vm.expectRevert(refusal);
        pocket.refund(hub, address(token), caller, 1);
        vm.expectRevert(refusal);
        pocket.collect(hub, address(token));
    }

    function test_whatIsNoGroupIsRefused() public {
        SettlementGroups groups = _on(0);
        Group memory wrong = _group(0);
        wrong.grace = 1 hours - 1;
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.InvalidGrace.selector, wrong.grace)
        );
        groups.prepare(wrong, 0);
        wrong.grace = 30 days + 1;
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.InvalidGrace.selector, wrong.grace)
        );
        groups.prepare(wrong, 0);
        for (uint256 i = 0; i < 3; i++) {
            wrong = _group(0);
            if (i == 0) wrong.legs[0].payer = address(0);
            else if (i == 1) wrong.legs[0].recipient = address(0);
            else wrong.legs[0].amount = 0;
            vm.expectRevert(abi.encodeWithSelector(ISettlementGroups.InvalidLeg.selector, 0));
            groups.prepare(wrong, 0);
        }
        wrong.legs = new Leg[](1);
        vm.expectRevert(abi.encodeWithSelector(ISettlementGroups.InvalidLegCount.selector, 1));
        groups.prepare(wrong, 0);
        wrong.legs = new Leg[](17);
        vm.expectRevert(abi.encodeWithSelector(ISettlementGroups.InvalidLegCount.selector, 17));
        groups.prepare(wrong, 0);
        vm.expectRevert(abi.encodeWithSelector(ISettlementGroups.NoSuchLeg.selector, 2));
        groups.prepare(group, 2);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISettlementGroups.LegElsewhere.selector, chains[1].id, chains[1].groups
            )
        );
        groups.prepare(group, 1);
        vm.expectRevert(ISettlementGroups.ZeroHub.selector);
        new SettlementGroups(ISettlementHub(address(0)));
    }

    function _prepareBoth() private {
        _prepare(group, 0);
        _prepare(group, 1);
        _tell(group, 1, Notice.Prepared);
    }

    function _wrongState(uint256 index, ISettlementGroups.State state)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeWithSelector(ISettlementGroups.WrongState.selector, id, index, state);
    }
}
