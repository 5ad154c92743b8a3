// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IRouterClient} from "@chainlink/contracts-ccip/contracts/interfaces/IRouterClient.sol";
import {Client} from "@chainlink/contracts-ccip/contracts/libraries/Client.sol";
import {ExtraArgsCodec} from "@chainlink/contracts-ccip/contracts/libraries/ExtraArgsCodec.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {Peers} from "../bridge/Peers.sol";
import {SettlementSender} from "../bridge/SettlementSender.sol";
import {ICcipSender} from "../interfaces/ICcipSender.sol";

/// @title CcipSender
/// @notice See {ICcipSender}.
contract CcipSender is ICcipSender, SettlementSender, Peers {
    using SafeERC20 for IERC20;

    /// @inheritdoc ICcipSender
    IRouterClient public immutable router;

    /// @param router_ CCIP's router on this chain.
    /// @param owner_ Who sets peers.
    constructor(IRouterClient router_, address owner_) Ownable(owner_) {
        if (address(router_) == address(0)) revert ZeroRouter();
        router = router_;
    }

    /// @inheritdoc ICcipSender
    function send(
        uint64 destination,
        bytes calldata message,
        bytes calldata extraArgs,
        address refundAddress
    ) external payable returns (bytes32 messageId) {
        if (refundAddress == address(0)) revert ZeroRefundAddress();
        bytes32 settlementId = _settlementIdIn(message);
        Client.EVM2AnyMessage memory envelope =
            _envelope(destination, message, extraArgs, address(0));

        // The router would keep what is too much.
        uint256 fee = router.getFee(destination, envelope);
        _requireFee(fee);
        messageId = router.ccipSend{value: fee}(destination, envelope);
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
        Client.EVM2AnyMessage memory envelope = _envelope(destination, message, extraArgs, feeToken);

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
        return router.getFee(destination, _envelope(destination, message, extraArgs, feeToken));
    }

    function _envelope(
        uint64 destination,
        bytes calldata message,
        bytes calldata extraArgs,
        address feeToken
    ) private view returns (Client.EVM2AnyMessage memory) {
        _checkExtraArgs(extraArgs);
        return Client.EVM2AnyMessage({
            receiver: abi.encode(_peerOf(destination)),
            data: message,
            tokenAmounts: new Client.EVMTokenAmount[](0),
            feeToken: feeToken,
            extraArgs: extraArgs
        });
    }

    /// @dev CCIP decodes them. Without any, it would give the receiver too little gas.
    function _checkExtraArgs(bytes calldata extraArgs) private pure {
        // What is shorter is padded, and of no known tag.
        // forge-lint: disable-next-line(unsafe-typecast)
        bytes4 tag = bytes4(extraArgs);
        if (tag == ExtraArgsCodec.GENERIC_EXTRA_ARGS_V3_TAG) return;
        if (tag != Client.GENERIC_EXTRA_ARGS_V2_TAG) revert UnsupportedExtraArgs(tag);
        Client.GenericExtraArgsV2 memory arguments =
            abi.decode(extraArgs[4:], (Client.GenericExtraArgsV2));
        if (!arguments.allowOutOfOrderExecution) revert OrderedExecution();
    }
}
