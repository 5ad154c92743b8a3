// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IRouterClient} from "@chainlink/contracts-ccip/contracts/interfaces/IRouterClient.sol";
import {Client} from "@chainlink/contracts-ccip/contracts/libraries/Client.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {Peers} from "../bridge/Peers.sol";
import {SettlementSender} from "../bridge/SettlementSender.sol";
import {ICcipSender} from "../interfaces/ICcipSender.sol";
import {CcipOutbox} from "./CcipOutbox.sol";

/// @title CcipSender
/// @notice See {ICcipSender}.
contract CcipSender is ICcipSender, SettlementSender, CcipOutbox, Peers {
    using SafeERC20 for IERC20;

    /// @param router_ CCIP's router on this chain.
    /// @param owner_ Who sets peers.
    constructor(IRouterClient router_, address owner_) CcipOutbox(router_) Ownable(owner_) {}

    /// @inheritdoc ICcipSender
    function send(
        uint64 destination,
        bytes calldata message,
        bytes calldata extraArgs,
        address refundAddress
    ) external payable returns (bytes32 messageId) {
        if (refundAddress == address(0)) revert ZeroRefundAddress();
        bytes32 settlementId = _settlementIdIn(message);
        Client.EVM2AnyMessage memory envelope = _toPeer(destination, message, extraArgs, address(0));

        uint256 fee;
        (messageId, fee) = _ccipSend(destination, envelope);
        emit SettlementSent(settlementId, messageId, destination, address(0), fee);
        _refund(refundAddress, fee);
    }

    /// @inheritdoc ICcipSender
    function sendForToken(
        uint64 destination,
        bytes calldata message,
        bytes calldata extraArgs,
        address feeToken,
        uint256 maxFee
    ) external returns (bytes32 messageId) {
        if (feeToken == address(0)) revert ZeroFeeToken();
        bytes32 settlementId = _settlementIdIn(message);
        Client.EVM2AnyMessage memory envelope = _toPeer(destination, message, extraArgs, feeToken);

        uint256 fee = router.getFee(destination, envelope);
        if (maxFee < fee) revert InsufficientFee(maxFee, fee);
        IERC20(feeToken).safeTransferFrom(msg.sender, address(this), fee);
        IERC20(feeToken).forceApprove(address(router), fee);
        messageId = router.ccipSend(destination, envelope);
        emit SettlementSent(settlementId, messageId, destination, feeToken, fee);
    }

    /// @inheritdoc ICcipSender
    function quote(
        uint64 destination,
        bytes calldata message,
        bytes calldata extraArgs,
        address feeToken
    ) external view returns (uint256) {
        _settlementIdIn(message);
        return router.getFee(destination, _toPeer(destination, message, extraArgs, feeToken));
    }

    /// @dev What would go to the destination's receiver.
    function _toPeer(
        uint64 destination,
        bytes calldata message,
        bytes calldata extraArgs,
        address feeToken
    ) private view returns (Client.EVM2AnyMessage memory) {
        return _envelope(_peerOf(destination), message, extraArgs, feeToken);
    }
}
