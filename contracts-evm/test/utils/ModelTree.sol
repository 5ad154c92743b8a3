// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";

/// @notice circomlibjs' Poseidon contract.
interface ICircomPoseidon {
    function poseidon(uint256[2] calldata inputs) external pure returns (uint256);
}

/// @notice The pool's tree, another time: every node is kept, and circomlibjs' own contract hashes.
contract ModelTree {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    string private constant FILE = "contracts-evm/test/fixtures/poseidon.json";
    uint256 private constant DEPTH = 24;

    ICircomPoseidon public immutable poseidon;

    uint256[] private _empty;
    uint256[] public roots;
    uint256 public leaves;
    mapping(uint256 height => mapping(uint256 place => uint256)) private _nodes;

    constructor() {
        string memory json = VM.readFile(FILE);
        bytes memory code = VM.parseJsonBytes(json, ".creationCode");
        address deployed;
        assembly {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed != address(0), "circomlibjs' Poseidon");
        poseidon = ICircomPoseidon(deployed);
        _empty = VM.parseJsonUintArray(json, ".empty");
        roots.push(_empty[DEPTH]);
    }

    /// @notice Appends two leaves, and remembers the root.
    function pushPair(uint256 left, uint256 right) external returns (uint256) {
        uint256 place = leaves;
        (_nodes[0][place], _nodes[0][place + 1]) = (left, right);
        leaves = place + 2;
        for (uint256 height = 0; height < DEPTH; height++) {
            place /= 2;
            _nodes[height + 1][place] = hash(_at(height, 2 * place), _at(height, 2 * place + 1));
        }
        roots.push(root());
        return root();
    }

    function hash(uint256 left, uint256 right) public view returns (uint256) {
        return poseidon.poseidon([left, right]);
    }

    function root() public view returns (uint256) {
        return _at(DEPTH, 0);
    }

    function rootCount() external view returns (uint256) {
        return roots.length;
    }

    /// @dev No node is zero but an empty leaf.
    function _at(uint256 height, uint256 place) private view returns (uint256) {
        uint256 node = _nodes[height][place];
        return node == 0 ? _empty[height] : node;
    }
}
