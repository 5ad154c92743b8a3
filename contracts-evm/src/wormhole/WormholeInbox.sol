// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {
    CONSISTENCY_LEVEL_FINALIZED
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/constants/ConsistencyLevel.sol";
import {
    GuardianSignature,
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";
import {
    CoreBridgeLib
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/libraries/CoreBridge.sol";
import {VaaLib} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/libraries/VaaLib.sol";

import {MessageInbox} from "../bridge/MessageInbox.sol";
import {Peers} from "../bridge/Peers.sol";
import {IWormholeInbox} from "../interfaces/IWormholeInbox.sol";

/// @title WormholeInbox
/// @notice See {IWormholeInbox}.
abstract contract WormholeInbox is IWormholeInbox, MessageInbox, Peers {
    using BitMaps for BitMaps.BitMap;
    using VaaLib for bytes;

    /// @dev Wormhole numbers "finalized" twice.
    uint8 private constant CONSISTENCY_LEVEL_FINALIZED_ALIAS = 202;

    /// @inheritdoc IWormholeInbox
    ICoreBridge public immutable coreBridge;

    /// @dev By sequence and not by hash, at a quarter of the gas: a sequence is unique where its block is final.
    mapping(uint64 chain => mapping(bytes32 emitter => BitMaps.BitMap)) private _consumed;

    /// @param coreBridge_ Wormhole's core bridge on this chain.
    constructor(ICoreBridge coreBridge_) {
        if (address(coreBridge_) == address(0)) revert ZeroCoreBridge();
        coreBridge = coreBridge_;
    }

    /// @notice Delivers a VAA. Reverts where the VAA is not a quorum's, not a peer's, not final or was delivered before;
    /// what cannot be applied is kept.
    /// @param vaa A VAA of version 1, whose payload is a message.
    function executeVAAv1(bytes calldata vaa) external payable {
        if (msg.value != 0) revert UnexpectedValue(msg.value);

        (bytes32 guid, uint256 bodyOffset) = _verify(vaa);
        _receiveMessage(guid, _consume(vaa, bodyOffset));
    }

    /// @inheritdoc IWormholeInbox
    function isConsumed(uint64 chain, bytes32 emitter, uint64 sequence)
        external
        view
        returns (bool)
    {
        return _consumed[chain][emitter].get(sequence);
    }

    /// @dev Wormhole's own library, over the guardians that its core bridge names: at two thirds of the gas of asking the
    /// core bridge to verify.
    function _verify(bytes calldata vaa) private view returns (bytes32 guid, uint256 bodyOffset) {
        uint32 guardianSet;
        GuardianSignature[] memory signatures;
        uint256 offset = VaaLib.checkVaaVersionCdUnchecked(VaaLib.VERSION_MULTISIG, vaa);
        (guardianSet, signatures, bodyOffset) = vaa.decodeVaaAttestationMultiSigCdUnchecked(offset);
        guid = vaa.calcVaaDoubleHashCd(bodyOffset);

        // None where the set has expired or never was, and then no signature counts.
        address[] memory guardians =
            CoreBridgeLib.getGuardiansOrEmpty(address(coreBridge), guardianSet);
        if (!CoreBridgeLib.isVerifiedByQuorumMem(guid, signatures, guardians)) revert InvalidVaa();
    }

    /// @dev For a body that the guardians signed.
    function _consume(bytes calldata vaa, uint256 bodyOffset)
        private
        returns (bytes calldata message)
    {
        uint64 chain;
        bytes32 emitter;
        uint64 sequence;
        uint8 level;
        (,, chain, emitter, sequence, level, message) = vaa.decodeVaaBodyCd(bodyOffset);
        _requirePeer(chain, emitter);
        if (level != CONSISTENCY_LEVEL_FINALIZED && level != CONSISTENCY_LEVEL_FINALIZED_ALIAS) {
            revert NotFinalized(level);
        }

        BitMaps.BitMap storage consumed = _consumed[chain][emitter];
        if (consumed.get(sequence)) revert AlreadyConsumed(chain, emitter, sequence);
        consumed.set(sequence);
    }
}
