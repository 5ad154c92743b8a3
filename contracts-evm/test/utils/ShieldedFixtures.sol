// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {ShieldedNotes, ShieldedTransfer} from "proofrail/libraries/ShieldedTransfers.sol";

/// @notice A transfer with its real proof, and with that of the private receipt it pays.
struct ProvenTransfer {
    string name;
    ShieldedTransfer terms;
    ShieldedNotes notes;
    uint256[8] proof;
    uint256[8] inputs;
    uint256 rootAfter;
    bool paysReceipt;
    ProvenPrivateReceipt receipt;
}

/// @notice A private receipt with its real proof.
struct ProvenPrivateReceipt {
    bytes32 sourceChain;
    bytes32 sourceContract;
    bytes32 jobId;
    uint256[8] proof;
    uint256[3] inputs;
}

/// @notice Reads `fixtures/shielded.json`: transfers of one pool, in order, each against the root before it.
library ShieldedFixtures {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    string private constant FILE = "contracts-evm/test/fixtures/shielded.json";

    function chainId() internal view returns (uint256) {
        return VM.parseJsonUint(VM.readFile(FILE), ".chainId");
    }

    function pool() internal view returns (address) {
        return VM.parseJsonAddress(VM.readFile(FILE), ".pool");
    }

    function emptyRoot() internal view returns (uint256) {
        return VM.parseJsonUint(VM.readFile(FILE), ".emptyRoot");
    }

    function all() internal view returns (ProvenTransfer[] memory transfers) {
        string memory json = VM.readFile(FILE);
        uint256 count = 0;
        while (VM.keyExistsJson(json, _path(count, ""))) count++;

        transfers = new ProvenTransfer[](count);
        for (uint256 i = 0; i < count; i++) {
            transfers[i] = _read(json, i);
        }
    }

    function _read(string memory json, uint256 index)
        private
        view
        returns (ProvenTransfer memory transfer)
    {
        transfer.name = VM.parseJsonString(json, _path(index, ".name"));
        transfer.terms = _terms(json, _path(index, ".terms"));
        transfer.proof = _eight(json, _path(index, ".proof"));
        transfer.inputs = _eight(json, _path(index, ".publicInputs"));
        transfer.rootAfter = VM.parseJsonUint(json, _path(index, ".rootAfter"));

        uint256[8] memory inputs = transfer.inputs;
        transfer.notes = ShieldedNotes({
            root: inputs[0],
            nullifiers: [inputs[1], inputs[2]],
            made: [inputs[3], inputs[4]],
            receipt: inputs[7]
        });
        transfer.paysReceipt = VM.keyExistsJson(json, _path(index, ".receipt"));
        if (transfer.paysReceipt) transfer.receipt = _receipt(json, _path(index, ".receipt"));
    }

    function _terms(string memory json, string memory at)
        private
        pure
        returns (ShieldedTransfer memory terms)
    {
        terms.token = VM.parseJsonAddress(json, string.concat(at, ".token"));
        terms.depositor = VM.parseJsonAddress(json, string.concat(at, ".depositor"));
        terms.deposit = uint128(VM.parseJsonUint(json, string.concat(at, ".deposit")));
        terms.recipient = VM.parseJsonAddress(json, string.concat(at, ".recipient"));
        terms.withdrawal = uint128(VM.parseJsonUint(json, string.concat(at, ".withdrawal")));
        terms.relayer = VM.parseJsonAddress(json, string.concat(at, ".relayer"));
        terms.fee = uint128(VM.parseJsonUint(json, string.concat(at, ".fee")));
        terms.deadline = uint64(VM.parseJsonUint(json, string.concat(at, ".deadline")));
        terms.memo = VM.parseJsonBytes32(json, string.concat(at, ".memo"));
        terms.receiptContext = VM.parseJsonUint(json, string.concat(at, ".receiptContext"));
    }

    function _receipt(string memory json, string memory at)
        private
        pure
        returns (ProvenPrivateReceipt memory receipt)
    {
        receipt.sourceChain = VM.parseJsonBytes32(json, string.concat(at, ".sourceChain"));
        receipt.sourceContract = VM.parseJsonBytes32(json, string.concat(at, ".sourceContract"));
        receipt.jobId = VM.parseJsonBytes32(json, string.concat(at, ".jobId"));
        receipt.proof = _eight(json, string.concat(at, ".proof"));
        bytes32[] memory inputs = VM.parseJsonBytes32Array(json, string.concat(at, ".publicInputs"));
        for (uint256 i = 0; i < 3; i++) {
            receipt.inputs[i] = uint256(inputs[i]);
        }
    }

    function _eight(string memory json, string memory at)
        private
        pure
        returns (uint256[8] memory words)
    {
        bytes32[] memory read = VM.parseJsonBytes32Array(json, at);
        for (uint256 i = 0; i < 8; i++) {
            words[i] = uint256(read[i]);
        }
    }

    function _path(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".transfers[", VM.toString(index), "]", field);
    }
}
