// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title Peers
/// @notice The contract at the other end of a bridge, one a chain.
interface IPeers {
    /// @notice The owner named the contract at the other end.
    /// @param chain The bridge's id of the other chain.
    /// @param peer Its address, left-padded; zero where none is trusted any more.
    event PeerSet(uint64 indexed chain, bytes32 peer);

    /// @notice No contract is trusted on that chain.
    error NoPeer(uint64 chain);

    /// @notice Another contract than the trusted one sent the message.
    error OnlyPeer(uint64 chain, bytes32 sender);

    /// @notice Names the contract at the other end. Owner only.
    /// @param chain The bridge's id of the other chain.
    /// @param peer Its address, left-padded; zero to trust none.
    function setPeer(uint64 chain, bytes32 peer) external;

    /// @notice The contract at the other end.
    /// @param chain The bridge's id of the other chain.
    /// @return peer Its address, left-padded; zero where none is trusted.
    function peers(uint64 chain) external view returns (bytes32 peer);
}
