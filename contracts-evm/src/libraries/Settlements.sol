// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Settlement} from "../interfaces/ISettlementHub.sol";
import {Bn254} from "./Bn254.sol";

/// @title Settlements
/// @notice The two values that are derived from a settlement: its id and its context.
library Settlements {
    /// @notice Separates settlement ids from every other hash.
    bytes32 internal constant ID_DOMAIN = keccak256("proofrail.settlement.v1");

    /// @notice Separates contexts from every other hash.
    bytes32 internal constant CONTEXT_DOMAIN = keccak256("proofrail.context.v1");

    /// @notice The id under which a settlement is paid once. It names the job and who pays for it and leaves out
    /// everything else, so that one job cannot be paid twice on different terms.
    /// @param settlement The settlement.
    /// @return The settlement id.
    function id(Settlement memory settlement) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                ID_DOMAIN,
                settlement.sourceChain,
                settlement.sourceContract,
                settlement.jobId,
                settlement.payer
            )
        );
    }

    /// @notice The public input that a proof must carry to pay this settlement, on this chain, from this hub.
    /// @param settlement The settlement.
    /// @param settlementId Its id.
    /// @param hub The hub that pays.
    /// @return A BN254 scalar.
    function context(Settlement calldata settlement, bytes32 settlementId, address hub)
        internal
        view
        returns (uint256)
    {
        bytes32 digest = keccak256(
            abi.encode(
                CONTEXT_DOMAIN,
                block.chainid,
                hub,
                settlementId,
                settlement.payer,
                settlement.recipient,
                settlement.token,
                settlement.deadline
            )
        );
        return uint256(digest) % Bn254.SCALAR_FIELD;
    }
}
