// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {GroupReceiver} from "proofrail/groups/GroupReceiver.sol";
import {GroupSender} from "proofrail/groups/GroupSender.sol";
import {SettlementGroups} from "proofrail/groups/SettlementGroups.sol";
import {WormholeGroupReceiver} from "proofrail/groups/WormholeGroupReceiver.sol";
import {WormholeGroupSender} from "proofrail/groups/WormholeGroupSender.sol";
import {IPeers} from "proofrail/interfaces/IPeers.sol";
import {Group, ISettlementGroups, Leg, Notice} from "proofrail/interfaces/ISettlementGroups.sol";
import {IWormholeInbox} from "proofrail/interfaces/IWormholeInbox.sol";
import {GroupMessage} from "proofrail/libraries/GroupMessage.sol";

import {VaaBody, WormholeTest} from "./utils/WormholeTest.sol";

/// @notice A group over two chains that tell each other over Wormhole's real core bridges.
contract SettlementGroupsWormholeTest is WormholeTest {
    bytes32 private constant SECRET = keccak256("secret");
    uint128 private constant AMOUNT = 1e18;
    uint256 private constant THERE = 777;

    SettlementGroups internal here;
    SettlementGroups internal there;
    WormholeGroupSender internal fromHere;
    WormholeGroupSender internal fromThere;
    WormholeGroupReceiver internal toHere;
    WormholeGroupReceiver internal toThere;
    Group internal group;
    bytes32 internal id;
    uint256 internal chainHere;

    /// @dev The core bridges' chains: here is the destination of the settlements, there their source.
    function setUp() public override {
        super.setUp();
        chainHere = block.chainid;
        here = new SettlementGroups(hub);
        there = new SettlementGroups(hub);
        fromHere = new WormholeGroupSender(destinationCore, here);
        fromThere = new WormholeGroupSender(sourceCore, there);
        toHere = new WormholeGroupReceiver(destinationCore, here, owner);
        toThere = new WormholeGroupReceiver(sourceCore, there, owner);
        vm.startPrank(owner);
        toHere.setPeer(WORMHOLE_SOURCE, _padded32(address(fromThere)));
        toThere.setPeer(WORMHOLE_DESTINATION, _padded32(address(fromHere)));
        token.mint(address(this), 2 * AMOUNT);
        vm.stopPrank();

        group.secretHash = keccak256(abi.encode(SECRET));
        group.deadline = uint64(block.timestamp + 1 days);
        group.grace = 1 days;
        group.legs
            .push(
                Leg(
                    chainHere,
                    address(here),
                    address(toHere),
                    parties.payer,
                    makeAddr("a"),
                    address(token),
                    AMOUNT
                )
            );
        group.legs
            .push(
                Leg(
                    THERE,
                    address(there),
                    address(toThere),
                    parties.payer,
                    makeAddr("b"),
                    address(token),
                    AMOUNT
                )
            );
        id = here.groupIdOf(group);
        token.transfer(here.pocketOf(id, 0), AMOUNT);
        token.transfer(there.pocketOf(id, 1), AMOUNT);
    }

    function test_bothLegsArePaidOverWormhole() public {
        here.prepare(group, 0);
        vm.chainId(THERE);
        there.prepare(group, 1);
        bytes memory prepared = _sendFromThere();
        vm.chainId(chainHere);
        vm.expectEmit(address(here));
        emit ISettlementGroups.Told(address(toHere), id, 1, Notice.Prepared);
        toHere.executeVAAv1(prepared);
        here.commit(group, SECRET);

        bytes memory committed = _sendFromHere();
        vm.chainId(THERE);
        vm.expectEmit(address(there));
        emit ISettlementGroups.Told(address(toThere), id, 0, Notice.Committed);
        toThere.executeVAAv1(committed);
        there.follow(group, 1);
        there.payOut(group, 1);
        vm.chainId(chainHere);
        here.payOut(group, 0);
        assertEq(token.balanceOf(makeAddr("a")), AMOUNT);
        assertEq(token.balanceOf(makeAddr("b")), AMOUNT);

        vm.expectPartialRevert(IWormholeInbox.AlreadyConsumed.selector);
        toThere.executeVAAv1(committed);
    }

    function test_onlyWhatIsIsTold() public {
        vm.expectRevert(abi.encodeWithSelector(GroupSender.NothingToTell.selector, id, 0));
        fromHere.send(id, 0);
        here.prepare(group, 0);
        vm.warp(group.deadline + 1);
        here.abort(group, 0);
        vm.expectRevert(abi.encodeWithSelector(GroupSender.NothingToTell.selector, id, 0));
        fromHere.send(id, 0);
    }

    function test_nobodyElseTells() public {
        vm.recordLogs();
        sourceCore.publishMessage{value: MESSAGE_FEE}(0, hex"40", 1);
        bytes memory vaa = _sign(_lastPublished());
        vm.expectRevert(
            abi.encodeWithSelector(
                IPeers.OnlyPeer.selector, WORMHOLE_SOURCE, _padded32(address(this))
            )
        );
        toHere.executeVAAv1(vaa);
    }

    /// @dev A settlement's sender as a peer by mistake: its messages are no notices.
    function test_whatIsNoNoticeIsRefused() public {
        vm.prank(owner);
        toHere.setPeer(WORMHOLE_SOURCE, _padded32(address(this)));
        bytes[3] memory messages = [bytes(hex""), new bytes(161), new bytes(162)];
        messages[1][0] = 0x41;
        messages[2][0] = 0x40;
        for (uint256 i = 0; i < 3; i++) {
            vm.recordLogs();
            sourceCore.publishMessage{value: MESSAGE_FEE}(0, messages[i], 1);
            bytes memory vaa = _sign(_lastPublished());
            vm.expectRevert(GroupMessage.InvalidGroupMessage.selector);
            toHere.executeVAAv1(vaa);
        }
    }

    function test_theEndsNameTheirContracts() public {
        vm.expectRevert(GroupReceiver.ZeroGroups.selector);
        new WormholeGroupReceiver(destinationCore, ISettlementGroups(address(0)), owner);
        vm.expectRevert(GroupSender.ZeroGroups.selector);
        new WormholeGroupSender(destinationCore, ISettlementGroups(address(0)));
    }

    function _sendFromThere() private returns (bytes memory vaa) {
        vm.recordLogs();
        fromThere.send{value: MESSAGE_FEE}(id, 1);
        return _sign(_lastPublished());
    }

    function _sendFromHere() private returns (bytes memory vaa) {
        vm.recordLogs();
        fromHere.send(id, 0);
        VaaBody memory body = _lastPublished();
        body.chain = WORMHOLE_DESTINATION;
        return _sign(body);
    }

    function _padded32(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
