// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {CcipGroupReceiver} from "proofrail/groups/CcipGroupReceiver.sol";
import {CcipGroupSender} from "proofrail/groups/CcipGroupSender.sol";
import {GroupReceiver} from "proofrail/groups/GroupReceiver.sol";
import {GroupSender} from "proofrail/groups/GroupSender.sol";
import {LayerZeroGroupReceiver} from "proofrail/groups/LayerZeroGroupReceiver.sol";
import {LayerZeroGroupSender} from "proofrail/groups/LayerZeroGroupSender.sol";
import {SettlementGroups} from "proofrail/groups/SettlementGroups.sol";
import {WormholeGroupReceiver} from "proofrail/groups/WormholeGroupReceiver.sol";
import {WormholeGroupSender} from "proofrail/groups/WormholeGroupSender.sol";
import {ICcipOutbox} from "proofrail/interfaces/ICcipOutbox.sol";
import {IFees} from "proofrail/interfaces/IFees.sol";
import {Group, ISettlementGroups, Leg, Notice} from "proofrail/interfaces/ISettlementGroups.sol";
import {GroupMessage} from "proofrail/libraries/GroupMessage.sol";

import {BridgesTest} from "./utils/BridgesTest.sol";
import {CcipMessage} from "./utils/CcipTest.sol";
import {Packet} from "./utils/LayerZeroTest.sol";
import {VaaBody} from "./utils/WormholeTest.sol";

/// @notice Groups over two chains that tell each other over LayerZero's and CCIP's real contracts. CCIP's lane of the tests
/// leads one way, so that a notice which goes back goes over Wormhole: each leg names its own bridge.
contract SettlementGroupsBridgesTest is BridgesTest {
    bytes32 private constant SECRET = keccak256("secret");
    uint128 private constant AMOUNT = 1e18;
    uint256 private constant THERE = 777;

    SettlementGroups internal here;
    SettlementGroups internal there;
    LayerZeroGroupSender internal lzFromHere;
    LayerZeroGroupSender internal lzFromThere;
    LayerZeroGroupReceiver internal lzToHere;
    LayerZeroGroupReceiver internal lzToThere;
    CcipGroupSender internal ccipFromThere;
    CcipGroupReceiver internal ccipToHere;
    WormholeGroupSender internal wormholeFromHere;
    WormholeGroupReceiver internal wormholeToThere;
    uint256 internal chainHere;

    /// @dev Here is the destination of the settlements, there their source.
    function setUp() public override {
        super.setUp();
        chainHere = block.chainid;
        (here, there) = (new SettlementGroups(hub), new SettlementGroups(hub));
        lzFromHere = new LayerZeroGroupSender(address(destinationEndpoint), here, owner);
        lzFromThere = new LayerZeroGroupSender(address(sourceEndpoint), there, owner);
        lzToHere = new LayerZeroGroupReceiver(address(destinationEndpoint), here, owner);
        lzToThere = new LayerZeroGroupReceiver(address(sourceEndpoint), there, owner);
        ccipFromThere = new CcipGroupSender(sourceRouter, there);
        ccipToHere = new CcipGroupReceiver(destinationRouter, here, owner);
        wormholeFromHere = new WormholeGroupSender(destinationCore, here);
        wormholeToThere = new WormholeGroupReceiver(sourceCore, there, owner);
        vm.startPrank(owner);
        lzFromHere.setPeer(SOURCE, _padded(address(lzToThere)));
        lzFromThere.setPeer(DESTINATION, _padded(address(lzToHere)));
        lzToHere.setPeer(SOURCE, _padded(address(lzFromThere)));
        lzToThere.setPeer(DESTINATION, _padded(address(lzFromHere)));
        ccipToHere.setPeer(CCIP_SOURCE, _padded(address(ccipFromThere)));
        wormholeToThere.setPeer(WORMHOLE_DESTINATION, _padded(address(wormholeFromHere)));
        token.mint(address(this), 2 * AMOUNT);
        vm.stopPrank();
        vm.deal(address(this), 10 ether);
    }

    function test_bothLegsArePaidOverLayerZero() public {
        Group memory group = _group(true, address(lzToHere), address(lzToThere));
        bytes32 groupId = _prepareBoth(group);
        Packet memory prepared = _sendOverLayerZero(groupId, 1, lzFromThere, DESTINATION);
        vm.chainId(chainHere);
        destinationLibrary.validatePacket(prepared.encoded);
        _expectTold(here, address(lzToHere), groupId, 1, Notice.Prepared);
        destinationEndpoint.lzReceive(
            prepared.origin, address(lzToHere), prepared.guid, prepared.message, ""
        );
        here.commit(group, SECRET);

        Packet memory committed = _sendOverLayerZero(groupId, 0, lzFromHere, SOURCE);
        vm.chainId(THERE);
        sourceLibrary.validatePacket(committed.encoded);
        _expectTold(there, address(lzToThere), groupId, 0, Notice.Committed);
        sourceEndpoint.lzReceive(
            committed.origin, address(lzToThere), committed.guid, committed.message, ""
        );
        there.follow(group, 1);
        _expectBothPaid(group);
    }

    /// @dev The second leg is prepared over CCIP.
    function test_ccipTellsThatALegIsPrepared() public {
        Group memory group = _group(true, address(ccipToHere), address(wormholeToThere));
        bytes32 groupId = _prepareBoth(group);
        CcipMessage memory sent = _sendOverCcip(groupId, 1);
        vm.chainId(chainHere);
        _expectTold(here, address(ccipToHere), groupId, 1, Notice.Prepared);
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        here.commit(group, SECRET);

        _tellOverWormhole(groupId, 0);
        there.follow(group, 1);
        _expectBothPaid(group);
    }

    /// @dev The chain there leads, and what it decided comes over CCIP.
    function test_ccipTellsThatAGroupIsCommitted() public {
        Group memory group = _group(false, address(ccipToHere), address(wormholeToThere));
        bytes32 groupId = _prepareBoth(group);
        vm.chainId(chainHere);
        _tellOverWormhole(groupId, 1);
        there.commit(group, SECRET);

        CcipMessage memory sent = _sendOverCcip(groupId, 0);
        vm.chainId(chainHere);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.NotTold.selector, groupId, 0, Notice.Committed)
        );
        here.follow(group, 1);
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        here.follow(group, 1);
        _expectBothPaid(group);
    }

    function test_onlyWhatIsIsTold() public {
        Group memory group = _group(true, address(lzToHere), address(lzToThere));
        bytes32 groupId = here.groupIdOf(group);
        bytes memory nothing =
            abi.encodeWithSelector(GroupSender.NothingToTell.selector, groupId, 0);
        vm.expectRevert(nothing);
        lzFromHere.send(SOURCE, groupId, 0, OPTIONS);
        vm.expectRevert(nothing);
        lzFromHere.quote(SOURCE, groupId, 0, OPTIONS);
        bytes memory extraArgs = _v2(CCIP_GAS);
        vm.expectRevert(nothing);
        ccipFromThere.send(CCIP_DESTINATION, address(ccipToHere), groupId, 0, extraArgs);
        vm.expectRevert(nothing);
        ccipFromThere.quote(CCIP_DESTINATION, address(ccipToHere), groupId, 0, extraArgs);
    }

    /// @dev What is sent names the chain and the contract that it is of, and the leg's true state.
    function test_aNoticeSaysOfWhatItIs() public {
        Group memory group = _group(true, address(lzToHere), address(lzToThere));
        bytes32 groupId = _prepareBoth(group);
        bytes memory expected = bytes.concat(
            hex"40", abi.encode(groupId, uint256(1), uint256(Notice.Prepared), THERE, there)
        );
        assertEq(_sendOverLayerZero(groupId, 1, lzFromThere, DESTINATION).message, expected);
        assertEq(_sendOverCcip(groupId, 1).id != 0, true);
    }

    function test_theFeeIsPaidAndTheRestComesBack() public {
        Group memory group = _group(true, address(lzToHere), address(lzToThere));
        bytes32 groupId = _prepareBoth(group);
        uint256 fee = lzFromThere.quote(DESTINATION, groupId, 1, OPTIONS);
        assertGt(fee, 0);
        uint256 before = address(this).balance;
        lzFromThere.send{value: fee + 1 ether}(DESTINATION, groupId, 1, OPTIONS);
        assertEq(address(this).balance, before - fee);

        bytes memory extraArgs = _v2(CCIP_GAS);
        fee = ccipFromThere.quote(CCIP_DESTINATION, address(ccipToHere), groupId, 1, extraArgs);
        assertGt(fee, 0);
        vm.expectRevert(abi.encodeWithSelector(IFees.InsufficientFee.selector, fee - 1, fee));
        ccipFromThere.send{value: fee - 1}(
            CCIP_DESTINATION, address(ccipToHere), groupId, 1, extraArgs
        );
        before = address(this).balance;
        ccipFromThere.send{value: fee + 1 ether}(
            CCIP_DESTINATION, address(ccipToHere), groupId, 1, extraArgs
        );
        assertEq(address(this).balance, before - fee);

        vm.expectRevert(
            abi.encodeWithSelector(ICcipOutbox.UnsupportedExtraArgs.selector, bytes4(0))
        );
        ccipFromThere.send{value: fee}(CCIP_DESTINATION, address(ccipToHere), groupId, 1, "");
    }

    /// @dev A sender that the receiver's owner did not name says nothing, over either bridge.
    function test_nobodyElseTells() public {
        Group memory group = _group(true, address(ccipToHere), address(lzToThere));
        bytes32 groupId = _prepareBoth(group);
        vm.prank(owner);
        ccipToHere.setPeer(CCIP_SOURCE, _padded(address(this)));
        CcipMessage memory sent = _sendOverCcip(groupId, 1);
        vm.chainId(chainHere);
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_FAILURE);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlementGroups.NotTold.selector, groupId, 1, Notice.Prepared)
        );
        here.commit(group, SECRET);

        vm.prank(owner);
        lzToHere.setPeer(SOURCE, _padded(address(this)));
        vm.chainId(THERE);
        Packet memory packet = _sendOverLayerZero(groupId, 1, lzFromThere, DESTINATION);
        // The endpoint asks the receiver whose packets it takes.
        vm.expectRevert();
        destinationLibrary.validatePacket(packet.encoded);
    }

    /// @dev A settlement is no notice, whoever was named as peer by mistake.
    function test_whatIsNoNoticeIsRefused() public {
        vm.startPrank(owner);
        lzToHere.setPeer(SOURCE, _padded(address(sender)));
        sender.setPeer(DESTINATION, _padded(address(lzToHere)));
        vm.stopPrank();
        Packet memory packet = _send(message);
        _verify(packet);
        vm.expectRevert(GroupMessage.InvalidGroupMessage.selector);
        destinationEndpoint.lzReceive(
            packet.origin, address(lzToHere), packet.guid, packet.message, ""
        );
    }

    function test_theEndsNameTheirContracts() public {
        ISettlementGroups none = ISettlementGroups(address(0));
        vm.expectRevert(GroupReceiver.ZeroGroups.selector);
        new LayerZeroGroupReceiver(address(sourceEndpoint), none, owner);
        vm.expectRevert(GroupReceiver.ZeroGroups.selector);
        new CcipGroupReceiver(destinationRouter, none, owner);
        vm.expectRevert(GroupSender.ZeroGroups.selector);
        new LayerZeroGroupSender(address(sourceEndpoint), none, owner);
        vm.expectRevert(GroupSender.ZeroGroups.selector);
        new CcipGroupSender(sourceRouter, none);
        assertEq(lzFromHere.owner(), owner);
        assertEq(lzToHere.owner(), owner);
        assertEq(ccipToHere.owner(), owner);
    }

    /// @dev The owner changes in two steps, of senders too.
    function test_ownershipIsAccepted() public {
        address next = makeAddr("next");
        vm.prank(owner);
        lzFromHere.transferOwnership(next);
        assertEq(lzFromHere.owner(), owner);
        vm.prank(next);
        lzFromHere.acceptOwnership();
        assertEq(lzFromHere.owner(), next);
        vm.expectRevert();
        vm.prank(owner);
        lzFromHere.setPeer(SOURCE, 0);
    }

    /// @dev The receivers' legs follow from which chain leads.
    function _group(bool leadsHere, address toHere, address toThere)
        private
        returns (Group memory group)
    {
        group.secretHash = keccak256(abi.encode(SECRET));
        group.deadline = uint64(block.timestamp + 1 days);
        group.grace = 1 days;
        group.legs = new Leg[](2);
        for (uint256 i = 0; i < 2; i++) {
            bool isHere = (i == 0) == leadsHere;
            group.legs[i] = Leg({
                chainId: isHere ? chainHere : THERE,
                groups: address(isHere ? here : there),
                bridge: isHere ? toHere : toThere,
                payer: parties.payer,
                recipient: makeAddr(isHere ? "a" : "b"),
                token: address(token),
                amount: AMOUNT
            });
        }
    }

    /// @dev Ends on the chain there.
    function _prepareBoth(Group memory group) private returns (bytes32 groupId) {
        groupId = here.groupIdOf(group);
        uint256 ofHere = group.legs[0].chainId == chainHere ? 0 : 1;
        token.transfer(here.pocketOf(groupId, ofHere), AMOUNT);
        token.transfer(there.pocketOf(groupId, 1 - ofHere), AMOUNT);
        here.prepare(group, ofHere);
        vm.chainId(THERE);
        there.prepare(group, 1 - ofHere);
    }

    function _sendOverLayerZero(
        bytes32 groupId,
        uint256 index,
        LayerZeroGroupSender from,
        uint32 to
    ) private returns (Packet memory packet) {
        uint256 fee = from.quote(to, groupId, index, OPTIONS);
        vm.recordLogs();
        bytes32 guid = from.send{value: fee}(to, groupId, index, OPTIONS);
        packet = _lastPacket();
        assertEq(packet.guid, guid);
    }

    function _sendOverCcip(bytes32 groupId, uint256 index)
        private
        returns (CcipMessage memory sent)
    {
        bytes memory extraArgs = _v2(CCIP_GAS);
        address to = address(ccipToHere);
        uint256 fee = ccipFromThere.quote(CCIP_DESTINATION, to, groupId, index, extraArgs);
        vm.recordLogs();
        bytes32 messageId =
            ccipFromThere.send{value: fee}(CCIP_DESTINATION, to, groupId, index, extraArgs);
        sent = _lastSent();
        assertEq(sent.id, messageId);
    }

    /// @dev From here to there, where it ends.
    function _tellOverWormhole(bytes32 groupId, uint256 index) private {
        vm.recordLogs();
        wormholeFromHere.send(groupId, index);
        VaaBody memory body = _lastPublished();
        body.chain = WORMHOLE_DESTINATION;
        vm.chainId(THERE);
        wormholeToThere.executeVAAv1(_sign(body));
    }

    function _expectTold(
        SettlementGroups groups,
        address by,
        bytes32 groupId,
        uint256 index,
        Notice notice
    ) private {
        vm.expectEmit(address(groups));
        emit ISettlementGroups.Told(by, groupId, index, notice);
    }

    function _expectBothPaid(Group memory group) private {
        uint256 ofHere = group.legs[0].chainId == chainHere ? 0 : 1;
        vm.chainId(chainHere);
        here.payOut(group, ofHere);
        vm.chainId(THERE);
        there.payOut(group, 1 - ofHere);
        assertEq(token.balanceOf(makeAddr("a")), AMOUNT);
        assertEq(token.balanceOf(makeAddr("b")), AMOUNT);
    }
}
