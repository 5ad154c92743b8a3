// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    CoreBridgeVM
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";
import {VaaLib} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/libraries/VaaLib.sol";
import {IWormholeInbox} from "proofrail/interfaces/IWormholeInbox.sol";

import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";

import {ProvenReceipt, Receipts} from "./utils/Receipts.sol";
import {ICoreBridgeGovernance, VaaBody, WormholeTest} from "./utils/WormholeTest.sol";

/// @notice Nothing but a quorum of guardians in force is believed. Wormhole's core bridge judges beside the receiver: what
/// the one refuses, the other must refuse.
contract WormholeReceiverGuardiansTest is WormholeTest {
    VaaBody internal body;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        ProvenReceipt memory receipt = Receipts.named("first job");
        id = hub.settlementIdOf(receipt.settlement);
        body = _publish(SettlementMessage.encode(receipt.settlement, receipt.proof));
    }

    function testFuzz_quorumIsThirteenOfNineteen(uint256 count) public {
        count = bound(count, 0, GUARDIANS);
        bytes memory vaa = _assemble(body, _signatures(body, count));
        if (count < QUORUM) _expectRefusal(vaa);
        else _expectSettled(vaa);
    }

    function test_twelveOfNineteenAreRefused() public {
        _expectRefusal(_assemble(body, _signatures(body, 12)));
    }

    function testFuzz_anyThirteenDo(uint256 seed) public {
        bytes[] memory signatures = new bytes[](QUORUM);
        uint256 chosen = 0;
        for (uint256 i = 0; i < GUARDIANS; i++) {
            // As many as are still needed of as many as are left.
            uint256 draw = uint256(keccak256(abi.encode(seed, i))) % (GUARDIANS - i);
            if (draw >= QUORUM - chosen) continue;
            signatures[chosen++] = _signature(body, i, _guardianKey(i));
        }
        _expectSettled(_assemble(body, signatures));
    }

    function testFuzz_oneGarbageSignatureSpoilsAQuorum(uint256 at, bytes32 r, bytes32 s, uint8 v)
        public
    {
        at = bound(at, 0, QUORUM - 1);
        bytes[] memory signatures = _signatures(body, QUORUM);
        signatures[at] = abi.encodePacked(uint8(at), r, s, v);
        _expectRefusal(_assemble(body, signatures));
    }

    function testFuzz_aStrangersSignatureSpoilsAQuorum(uint256 at, uint256 key) public {
        at = bound(at, 0, QUORUM - 1);
        key = boundPrivateKey(key);
        vm.assume(key != _guardianKey(at));
        bytes[] memory signatures = _signatures(body, QUORUM);
        signatures[at] = _signature(body, at, key);
        _expectRefusal(_assemble(body, signatures));
    }

    function test_aGuardianCountsOnce() public {
        bytes[] memory signatures = _signatures(body, QUORUM);
        signatures[12] = signatures[11];
        _expectRefusal(_assemble(body, signatures));
    }

    function test_signaturesAscend() public {
        bytes[] memory signatures = _signatures(body, QUORUM);
        (signatures[3], signatures[4]) = (signatures[4], signatures[3]);
        _expectRefusal(_assemble(body, signatures));
    }

    function testFuzz_aGuardianBeyondTheSetIsRefused(uint8 index) public {
        index = uint8(bound(index, GUARDIANS, type(uint8).max));
        bytes[] memory signatures = _signatures(body, QUORUM);
        signatures[12] = _signature(body, index, _guardianKey(12));
        _expectRefusal(_assemble(body, signatures));
    }

    function testFuzz_aTamperedBodyIsRefused(uint256 at, bytes1 byte_) public {
        bytes memory vaa = _sign(body);
        uint256 start = 6 + 66 * QUORUM;
        at = bound(at, start, vaa.length - 1);
        vm.assume(vaa[at] != byte_);
        vaa[at] = byte_;
        _expectRefusal(vaa);
    }

    function testFuzz_aTruncatedVaaIsRefused(uint256 length) public {
        bytes memory vaa = _sign(body);
        length = bound(length, 0, vaa.length - 1);
        assembly ("memory-safe") {
            mstore(vaa, length)
        }
        vm.expectRevert();
        wormholeReceiver.executeVAAv1(vaa);
    }

    function testFuzz_garbageIsRefused(bytes calldata vaa) public {
        vm.expectRevert();
        wormholeReceiver.executeVAAv1(vaa);
        vm.expectRevert();
        wormholeReceiver.executeVAAv1(bytes.concat(hex"01", vaa));
    }

    function testFuzz_anotherVersionIsNamed(uint8 version) public {
        vm.assume(version != 1);
        bytes memory vaa = _sign(body);
        vaa[0] = bytes1(version);
        vm.expectRevert(abi.encodeWithSelector(VaaLib.UnexpectedVersion.selector, version));
        wormholeReceiver.executeVAAv1(vaa);
    }

    function testFuzz_anUnknownGuardianSetIsRefused(uint32 set) public {
        vm.assume(set != 0);
        guardianSet = set;
        _expectRefusal(_sign(body));
    }

    /// @dev The old set signs on for a day, as the core bridge has it.
    function test_aReplacedGuardianSetExpires() public {
        address[] memory next = _guardians();
        next[0] = vm.addr(uint256(keccak256("successor")));
        bytes memory content = abi.encodePacked(uint32(1), uint8(next.length));
        for (uint256 i = 0; i < next.length; i++) {
            content = abi.encodePacked(content, next[i]);
        }
        ICoreBridgeGovernance(address(destinationCore)).submitNewGuardianSet(_decree(2, 0, content));
        assertEq(destinationCore.getCurrentGuardianSetIndex(), 1);

        bytes memory byTheOld = _sign(body);
        guardianSet = 1;
        _expectRefusal(_sign(body));
        bytes[] memory signatures = _signatures(body, QUORUM);
        signatures[0] = _signature(body, 0, uint256(keccak256("successor")));
        bytes memory byTheNew = _assemble(body, signatures);

        uint256 snapshot = vm.snapshotState();
        _expectSettled(byTheNew);
        vm.revertToState(snapshot);
        vm.warp(block.timestamp + 1 days);
        _expectSettled(byTheOld);
        vm.revertToState(snapshot);
        vm.warp(block.timestamp + 1 days + 1);
        _expectRefusal(byTheOld);
        _expectSettled(byTheNew);
    }

    function _expectSettled(bytes memory vaa) private {
        (, bool valid,) = destinationCore.parseAndVerifyVM(vaa);
        assertTrue(valid);
        wormholeReceiver.executeVAAv1(vaa);
        assertTrue(hub.isSettled(id));
    }

    function _expectRefusal(bytes memory vaa) private {
        _expectCoreToRefuse(vaa);
        vm.expectRevert(IWormholeInbox.InvalidVaa.selector);
        wormholeReceiver.executeVAAv1(vaa);
        assertFalse(wormholeReceiver.isConsumed(body.chain, body.emitter, body.sequence));
        assertFalse(hub.isSettled(id));
    }

    /// @dev It reverts or says no.
    function _expectCoreToRefuse(bytes memory vaa) private view {
        try destinationCore.parseAndVerifyVM(vaa) returns (
            CoreBridgeVM memory, bool valid, string memory
        ) {
            assertFalse(valid);
        } catch {}
    }
}
