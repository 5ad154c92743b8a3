// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    ILayerZeroEndpointV2,
    Origin
} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroEndpointV2.sol";
import {Vm} from "forge-std/Vm.sol";
import {LayerZeroReceiver} from "proofrail/layerzero/LayerZeroReceiver.sol";
import {LayerZeroSender} from "proofrail/layerzero/LayerZeroSender.sol";

import {HubTest} from "./HubTest.sol";

/// @notice The part of LayerZero's SimpleMessageLib that verifies: a receive library that believes its caller.
interface IMessageLibrary {
    function validatePacket(bytes calldata packet) external;
    function nativeFee() external view returns (uint256);
}

/// @notice A packet as LayerZero's endpoint emits and delivers it.
struct Packet {
    bytes encoded;
    Origin origin;
    bytes32 guid;
    bytes message;
}

/// @notice Two real endpoints, of LayerZero's own bytecode, with a sender on the first and a receiver on the second.
/// @dev Their message library is LayerZero's SimpleMessageLib; the whole verification stack runs in the Rust tests,
/// on two chains.
abstract contract LayerZeroTest is HubTest {
    uint32 internal constant SOURCE = 40_001;
    uint32 internal constant DESTINATION = 40_002;

    /// @dev Type-3 options: 600,000 gas for lzReceive.
    bytes internal constant OPTIONS = hex"000301001101000000000000000000000000000927c0";

    string private constant ARTIFACTS =
        "node_modules/@layerzerolabs/lz-evm-protocol-v2/artifacts/contracts/";

    ILayerZeroEndpointV2 internal sourceEndpoint;
    ILayerZeroEndpointV2 internal destinationEndpoint;
    IMessageLibrary internal sourceLibrary;
    IMessageLibrary internal destinationLibrary;
    LayerZeroSender internal sender;
    LayerZeroReceiver internal receiver;

    function setUp() public virtual override {
        super.setUp();
        (sourceEndpoint, sourceLibrary) = _deployEndpoint(SOURCE, DESTINATION);
        (destinationEndpoint, destinationLibrary) = _deployEndpoint(DESTINATION, SOURCE);

        sender = new LayerZeroSender(address(sourceEndpoint), owner);
        receiver = new LayerZeroReceiver(address(destinationEndpoint), hub, owner);
        vm.startPrank(owner);
        sender.setPeer(DESTINATION, _toBytes32(address(receiver)));
        receiver.setPeer(SOURCE, _toBytes32(address(sender)));
        vm.stopPrank();
    }

    /// @dev Sends, and reads the packet back from the endpoint's event, as a worker does.
    function _send(bytes memory message) internal returns (Packet memory) {
        uint256 fee = sender.quote(DESTINATION, message, OPTIONS);
        vm.recordLogs();
        sender.send{value: fee}(DESTINATION, message, OPTIONS, address(this));
        return _lastPacket();
    }

    function _lastPacket() internal returns (Packet memory packet) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] != keccak256("PacketSent(bytes,bytes,address)")) continue;
            (packet.encoded,,) = abi.decode(logs[i].data, (bytes, bytes, address));
        }
        // version 1 | nonce 8 | source 4 | sender 32 | destination 4 | receiver 32 | guid 32 | message
        bytes memory encoded = packet.encoded;
        packet.origin = Origin({
            srcEid: uint32(uint256(_slice(encoded, 9, 4))),
            sender: _slice(encoded, 13, 32),
            nonce: uint64(uint256(_slice(encoded, 1, 8)))
        });
        packet.guid = _slice(encoded, 81, 32);
        packet.message = new bytes(encoded.length - 113);
        for (uint256 i = 0; i < packet.message.length; i++) {
            packet.message[i] = encoded[113 + i];
        }
    }

    /// @dev What the verifier network and the committer do: the endpoint learns the packet's hash.
    function _verify(Packet memory packet) internal {
        destinationLibrary.validatePacket(packet.encoded);
    }

    /// @dev What the executor does.
    function _deliver(Packet memory packet) internal {
        destinationEndpoint.lzReceive(
            packet.origin, address(receiver), packet.guid, packet.message, ""
        );
    }

    function _isPending(Packet memory packet) internal view returns (bool) {
        return destinationEndpoint.inboundPayloadHash(
            address(receiver), packet.origin.srcEid, packet.origin.sender, packet.origin.nonce
        ) != 0;
    }

    function _toBytes32(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    function _deployEndpoint(uint32 eid, uint32 remote)
        private
        returns (ILayerZeroEndpointV2 endpoint, IMessageLibrary library_)
    {
        endpoint = ILayerZeroEndpointV2(
            _deploy("EndpointV2.sol/EndpointV2.json", abi.encode(eid, address(this)))
        );
        library_ = IMessageLibrary(
            _deploy(
                "messagelib/SimpleMessageLib.sol/SimpleMessageLib.json",
                abi.encode(endpoint, address(this))
            )
        );
        endpoint.registerLibrary(address(library_));
        endpoint.setDefaultSendLibrary(remote, address(library_));
        endpoint.setDefaultReceiveLibrary(remote, address(library_), 0);
    }

    function _deploy(string memory artifact, bytes memory arguments)
        private
        returns (address deployed)
    {
        string memory json = vm.readFile(string.concat(ARTIFACTS, artifact));
        bytes memory code = bytes.concat(vm.parseJsonBytes(json, ".bytecode"), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        assertNotEq(deployed, address(0), artifact);
    }

    /// @dev `length` bytes from `start`, right-aligned.
    function _slice(bytes memory data, uint256 start, uint256 length)
        private
        pure
        returns (bytes32 word)
    {
        for (uint256 i = start; i < start + length; i++) {
            word = (word << 8) | bytes32(uint256(uint8(data[i])));
        }
    }
}
