//! The parts of Chainlink CCIP 2.0's contracts (`@chainlink/contracts-ccip` 2.0.0) that a deployment, its workers and
//! the relayer call.
//!
//! Interfaces only: the implementations (BUSL-1.1) stay in their npm package.
#![allow(missing_docs, reason = "the names are CCIP's and documented there")]
#![allow(clippy::too_many_arguments, reason = "the event is CCIP's own")]

use alloy::sol;

sol! {
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    interface FeeQuoter {
        struct StaticConfig { uint96 maxFeeJuelsPerMsg; address linkToken; }
        struct TokenTransferFees { uint64 destChainSelector; bytes32[] fees; }
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
        struct DestChainConfigArgs { uint64 destChainSelector; DestChainConfig destChainConfig; }
        struct TokenPriceUpdate { address sourceToken; uint224 usdPerToken; }
        struct GasPriceUpdate { uint64 destChainSelector; uint224 usdPerUnitGas; }
        struct PriceUpdates { TokenPriceUpdate[] tokenPriceUpdates; GasPriceUpdate[] gasPriceUpdates; }

        function updatePrices(PriceUpdates calldata priceUpdates) external;
        function applyDestChainConfigUpdates(DestChainConfigArgs[] calldata updates) external;
        function getDestChainConfig(uint64 destChainSelector) external view returns (DestChainConfig memory);
        function getFeeTokens() external view returns (address[] memory);
    }

    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    interface OnRamp {
        struct StaticConfig {
            uint64 chainSelector;
            address rmnRemote;
            uint32 maxUSDCentsPerMessage;
            address tokenAdminRegistry;
        }
        struct DynamicConfig { address feeQuoter; bool reentrancyGuardEntered; address feeAggregator; }
        struct DestChainConfigArgs {
            uint64 destChainSelector;
            address router;
            uint8 addressBytesLength;
            bool tokenReceiverAllowed;
            uint16 messageNetworkFeeUSDCents;
            uint16 tokenNetworkFeeUSDCents;
            uint32 baseExecutionGasCost;
            address[] defaultCCVs;
            address[] laneMandatedCCVs;
            address defaultExecutor;
            bytes offRamp;
        }
        struct DestChainConfig {
            address router;
            uint64 messageNumber;
            uint8 addressBytesLength;
            bool tokenReceiverAllowed;
            uint16 messageNetworkFeeUSDCents;
            uint16 tokenNetworkFeeUSDCents;
            uint32 baseExecutionGasCost;
            address defaultExecutor;
            address[] laneMandatedCCVs;
            address[] defaultCCVs;
            bytes offRamp;
        }
        struct Receipt {
            address issuer;
            uint32 destGasLimit;
            uint32 destBytesOverhead;
            uint256 feeTokenAmount;
            bytes extraArgs;
        }

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

        function applyDestChainConfigUpdates(DestChainConfigArgs[] calldata updates) external;
        function getDestChainConfig(uint64 destChainSelector) external view returns (DestChainConfig memory);
        function getDynamicConfig() external view returns (DynamicConfig memory);
    }

    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    interface OffRamp {
        struct StaticConfig {
            uint64 localChainSelector;
            uint16 gasForCallExactCheck;
            address rmnRemote;
            address tokenAdminRegistry;
            uint32 maxGasBufferToUpdateState;
        }
        struct SourceChainConfigArgs {
            address router;
            uint64 sourceChainSelector;
            bool isEnabled;
            bytes[] onRamps;
            address[] defaultCCVs;
            address[] laneMandatedCCVs;
        }
        struct SourceChainConfig {
            address router;
            bool isEnabled;
            bytes[] onRamps;
            address[] defaultCCVs;
            address[] laneMandatedCCVs;
        }

        event ExecutionStateChanged(
            uint64 indexed sourceChainSelector,
            uint64 indexed messageNumber,
            bytes32 indexed messageId,
            uint8 state,
            bytes returnData
        );

        error SkippedAlreadyExecutedMessage(bytes32 messageId, uint64 sourceChainSelector, uint64 messageNumber);
        error NoStateProgressMade(bytes32 messageId, bytes err);
        error ReceiverError(bytes err);

        function applySourceChainConfigUpdates(SourceChainConfigArgs[] calldata updates) external;
        function getSourceChainConfig(uint64 sourceChainSelector) external view returns (SourceChainConfig memory);
        function getExecutionState(bytes32 messageId) external view returns (uint8);
        function getCCVsForMessage(bytes calldata encodedMessage)
            external
            view
            returns (address[] memory requiredCCVs, address[] memory optionalCCVs, uint8 threshold);
        function execute(
            bytes calldata encodedMessage,
            address[] calldata ccvs,
            bytes[] calldata verifierResults,
            uint32 gasLimitOverride
        ) external;
    }

    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    interface Router {
        struct OnRampUpdate { uint64 destChainSelector; address onRamp; }
        struct OffRampUpdate { uint64 sourceChainSelector; address offRamp; }

        function applyRampUpdates(
            OnRampUpdate[] calldata onRamps,
            OffRampUpdate[] calldata removed,
            OffRampUpdate[] calldata added
        ) external;
        function isChainSupported(uint64 chainSelector) external view returns (bool);
        function getOnRamp(uint64 destChainSelector) external view returns (address);
        function isOffRamp(uint64 sourceChainSelector, address offRamp) external view returns (bool);
    }

    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    interface Resolver {
        struct InboundImplementationArgs { bytes4 version; address verifier; }
        struct OutboundImplementationArgs { uint64 destChainSelector; address verifier; }

        function applyInboundImplementationUpdates(InboundImplementationArgs[] calldata updates) external;
        function applyOutboundImplementationUpdates(OutboundImplementationArgs[] calldata updates) external;
        function getInboundImplementation(bytes calldata verifierResults) external view returns (address);
    }

    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    interface CommitteeVerifier {
        struct DynamicConfig { address feeAggregator; address allowlistAdmin; }
        struct RemoteChainConfigArgs {
            address router;
            uint64 remoteChainSelector;
            bool allowlistEnabled;
            uint16 feeUSDCents;
            uint32 gasForVerification;
            uint16 payloadSizeBytes;
        }
        struct SignatureConfig { uint64 sourceChainSelector; uint8 threshold; address[] signers; }

        function applyRemoteChainConfigUpdates(RemoteChainConfigArgs[] calldata updates) external;
        function applySignatureConfigs(uint64[] calldata removed, SignatureConfig[] calldata added) external;
        function setAllowedFinalityConfig(bytes4 allowed) external;
        function getSignatureConfig(uint64 sourceChainSelector) external view returns (address[] memory signers, uint8 threshold);
        function versionTag() external view returns (bytes4);
    }

    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    interface Executor {
        struct DynamicConfig { address feeAggregator; bytes4 allowedFinalityConfig; bool ccvAllowlistEnabled; }
        struct RemoteChainConfig { uint16 usdCentsFee; bool enabled; }
        struct RemoteChainConfigArgs { uint64 destChainSelector; RemoteChainConfig config; }

        function applyDestChainUpdates(uint64[] calldata removed, RemoteChainConfigArgs[] calldata added) external;
    }

    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    interface Rmn {
        function curse(bytes16 subject) external;
        function uncurse(bytes16 subject) external;
        function isCursed(bytes16 subject) external view returns (bool);
    }
}
