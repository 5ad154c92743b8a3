// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";
import {Settlements} from "proofrail/libraries/Settlements.sol";

/// @notice Gives the libraries calldata to work on.
contract Messages {
    using Settlements for Settlement;

    function encode(Settlement calldata settlement, uint256[8] calldata proof)
        external
        pure
        returns (bytes memory)
    {
        return SettlementMessage.encode(settlement, proof);
    }

    function decode(bytes calldata message)
        external
        pure
        returns (Settlement memory settlement, uint256[8] memory proof)
    {
        return SettlementMessage.decode(message);
    }

    function derive(Settlement calldata settlement, address hub)
        external
        view
        returns (bytes32 id, uint256 context)
    {
        id = settlement.id();
        context = settlement.context(id, hub);
    }
}

contract SettlementMessageTest is Test {
    Messages internal messages = new Messages();

    /// @dev The vectors were made with cast; the Rust twin asserts the same file.
    function test_theVectorsHold() public {
        string memory json = vm.readFile("contracts-evm/test/fixtures/settlements.json");
        assertTrue(vm.keyExistsJson(json, ".[0]"));
        for (uint256 i = 0; vm.keyExistsJson(json, string.concat(".[", vm.toString(i), "]")); i++) {
            string memory at = string.concat(".[", vm.toString(i), "]");
            string memory name = vm.parseJsonString(json, string.concat(at, ".name"));
            bytes memory message = vm.parseJsonBytes(json, string.concat(at, ".message"));
            (Settlement memory settlement, uint256[8] memory proof) = messages.decode(message);
            _assertFields(json, string.concat(at, ".settlement"), settlement);
            bytes32[] memory words = vm.parseJsonBytes32Array(json, string.concat(at, ".proof"));
            for (uint256 j = 0; j < 8; j++) {
                assertEq(proof[j], uint256(words[j]), name);
            }
            assertEq(messages.encode(settlement, proof), message, name);

            vm.chainId(vm.parseJsonUint(json, string.concat(at, ".chainId")));
            (bytes32 id, uint256 context) =
                messages.derive(settlement, vm.parseJsonAddress(json, string.concat(at, ".hub")));
            assertEq(id, vm.parseJsonBytes32(json, string.concat(at, ".settlementId")), name);
            assertEq(context, vm.parseJsonUint(json, string.concat(at, ".context")), name);
        }
    }

    function testFuzz_aMessageIsReadAsItWasWritten(
        Settlement calldata settlement,
        uint256[8] calldata proof
    ) public view {
        bytes memory message = messages.encode(settlement, proof);
        assertEq(message.length, SettlementMessage.LENGTH);
        (Settlement memory read, uint256[8] memory readProof) = messages.decode(message);
        assertEq(abi.encode(read, readProof), abi.encode(settlement, proof));
    }

    function testFuzz_aMessageOfAnotherLengthIsNamed(uint256 length) public {
        length = bound(length, 1, 12_000);
        vm.assume(length != SettlementMessage.LENGTH);
        bytes memory message = new bytes(length);
        message[0] = 0x01;
        vm.expectRevert(_invalidLength(length));
        messages.decode(message);
    }

    function test_anEmptyMessageIsNamed() public {
        vm.expectRevert(_invalidLength(0));
        messages.decode("");
    }

    function testFuzz_anotherVersionIsNamed(uint8 version, Settlement calldata settlement) public {
        vm.assume(version != SettlementMessage.VERSION);
        uint256[8] memory proof;
        bytes memory message = messages.encode(settlement, proof);
        message[0] = bytes1(version);
        vm.expectRevert(
            abi.encodeWithSelector(SettlementMessage.UnsupportedMessageVersion.selector, version)
        );
        messages.decode(message);
    }

    function testFuzz_aFieldBeyondItsTypeIsNamed(Settlement calldata settlement, uint256 pick)
        public
    {
        uint256[5] memory widths = [uint256(160), 160, 160, 128, 64];
        uint256 index = pick % 5;
        uint256[8] memory proof;
        bytes memory message = messages.encode(settlement, proof);
        // The lowest byte of the word that the type does not reach.
        message[1 + 32 * (4 + index + 1) - widths[index] / 8 - 1] = 0x01;
        vm.expectRevert(
            abi.encodeWithSelector(SettlementMessage.MessageFieldTooWide.selector, 4 + index)
        );
        messages.decode(message);
    }

    function _assertFields(string memory json, string memory at, Settlement memory settlement)
        private
        pure
    {
        assertEq(settlement.circuitId, _word(json, at, ".circuitId"));
        assertEq(settlement.sourceChain, _word(json, at, ".sourceChain"));
        assertEq(settlement.sourceContract, _word(json, at, ".sourceContract"));
        assertEq(settlement.jobId, _word(json, at, ".jobId"));
        assertEq(settlement.payer, vm.parseJsonAddress(json, string.concat(at, ".payer")));
        assertEq(settlement.recipient, vm.parseJsonAddress(json, string.concat(at, ".recipient")));
        assertEq(settlement.token, vm.parseJsonAddress(json, string.concat(at, ".token")));
        assertEq(settlement.amount, vm.parseJsonUint(json, string.concat(at, ".amount")));
        assertEq(settlement.deadline, vm.parseJsonUint(json, string.concat(at, ".deadline")));
        assertEq(settlement.coordinator, _word(json, at, ".coordinator"));
    }

    function _word(string memory json, string memory at, string memory field)
        private
        pure
        returns (bytes32)
    {
        return vm.parseJsonBytes32(json, string.concat(at, field));
    }

    function _invalidLength(uint256 length) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            SettlementMessage.InvalidMessageLength.selector, length, SettlementMessage.LENGTH
        );
    }
}
