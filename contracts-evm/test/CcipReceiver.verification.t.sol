// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ICcipInbox, Verification} from "proofrail/interfaces/ICcipInbox.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {ICcipOffRamp} from "./utils/CcipContracts.sol";
import {CcipMessage, CcipTest, Committee} from "./utils/CcipTest.sol";
import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";

/// @notice What the receiver demands of a message before CCIP may deliver it.
contract CcipReceiverVerificationTest is CcipTest {
    bytes internal message;
    bytes32 internal id;
    Committee internal second;
    Committee internal third;

    function setUp() public override {
        super.setUp();
        ProvenReceipt memory receipt = Receipts.named("first job");
        message = SettlementMessage.encode(receipt.settlement, receipt.proof);
        id = hub.settlementIdOf(receipt.settlement);
        second = _deployCommittee(
            destinationRouter, CCIP_SOURCE, bytes4(uint32(2)), _keys("second committee")
        );
        third = _deployCommittee(
            destinationRouter, CCIP_SOURCE, bytes4(uint32(3)), _keys("third committee")
        );
    }

    function test_nothingDemandedIsTheDefaultCommittee() public {
        CcipMessage memory sent = _ccipSend(message);
        (address[] memory required, address[] memory optional_, uint8 threshold) =
            offRamp.getCCVsForMessage(sent.encoded);
        assertEq(required, _only(committee.resolver));
        assertEq(optional_.length, 0);
        assertEq(threshold, 0);
    }

    /// @dev The zero address stands for the default committee.
    function test_aFurtherCommitteeIsDemanded() public {
        _demand(Verification(_two(address(0), second.resolver), new address[](0), 0, 0));
        CcipMessage memory sent = _ccipSend(message);
        (address[] memory required,,) = offRamp.getCCVsForMessage(sent.encoded);
        assertEq(required.length, 2);

        _expectFailure(
            sent, abi.encodeWithSelector(ICcipOffRamp.RequiredCCVMissing.selector, second.resolver)
        );
        _execute(sent);
        assertFalse(hub.isSettled(id));

        _executeBoth(sent, committee, second);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        assertTrue(hub.isSettled(id));
    }

    function test_anotherCommitteeInsteadIsDemanded() public {
        _demand(Verification(_only(second.resolver), new address[](0), 0, 0));
        CcipMessage memory sent = _ccipSend(message);
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_FAILURE);
        offRamp.execute(sent.encoded, _only(second.resolver), _only(_attest(second, sent.id)), 0);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        assertTrue(hub.isSettled(id));
    }

    function testFuzz_oneOfTwoCommitteesIsDemanded(bool which) public {
        _demand(Verification(new address[](0), _two(second.resolver, third.resolver), 1, 0));
        CcipMessage memory sent = _ccipSend(message);
        _expectFailure(
            sent, abi.encodeWithSelector(ICcipOffRamp.OptionalCCVQuorumNotReached.selector, 1, 0)
        );
        _execute(sent);

        Committee memory by = which ? second : third;
        offRamp.execute(sent.encoded, _only(by.resolver), _only(_attest(by, sent.id)), 0);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        assertTrue(hub.isSettled(id));
    }

    /// @dev A committee that did not sign cannot be passed off as one that did.
    function test_aCommitteeSignsForItself() public {
        _demand(Verification(_two(address(0), second.resolver), new address[](0), 0, 0));
        CcipMessage memory sent = _ccipSend(message);
        Committee memory pretended = second;
        pretended.keys = committee.keys;
        _executeBoth(sent, committee, pretended);
        assertEq(_stateOf(sent), CCIP_FAILURE);
        assertFalse(hub.isSettled(id));
    }

    /// @dev CCIP takes the message nevertheless; it can be executed as soon as the receiver allows it.
    function test_finalityIsDemandedUnlessLessIsAllowed() public {
        CcipMessage memory sent = _ccipSend(message, _v3(CCIP_GAS, SAFE));
        _expectFailure(
            sent,
            abi.encodeWithSelector(ICcipOffRamp.InvalidRequestedFinality.selector, SAFE, bytes4(0))
        );
        _execute(sent);

        _demand(Verification(new address[](0), new address[](0), 0, SAFE));
        _execute(sent);
        assertEq(_stateOf(sent), CCIP_SUCCESS);
        assertTrue(hub.isSettled(id));
    }

    function test_whatCcipWouldRefuseIsNotDemanded() public {
        _expectRefusal(
            Verification(new address[](0), _only(second.resolver), 2, 0),
            abi.encodeWithSelector(ICcipInbox.InvalidOptionalThreshold.selector, 2, 1)
        );
        _expectRefusal(
            Verification(new address[](0), _only(second.resolver), 0, 0),
            abi.encodeWithSelector(ICcipInbox.InvalidOptionalThreshold.selector, 0, 1)
        );
        bytes memory twice =
            abi.encodeWithSelector(ICcipInbox.DuplicateVerifier.selector, second.resolver);
        address[] memory same = _two(second.resolver, second.resolver);
        _expectRefusal(Verification(same, new address[](0), 0, 0), twice);
        _expectRefusal(Verification(new address[](0), same, 1, 0), twice);
    }

    function testFuzz_onlyTheOwnerDemands(address caller) public {
        vm.assume(caller != owner);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        ccipReceiver.setVerification(
            CCIP_SOURCE, Verification(new address[](0), new address[](0), 0, 0)
        );
    }

    function _demand(Verification memory verification) private {
        vm.expectEmit(address(ccipReceiver));
        emit ICcipInbox.VerificationSet(CCIP_SOURCE, verification);
        vm.prank(owner);
        ccipReceiver.setVerification(CCIP_SOURCE, verification);
    }

    function _expectRefusal(Verification memory verification, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(owner);
        ccipReceiver.setVerification(CCIP_SOURCE, verification);
    }

    function _executeBoth(CcipMessage memory sent, Committee memory a, Committee memory b) private {
        bytes[] memory results = new bytes[](2);
        (results[0], results[1]) = (_attest(a, sent.id), _attest(b, sent.id));
        offRamp.execute(sent.encoded, _two(a.resolver, b.resolver), results, 0);
    }

    function _expectFailure(CcipMessage memory sent, bytes memory reason) private {
        vm.expectEmit(address(offRamp));
        emit ICcipOffRamp.ExecutionStateChanged(CCIP_SOURCE, 1, sent.id, CCIP_FAILURE, reason);
    }

    function _two(address a, address b) private pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (a, b);
    }
}
