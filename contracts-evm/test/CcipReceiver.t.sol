// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    IAny2EVMMessageReceiver
} from "@chainlink/contracts-ccip/contracts/interfaces/IAny2EVMMessageReceiver.sol";
import {
    IAny2EVMMessageReceiverV2
} from "@chainlink/contracts-ccip/contracts/interfaces/IAny2EVMMessageReceiverV2.sol";
import {Client} from "@chainlink/contracts-ccip/contracts/libraries/Client.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {CcipReceiver} from "proofrail/ccip/CcipReceiver.sol";
import {CcipSender} from "proofrail/ccip/CcipSender.sol";
import {ICcipInbox} from "proofrail/interfaces/ICcipInbox.sol";

import {IEscrow} from "proofrail/interfaces/IEscrow.sol";
import {IMessageInbox} from "proofrail/interfaces/IMessageInbox.sol";
import {IPeers} from "proofrail/interfaces/IPeers.sol";
import {ISettlementHub} from "proofrail/interfaces/ISettlementHub.sol";
import {ISettlementReceiver} from "proofrail/interfaces/ISettlementReceiver.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {ICcipOffRamp} from "./utils/CcipContracts.sol";
import {CcipMessage, CcipTest} from "./utils/CcipTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

contract CcipReceiverTest is CcipTest {
    ProvenReceipt internal receipt;
    bytes internal message;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        receipt = Receipts.named("first job");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        id = hub.settlementIdOf(receipt.settlement);
    }

    function testFuzz_aMessageSettles(bool third) public {
        CcipMessage memory sent = _ccipSend(message, third ? _v3(CCIP_GAS, 0) : _v2(CCIP_GAS));
        vm.expectEmit(address(ccipReceiver));
        emit ISettlementReceiver.MessageApplied(sent.id, id, true);
        vm.prank(makeAddr("anyone"));
        _execute(sent);

        assertEq(_stateOf(sent), CCIP_SUCCESS);
        assertTrue(hub.isSettled(id));
        assertEq(token.balanceOf(receipt.settlement.recipient), receipt.settlement.amount);
        assertEq(ccipReceiver.storedMessage(sent.id), 0);
    }

    function test_messagesArriveInAnyOrder() public {
        ProvenReceipt memory second = Receipts.named("second job");
        CcipMessage memory first = _ccipSend(message);
        CcipMessage memory later =
            _ccipSend(SettlementMessage.encode(second.settlement, second.proof));
        _execute(later);
        assertTrue(hub.isSettled(hub.settlementIdOf(second.settlement)));
        assertFalse(hub.isSettled(id));
        _execute(first);
        assertTrue(hub.isSettled(id));
    }

    function test_aMessageIsDeliveredOnce() public {
        CcipMessage memory sent = _ccipSend(message);
        _execute(sent);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICcipOffRamp.SkippedAlreadyExecutedMessage.selector, sent.id, CCIP_SOURCE, 1
            )
        );
        _execute(sent);
    }

    function test_whatTheHubRefusesIsKeptAndRetriedByAnyone() public {
        _withdraw(parties.payer, address(token), ESCROW, parties.payer);
        CcipMessage memory sent = _ccipSend(message);
        vm.expectEmit(address(ccipReceiver));
        emit IMessageInbox.MessageStored(
            sent.id,
            message,
            abi.encodeWithSelector(
                IEscrow.InsufficientEscrow.selector,
                parties.payer,
                address(token),
                0,
                receipt.settlement.amount
            )
        );
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        assertEq(ccipReceiver.storedMessage(sent.id), keccak256(message));

        _fund(parties.payer, ESCROW);
        vm.prank(makeAddr("anyone"));
        (bytes32 settled, bool paid) = ccipReceiver.retry(sent.id, message);
        assertEq(settled, id);
        assertTrue(paid);
        assertEq(token.balanceOf(receipt.settlement.recipient), receipt.settlement.amount);
    }

    function test_anotherSenderIsNotHeard() public {
        CcipSender forger = new CcipSender(sourceRouter, address(this));
        forger.setPeer(CCIP_DESTINATION, _padded(address(ccipReceiver)));
        uint256 fee = forger.quote(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(0));
        vm.recordLogs();
        forger.send{value: fee}(CCIP_DESTINATION, message, _v2(CCIP_GAS), address(this));
        CcipMessage memory sent = _lastSent();

        _expectFailure(
            sent,
            abi.encodeWithSelector(IPeers.OnlyPeer.selector, CCIP_SOURCE, _padded(address(forger)))
        );
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_FAILURE);
        assertFalse(hub.isSettled(id));
    }

    /// @dev A message that comes before its sender is trusted waits with CCIP, for anyone to execute it.
    function test_aSourceWithoutPeerIsHeardOnceItHasOne() public {
        vm.prank(owner);
        ccipReceiver.setPeer(CCIP_SOURCE, 0);
        CcipMessage memory sent = _ccipSend(message);
        _expectFailure(sent, abi.encodeWithSelector(IPeers.NoPeer.selector, CCIP_SOURCE));
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_FAILURE);

        vm.startPrank(owner);
        ccipReceiver.setPeer(CCIP_SOURCE, _padded(address(ccipSender)));
        vm.stopPrank();
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        assertTrue(hub.isSettled(id));
    }

    function testFuzz_onlyTheRouterDelivers(address caller) public {
        vm.assume(caller != destinationRouter);
        Client.Any2EVMMessage memory arrived = _arrived();
        vm.expectRevert(abi.encodeWithSelector(ICcipInbox.OnlyRouter.selector, caller));
        vm.prank(caller);
        ccipReceiver.ccipReceive(arrived);
    }

    function testFuzz_onlyThePeerIsHeard(uint64 chain, bytes32 stranger) public {
        Client.Any2EVMMessage memory arrived = _arrived();
        if (stranger != bytes32(arrived.sender)) {
            arrived.sender = abi.encode(stranger);
            _expectRefusal(
                arrived, abi.encodeWithSelector(IPeers.OnlyPeer.selector, CCIP_SOURCE, stranger)
            );
        }
        if (chain != CCIP_SOURCE) {
            arrived.sourceChainSelector = chain;
            _expectRefusal(arrived, abi.encodeWithSelector(IPeers.NoPeer.selector, chain));
        }
    }

    function testFuzz_aSenderHas32Bytes(bytes calldata stranger) public {
        vm.assume(stranger.length != 32);
        Client.Any2EVMMessage memory arrived = _arrived();
        arrived.sender = stranger;
        _expectRefusal(arrived, abi.encodeWithSelector(ICcipInbox.InvalidSender.selector, stranger));
    }

    function test_aMessageBringsNoTokens() public {
        Client.Any2EVMMessage memory arrived = _arrived();
        arrived.destTokenAmounts = new Client.EVMTokenAmount[](1);
        _expectRefusal(arrived, abi.encodeWithSelector(ICcipInbox.UnexpectedTokens.selector, 1));
    }

    function testFuzz_anUndecodableMessageIsKept(bytes calldata garbage) public {
        vm.assume(garbage.length != SettlementMessage.LENGTH);
        Client.Any2EVMMessage memory arrived = _arrived();
        arrived.data = garbage;
        vm.prank(destinationRouter);
        ccipReceiver.ccipReceive(arrived);
        assertEq(ccipReceiver.storedMessage("guid"), keccak256(garbage));
    }

    function test_ccipFindsTheReceiversInterfaces() public view {
        assertTrue(ccipReceiver.supportsInterface(type(IERC165).interfaceId));
        assertTrue(ccipReceiver.supportsInterface(type(IAny2EVMMessageReceiver).interfaceId));
        assertTrue(ccipReceiver.supportsInterface(type(IAny2EVMMessageReceiverV2).interfaceId));
        assertFalse(ccipReceiver.supportsInterface(0xffffffff));
    }

    function test_aReceiverNeedsAHubAndARouter() public {
        vm.expectRevert(ISettlementReceiver.ZeroHub.selector);
        new CcipReceiver(destinationRouter, ISettlementHub(address(0)), owner);
        vm.expectRevert(ICcipInbox.ZeroRouter.selector);
        new CcipReceiver(address(0), hub, owner);
    }

    function _arrived() private view returns (Client.Any2EVMMessage memory) {
        return Client.Any2EVMMessage({
            messageId: "guid",
            sourceChainSelector: CCIP_SOURCE,
            sender: abi.encode(ccipSender),
            data: message,
            destTokenAmounts: new Client.EVMTokenAmount[](0)
        });
    }

    function _expectRefusal(Client.Any2EVMMessage memory arrived, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(destinationRouter);
        ccipReceiver.ccipReceive(arrived);
    }

    function _expectFailure(CcipMessage memory sent, bytes memory refusal) private {
        vm.expectEmit(address(offRamp));
        emit ICcipOffRamp.ExecutionStateChanged(
            CCIP_SOURCE, 1, sent.id, CCIP_FAILURE, _reported(refusal)
        );
    }
}
