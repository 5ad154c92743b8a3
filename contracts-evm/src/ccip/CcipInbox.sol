// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    IAny2EVMMessageReceiver
} from "@chainlink/contracts-ccip/contracts/interfaces/IAny2EVMMessageReceiver.sol";
import {
    IAny2EVMMessageReceiverV2
} from "@chainlink/contracts-ccip/contracts/interfaces/IAny2EVMMessageReceiverV2.sol";
import {Client} from "@chainlink/contracts-ccip/contracts/libraries/Client.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";

import {MessageInbox} from "../bridge/MessageInbox.sol";
import {Peers} from "../bridge/Peers.sol";
import {ICcipInbox, Verification} from "../interfaces/ICcipInbox.sol";

/// @title CcipInbox
/// @notice See {ICcipInbox}.
abstract contract CcipInbox is ICcipInbox, MessageInbox, Peers, ERC165 {
    /// @inheritdoc ICcipInbox
    address public immutable router;

    mapping(uint64 chain => Verification) private _verification;

    /// @param router_ CCIP's router on this chain.
    constructor(address router_) {
        if (router_ == address(0)) revert ZeroRouter();
        router = router_;
    }

    /// @inheritdoc ICcipInbox
    function setVerification(uint64 chain, Verification calldata verification) external onlyOwner {
        uint256 count = verification.optional_.length;
        uint8 threshold = verification.optionalThreshold;
        if (threshold > count || (threshold == 0 && count != 0)) {
            revert InvalidOptionalThreshold(threshold, count);
        }
        _requireDistinct(verification.required);
        _requireDistinct(verification.optional_);

        _verification[chain] = verification;
        emit VerificationSet(chain, verification);
    }

    /// @inheritdoc IAny2EVMMessageReceiver
    function ccipReceive(Client.Any2EVMMessage calldata message) external {
        if (msg.sender != router) revert OnlyRouter(msg.sender);
        uint256 tokens = message.destTokenAmounts.length;
        if (tokens != 0) revert UnexpectedTokens(tokens);
        if (message.sender.length != 32) revert InvalidSender(message.sender);
        _requirePeer(message.sourceChainSelector, bytes32(message.sender));

        _receiveMessage(message.messageId, message.data);
    }

    /// @inheritdoc IAny2EVMMessageReceiverV2
    function getCCVsAndFinalityConfig(uint64 chain, bytes calldata)
        external
        view
        returns (address[] memory, address[] memory, uint8, bytes4)
    {
        Verification memory demanded = _verification[chain];
        return (
            demanded.required,
            demanded.optional_,
            demanded.optionalThreshold,
            demanded.allowedFinality
        );
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IAny2EVMMessageReceiver).interfaceId
            || interfaceId == type(IAny2EVMMessageReceiverV2).interfaceId
            || super.supportsInterface(interfaceId);
    }

    /// @dev CCIP would refuse every message.
    function _requireDistinct(address[] calldata verifiers) private pure {
        for (uint256 i = 1; i < verifiers.length; i++) {
            for (uint256 j = 0; j < i; j++) {
                if (verifiers[i] == verifiers[j]) revert DuplicateVerifier(verifiers[i]);
            }
        }
    }
}
