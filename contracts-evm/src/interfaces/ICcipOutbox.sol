// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IRouterClient} from "@chainlink/contracts-ccip/contracts/interfaces/IRouterClient.sol";

import {IFees} from "./IFees.sol";

/// @title CcipOutbox
/// @notice What hands messages to Chainlink CCIP.
/// @dev Extra arguments are CCIP's generic ones of version 2 (gas, out of order) or 3 (gas, finality, verifiers, executor). The
/// receiver may refuse a finality or demand verifiers; CCIP takes the message nevertheless, so ask the receiver before.
interface ICcipOutbox is IFees {
    /// @notice The zero address is no router.
    error ZeroRouter();

    /// @notice The extra arguments are of neither version 2 nor 3.
    error UnsupportedExtraArgs(bytes4 tag);

    /// @notice Version 2 would have the message wait for others of this sender; ours wait for nothing.
    error OrderedExecution();

    /// @notice CCIP's router on this chain.
    /// @return The router, fixed at construction.
    function router() external view returns (IRouterClient);
}
