// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {IMessageInbox} from "proofrail/interfaces/IMessageInbox.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {ICcipOffRamp} from "./utils/CcipContracts.sol";
import {CcipMessage, CcipTest} from "./utils/CcipTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice What fails at CCIP is executed again, by anyone. CCIP's transaction succeeds either way: the state tells.
contract CcipReceiverExecutionTest is CcipTest {
    bytes internal message;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        ProvenReceipt memory receipt = Receipts.named("first job");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        id = hub.settlementIdOf(receipt.settlement);
    }

    function testFuzz_aStarvedMessageIsExecutedByHand(uint256 gas) public {
        gas = bound(gas, 0, 340_000);
        CcipMessage memory sent = _ccipSend(message, _v2(gas));
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_FAILURE);
        assertFalse(hub.isSettled(id));
        assertEq(ccipReceiver.storedMessage(sent.id), 0);

        // Again without more gas makes no progress, which CCIP does revert.
        vm.expectPartialRevert(ICcipOffRamp.NoStateProgressMade.selector);
        _execute(sent);

        vm.prank(makeAddr("anyone"));
        _execute(sent, CCIP_GAS);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        assertTrue(hub.isSettled(id));
    }

    function test_aStarvedMessageIsNamed() public {
        CcipMessage memory sent = _ccipSend(message, _v2(300_000));
        vm.recordLogs();
        _execute(sent);
        assertEq(_reportedSelector(), IMessageInbox.InsufficientGas.selector);
    }

    /// @dev Whatever gas the transaction brings, the message settles or can be executed again.
    function testFuzz_aStarvedTransactionLosesNothing(uint256 gas) public {
        gas = bound(gas, 50_000, 900_000);
        CcipMessage memory sent = _ccipSend(message);
        bytes[] memory results = _only(_attest(committee, sent.id));
        try offRamp.execute{gas: gas}(sent.encoded, _only(committee.resolver), results, 0) {}
            catch {}
        if (_stateOf(sent) != CCIP_SUCCESS) _execute(sent, CCIP_GAS);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        assertTrue(hub.isSettled(id));
        assertEq(ccipReceiver.storedMessage(sent.id), 0);
    }

    function testFuzz_whatNoCommitteeSignedFails(bytes32 r, bytes32 s, bool second) public {
        CcipMessage memory sent = _ccipSend(message);
        bytes memory good = _signCcip(committee.keys[second ? 0 : 1], committee.version, sent.id);
        bytes memory bad = abi.encodePacked(r, s);
        bytes memory forged = abi.encodePacked(
            committee.version, uint16(128), second ? good : bad, second ? bad : good
        );
        offRamp.execute(sent.encoded, _only(committee.resolver), _only(forged), 0);
        assertEq(_stateOf(sent), CCIP_FAILURE);
        assertFalse(hub.isSettled(id));

        // An honest attempt succeeds nevertheless.
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        assertTrue(hub.isSettled(id));
    }

    function test_oneOfTwoMembersIsTooFew() public {
        CcipMessage memory sent = _ccipSend(message);
        bytes memory one = abi.encodePacked(
            committee.version, uint16(64), _signCcip(committee.keys[0], committee.version, sent.id)
        );
        offRamp.execute(sent.encoded, _only(committee.resolver), _only(one), 0);
        assertEq(_stateOf(sent), CCIP_FAILURE);
        assertFalse(hub.isSettled(id));
    }

    /// @dev Every byte is under the committee's signatures.
    function testFuzz_aTamperedMessageSettlesNothing(uint256 at, bytes1 byte_) public {
        CcipMessage memory sent = _ccipSend(message);
        at = bound(at, 0, sent.encoded.length - 1);
        vm.assume(sent.encoded[at] != byte_);
        sent.encoded[at] = byte_;
        bytes[] memory results = _only(_attest(committee, sent.id));
        try offRamp.execute(sent.encoded, _only(committee.resolver), results, 0) {} catch {}
        assertNotEq(offRamp.getExecutionState(keccak256(sent.encoded)), CCIP_SUCCESS);
        assertFalse(hub.isSettled(id));
    }

    function test_aMessageForAnotherChainIsRefused() public {
        CcipMessage memory sent = _ccipSend(message);
        // Version, source selector, destination selector.
        sent.encoded[16] = 0x07;
        sent.id = keccak256(sent.encoded);
        vm.expectPartialRevert(ICcipOffRamp.InvalidMessageDestChainSelector.selector);
        _execute(sent);
    }

    /// @dev The selector of the receiver's revert, after that of its wrapping, an offset and a length.
    function _reportedSelector() private returns (bytes4 selector) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] != ICcipOffRamp.ExecutionStateChanged.selector) continue;
            (, bytes memory wrapped_) = abi.decode(logs[i].data, (uint8, bytes));
            assertEq(bytes4(wrapped_), ICcipOffRamp.ReceiverError.selector);
            assembly ("memory-safe") {
                selector := mload(add(wrapped_, 100))
            }
        }
    }
}
