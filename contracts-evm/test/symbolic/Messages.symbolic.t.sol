// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Settlement} from "proofrail/interfaces/ISettlementHub.sol";
import {SettlementMessage} from "proofrail/libraries/SettlementMessage.sol";
import {Settlements} from "proofrail/libraries/Settlements.sol";

import {Symbolic} from "./Symbolic.sol";

/// @notice Gives the libraries calldata to work on.
contract Codec {
    function encode(Settlement calldata settlement, uint256[8] calldata proof)
        external
        pure
        returns (bytes memory)
    {
        return SettlementMessage.encode(settlement, proof);
    }

    function decode(bytes calldata message)
        external
        pure
        returns (Settlement memory settlement, uint256[8] memory proof)
    {
        return SettlementMessage.decode(message);
    }

    function context(Settlement calldata settlement, bytes32 id, address hub)
        external
        view
        returns (uint256)
    {
        return Settlements.context(settlement, id, hub);
    }
}

/// @notice For every settlement and every message, and not only for some.
contract MessagesSymbolicTest is Symbolic {
    Codec private codec = new Codec();

    function check_whatWasWrittenIsRead(Settlement calldata settlement, uint256[8] calldata proof)
        public
        view
    {
        bytes memory message = codec.encode(settlement, proof);
        (Settlement memory read, uint256[8] memory readProof) = codec.decode(message);
        assert(keccak256(abi.encode(read, readProof)) == keccak256(abi.encode(settlement, proof)));
    }

    function check_whatIsReadWasWrittenSo() public view {
        bytes memory message = svm.createBytes(SettlementMessage.LENGTH, "message");
        try codec.decode(message) returns (Settlement memory read, uint256[8] memory proof) {
            assert(keccak256(codec.encode(read, proof)) == keccak256(message));
        } catch {}
    }

    /// @dev The hash by hand is that of the ABI encoding, and the last byte is the job's.
    function check_theIdIsItsRowsHash(
        bytes32 sourceChain,
        bytes32 sourceContract,
        bytes32 jobId,
        address payer
    ) public pure {
        bytes32 row = keccak256(
            abi.encode(
                Settlements.ID_DOMAIN, sourceChain, sourceContract, uint256(jobId) >> 8, payer
            )
        );
        bytes32 id = Settlements.idOf(sourceChain, sourceContract, jobId, payer);
        assert(uint256(id) >> 8 == uint256(row) >> 8);
        assert(uint8(uint256(id)) == uint8(uint256(jobId)));
    }

    function check_theContextIsTheTermsHash(Settlement calldata settlement, bytes32 id, address hub)
        public
        view
    {
        bytes32 digest = keccak256(
            abi.encode(
                Settlements.CONTEXT_DOMAIN,
                block.chainid,
                hub,
                id,
                settlement.payer,
                settlement.recipient,
                settlement.token,
                settlement.deadline
            )
        );
        uint256 order = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
        assert(codec.context(settlement, id, hub) == uint256(digest) % order);
    }
}
