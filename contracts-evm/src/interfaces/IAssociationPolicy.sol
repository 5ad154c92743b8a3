// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IPoolPolicy} from "./IPoolPolicy.sol";
import {IVerifierRouter} from "./IVerifierRouter.sol";

/// @notice What whoever withdraws shows: membership of the association set.
/// @param root The root of the set.
/// @param nullifier Of the member, in the scope of this very withdrawal: it links nothing.
/// @param proof The Groth16 proof of the circuit `membership` in EIP-197 order.
struct Association {
    uint256 root;
    uint256 nullifier;
    uint256[8] proof;
}

/// @title AssociationPolicy
/// @notice Lets a withdrawal out at once for whoever proves to be in a set that an association provider vouches for,
/// without showing who; keeps listed accounts from depositing and from being paid at once.
/// @dev It shows that the withdrawer knows a member's secret, not which deposits the money came from: the provider
/// vouches for people. Whoever governs it can refuse deposits, and make withdrawals wait for the pool's delay.
interface IAssociationPolicy is IPoolPolicy {
    /// @notice The set is another one now.
    /// @param root Its root: Poseidon tree of depth 20 over members.
    /// @param previous The root before, which is accepted for a grace period.
    /// @param until The last second of that, in unix time.
    /// @param uri Where the set's members are published.
    event AssociationRootSet(
        uint256 indexed root, uint256 indexed previous, uint64 until, string uri
    );

    /// @notice An account was listed or taken off the list.
    /// @param account The account.
    /// @param excluded Whether it is listed.
    event AccountExcludedSet(address indexed account, bool excluded);

    /// @notice An address that must name somebody is zero.
    error ZeroAddress();

    /// @notice The root is zero or not a BN254 scalar.
    error InvalidRoot(uint256 root);

    /// @notice The account is listed.
    error AccountExcluded(address account);

    /// @notice The root is neither that of the set nor one that was lately.
    error UnknownAssociationRoot(uint256 root);

    /// @notice The proof does not show a membership for this withdrawal.
    error NotAssociated(uint256 root);

    /// @notice Replaces the set.
    /// @param root Its root.
    /// @param uri Where the set's members are published.
    function setAssociationRoot(uint256 root, string calldata uri) external;

    /// @notice Lists accounts, or takes them off the list.
    /// @param accounts The accounts.
    /// @param excluded Whether they are listed.
    function setExcluded(address[] calldata accounts, bool excluded) external;

    /// @notice The set of now.
    /// @return root Zero before the first.
    function associationRoot() external view returns (uint256 root);

    /// @notice Until when memberships under a root are accepted.
    /// @param root The root.
    /// @return until The last second, in unix time; 2^64 - 1 for the set of now, zero for none.
    function acceptedUntil(uint256 root) external view returns (uint64 until);

    /// @notice Whether an account is listed.
    /// @param account The account.
    /// @return excluded Whether it is.
    function isExcluded(address account) external view returns (bool excluded);

    /// @notice For how long a root is accepted that was replaced.
    /// @return In seconds.
    function GRACE() external view returns (uint64);

    /// @notice Where the policy finds its verifier.
    /// @return The router, fixed at construction.
    function router() external view returns (IVerifierRouter);
}
