// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {Settlement} from "../types/Settlement.sol";

/// @title ClearReceipts
/// @notice Settlements that a coordinator signs as they are (EIP-712), instead of proving that it signed a receipt.
library ClearReceipts {
    /// @notice What stands in place of a circuit in a settlement that is signed.
    bytes32 internal constant CIRCUIT_ID = keccak256("proofrail.clear.v1");

    /// @notice The type that is signed.
    bytes32 internal constant TYPEHASH = keccak256(
        "Settlement(bytes32 circuitId,bytes32 sourceChain,bytes32 sourceContract,bytes32 jobId,address payer,address recipient,address token,uint128 amount,uint64 deadline,bytes32 coordinator)"
    );

    /// @dev No field element, so that no coordinator of proofs has such an id.
    uint256 private constant MARK = uint256(type(uint96).max) << 160;

    /// @notice The coordinator id of an address.
    /// @param signer The address.
    /// @return Twelve bytes of ones, then the address.
    function coordinatorOf(address signer) internal pure returns (bytes32) {
        return bytes32(MARK | uint160(signer));
    }

    /// @notice The address of a coordinator id.
    /// @param coordinator The coordinator id.
    /// @return signer The zero address where the id is none of an address.
    function signerOf(bytes32 coordinator) internal pure returns (address signer) {
        if (uint256(coordinator) & MARK != MARK) return address(0);
        // What is cut off is the mark.
        // forge-lint: disable-next-line(unsafe-typecast)
        return address(uint160(uint256(coordinator)));
    }

    /// @notice EIP-712's hash of a settlement, without the domain.
    /// @param settlement The settlement.
    /// @return keccak256 of the type and the fields, which are a word each.
    function structHash(Settlement calldata settlement) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, settlement));
    }

    /// @notice Whether an address signed a digest: by its key, or by its contract (ERC-1271).
    /// @dev The key comes first, since accounts have code under EIP-7702 and may know no ERC-1271.
    /// @param signer The address.
    /// @param digest What was signed.
    /// @param signature The signature.
    /// @return True where it did.
    function isSigned(address signer, bytes32 digest, bytes calldata signature)
        internal
        view
        returns (bool)
    {
        (address recovered, ECDSA.RecoverError failure,) =
            ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return signer.code.length != 0
            && SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature);
    }
}
