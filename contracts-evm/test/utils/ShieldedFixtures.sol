// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {ShieldedTransfer} from "proofrail/interfaces/IShieldedPool.sol";

/// @notice A private receipt with its real proof.
struct ProvenPrivateReceipt {
    bytes32 sourceChain;
    bytes32 sourceContract;
    bytes32 jobId;
    uint256[8] proof;
    uint256[3] inputs;
}

/// @notice A membership with its real proof.
struct ProvenMembership {
    uint256[8] proof;
    uint256[4] inputs;
}

/// @notice A transfer with its real proof, and with those of the receipt that it pays and of what it shows the policy.
struct ProvenTransfer {
    string name;
    ShieldedTransfer transfer;
    uint256[8] proof;
    uint256[8] inputs;
    uint256 rootAfter;
    uint256 receiptContext;
    ProvenPrivateReceipt receipt;
    ProvenMembership membership;
}

/// @notice Where the pool of the fixtures is, and what it is with.
struct PoolParties {
    uint256 chainId;
    address pool;
    address settlements;
    address token;
    uint256 emptyRoot;
    uint256 associationRoot;
}

/// @notice Reads `fixtures/shielded.json`: transfers of one pool, in order, each against the root before it.
library ShieldedFixtures {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    string private constant FILE = "contracts-evm/test/fixtures/shielded.json";

    function parties() internal view returns (PoolParties memory) {
        string memory json = VM.readFile(FILE);
        return PoolParties({
            chainId: VM.parseJsonUint(json, ".chainId"),
            pool: VM.parseJsonAddress(json, ".pool"),
            settlements: VM.parseJsonAddress(json, ".settlements"),
            token: VM.parseJsonAddress(json, ".token"),
            emptyRoot: VM.parseJsonUint(json, ".emptyRoot"),
            associationRoot: VM.parseJsonUint(json, ".associationRoot")
        });
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
        returns (ProvenTransfer memory proven)
    {
        proven.name = VM.parseJsonString(json, _path(index, ".name"));
        proven.transfer = _terms(json, _path(index, ".terms"));
        proven.proof = _eight(json, _path(index, ".proof"));
        proven.inputs = _eight(json, _path(index, ".publicInputs"));
        proven.rootAfter = VM.parseJsonUint(json, _path(index, ".rootAfter"));
        proven.receiptContext = VM.parseJsonUint(json, _path(index, ".terms.receiptContext"));

        uint256[8] memory inputs = proven.inputs;
        proven.transfer.leaves = uint64(VM.parseJsonUint(json, _path(index, ".leaves")));
        proven.transfer.root = inputs[0];
        proven.transfer.nullifiers = [inputs[1], inputs[2]];
        proven.transfer.notes = [inputs[3], inputs[4]];
        if (VM.keyExistsJson(json, _path(index, ".receipt"))) {
            proven.receipt = _receipt(json, _path(index, ".receipt"));
        }
        if (VM.keyExistsJson(json, _path(index, ".membership"))) {
            proven.membership = _membership(json, _path(index, ".membership"));
        }
    }

    function _terms(string memory json, string memory at)
        private
        pure
        returns (ShieldedTransfer memory terms)
    {
        terms.depositor = VM.parseJsonAddress(json, string.concat(at, ".depositor"));
        terms.deposit = uint128(VM.parseJsonUint(json, string.concat(at, ".deposit")));
        terms.recipient = VM.parseJsonAddress(json, string.concat(at, ".recipient"));
        terms.withdrawal = uint128(VM.parseJsonUint(json, string.concat(at, ".withdrawal")));
        terms.relayer = VM.parseJsonAddress(json, string.concat(at, ".relayer"));
        terms.fee = uint128(VM.parseJsonUint(json, string.concat(at, ".fee")));
        terms.deadline = uint64(VM.parseJsonUint(json, string.concat(at, ".deadline")));
        terms.delayed = VM.parseJsonBool(json, string.concat(at, ".delayed"));
        terms.closing = VM.parseJsonBool(json, string.concat(at, ".closing"));
        bytes[] memory payloads = VM.parseJsonBytesArray(json, string.concat(at, ".payloads"));
        (terms.payloads[0], terms.payloads[1]) = (payloads[0], payloads[1]);
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
        uint256[] memory inputs = VM.parseJsonUintArray(json, string.concat(at, ".publicInputs"));
        for (uint256 i = 0; i < 3; i++) {
            receipt.inputs[i] = inputs[i];
        }
    }

    function _membership(string memory json, string memory at)
        private
        pure
        returns (ProvenMembership memory membership)
    {
        membership.proof = _eight(json, string.concat(at, ".proof"));
        uint256[] memory inputs = VM.parseJsonUintArray(json, string.concat(at, ".publicInputs"));
        for (uint256 i = 0; i < 4; i++) {
            membership.inputs[i] = inputs[i];
        }
    }

    function _eight(string memory json, string memory at)
        private
        pure
        returns (uint256[8] memory words)
    {
        uint256[] memory read = VM.parseJsonUintArray(json, at);
        for (uint256 i = 0; i < 8; i++) {
            words[i] = read[i];
        }
    }

    function _path(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".transfers[", VM.toString(index), "]", field);
    }
}
