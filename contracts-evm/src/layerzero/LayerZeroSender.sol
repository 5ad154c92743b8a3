// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    MessagingFee,
    MessagingReceipt,
    OAppCore
} from "@layerzerolabs/oapp-evm/contracts/oapp/OApp.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {SettlementSender} from "../bridge/SettlementSender.sol";
import {ILayerZeroSender} from "../interfaces/ILayerZeroSender.sol";
import {LayerZeroOutbox} from "./LayerZeroOutbox.sol";

/// @title LayerZeroSender
/// @notice See {ILayerZeroSender}.
contract LayerZeroSender is ILayerZeroSender, SettlementSender, LayerZeroOutbox {
    /// @param endpoint_ LayerZero's endpoint on this chain.
    /// @param owner_ Who sets peers and LayerZero's configuration.
    constructor(address endpoint_, address owner_) OAppCore(endpoint_, owner_) Ownable(owner_) {}

    /// @inheritdoc ILayerZeroSender
    function send(
        uint32 dstEid,
        bytes calldata message,
        bytes calldata options,
        address refundAddress
    ) external payable returns (bytes32 guid, uint64 nonce) {
        if (refundAddress == address(0)) revert ZeroRefundAddress();
        bytes32 settlementId = _settlementIdIn(message);

        MessagingFee memory offered = MessagingFee({nativeFee: msg.value, lzTokenFee: 0});
        MessagingReceipt memory receipt = _lzSend(dstEid, message, options, offered, refundAddress);
        emit SettlementSent(
            settlementId, receipt.guid, dstEid, receipt.nonce, receipt.fee.nativeFee
        );
        return (receipt.guid, receipt.nonce);
    }

    /// @inheritdoc ILayerZeroSender
    function quote(uint32 dstEid, bytes calldata message, bytes calldata options)
        external
        view
        returns (uint256)
    {
        _settlementIdIn(message);
        return _quote(dstEid, message, options, false).nativeFee;
    }
}
