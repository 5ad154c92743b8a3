// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {VmSafe} from "forge-std/Vm.sol";

/// @notice `EVENTS.md` has every event of every contract, with its fields as the ABI has them.
contract EventsTest is Test {
    string private constant ROOT = "contracts-evm/";
    uint256 private constant NOT_FOUND = type(uint256).max;

    function test_everyEventIsDocumented() public view {
        string memory page = vm.readFile(string.concat(ROOT, "EVENTS.md"));
        VmSafe.DirEntry[] memory sources = vm.readDir(string.concat(ROOT, "src"), 3);
        uint256 events = 0;
        for (uint256 i = 0; i < sources.length; i++) {
            if (!sources[i].isDir) events += _check(page, _nameOf(sources[i].path));
        }
        assertGt(events, 100);
    }

    /// @return events How many the contract has; zero for what is not deployed.
    function _check(string memory page, string memory contract_)
        private
        view
        returns (uint256 events)
    {
        string memory file = string.concat(ROOT, "out/", contract_, ".sol/", contract_, ".json");
        if (!vm.isFile(file)) return 0;
        string memory artifact = vm.readFile(file);
        if (vm.indexOf(artifact, "\"bytecode\":{\"object\":\"0x\"") != NOT_FOUND) return 0;
        // The ABI comes first; the rest would be parsed again for each of its fields.
        artifact = string.concat(vm.split(artifact, ",\"bytecode\":")[0], "}");

        string memory section = _section(page, contract_);
        for (uint256 i = 0; vm.keyExistsJson(artifact, _entry(i, "")); i++) {
            string memory kind = vm.parseJsonString(artifact, _entry(i, ".type"));
            if (keccak256(bytes(kind)) != keccak256("event")) continue;
            string memory row = _row(artifact, i);
            bool found = vm.indexOf(section, row) != NOT_FOUND;
            assertTrue(found, string.concat(contract_, ": ", row));
            events++;
        }
        // A row too many is an event that is no more.
        assertEq(vm.split(section, "\n| `").length - 1, events, contract_);
    }

    /// @dev From its heading to the next; empty where it has none.
    function _section(string memory page, string memory contract_)
        private
        pure
        returns (string memory)
    {
        string[] memory parts = vm.split(page, string.concat("\n## ", contract_, "\n"));
        return parts.length == 2 ? vm.split(parts[1], "\n## ")[0] : "";
    }

    /// @dev An event's row, up to what it means.
    function _row(string memory artifact, uint256 index) private view returns (string memory) {
        (string memory topics, string memory data) = ("", "");
        for (uint256 i = 0; vm.keyExistsJson(artifact, _input(index, i, "")); i++) {
            string memory name = vm.parseJsonString(artifact, _input(index, i, ".name"));
            if (vm.parseJsonBool(artifact, _input(index, i, ".indexed"))) {
                topics = _append(topics, name);
            } else {
                data = _append(data, name);
            }
        }
        string memory name_ = vm.parseJsonString(artifact, _entry(index, ".name"));
        return string.concat("| `", name_, "` | ", _orNone(topics), " | ", _orNone(data), " | ");
    }

    function _append(string memory list, string memory name) private pure returns (string memory) {
        string memory separator = bytes(list).length == 0 ? "" : ", ";
        return string.concat(list, separator, "`", name, "`");
    }

    function _orNone(string memory list) private pure returns (string memory) {
        return bytes(list).length == 0 ? unicode"–" : list;
    }

    function _entry(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".abi[", vm.toString(index), "]", field);
    }

    function _input(uint256 index, uint256 input, string memory field)
        private
        pure
        returns (string memory)
    {
        return _entry(index, string.concat(".inputs[", vm.toString(input), "]", field));
    }

    function _nameOf(string memory path) private pure returns (string memory) {
        string[] memory parts = vm.split(path, "/");
        return vm.split(parts[parts.length - 1], ".sol")[0];
    }
}
