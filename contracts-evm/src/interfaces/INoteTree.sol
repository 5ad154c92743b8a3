// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title NoteTree
/// @notice The pool's Merkle tree of notes, of which the contract keeps what the next notes need, and the recent roots.
/// @dev Depth 24, Poseidon with circomlib's parameters, empty places hold zero. Two notes come at a time, so that the
/// first of them stands at an even place.
interface INoteTree {
    /// @notice Two notes are in the tree. All of these in order are the tree.
    /// @param index The place of the first; the second is beside it.
    /// @param note0 The commitment of the first.
    /// @param note1 The commitment of the second.
    /// @param root The tree's root with them.
    /// @param payload0 What the owner of the first needs to find and spend it, encrypted by whoever made it.
    /// @param payload1 The same for the second.
    event NotesAdded(
        uint64 indexed index,
        uint256 indexed note0,
        uint256 indexed note1,
        uint256 root,
        bytes payload0,
        bytes payload1
    );

    /// @notice The contract at that address does not hash as circomlib's Poseidon does.
    error NotPoseidon(address poseidon);

    /// @notice The root is not one of the recent ones.
    error UnknownRoot(uint256 root);

    /// @notice There is no room for two more notes. What is in the pool leaves it by closing withdrawals.
    error TreeFull();

    /// @notice A public input is not below the BN254 scalar field's order.
    error OutOfField(uint256 value);

    /// @notice How many of the last roots are known.
    /// @return One comes with every transfer that keeps its notes.
    function ROOTS() external view returns (uint64);

    /// @notice The contract that hashes: poseidon-solidity's PoseidonT3.
    /// @return Fixed at construction.
    function poseidon() external view returns (address);

    /// @notice How many notes are in the tree.
    /// @return Even, and at most 2^24.
    function leaves() external view returns (uint64);

    /// @notice The root of now.
    /// @return A BN254 scalar.
    function currentRoot() external view returns (uint256);

    /// @notice Whether proofs may still be made of a root.
    /// @param root The root.
    /// @param leaves_ How many notes the tree held under it: where to look for it.
    /// @return known True as long as it is one of the last.
    function isKnownRoot(uint256 root, uint64 leaves_) external view returns (bool known);
}
