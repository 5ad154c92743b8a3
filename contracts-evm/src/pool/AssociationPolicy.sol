// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {MembershipInputs} from "../generated/MembershipInputs.sol";
import {Association, IAssociationPolicy} from "../interfaces/IAssociationPolicy.sol";
import {IMembershipVerifier} from "../interfaces/IMembershipVerifier.sol";
import {IPoolPolicy} from "../interfaces/IPoolPolicy.sol";
import {IVerifierRouter} from "../interfaces/IVerifierRouter.sol";
import {Bn254} from "../libraries/Bn254.sol";

/// @title AssociationPolicy
/// @notice See {IAssociationPolicy}.
contract AssociationPolicy is IAssociationPolicy, AccessManaged {
    uint64 private constant FOR_EVER = type(uint64).max;

    /// @inheritdoc IAssociationPolicy
    uint64 public constant GRACE = 1 days;

    /// @inheritdoc IAssociationPolicy
    IVerifierRouter public immutable router;

    /// @inheritdoc IAssociationPolicy
    uint256 public associationRoot;

    /// @inheritdoc IAssociationPolicy
    mapping(uint256 root => uint64) public acceptedUntil;

    /// @inheritdoc IAssociationPolicy
    mapping(address account => bool) public isExcluded;

    /// @param router_ Where the verifier of memberships is found, for good.
    /// @param authority_ The access manager: who may change the set and the list, and after what delay.
    constructor(IVerifierRouter router_, address authority_) AccessManaged(authority_) {
        if (address(router_) == address(0)) revert ZeroAddress();
        router = router_;
    }

    /// @inheritdoc IAssociationPolicy
    function setAssociationRoot(uint256 root, string calldata uri) external restricted {
        if (root == 0 || root >= Bn254.SCALAR_FIELD) revert InvalidRoot(root);
        uint256 previous = associationRoot;
        uint64 until = uint64(block.timestamp) + GRACE;
        // A set that is published again stays accepted.
        if (previous != 0) acceptedUntil[previous] = until;
        associationRoot = root;
        acceptedUntil[root] = FOR_EVER;
        emit AssociationRootSet(root, previous, until, uri);
    }

    /// @inheritdoc IAssociationPolicy
    function setExcluded(address[] calldata accounts, bool excluded) external restricted {
        for (uint256 i = 0; i < accounts.length; i++) {
            isExcluded[accounts[i]] = excluded;
            emit AccountExcludedSet(accounts[i], excluded);
        }
    }

    /// @inheritdoc IPoolPolicy
    function beforeDeposit(address depositor, uint256, uint256, bytes calldata) external view {
        if (isExcluded[depositor]) revert AccountExcluded(depositor);
    }

    /// @inheritdoc IPoolPolicy
    function beforeWithdrawal(address recipient, uint256, uint256 context, bytes calldata data)
        external
        view
    {
        if (isExcluded[recipient]) revert AccountExcluded(recipient);
        Association memory association = abi.decode(data, (Association));
        uint256 root = association.root;
        // forge-lint: disable-next-line(block-timestamp)
        if (root == 0 || block.timestamp > acceptedUntil[root]) {
            revert UnknownAssociationRoot(root);
        }

        uint256[4] memory inputs;
        inputs[MembershipInputs.ROOT] = root;
        // The scope is the withdrawal itself, so that no two withdrawals of a member look alike.
        inputs[MembershipInputs.SCOPE] = context;
        inputs[MembershipInputs.NULLIFIER] = association.nullifier;
        inputs[MembershipInputs.CONTEXT] = context;
        address verifier = router.verifierOf(MembershipInputs.CIRCUIT_ID);
        if (!IMembershipVerifier(verifier).verifyProof(association.proof, inputs)) {
            revert NotAssociated(root);
        }
    }
}
