//! The parts of Chainlink CCIP 2.0's own contracts that the adapter reads and calls (`@chainlink/contracts-ccip` 2.0.0;
//! their implementations are not ours to ship).
#![allow(clippy::too_many_arguments, reason = "the event is CCIP's own")]

use alloy::sol;

sol! {
    /// `OnRamp`.
    #[derive(Debug)]
    interface IOnRamp {
        /// Who was paid for what.
        struct Receipt {
            address issuer;
            uint32 destGasLimit;
            uint32 destBytesOverhead;
            uint256 feeTokenAmount;
            bytes extraArgs;
        }

        /// Where fees are computed.
        struct DynamicConfig {
            address feeQuoter;
            bool reentrancyGuardEntered;
            address feeAggregator;
        }

        /// A message left.
        event CCIPMessageSent(
            uint64 indexed destChainSelector,
            address indexed sender,
            bytes32 indexed messageId,
            address feeToken,
            uint256 tokenAmountBeforeTokenPoolFees,
            bytes encodedMessage,
            Receipt[] receipts,
            bytes[] verifierBlobs
        );

        /// Where fees are computed.
        function getDynamicConfig() external view returns (DynamicConfig memory);
    }

    /// `FeeQuoter`.
    #[derive(Debug)]
    interface IFeeQuoter {
        /// What a lane takes.
        struct DestChainConfig {
            bool isEnabled;
            uint32 maxDataBytes;
            uint32 maxPerMsgGasLimit;
            uint32 destGasOverhead;
            uint8 destGasPerPayloadByteBase;
            bytes4 chainFamilySelector;
            uint16 defaultTokenFeeUSDCents;
            uint32 defaultTokenDestGasOverhead;
            uint32 defaultTxGasLimit;
            uint16 networkFeeUSDCents;
            uint8 linkFeeMultiplierPercent;
        }

        /// What a lane takes.
        function getDestChainConfig(uint64 destChainSelector) external view returns (DestChainConfig memory);
    }

    /// `OffRamp`.
    #[derive(Debug)]
    interface IOffRamp {
        /// What a lane lets in.
        struct SourceChainConfig {
            address router;
            bool isEnabled;
            bytes[] onRamps;
            address[] defaultCCVs;
            address[] laneMandatedCCVs;
        }

        /// A message was executed, or its execution failed.
        event ExecutionStateChanged(
            uint64 indexed sourceChainSelector,
            uint64 indexed messageNumber,
            bytes32 indexed messageId,
            uint8 state,
            bytes returnData
        );

        /// What the receiver's revert is wrapped in.
        error ReceiverError(bytes err);

        /// What a lane lets in.
        function getSourceChainConfig(uint64 sourceChainSelector) external view returns (SourceChainConfig memory);
        /// How far a message is.
        function getExecutionState(bytes32 messageId) external view returns (uint8);
        /// Who must attest a message.
        function getCCVsForMessage(bytes calldata encodedMessage)
            external
            view
            returns (address[] memory requiredCCVs, address[] memory optionalCCVs, uint8 threshold);
        /// Executes a message; anyone may.
        function execute(
            bytes calldata encodedMessage,
            address[] calldata ccvs,
            bytes[] calldata verifierResults,
            uint32 gasLimitOverride
        ) external;
    }

    /// `Router`.
    #[derive(Debug)]
    interface IRouter {
        /// Whether a lane leads there.
        function isChainSupported(uint64 chainSelector) external view returns (bool);
        /// Where messages leave.
        function getOnRamp(uint64 destChainSelector) external view returns (address);
        /// Whether messages arrive there.
        function isOffRamp(uint64 sourceChainSelector, address offRamp) external view returns (bool);
    }

    /// `IRMN`.
    #[derive(Debug)]
    interface IRmn {
        /// Whether everything with this chain was stopped.
        function isCursed(bytes16 subject) external view returns (bool);
    }
}
