// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    MessagingFee,
    MessagingReceipt,
    OAppCore,
    OAppSender
} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {GovernanceSender} from "./GovernanceSender.sol";

/// @title LayerZeroGovernanceSender
/// @notice A governance sender over LayerZero V2. Its owner, which names the receivers as peers, is the access manager.
contract LayerZeroGovernanceSender is GovernanceSender, OAppSender {
    /// @param endpoint_ LayerZero's endpoint on this chain.
    /// @param authority_ The access manager of the governance chain.
    constructor(address endpoint_, address authority_)
        GovernanceSender(authority_)
        OAppCore(endpoint_, authority_)
        Ownable(authority_)
    {}

    /// @notice Sends a call. Restricted. What LayerZero's fee leaves over goes back.
    /// @param dstEid LayerZero's id of the chain.
    /// @param chainId The chain that it is for, by its EVM chain id.
    /// @param receiver The governance receiver that it is for, which must be the peer on that chain.
    /// @param target The contract that is to be called.
    /// @param data The call.
    /// @param options LayerZero's options, which name the gas for the receiver.
    /// @return guid LayerZero's id of the packet.
    function send(
        uint32 dstEid,
        uint256 chainId,
        address receiver,
        address target,
        bytes calldata data,
        bytes calldata options
    ) external payable restricted returns (bytes32 guid) {
        bytes memory message = _number(chainId, receiver, target, data);
        MessagingReceipt memory receipt =
            _lzSend(dstEid, message, options, MessagingFee(msg.value, 0), msg.sender);
        return receipt.guid;
    }
}
