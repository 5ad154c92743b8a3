// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Settlement} from "../interfaces/ISettlementHub.sol";
import {Bn254} from "./Bn254.sol";

/// @title Settlements
/// @notice The two values that are derived from a settlement: its id and its context.
library Settlements {
    /// @notice Separates settlement ids from every other hash.
    bytes32 internal constant ID_DOMAIN = keccak256("proofrail.settlement.v2");

    /// @notice Separates contexts from every other hash.
    bytes32 internal constant CONTEXT_DOMAIN = keccak256("proofrail.context.v1");

    /// @notice Separates the names of sets of jobs from every other hash.
    bytes32 internal constant JOBS_DOMAIN = keccak256("proofrail.jobs.v1");

    /// @notice The id under which a settlement is paid once. It names the job and who pays for it and leaves out
    /// everything else, so that one job cannot be paid twice on different terms.
    /// @dev Its last byte is the job id's, and the hash before it is of the rest: 256 jobs that a payer has in a row
    /// stand in one word of a bitmap, where marking one as paid costs 5,000 gas and not 22,100. What is left of the
    /// hash has 248 bits, so that a collision takes 2^124 trials.
    /// @param settlement The settlement.
    /// @return The settlement id.
    function id(Settlement memory settlement) internal pure returns (bytes32) {
        return
            idOf(
                settlement.sourceChain,
                settlement.sourceContract,
                settlement.jobId,
                settlement.payer
            );
    }

    /// @notice The same, of what an id is made of.
    /// @param sourceChain keccak256 of the CAIP-2 id of the chain that the job was agreed on.
    /// @param sourceContract The contract of the job on that chain.
    /// @param jobId The job within that contract.
    /// @param payer Whose escrow pays.
    /// @return The settlement id.
    function idOf(bytes32 sourceChain, bytes32 sourceContract, bytes32 jobId, address payer)
        internal
        pure
        returns (bytes32)
    {
        uint256 job = uint256(jobId);
        bytes32 domain = ID_DOMAIN;
        bytes32 digest;
        // keccak256 of the ABI encoding: by hand, since every settlement pays for it.
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, domain)
            mstore(add(words, 0x20), sourceChain)
            mstore(add(words, 0x40), sourceContract)
            mstore(add(words, 0x60), shr(8, job))
            mstore(add(words, 0x80), and(payer, 0xffffffffffffffffffffffffffffffffffffffff))
            digest := keccak256(words, 0xa0)
        }
        return bytes32((uint256(digest) & ~uint256(0xff)) | (job & 0xff));
    }

    /// @notice The job id of a settlement that pays many jobs at once.
    /// @param group The jobs' ids without their last byte.
    /// @param jobs Which of the group's 256 jobs, a bit each.
    /// @return keccak256 of the domain and both.
    function jobIdOf(uint248 group, uint256 jobs) internal pure returns (bytes32) {
        return keccak256(abi.encode(JOBS_DOMAIN, group, jobs));
    }

    /// @notice The public input that a proof must carry to pay this settlement, on this chain, from this hub.
    /// @dev Words that are wider than their type are taken as they are: nothing that reads them will pay.
    /// @param settlement The settlement.
    /// @param settlementId Its id.
    /// @param hub The hub that pays.
    /// @return A BN254 scalar.
    function context(Settlement calldata settlement, bytes32 settlementId, address hub)
        internal
        view
        returns (uint256)
    {
        bytes32 domain = CONTEXT_DOMAIN;
        uint256 digest;
        // As above: keccak256 of the ABI encoding. Payer, recipient and token stand beside each other in both.
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, domain)
            mstore(add(words, 0x20), chainid())
            mstore(add(words, 0x40), and(hub, 0xffffffffffffffffffffffffffffffffffffffff))
            mstore(add(words, 0x60), settlementId)
            calldatacopy(add(words, 0x80), add(settlement, 0x80), 0x60)
            mstore(add(words, 0xe0), calldataload(add(settlement, 0x100)))
            digest := keccak256(words, 0x100)
        }
        return digest % Bn254.SCALAR_FIELD;
    }
}
