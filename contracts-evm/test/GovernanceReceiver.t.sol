// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Test} from "forge-std/Test.sol";
import {IGovernanceReceiver} from "proofrail/interfaces/IGovernanceReceiver.sol";
import {IMessageInbox} from "proofrail/interfaces/IMessageInbox.sol";
import {GovernanceCall, GovernanceMessage} from "proofrail/libraries/GovernanceMessage.sol";

import {OpenGovernanceReceiver} from "./utils/OpenGovernanceReceiver.sol";

/// @notice What governance calls: it takes any number but one.
contract Governed {
    error Refused();

    uint256[] public set;
    address public caller;

    function put(uint256 value) external {
        if (value == 13) revert Refused();
        set.push(value);
        caller = msg.sender;
    }

    function count() external view returns (uint256) {
        return set.length;
    }
}

/// @notice Calls from another chain are scheduled in their order, wait, can be cancelled, and are made once.
contract GovernanceReceiverTest is Test {
    uint64 private constant GOVERNANCE = 1;
    uint64 private constant GUARDIAN = 2;
    uint32 private constant DELAY = 2 days;

    AccessManager internal manager;
    OpenGovernanceReceiver internal receiver;
    Governed internal governed;
    address internal guardian = makeAddr("guardian");

    function setUp() public {
        vm.warp(1_700_000_000);
        manager = new AccessManager(address(this));
        receiver = new OpenGovernanceReceiver(manager);
        governed = new Governed();
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = Governed.put.selector;
        manager.setTargetFunctionRole(address(governed), selectors, GOVERNANCE);
        manager.grantRole(GOVERNANCE, address(receiver), DELAY);
        manager.grantRole(GUARDIAN, guardian, 0);
        manager.setRoleGuardian(GOVERNANCE, GUARDIAN);
    }

    function testFuzz_aCallWaitsAndIsMadeByAnyone(uint256 value, address anyone) public {
        vm.assume(value != 13);
        uint48 readyAt = uint48(block.timestamp + DELAY);
        bytes32 operation = manager.hashOperation(address(receiver), address(governed), _put(value));
        vm.expectEmit(address(receiver));
        emit IGovernanceReceiver.CallScheduled(
            0, operation, address(governed), _put(value), readyAt
        );
        _deliver(0, value);
        (bytes32 id, uint32 nonce) = receiver.callOf(0);
        assertEq(id, operation);
        assertEq(nonce, 1);

        vm.warp(readyAt - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation)
        );
        receiver.execute(0, address(governed), _put(value));
        vm.warp(readyAt);
        vm.expectEmit(address(receiver));
        emit IGovernanceReceiver.CallExecuted(0, operation);
        vm.prank(anyone);
        receiver.execute(0, address(governed), _put(value));
        assertEq(governed.set(0), value);
        assertEq(governed.caller(), address(manager));

        vm.expectRevert(abi.encodeWithSelector(IGovernanceReceiver.CallIsOver.selector, 0));
        receiver.execute(0, address(governed), _put(value));
    }

    function test_theGuardianCancels() public {
        _deliver(0, 5);
        _deliver(1, 6);
        vm.prank(guardian);
        manager.cancel(address(receiver), address(governed), _put(5));
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IGovernanceReceiver.CallIsOver.selector, 0));
        receiver.execute(0, address(governed), _put(5));
        // What comes after it is not held up.
        vm.expectEmit(address(receiver));
        emit IGovernanceReceiver.CallPassedOver(0);
        receiver.execute(1, address(governed), _put(6));
        assertEq(governed.count(), 1);
        vm.expectRevert(abi.encodeWithSelector(IGovernanceReceiver.CallIsOver.selector, 0));
        receiver.execute(0, address(governed), _put(5));
    }

    /// @dev Cancelled, and sent again under another number: the first number does not make it.
    function test_aNumberIsOfOneCallAlone() public {
        _deliver(0, 5);
        vm.prank(guardian);
        manager.cancel(address(receiver), address(governed), _put(5));
        _deliver(1, 5);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IGovernanceReceiver.CallIsOver.selector, 0));
        receiver.execute(0, address(governed), _put(5));
        receiver.execute(1, address(governed), _put(5));
        assertEq(governed.count(), 1);
    }

    function test_callsAreMadeInTheirOrder() public {
        _deliver(0, 5);
        _deliver(1, 6);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IGovernanceReceiver.EarlierCallWaits.selector, 0));
        receiver.execute(1, address(governed), _put(6));
        receiver.execute(0, address(governed), _put(5));
        assertEq(receiver.nextToExecute(), 1);
        receiver.execute(1, address(governed), _put(6));
        assertEq(receiver.nextToExecute(), 2);
        assertEq(governed.set(0), 5);
        assertEq(governed.set(1), 6);
    }

    /// @dev A call that can never succeed holds the others up until it expires, and no longer.
    function test_aCallThatFailsExpires() public {
        _deliver(0, 13);
        vm.warp(block.timestamp + 2 days);
        _deliver(1, 6);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(Governed.Refused.selector);
        receiver.execute(0, address(governed), _put(13));
        vm.expectRevert(abi.encodeWithSelector(IGovernanceReceiver.EarlierCallWaits.selector, 0));
        receiver.execute(1, address(governed), _put(6));
        vm.warp(block.timestamp + 5 days);
        receiver.execute(1, address(governed), _put(6));
        assertEq(governed.count(), 1);
    }

    function testFuzz_messagesThatArriveInAnyOrderAreScheduledInTheirs(uint256 seed) public {
        uint64[4] memory order = [uint64(0), 1, 2, 3];
        for (uint256 i = 3; i > 0; i--) {
            uint256 j = uint256(keccak256(abi.encode(seed, i))) % (i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        for (uint256 i = 0; i < 4; i++) {
            uint64 number = order[i];
            uint64 expected = receiver.nextToSchedule();
            bytes memory message = _message(number, number);
            if (number > expected) {
                vm.expectEmit(address(receiver));
                emit IMessageInbox.MessageStored(
                    bytes32(uint256(number)),
                    message,
                    abi.encodeWithSelector(
                        IGovernanceReceiver.NumberTooHigh.selector, number, expected
                    )
                );
            }
            receiver.deliver(bytes32(uint256(number)), message);
        }
        for (uint64 i = 0; i < 4; i++) {
            if (i < receiver.nextToSchedule()) continue;
            vm.prank(makeAddr("anyone"));
            receiver.retry(bytes32(uint256(i)), _message(i, i));
            assertEq(receiver.storedMessage(bytes32(uint256(i))), 0);
        }
        assertEq(receiver.nextToSchedule(), 4);
        vm.warp(block.timestamp + DELAY);
        for (uint64 i = 0; i < 4; i++) {
            receiver.execute(i, address(governed), _put(i));
            assertEq(governed.set(i), i);
        }
    }

    function test_aNumberThatWasUsedChangesNothing() public {
        _deliver(0, 5);
        vm.recordLogs();
        _deliver(0, 7);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(receiver.nextToSchedule(), 1);
        vm.warp(block.timestamp + DELAY);
        bytes32 operation = manager.hashOperation(address(receiver), address(governed), _put(7));
        vm.expectRevert(
            abi.encodeWithSelector(IGovernanceReceiver.UnknownCall.selector, 0, operation)
        );
        receiver.execute(0, address(governed), _put(7));
    }

    /// @dev What its roles do not let it do, or would let it do at once, is refused, and holds nothing up.
    function test_whatTheManagerWouldNotDelayIsRefused() public {
        bytes memory unauthorized = abi.encodeWithSelector(
            IAccessManager.AccessManagerUnauthorizedCall.selector,
            address(receiver),
            address(governed),
            Governed.put.selector
        );
        manager.revokeRole(GOVERNANCE, address(receiver));
        vm.expectEmit(address(receiver));
        emit IGovernanceReceiver.CallRefused(0, address(governed), _put(5), unauthorized);
        _deliver(0, 5);

        manager.grantRole(GOVERNANCE, address(receiver), 0);
        vm.expectEmit(address(receiver));
        emit IGovernanceReceiver.CallRefused(1, address(governed), _put(6), unauthorized);
        _deliver(1, 6);
        vm.expectRevert();
        receiver.execute(1, address(governed), _put(6));

        manager.revokeRole(GOVERNANCE, address(receiver));
        manager.grantRole(GOVERNANCE, address(receiver), DELAY);
        _deliver(2, 7);
        vm.warp(block.timestamp + DELAY);
        receiver.execute(2, address(governed), _put(7));
        assertEq(governed.count(), 1);
    }

    /// @dev Nothing is ever made that is not scheduled, were the role's delay taken away meanwhile.
    function test_aCancelledCallIsNotMadeWithoutADelayEither() public {
        _deliver(0, 5);
        vm.prank(guardian);
        manager.cancel(address(receiver), address(governed), _put(5));
        manager.grantRole(GOVERNANCE, address(receiver), 0);
        vm.warp(block.timestamp + 30 days);
        vm.expectRevert(abi.encodeWithSelector(IGovernanceReceiver.CallIsOver.selector, 0));
        receiver.execute(0, address(governed), _put(5));
    }

    function testFuzz_aCallIsForOneReceiverOnOneChain(uint256 chain, address other) public {
        vm.assume(chain != block.chainid && other != address(receiver));
        _expectKept(
            "chain",
            GovernanceMessage.encode(
                GovernanceCall(chain, address(receiver), 0, address(governed), _put(5))
            ),
            abi.encodeWithSelector(
                IGovernanceReceiver.ForAnotherReceiver.selector, chain, address(receiver)
            )
        );
        _expectKept(
            "receiver",
            GovernanceMessage.encode(
                GovernanceCall(block.chainid, other, 0, address(governed), _put(5))
            ),
            abi.encodeWithSelector(
                IGovernanceReceiver.ForAnotherReceiver.selector, block.chainid, other
            )
        );
        assertEq(receiver.nextToSchedule(), 0);
    }

    function test_whatIsNoCallIsKept() public {
        _expectKept(
            "empty", "", abi.encodeWithSelector(GovernanceMessage.EmptyGovernanceMessage.selector)
        );
        _expectKept(
            "settlement",
            hex"01",
            abi.encodeWithSelector(GovernanceMessage.UnsupportedGovernanceVersion.selector, 1)
        );
        _expectKept("short", hex"80", "");
    }

    /// @dev Whoever delivers chooses the gas: a call is scheduled, kept, or has not arrived.
    function testFuzz_aLackOfGasRefusesNoCall(uint256 gas) public {
        gas = bound(gas, 40_000, 400_000);
        bytes memory message = _message(0, 5);
        (bool ok,) =
            address(receiver).call{gas: gas}(abi.encodeCall(receiver.deliver, ("guid", message)));
        if (ok && receiver.nextToSchedule() == 0) {
            assertEq(receiver.storedMessage("guid"), keccak256(message));
            receiver.retry("guid", message);
        } else if (!ok) {
            receiver.deliver("guid", message);
        }
        (bytes32 operation,) = receiver.callOf(0);
        assertNotEq(operation, 0);
    }

    function test_keptMessagesAreTheReceiversOwn() public {
        vm.expectRevert(
            abi.encodeWithSelector(IMessageInbox.MessageNotStored.selector, bytes32("guid"))
        );
        receiver.retry("guid", _message(0, 5));
        vm.expectRevert(abi.encodeWithSelector(IMessageInbox.OnlySelf.selector, address(this)));
        receiver.applyMessage(_message(0, 5));
        vm.expectRevert(IGovernanceReceiver.ZeroManager.selector);
        new OpenGovernanceReceiver(IAccessManager(address(0)));
    }

    /// @dev Under the guid of one that was kept, nobody brings a call of their own.
    function test_aKeptMessageIsRetriedAsItIs() public {
        bytes memory kept = _message(1, 6);
        receiver.deliver("guid", kept);
        assertEq(receiver.storedMessage("guid"), keccak256(kept));
        bytes memory another = _message(0, 5);
        vm.expectRevert(
            abi.encodeWithSelector(IMessageInbox.MessageNotStored.selector, bytes32("guid"))
        );
        receiver.retry("guid", another);
        assertEq(receiver.nextToSchedule(), 0);
        _deliver(0, 5);
        receiver.retry("guid", kept);
        assertEq(receiver.nextToSchedule(), 2);
    }

    /// @dev However many calls are over, they are passed over some at a time.
    function test_callsArePassedOverInParts() public {
        manager.revokeRole(GOVERNANCE, address(receiver));
        for (uint64 i = 0; i < 5; i++) {
            _deliver(i, i);
        }
        assertEq(receiver.passOver(2), 2);
        assertEq(receiver.passOver(99), 5);
        assertEq(receiver.passOver(99), 5);
        assertEq(receiver.nextToExecute(), 5);
    }

    /// @dev Random calls, cancellations and waits: whatever is made was scheduled in that order, waited, and is made once.
    function testFuzz_onlyWhatWaitedIsMadeInOrderAndOnce(uint256 seed) public {
        uint256[12] memory readyAt;
        bool[12] memory cancelled;
        uint64 sent;
        uint256 made;
        for (uint256 step = 0; step < 40; step++) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 what = seed % 4;
            uint64 pick = uint64((seed >> 8) % 12);
            if (what == 0 && sent < 12) {
                readyAt[sent] = block.timestamp + DELAY;
                _deliver(sent, 100 + sent);
                sent++;
            } else if (what == 1 && pick < sent) {
                vm.prank(guardian);
                try manager.cancel(address(receiver), address(governed), _put(100 + pick)) {
                    cancelled[pick] = true;
                } catch {}
            } else if (what == 2) {
                vm.warp(block.timestamp + (seed >> 16) % 2 days);
            } else if (pick < sent) {
                try receiver.execute(pick, address(governed), _put(100 + pick)) {
                    assertFalse(cancelled[pick]);
                    assertGe(block.timestamp, readyAt[pick]);
                    assertEq(governed.set(made), 100 + pick);
                    if (made > 0) assertGt(governed.set(made), governed.set(made - 1));
                    made++;
                } catch {}
            }
            assertEq(governed.count(), made);
        }
    }

    function _expectKept(bytes32 guid, bytes memory message, bytes memory reason) private {
        vm.expectEmit(address(receiver));
        emit IMessageInbox.MessageStored(guid, message, reason);
        receiver.deliver(guid, message);
        vm.expectRevert(reason);
        receiver.retry(guid, message);
        assertEq(receiver.storedMessage(guid), keccak256(message));
    }

    function _deliver(uint64 number, uint256 value) private {
        receiver.deliver(bytes32(uint256(number)), _message(number, value));
    }

    function _message(uint64 number, uint256 value) private view returns (bytes memory) {
        return GovernanceMessage.encode(
            GovernanceCall(block.chainid, address(receiver), number, address(governed), _put(value))
        );
    }

    function _put(uint256 value) private pure returns (bytes memory) {
        return abi.encodeCall(Governed.put, (value));
    }
}
