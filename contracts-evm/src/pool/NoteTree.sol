// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";

import {INoteTree} from "../interfaces/INoteTree.sol";
import {Bn254} from "../libraries/Bn254.sol";

/// @title NoteTree
/// @notice See {INoteTree}.
abstract contract NoteTree is INoteTree {
    /// @dev The depth of the circuit `shielded`.
    uint256 private constant DEPTH = 24;
    uint64 private constant CAPACITY = uint64(2 ** DEPTH);

    /// @dev The roots of empty trees by height, from a zero leaf up to an empty tree of the full depth.
    bytes private constant EMPTY = hex"0000000000000000000000000000000000000000000000000000000000000000"
        hex"2098f5fb9e239eab3ceac3f27b81e481dc3124d55ffed523a839ee8446b64864"
        hex"1069673dcdb12263df301a6ff584a7ec261a44cb9dc68df067a4774460b1f1e1"
        hex"18f43331537ee2af2e3d758d50f72106467c6eea50371dd528d57eb2b856d238"
        hex"07f9d837cb17b0d36320ffe93ba52345f1b728571a568265caac97559dbc952a"
        hex"2b94cf5e8746b3f5c9631f4c5df32907a699c58c94b2ad4d7b5cec1639183f55"
        hex"2dee93c5a666459646ea7d22cca9e1bcfed71e6951b953611d11dda32ea09d78"
        hex"078295e5a22b84e982cf601eb639597b8b0515a88cb5ac7fa8a4aabe3c87349d"
        hex"2fa5e5f18f6027a6501bec864564472a616b2e274a41211a444cbe3a99f3cc61"
        hex"0e884376d0d8fd21ecb780389e941f66e45e7acce3e228ab3e2156a614fcd747"
        hex"1b7201da72494f1e28717ad1a52eb469f95892f957713533de6175e5da190af2"
        hex"1f8d8822725e36385200c0b201249819a6e6e1e4650808b5bebc6bface7d7636"
        hex"2c5d82f66c914bafb9701589ba8cfcfb6162b0a12acf88a8d0879a0471b5f85a"
        hex"14c54148a0940bb820957f5adf3fa1134ef5c4aaa113f4646458f270e0bfbfd0"
        hex"190d33b12f986f961e10c0ee44d8b9af11be25588cad89d416118e4bf4ebe80c"
        hex"22f98aa9ce704152ac17354914ad73ed1167ae6596af510aa5b3649325e06c92"
        hex"2a7c7c9b6ce5880b9f6f228d72bf6a575a526f29c66ecceef8b753d38bba7323"
        hex"2e8186e558698ec1c67af9c14d463ffc470043c9c2988b954d75dd643f36b992"
        hex"0f57c5571e9a4eab49e2c8cf050dae948aef6ead647392273546249d1c1ff10f"
        hex"1830ee67b5fb554ad5f63d4388800e1cfe78e310697d46e43c9ce36134f72cca"
        hex"2134e76ac5d21aab186c2be1dd8f84ee880a1e46eaf712f9d371b6df22191f3e"
        hex"19df90ec844ebc4ffeebd866f33859b0c051d8c958ee3aa88f8f8df3db91a5b1"
        hex"18cca2a66b5c0787981e69aefd84852d74af0e93ef4912b4648c05f722efe52b"
        hex"2388909415230d1b4d1304d2d54f473a628338f2efad83fadf05644549d2538d"
        hex"27171fb4a97b6cc0e9e8f543b5294de866a2af2c9c8d0b1d96e673e4529ed540";

    /// @inheritdoc INoteTree
    uint64 public constant ROOTS = 1024;

    /// @inheritdoc INoteTree
    address public immutable poseidon;

    uint256[ROOTS] private _roots;
    /// @dev By height, the last complete subtree that is a left child.
    uint256[DEPTH] private _left;

    /// @inheritdoc INoteTree
    uint64 public leaves;

    /// @dev The library is a contract of its own; pure functions of libraries can be called.
    constructor(address poseidon_) {
        poseidon = poseidon_;
        bytes memory empty = EMPTY;
        for (uint256 height = 0; height < DEPTH; height++) {
            uint256 child = _at(empty, height);
            if (_hash(poseidon_, child, child) != _at(empty, height + 1)) {
                revert NotPoseidon(poseidon_);
            }
        }
        _roots[0] = _at(empty, DEPTH);
    }

    /// @inheritdoc INoteTree
    function currentRoot() external view returns (uint256) {
        return _roots[_place(leaves)];
    }

    /// @inheritdoc INoteTree
    function isKnownRoot(uint256 root, uint64 leaves_) public view returns (bool) {
        return root != 0 && _roots[_place(leaves_)] == root;
    }

    /// @dev Appends two notes, and returns the place of the first and the new root.
    function _append(uint256 note0, uint256 note1) internal returns (uint64 index, uint256 root) {
        index = leaves;
        if (index == CAPACITY) revert TreeFull();
        bytes memory empty = EMPTY;
        root = _hash(poseidon, note0, note1);
        bool complete = true;
        uint256 place = index >> 1;
        for (uint256 height = 1; height < DEPTH; height++) {
            if (place & 1 == 1) {
                root = _hash(poseidon, _left[height], root);
            } else {
                // What is complete is a left child for as long as its sibling grows.
                if (complete) _left[height] = root;
                complete = false;
                root = _hash(poseidon, root, _at(empty, height));
            }
            place >>= 1;
        }
        leaves = index + 2;
        _roots[_place(index + 2)] = root;
    }

    function _requireField(uint256 value) internal pure {
        if (value >= Bn254.SCALAR_FIELD) revert OutOfField(value);
    }

    /// @dev One root a pair of notes, and one before the first.
    function _place(uint64 leaves_) private pure returns (uint256) {
        return (leaves_ >> 1) % ROOTS;
    }

    function _at(bytes memory words, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(words, 0x20), shl(5, index)))
        }
    }

    /// @dev `PoseidonT3.hash([left, right])`, called as a contract.
    function _hash(address poseidon_, uint256 left, uint256 right)
        private
        view
        returns (uint256 digest)
    {
        bytes4 selector = PoseidonT3.hash.selector;
        bool done;
        assembly ("memory-safe") {
            let call_ := mload(0x40)
            mstore(call_, selector)
            mstore(add(call_, 0x04), left)
            mstore(add(call_, 0x24), right)
            done := staticcall(gas(), poseidon_, call_, 0x44, 0x00, 0x20)
            done := and(done, eq(returndatasize(), 0x20))
            digest := mload(0x00)
        }
        if (!done) revert NotPoseidon(poseidon_);
    }
}
