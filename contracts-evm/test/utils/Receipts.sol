// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";

/// @notice A settlement with the real proof of a receipt that a coordinator signed for it.
struct ProvenReceipt {
    string name;
    Settlement settlement;
    uint256[8] proof;
    uint256[3] inputs;
}

/// @notice Who and what the receipts in `fixtures/receipts.json` were signed for.
struct Parties {
    uint256 chainId;
    address hub;
    address token;
    address hostileToken;
    address payer;
    address otherPayer;
    bytes32 coordinator;
    bytes32 otherCoordinator;
}

/// @notice Reads `fixtures/receipts.json`, which `cargo run -p proofrail-tests-integration --bin evm-fixtures` writes.
library Receipts {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    string private constant FILE = "contracts-evm/test/fixtures/receipts.json";

    error NoSuchReceipt(string name);

    function parties() internal view returns (Parties memory) {
        string memory json = VM.readFile(FILE);
        return Parties({
            chainId: VM.parseJsonUint(json, ".chainId"),
            hub: VM.parseJsonAddress(json, ".hub"),
            token: VM.parseJsonAddress(json, ".token"),
            hostileToken: VM.parseJsonAddress(json, ".hostileToken"),
            payer: VM.parseJsonAddress(json, ".payer"),
            otherPayer: VM.parseJsonAddress(json, ".otherPayer"),
            coordinator: VM.parseJsonBytes32(json, ".coordinator"),
            otherCoordinator: VM.parseJsonBytes32(json, ".otherCoordinator")
        });
    }

    function all() internal view returns (ProvenReceipt[] memory receipts) {
        string memory json = VM.readFile(FILE);
        uint256 count = 0;
        while (VM.keyExistsJson(json, _path(count, ""))) count++;

        receipts = new ProvenReceipt[](count);
        for (uint256 i = 0; i < count; i++) {
            receipts[i] = _read(json, i);
        }
    }

    function named(string memory name) internal view returns (ProvenReceipt memory) {
        string memory json = VM.readFile(FILE);
        for (uint256 i = 0; VM.keyExistsJson(json, _path(i, "")); i++) {
            string memory found = VM.parseJsonString(json, _path(i, ".name"));
            if (keccak256(bytes(found)) == keccak256(bytes(name))) return _read(json, i);
        }
        revert NoSuchReceipt(name);
    }

    function _read(string memory json, uint256 index)
        private
        pure
        returns (ProvenReceipt memory receipt)
    {
        receipt.name = VM.parseJsonString(json, _path(index, ".name"));

        // The version byte is the receiver's affair; what follows is plain ABI encoding.
        bytes memory message = VM.parseJsonBytes(json, _path(index, ".message"));
        bytes memory body = new bytes(message.length - 1);
        for (uint256 i = 0; i < body.length; i++) {
            body[i] = message[i + 1];
        }
        (receipt.settlement, receipt.proof) = abi.decode(body, (Settlement, uint256[8]));

        bytes32[] memory inputs = VM.parseJsonBytes32Array(json, _path(index, ".publicInputs"));
        for (uint256 i = 0; i < 3; i++) {
            receipt.inputs[i] = uint256(inputs[i]);
        }
    }

    function _path(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".receipts[", VM.toString(index), "]", field);
    }
}
