// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {OAppCore} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Peers} from "proofrail/bridge/Peers.sol";
import {SettlementReceiver} from "proofrail/bridge/SettlementReceiver.sol";
import {CcipGovernanceReceiver} from "proofrail/governance/CcipGovernanceReceiver.sol";
import {CcipGovernanceSender} from "proofrail/governance/CcipGovernanceSender.sol";
import {GovernanceReceiver} from "proofrail/governance/GovernanceReceiver.sol";
import {LayerZeroGovernanceReceiver} from "proofrail/governance/LayerZeroGovernanceReceiver.sol";
import {LayerZeroGovernanceSender} from "proofrail/governance/LayerZeroGovernanceSender.sol";
import {WormholeGovernanceReceiver} from "proofrail/governance/WormholeGovernanceReceiver.sol";
import {WormholeGovernanceSender} from "proofrail/governance/WormholeGovernanceSender.sol";
import {IFees} from "proofrail/interfaces/IFees.sol";
import {IGovernanceSender} from "proofrail/interfaces/IGovernanceSender.sol";
import {IPeers} from "proofrail/interfaces/IPeers.sol";
import {IWormholeInbox} from "proofrail/interfaces/IWormholeInbox.sol";

import {BridgesTest} from "./utils/BridgesTest.sol";
import {CcipMessage} from "./utils/CcipTest.sol";
import {Packet} from "./utils/LayerZeroTest.sol";
import {VaaBody} from "./utils/WormholeTest.sol";

/// @notice The bridges' ends belong to an access manager, which governance reaches directly and over each real bridge.
contract GovernanceBridgesTest is BridgesTest {
    uint64 private constant GOVERNANCE = 11;
    uint64 private constant GUARDIAN = 12;
    uint32 private constant DELAY = 2 days;

    WormholeGovernanceSender internal overWormhole;
    WormholeGovernanceReceiver internal fromWormhole;
    LayerZeroGovernanceSender internal overLayerZero;
    LayerZeroGovernanceReceiver internal fromLayerZero;
    CcipGovernanceSender internal overCcip;
    CcipGovernanceReceiver internal fromCcip;
    address internal governor = makeAddr("governor");
    address internal guardian = makeAddr("guardian");

    function setUp() public override {
        super.setUp();
        overWormhole = new WormholeGovernanceSender(sourceCore, address(manager));
        fromWormhole = new WormholeGovernanceReceiver(destinationCore, manager);
        overLayerZero = new LayerZeroGovernanceSender(address(sourceEndpoint), address(manager));
        fromLayerZero = new LayerZeroGovernanceReceiver(address(destinationEndpoint), manager);
        overCcip = new CcipGovernanceSender(sourceRouter, address(manager));
        fromCcip = new CcipGovernanceReceiver(destinationRouter, manager);

        vm.startPrank(owner);
        _execute(
            address(fromWormhole),
            abi.encodeCall(Peers.setPeer, (WORMHOLE_SOURCE, _padded(address(overWormhole))))
        );
        _execute(
            address(fromCcip),
            abi.encodeCall(Peers.setPeer, (CCIP_SOURCE, _padded(address(overCcip))))
        );
        _execute(
            address(fromLayerZero),
            abi.encodeCall(OAppCore.setPeer, (SOURCE, _padded(address(overLayerZero))))
        );
        _execute(
            address(overLayerZero),
            abi.encodeCall(OAppCore.setPeer, (DESTINATION, _padded(address(fromLayerZero))))
        );
        _takeOver(address(receiver));
        _takeOver(address(wormholeReceiver));
        _takeOver(address(ccipReceiver));
        _takeOver(address(sender));
        _takeOver(address(ccipSender));
        manager.grantRole(GOVERNANCE, address(fromWormhole), DELAY);
        manager.grantRole(GOVERNANCE, address(fromLayerZero), DELAY);
        manager.grantRole(GOVERNANCE, address(fromCcip), DELAY);
        manager.grantRole(GOVERNANCE, governor, DELAY);
        manager.grantRole(GUARDIAN, guardian, 0);
        manager.setRoleGuardian(GOVERNANCE, GUARDIAN);
        vm.stopPrank();
        vm.deal(owner, 10 ether);
    }

    function test_aCallOverWormholeIsMadeAfterItsDelay() public {
        vm.recordLogs();
        vm.prank(owner);
        overWormhole.send{value: MESSAGE_FEE}(
            block.chainid, address(fromWormhole), address(ccipReceiver), _limit()
        );
        bytes memory vaa = _sign(_lastPublished());
        fromWormhole.executeVAAv1(vaa);
        _expectMadeAfterItsDelay(fromWormhole);
        vm.expectPartialRevert(IWormholeInbox.AlreadyConsumed.selector);
        fromWormhole.executeVAAv1(vaa);
    }

    function test_aCallOverLayerZeroIsMadeAfterItsDelay() public {
        vm.recordLogs();
        vm.prank(owner);
        overLayerZero.send{value: 1 ether}(
            DESTINATION,
            block.chainid,
            address(fromLayerZero),
            address(ccipReceiver),
            _limit(),
            OPTIONS
        );
        Packet memory packet = _lastPacket();
        // The rest came back.
        assertGt(owner.balance, 9 ether);
        _verify(packet);
        destinationEndpoint.lzReceive(
            packet.origin, address(fromLayerZero), packet.guid, packet.message, ""
        );
        _expectMadeAfterItsDelay(fromLayerZero);
    }

    function test_aCallOverCcipIsMadeAfterItsDelay() public {
        vm.recordLogs();
        vm.prank(owner);
        overCcip.send{value: 1 ether}(
            CCIP_DESTINATION,
            block.chainid,
            address(fromCcip),
            address(ccipReceiver),
            _limit(),
            _v2(CCIP_GAS)
        );
        CcipMessage memory sent = _lastSent();
        assertGt(owner.balance, 9 ether);
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        _expectMadeAfterItsDelay(fromCcip);
    }

    /// @dev A settlement sender is no governance sender, though both are ours, and neither is anyone else.
    function test_onlyTheGovernanceSenderIsHeard() public {
        VaaBody memory body = _publish(message);
        vm.expectRevert(
            abi.encodeWithSelector(IPeers.OnlyPeer.selector, WORMHOLE_SOURCE, _emitter())
        );
        fromWormhole.executeVAAv1(_sign(body));

        vm.recordLogs();
        sourceCore.publishMessage{value: MESSAGE_FEE}(0, hex"80", 1);
        body = _lastPublished();
        vm.expectRevert(
            abi.encodeWithSelector(
                IPeers.OnlyPeer.selector, WORMHOLE_SOURCE, _padded(address(this))
            )
        );
        fromWormhole.executeVAAv1(_sign(body));
    }

    function testFuzz_onlyWhoMaySends(address caller) public {
        vm.assume(caller != owner);
        bytes memory refusal =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        vm.startPrank(caller);
        vm.expectRevert(refusal);
        overWormhole.send(1, address(this), address(this), "");
        vm.expectRevert(refusal);
        overLayerZero.send(1, 1, address(this), address(this), "", "");
        vm.expectRevert(refusal);
        overCcip.send(1, 1, address(this), address(this), "", "");
    }

    function test_eachReceiverHasItsOwnNumbers() public {
        vm.startPrank(owner);
        for (uint64 i = 0; i < 3; i++) {
            assertEq(overWormhole.nextNumber(1, address(1)), i);
            vm.expectEmit(address(overWormhole));
            emit IGovernanceSender.CallSent(1, address(1), i, address(2), "call");
            overWormhole.send{value: MESSAGE_FEE}(1, address(1), address(2), "call");
        }
        assertEq(overWormhole.nextNumber(2, address(1)), 0);
        assertEq(overWormhole.nextNumber(1, address(2)), 0);
        vm.expectRevert(IGovernanceSender.ZeroAddress.selector);
        overWormhole.send{value: MESSAGE_FEE}(1, address(0), address(2), "");
        vm.expectRevert(IGovernanceSender.ZeroAddress.selector);
        overWormhole.send{value: MESSAGE_FEE}(1, address(1), address(0), "");
        uint256 fee = MESSAGE_FEE;
        vm.expectRevert("invalid fee");
        overWormhole.send{value: fee - 1}(1, address(1), address(2), "");
        vm.expectPartialRevert(IFees.InsufficientFee.selector);
        overCcip.send(CCIP_DESTINATION, 1, address(1), address(2), "", _v2(CCIP_GAS));
    }

    /// @dev Directly on this chain: what the ends' owner could do at once, it does after the delay.
    function test_thePeersPausesAndLimitsOfEveryEndWait() public {
        _expectAfterDelay(
            address(receiver), abi.encodeCall(OAppCore.setPeer, (SOURCE, bytes32("peer")))
        );
        assertEq(receiver.peers(SOURCE), bytes32("peer"));
        _expectAfterDelay(
            address(sender), abi.encodeCall(OAppCore.setPeer, (DESTINATION, bytes32("peer")))
        );
        assertEq(sender.peers(DESTINATION), bytes32("peer"));
        address[3] memory ends =
            [address(wormholeReceiver), address(ccipReceiver), address(ccipSender)];
        for (uint256 i = 0; i < 3; i++) {
            _expectAfterDelay(ends[i], abi.encodeCall(Peers.setPeer, (77, bytes32("peer"))));
            assertEq(Peers(ends[i]).peers(77), bytes32("peer"));
        }
        SettlementReceiver[3] memory receivers = [
            SettlementReceiver(receiver),
            SettlementReceiver(wormholeReceiver),
            SettlementReceiver(ccipReceiver)
        ];
        for (uint256 i = 0; i < 3; i++) {
            _expectAfterDelay(address(receivers[i]), _limit());
            (uint96 capacity,,) = receivers[i].rateLimitOf(address(token));
            assertEq(capacity, 5);
        }
    }

    /// @dev A pause is the guardian's and does not wait; ending it does.
    function test_theGuardianPausesAtOnce() public {
        vm.startPrank(guardian);
        manager.execute(address(receiver), abi.encodeCall(SettlementReceiver.pause, ()));
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCall.selector,
                guardian,
                address(receiver),
                SettlementReceiver.unpause.selector
            )
        );
        manager.execute(address(receiver), abi.encodeCall(SettlementReceiver.unpause, ()));
        vm.stopPrank();
        assertTrue(receiver.paused());
        _expectAfterDelay(address(receiver), abi.encodeCall(SettlementReceiver.unpause, ()));
        assertFalse(receiver.paused());
    }

    function test_nobodyElseOwnsTheEnds() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, owner));
        vm.prank(owner);
        receiver.pause();
        assertEq(fromWormhole.owner(), address(manager));
        assertEq(fromLayerZero.owner(), address(manager));
        assertEq(fromCcip.owner(), address(manager));
        assertEq(overLayerZero.owner(), address(manager));
    }

    function test_theGuardianCancelsWhatABridgeBrought() public {
        vm.recordLogs();
        vm.prank(owner);
        overWormhole.send{value: MESSAGE_FEE}(
            block.chainid, address(fromWormhole), address(ccipReceiver), _limit()
        );
        fromWormhole.executeVAAv1(_sign(_lastPublished()));
        vm.prank(guardian);
        manager.cancel(address(fromWormhole), address(ccipReceiver), _limit());
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert();
        fromWormhole.execute(0, address(ccipReceiver), _limit());
        (uint96 capacity,,) = ccipReceiver.rateLimitOf(address(token));
        assertEq(capacity, 0);
    }

    function _expectMadeAfterItsDelay(GovernanceReceiver arrived) private {
        assertEq(arrived.nextToSchedule(), 1);
        vm.warp(block.timestamp + DELAY - 1);
        vm.expectPartialRevert(IAccessManager.AccessManagerNotReady.selector);
        arrived.execute(0, address(ccipReceiver), _limit());
        vm.warp(block.timestamp + 1);
        vm.prank(makeAddr("anyone"));
        arrived.execute(0, address(ccipReceiver), _limit());
        (uint96 capacity, uint32 window,) = ccipReceiver.rateLimitOf(address(token));
        assertEq(capacity, 5);
        assertEq(window, 1 hours);
    }

    function _expectAfterDelay(address target, bytes memory call) private {
        vm.startPrank(governor);
        vm.expectPartialRevert(IAccessManager.AccessManagerNotScheduled.selector);
        manager.execute(target, call);
        manager.schedule(target, call, 0);
        vm.warp(block.timestamp + DELAY);
        manager.execute(target, call);
        vm.stopPrank();
    }

    /// @dev The manager's administrator, which has no delay here, acts through it.
    function _execute(address target, bytes memory call) private {
        manager.execute(target, call);
    }

    /// @dev From the owner to the manager, which accepts; then everything has its role.
    function _takeOver(address end) private {
        Ownable2Step(end).transferOwnership(address(manager));
        _execute(end, abi.encodeCall(Ownable2Step.acceptOwnership, ()));
        bytes4[] memory slow = new bytes4[](4);
        slow[0] = OAppCore.setPeer.selector;
        slow[1] = Peers.setPeer.selector;
        slow[2] = SettlementReceiver.setRateLimit.selector;
        slow[3] = SettlementReceiver.unpause.selector;
        manager.setTargetFunctionRole(end, slow, GOVERNANCE);
        bytes4[] memory fast = new bytes4[](1);
        fast[0] = SettlementReceiver.pause.selector;
        manager.setTargetFunctionRole(end, fast, GUARDIAN);
    }

    function _limit() private view returns (bytes memory) {
        return abi.encodeCall(
            SettlementReceiver.setRateLimit, (address(token), uint96(5), uint32(1 hours))
        );
    }
}
