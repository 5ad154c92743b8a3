// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {
    CONSISTENCY_LEVEL_FINALIZED
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/constants/ConsistencyLevel.sol";
import {
    ICoreBridge
} from "@wormhole-foundation/wormhole-solidity-sdk/contracts/interfaces/ICoreBridge.sol";

import {SettlementSender} from "../bridge/SettlementSender.sol";
import {IWormholeSender} from "../interfaces/IWormholeSender.sol";

/// @title WormholeSender
/// @notice See {IWormholeSender}. It has no owner and nothing to set.
contract WormholeSender is IWormholeSender, SettlementSender {
    /// @inheritdoc IWormholeSender
    uint8 public constant CONSISTENCY_LEVEL = CONSISTENCY_LEVEL_FINALIZED;

    /// @dev Wormhole leaves it to the emitter; ours has no use for it.
    uint32 private constant NONCE = 0;

    /// @inheritdoc IWormholeSender
    ICoreBridge public immutable coreBridge;

    /// @param coreBridge_ Wormhole's core bridge on this chain.
    constructor(ICoreBridge coreBridge_) {
        if (address(coreBridge_) == address(0)) revert ZeroCoreBridge();
        coreBridge = coreBridge_;
    }

    /// @inheritdoc IWormholeSender
    function send(bytes calldata message, address refundAddress)
        external
        payable
        returns (uint64 sequence)
    {
        if (refundAddress == address(0)) revert ZeroRefundAddress();
        bytes32 settlementId = _settlementIdIn(message);

        uint256 fee = coreBridge.messageFee();
        _requireFee(fee);
        sequence = coreBridge.publishMessage{value: fee}(NONCE, message, CONSISTENCY_LEVEL);
        emit SettlementSent(settlementId, sequence, fee);
        _refund(refundAddress, fee);
    }

    /// @inheritdoc IWormholeSender
    function quote(bytes calldata message) external view returns (uint256) {
        _settlementIdIn(message);
        return coreBridge.messageFee();
    }
}
