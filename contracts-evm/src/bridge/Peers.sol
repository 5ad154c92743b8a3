// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {IPeers} from "../interfaces/IPeers.sol";

/// @title Peers
/// @notice See {IPeers}. LayerZero's ends have the same in their OAppCore.
abstract contract Peers is IPeers, Ownable2Step {
    /// @inheritdoc IPeers
    mapping(uint64 chain => bytes32 peer) public peers;

    /// @inheritdoc IPeers
    function setPeer(uint64 chain, bytes32 peer) external onlyOwner {
        peers[chain] = peer;
        emit PeerSet(chain, peer);
    }

    function _peerOf(uint64 chain) internal view returns (bytes32 peer) {
        peer = peers[chain];
        if (peer == 0) revert NoPeer(chain);
    }

    function _requirePeer(uint64 chain, bytes32 sender) internal view {
        if (_peerOf(chain) != sender) revert OnlyPeer(chain, sender);
    }
}
