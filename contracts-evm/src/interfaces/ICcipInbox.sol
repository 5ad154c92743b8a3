// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    IAny2EVMMessageReceiverV2
} from "@chainlink/contracts-ccip/contracts/interfaces/IAny2EVMMessageReceiverV2.sol";

import {IMessageInbox} from "./IMessageInbox.sol";
import {IPeers} from "./IPeers.sol";

/// @notice What the receiver demands of a message before CCIP may deliver it. Nothing demanded is CCIP's default verifiers,
/// at finality.
/// @param required The verifiers that must all attest; the zero address stands for CCIP's default ones.
/// @param optional_ The verifiers of which some must attest.
/// @param optionalThreshold How many of them.
/// @param allowedFinality How early a message may be attested, as CCIP's FinalityCodec has it; zero for finality alone.
struct Verification {
    address[] required;
    address[] optional_;
    uint8 optionalThreshold;
    bytes4 allowedFinality;
}

/// @title CcipInbox
/// @notice Takes messages that arrive over Chainlink CCIP.
/// @dev A message's guid is CCIP's id of it. Peers are senders, by CCIP's chain selectors. Whatever this refuses by a revert
/// CCIP marks as failed, and anyone may execute it again, with more gas.
interface ICcipInbox is IMessageInbox, IPeers, IAny2EVMMessageReceiverV2 {
    /// @notice The owner changed what is demanded of a chain's messages.
    /// @param chain CCIP's selector of the chain that they are from.
    /// @param verification What is demanded from now on.
    event VerificationSet(uint64 indexed chain, Verification verification);

    /// @notice The zero address is no router.
    error ZeroRouter();

    /// @notice Only CCIP's router delivers.
    error OnlyRouter(address caller);

    /// @notice A message brings no tokens; CCIP keeps them until it is executed, which it never will be.
    error UnexpectedTokens(uint256 count);

    /// @notice The sender's address is not of 32 bytes, and so is no peer.
    error InvalidSender(bytes sender);

    /// @notice More optional verifiers are needed than are named, or none of those named.
    error InvalidOptionalThreshold(uint8 threshold, uint256 count);

    /// @notice A verifier is named twice.
    error DuplicateVerifier(address verifier);

    /// @notice Sets what is demanded of a chain's messages, those under way included. Owner only.
    /// @param chain CCIP's selector of the chain that they are from.
    /// @param verification What is demanded from now on.
    function setVerification(uint64 chain, Verification calldata verification) external;

    /// @notice CCIP's router on this chain.
    /// @return The router, fixed at construction.
    function router() external view returns (address);
}
