// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";
import {Vm} from "forge-std/Vm.sol";
import {WormholeReceiver} from "proofrail/wormhole/WormholeReceiver.sol";
import {WormholeSender} from "proofrail/wormhole/WormholeSender.sol";

import {HubTest} from "./HubTest.sol";

/// @notice The part of the core bridge that only its governance and its proxy need.
interface ICoreBridgeGovernance {
    function setup(
        address implementation,
        address[] calldata guardians,
        uint16 chainId,
        uint16 governanceChainId,
        bytes32 governanceContract,
        uint256 evmChainId
    ) external;
    function submitNewGuardianSet(bytes calldata vaa) external;
    function submitSetMessageFee(bytes calldata vaa) external;
}

/// @notice What the guardians sign.
struct VaaBody {
    uint32 timestamp;
    uint32 nonce;
    uint16 chain;
    bytes32 emitter;
    uint64 sequence;
    uint8 consistencyLevel;
    bytes payload;
}

/// @notice Two real core bridges, of Wormhole's own bytecode, guarded by nineteen keys that the test holds, with a sender on
/// the first and a receiver on the second.
abstract contract WormholeTest is HubTest {
    uint16 internal constant WORMHOLE_SOURCE = 2;
    uint16 internal constant WORMHOLE_DESTINATION = 4;
    uint256 internal constant MESSAGE_FEE = 0.001 ether;
    uint256 internal constant GUARDIANS = 19;
    uint256 internal constant QUORUM = 13;

    uint16 private constant GOVERNANCE_CHAIN = 1;
    bytes32 private constant GOVERNANCE_CONTRACT = bytes32(uint256(4));
    bytes32 private constant CORE_MODULE = bytes32("Core") >> (28 * 8);
    string private constant FACTORIES =
        "node_modules/@certusone/wormhole-sdk/lib/cjs/ethers-contracts/factories/";

    ICoreBridge internal sourceCore;
    ICoreBridge internal destinationCore;
    WormholeSender internal wormholeSender;
    WormholeReceiver internal wormholeReceiver;
    uint32 internal guardianSet;

    function setUp() public virtual override {
        super.setUp();
        sourceCore = _deployCore(WORMHOLE_SOURCE);
        destinationCore = _deployCore(WORMHOLE_DESTINATION);
        _setMessageFee(sourceCore, WORMHOLE_SOURCE, MESSAGE_FEE);

        wormholeSender = new WormholeSender(sourceCore);
        wormholeReceiver = new WormholeReceiver(destinationCore, hub, owner);
        vm.prank(owner);
        wormholeReceiver.setPeer(WORMHOLE_SOURCE, _emitter());
    }

    function _emitter() internal view returns (bytes32) {
        return bytes32(uint256(uint160(address(wormholeSender))));
    }

    /// @dev Sends, and reads the body back from the core bridge's event, as a guardian does.
    function _publish(bytes memory message) internal returns (VaaBody memory) {
        vm.recordLogs();
        wormholeSender.send{value: MESSAGE_FEE}(message, address(this));
        return _lastPublished();
    }

    function _lastPublished() internal returns (VaaBody memory body) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] != ICoreBridge.LogMessagePublished.selector) continue;
            body.emitter = logs[i].topics[1];
            (body.sequence, body.nonce, body.payload, body.consistencyLevel) =
                abi.decode(logs[i].data, (uint64, uint32, bytes, uint8));
        }
        body.timestamp = uint32(block.timestamp);
        body.chain = WORMHOLE_SOURCE;
    }

    /// @dev The first thirteen guardians sign.
    function _sign(VaaBody memory body) internal view returns (bytes memory vaa) {
        return _assemble(body, _signatures(body, QUORUM));
    }

    function _assemble(VaaBody memory body, bytes[] memory signatures)
        internal
        view
        returns (bytes memory vaa)
    {
        vaa = abi.encodePacked(uint8(1), guardianSet, uint8(signatures.length));
        for (uint256 i = 0; i < signatures.length; i++) {
            vaa = bytes.concat(vaa, signatures[i]);
        }
        vaa = bytes.concat(vaa, _encode(body));
    }

    /// @dev Index and signature of each of the first `count` guardians.
    function _signatures(VaaBody memory body, uint256 count)
        internal
        pure
        returns (bytes[] memory signatures)
    {
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; i++) {
            signatures[i] = _signature(body, i, _guardianKey(i));
        }
    }

    function _signature(VaaBody memory body, uint256 index, uint256 key)
        internal
        pure
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _guid(body));
        return abi.encodePacked(uint8(index), r, s, v - 27);
    }

    function _encode(VaaBody memory body) internal pure returns (bytes memory) {
        return abi.encodePacked(
            body.timestamp,
            body.nonce,
            body.chain,
            body.emitter,
            body.sequence,
            body.consistencyLevel,
            body.payload
        );
    }

    function _guid(VaaBody memory body) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(_encode(body))));
    }

    function _guardianKey(uint256 index) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("guardian", index)));
    }

    function _guardians() internal pure returns (address[] memory guardians) {
        guardians = new address[](GUARDIANS);
        for (uint256 i = 0; i < GUARDIANS; i++) {
            guardians[i] = vm.addr(_guardianKey(i));
        }
    }

    /// @dev A decree of Wormhole's governance: module, action, chain, and what it says.
    function _decree(uint8 action, uint16 chain, bytes memory content)
        internal
        view
        returns (bytes memory)
    {
        return _sign(
            VaaBody({
                timestamp: uint32(block.timestamp),
                nonce: 0,
                chain: GOVERNANCE_CHAIN,
                emitter: GOVERNANCE_CONTRACT,
                sequence: 1,
                consistencyLevel: 0,
                payload: abi.encodePacked(CORE_MODULE, action, chain, content)
            })
        );
    }

    function _setMessageFee(ICoreBridge core, uint16 chain, uint256 fee) private {
        ICoreBridgeGovernance(address(core)).submitSetMessageFee(_decree(3, chain, abi.encode(fee)));
    }

    /// @dev A proxy over Wormhole's Setup, which turns it to Wormhole's Implementation.
    function _deployCore(uint16 chain) private returns (ICoreBridge) {
        bytes memory initial = abi.encodeCall(
            ICoreBridgeGovernance.setup,
            (
                _deployFactory("Implementation", ""),
                _guardians(),
                chain,
                GOVERNANCE_CHAIN,
                GOVERNANCE_CONTRACT,
                block.chainid
            )
        );
        address setup = _deployFactory("Setup", "");
        return ICoreBridge(_deployFactory("Wormhole", abi.encode(setup, initial)));
    }

    /// @dev The bytecode stands in a string of the contract's factory in JavaScript.
    function _deployFactory(string memory name, bytes memory arguments)
        private
        returns (address deployed)
    {
        string memory source = vm.readFile(string.concat(FACTORIES, name, "__factory.js"));
        string memory hexadecimal = vm.split(vm.split(source, "_bytecode = \"")[1], "\"")[0];
        bytes memory code = bytes.concat(vm.parseBytes(hexadecimal), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        assertNotEq(deployed, address(0), name);
    }

    receive() external payable {}
}
