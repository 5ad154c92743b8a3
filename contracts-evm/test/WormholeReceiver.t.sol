// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {
    CoreBridgeVM,
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";
import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {IMessageInbox} from "proofrail/interfaces/IMessageInbox.sol";
import {IPeers} from "proofrail/interfaces/IPeers.sol";
import {ISettlementHub} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";
import {IWormholeInbox} from "proofrail/interfaces/IWormholeInbox.sol";

import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";
import {WormholeReceiver} from "proofrail/wormhole/WormholeReceiver.sol";

import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";
import {VaaBody, WormholeTest} from "./utils/WormholeTest.sol";

contract WormholeReceiverTest is WormholeTest {
    ProvenReceipt internal receipt;
    bytes internal message;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        receipt = Receipts.named("first job");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        id = hub.settlementIdOf(receipt.settlement);
    }

    function testFuzz_anyoneDelivers(address caller) public {
        VaaBody memory body = _publish(message);
        bytes memory vaa = _sign(body);
        assertFalse(wormholeReceiver.isConsumed(body.chain, body.emitter, body.sequence));

        vm.expectEmit(address(wormholeReceiver));
        emit ISettlementReceiver.MessageApplied(_guid(body), id, true);
        vm.prank(caller);
        wormholeReceiver.executeVAAv1(vaa);

        assertTrue(hub.isSettled(id));
        assertEq(token.balanceOf(receipt.settlement.recipient), receipt.settlement.amount);
        assertEq(wormholeReceiver.storedMessage(_guid(body)), 0);
        assertTrue(wormholeReceiver.isConsumed(body.chain, body.emitter, body.sequence));
    }

    /// @dev The guid is what the core bridge calls the hash of the VAA.
    function test_theGuidIsTheCoreBridgesHash() public {
        VaaBody memory body = _publish(message);
        (CoreBridgeVM memory parsed, bool valid,) = destinationCore.parseAndVerifyVM(_sign(body));
        assertTrue(valid);
        assertEq(parsed.hash, _guid(body));
    }

    function test_messagesArriveInAnyOrder() public {
        ProvenReceipt memory second = Receipts.named("second job");
        VaaBody memory first = _publish(message);
        VaaBody memory later = _publish(SettlementMessage.encode(second.settlement, second.proof));
        assertEq(later.sequence, first.sequence + 1);

        wormholeReceiver.executeVAAv1(_sign(later));
        assertTrue(hub.isSettled(hub.settlementIdOf(second.settlement)));
        assertFalse(hub.isSettled(id));
        wormholeReceiver.executeVAAv1(_sign(first));
        assertTrue(hub.isSettled(id));
    }

    function test_aMessageIsDeliveredOnce() public {
        VaaBody memory body = _publish(message);
        bytes memory vaa = _sign(body);
        wormholeReceiver.executeVAAv1(vaa);
        vm.expectRevert(_alreadyConsumed(body));
        wormholeReceiver.executeVAAv1(vaa);

        // Another quorum over the same body is the same message.
        bytes[] memory signatures = _signatures(body, GUARDIANS);
        vm.expectRevert(_alreadyConsumed(body));
        wormholeReceiver.executeVAAv1(_assemble(body, signatures));
        assertEq(token.balanceOf(receipt.settlement.recipient), receipt.settlement.amount);
    }

    function testFuzz_aSequenceIsConsumedAlone(uint64 sequence, uint64 other) public {
        vm.assume(sequence != other);
        VaaBody memory body = _publish(message);
        body.sequence = sequence;
        wormholeReceiver.executeVAAv1(_sign(body));
        assertTrue(wormholeReceiver.isConsumed(body.chain, body.emitter, sequence));
        assertFalse(wormholeReceiver.isConsumed(body.chain, body.emitter, other));
    }

    function testFuzz_onlyThePeerIsHeard(uint16 chain, bytes32 stranger) public {
        VaaBody memory body = _publish(message);
        if (stranger != body.emitter) {
            VaaBody memory forged = _publish(message);
            forged.emitter = stranger;
            bytes memory vaa = _sign(forged);
            vm.expectRevert(
                abi.encodeWithSelector(IPeers.OnlyPeer.selector, WORMHOLE_SOURCE, stranger)
            );
            wormholeReceiver.executeVAAv1(vaa);
        }
        if (chain != WORMHOLE_SOURCE) {
            body.chain = chain;
            bytes memory vaa = _sign(body);
            vm.expectRevert(abi.encodeWithSelector(IPeers.NoPeer.selector, chain));
            wormholeReceiver.executeVAAv1(vaa);
        }
    }

    function test_aPeerThatIsNoLongerTrustedIsNotHeard() public {
        bytes memory vaa = _sign(_publish(message));
        vm.prank(owner);
        vm.expectEmit(address(wormholeReceiver));
        emit IPeers.PeerSet(WORMHOLE_SOURCE, 0);
        wormholeReceiver.setPeer(WORMHOLE_SOURCE, 0);
        vm.expectRevert(abi.encodeWithSelector(IPeers.NoPeer.selector, WORMHOLE_SOURCE));
        wormholeReceiver.executeVAAv1(vaa);

        // The message is not lost: it counts as soon as its emitter does.
        vm.startPrank(owner);
        wormholeReceiver.setPeer(WORMHOLE_SOURCE, _emitter());
        vm.stopPrank();
        wormholeReceiver.executeVAAv1(vaa);
        assertTrue(hub.isSettled(id));
    }

    function testFuzz_onlyFinalMessagesAreHeard(uint8 level) public {
        VaaBody memory body = _publish(message);
        body.consistencyLevel = level;
        bytes memory vaa = _sign(body);
        if (level != 1 && level != 202) {
            vm.expectRevert(abi.encodeWithSelector(IWormholeInbox.NotFinalized.selector, level));
            wormholeReceiver.executeVAAv1(vaa);
            return;
        }
        wormholeReceiver.executeVAAv1(vaa);
        assertTrue(hub.isSettled(id));
    }

    function test_whatTheHubRefusesIsKeptAndRetriedByAnyone() public {
        _withdraw(parties.payer, address(token), ESCROW, parties.payer);
        VaaBody memory body = _publish(message);
        bytes32 guid = _guid(body);
        vm.expectEmit(address(wormholeReceiver));
        emit IMessageInbox.MessageStored(
            guid,
            message,
            abi.encodeWithSelector(
                IEscrow.InsufficientEscrow.selector,
                parties.payer,
                address(token),
                0,
                receipt.settlement.amount
            )
        );
        wormholeReceiver.executeVAAv1(_sign(body));
        assertEq(wormholeReceiver.storedMessage(guid), keccak256(message));

        _fund(parties.payer, ESCROW);
        vm.prank(makeAddr("anyone"));
        (bytes32 settled, bool paid) = wormholeReceiver.retry(guid, message);
        assertEq(settled, id);
        assertTrue(paid);
        assertEq(token.balanceOf(receipt.settlement.recipient), receipt.settlement.amount);
    }

    /// @dev A VAA names no destination: whoever brings it to a chain that its proof is not for achieves nothing.
    function testFuzz_aMessageForAnotherChainIsKeptAndNeverPays(uint64 chainId) public {
        vm.assume(chainId != parties.chainId);
        VaaBody memory body = _publish(message);
        vm.chainId(chainId);
        bytes memory refusal = abi.encodeWithSelector(ISettlementHub.InvalidProof.selector, id);
        vm.expectEmit(address(wormholeReceiver));
        emit IMessageInbox.MessageStored(_guid(body), message, refusal);
        wormholeReceiver.executeVAAv1(_sign(body));
        vm.expectRevert(refusal);
        wormholeReceiver.retry(_guid(body), message);
        assertEq(token.balanceOf(receipt.settlement.recipient), 0);
    }

    /// @dev Another emitter of ours could sign such payloads; our sender cannot.
    function testFuzz_anUndecodablePayloadIsKept(bytes calldata garbage) public {
        vm.assume(garbage.length != SettlementMessage.LENGTH);
        VaaBody memory body = _publish(message);
        body.payload = garbage;
        wormholeReceiver.executeVAAv1(_sign(body));
        assertEq(wormholeReceiver.storedMessage(_guid(body)), keccak256(garbage));
    }

    function test_aMessageBringsNoCoins() public {
        bytes memory vaa = _sign(_publish(message));
        vm.expectRevert(abi.encodeWithSelector(IMessageInbox.UnexpectedValue.selector, 1));
        wormholeReceiver.executeVAAv1{value: 1}(vaa);
        wormholeReceiver.executeVAAv1(vaa);
        assertTrue(hub.isSettled(id));
    }

    /// @dev Whatever gas a delivery brings, it settles the message or can be made again.
    function testFuzz_aStarvedDeliveryChangesNothing(uint256 gas) public {
        gas = bound(gas, 30_000, 900_000);
        VaaBody memory body = _publish(message);
        bytes memory vaa = _sign(body);
        // As in a transaction of its own.
        vm.cool(address(wormholeReceiver));
        vm.cool(address(destinationCore));
        vm.cool(address(hub));
        vm.cool(address(router));
        vm.cool(address(verifier));
        vm.cool(address(token));
        try wormholeReceiver.executeVAAv1{gas: gas}(vaa) {
            assertTrue(hub.isSettled(id));
        } catch {
            assertFalse(wormholeReceiver.isConsumed(body.chain, body.emitter, body.sequence));
            wormholeReceiver.executeVAAv1(vaa);
            assertTrue(hub.isSettled(id));
        }
        assertEq(wormholeReceiver.storedMessage(_guid(body)), 0);
    }

    function testFuzz_onlyTheOwnerSetsPeers(address caller) public {
        vm.assume(caller != owner);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        wormholeReceiver.setPeer(WORMHOLE_SOURCE, 0);
    }

    function test_aReceiverNeedsAHubAndACoreBridge() public {
        vm.expectRevert(ISettlementReceiver.ZeroHub.selector);
        new WormholeReceiver(destinationCore, ISettlementHub(address(0)), owner);
        vm.expectRevert(IWormholeInbox.ZeroCoreBridge.selector);
        new WormholeReceiver(ICoreBridge(address(0)), hub, owner);
    }

    function _alreadyConsumed(VaaBody memory body) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IWormholeInbox.AlreadyConsumed.selector, body.chain, body.emitter, body.sequence
        );
    }
}
