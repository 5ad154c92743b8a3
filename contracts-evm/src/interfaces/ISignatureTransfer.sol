// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @title SignatureTransfer
/// @notice The part of Permit2 that the hub calls: a transfer that its owner signed.
interface ISignatureTransfer {
    /// @notice A token and the most of it that may be moved.
    struct TokenPermissions {
        address token;
        uint256 amount;
    }

    /// @notice What the owner signs, besides the spender, who is the caller.
    struct PermitTransferFrom {
        TokenPermissions permitted;
        uint256 nonce;
        uint256 deadline;
    }

    /// @notice Where the tokens go, and how many of them.
    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount;
    }

    /// @notice Moves tokens by a signature, once.
    /// @param permit What was signed.
    /// @param transferDetails Where the tokens go.
    /// @param owner Who signed.
    /// @param signature Over the permit and the caller.
    function permitTransferFrom(
        PermitTransferFrom calldata permit,
        SignatureTransferDetails calldata transferDetails,
        address owner,
        bytes calldata signature
    ) external;
}
