// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IRouterClient} from "@chainlink/contracts-ccip/contracts/interfaces/IRouterClient.sol";
import {Client} from "@chainlink/contracts-ccip/contracts/libraries/Client.sol";
import {ExtraArgsCodec} from "@chainlink/contracts-ccip/contracts/libraries/ExtraArgsCodec.sol";

import {Fees} from "../bridge/Fees.sol";
import {ICcipOutbox} from "../interfaces/ICcipOutbox.sol";

/// @title CcipOutbox
/// @notice See {ICcipOutbox}.
abstract contract CcipOutbox is ICcipOutbox, Fees {
    /// @inheritdoc ICcipOutbox
    IRouterClient public immutable router;

    /// @param router_ CCIP's router on this chain.
    constructor(IRouterClient router_) {
        if (address(router_) == address(0)) revert ZeroRouter();
        router = router_;
    }

    /// @dev Sends for a fee in the chain's coin, out of what came with the call.
    function _ccipSend(uint64 destination, Client.EVM2AnyMessage memory envelope)
        internal
        returns (bytes32 messageId, uint256 fee)
    {
        // The router would keep what is too much.
        fee = router.getFee(destination, envelope);
        _requireFee(fee);
        messageId = router.ccipSend{value: fee}(destination, envelope);
    }

    function _envelope(
        bytes32 receiver,
        bytes memory message,
        bytes calldata extraArgs,
        address feeToken
    ) internal pure returns (Client.EVM2AnyMessage memory) {
        _checkExtraArgs(extraArgs);
        return Client.EVM2AnyMessage({
            receiver: abi.encode(receiver),
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
