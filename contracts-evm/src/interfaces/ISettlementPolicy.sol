// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Settlement} from "../types/Settlement.sol";

/// @dev The gas that a policy may use each time that it is asked or told.
uint256 constant POLICY_GAS_LIMIT = 100_000;

/// @title SettlementPolicy
/// @notice What a payer lets judge settlements beside the proof, before the hub pays them.
/// @dev A policy can refuse, by reverting, and nothing else: who is paid and how much stands in the settlement. The hub
/// and its receivers give it 100,000 gas, read little of its answer, and survive whatever it does.
interface ISettlementPolicy {
    /// @notice Judges a settlement that is about to be paid. What this changes is undone where the hub does not pay.
    /// @dev The hub asks before it verifies a proof, so that nothing here may count on one.
    /// @param settlement What would be paid, within the payer's own limits.
    /// @param id Its settlement id, which has not been paid.
    /// @param via Who called the hub: a bridge's receiver, or anyone with a proof.
    /// @return magic The selector of this function; anything else is a refusal.
    function admit(Settlement calldata settlement, bytes32 id, address via)
        external
        returns (bytes4 magic);

    /// @notice Tells that the calling receiver's bridge carried a settlement, on exactly these terms.
    /// @param settlement What the message says.
    function agree(Settlement calldata settlement) external;
}
