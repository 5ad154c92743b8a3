// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// @notice What the tests configure and call of CCIP 2.0's contracts, whose own sources are not ours to build on.

interface ICcipFeeQuoter {
    struct StaticConfig {
        uint96 maxFeeJuelsPerMsg;
        address linkToken;
    }

    /// @dev Only ever an empty list here.
    struct TokenTransferFees {
        uint64 chain;
        bytes32[] fees;
    }

    struct DestChainConfig {
        bool isEnabled;
        uint32 maxDataBytes;
        uint32 maxPerMsgGasLimit;
        uint32 destGasOverhead;
        uint8 destGasPerPayloadByteBase;
        bytes4 chainFamilySelector;
        uint16 defaultTokenFeeUsdCents;
        uint32 defaultTokenDestGasOverhead;
        uint32 defaultTxGasLimit;
        uint16 networkFeeUsdCents;
        uint8 linkFeeMultiplierPercent;
    }

    struct DestChainConfigArgs {
        uint64 chain;
        DestChainConfig config;
    }

    struct TokenPrice {
        address token;
        uint224 usd;
    }

    struct GasPrice {
        uint64 chain;
        uint224 usd;
    }

    struct Prices {
        TokenPrice[] tokens;
        GasPrice[] gas;
    }

    function updatePrices(Prices calldata prices) external;
}

interface ICcipOnRamp {
    struct StaticConfig {
        uint64 chain;
        address rmn;
        uint32 maxUsdCentsPerMessage;
        address tokenAdminRegistry;
    }

    struct DynamicConfig {
        address feeQuoter;
        bool reentrancyGuardEntered;
        address feeAggregator;
    }

    struct DestChainConfigArgs {
        uint64 chain;
        address router;
        uint8 addressBytesLength;
        bool tokenReceiverAllowed;
        uint16 messageNetworkFeeUsdCents;
        uint16 tokenNetworkFeeUsdCents;
        uint32 baseExecutionGasCost;
        address[] defaultCcvs;
        address[] laneMandatedCcvs;
        address defaultExecutor;
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
        uint64 indexed destination,
        address indexed sender,
        bytes32 indexed messageId,
        address feeToken,
        uint256 tokenAmountBeforeTokenPoolFees,
        bytes encodedMessage,
        Receipt[] receipts,
        bytes[] verifierBlobs
    );

    function applyDestChainConfigUpdates(DestChainConfigArgs[] calldata updates) external;
}

interface ICcipOffRamp {
    struct StaticConfig {
        uint64 chain;
        uint16 gasForCallExactCheck;
        address rmn;
        address tokenAdminRegistry;
        uint32 maxGasBufferToUpdateState;
    }

    struct SourceChainConfigArgs {
        address router;
        uint64 chain;
        bool isEnabled;
        bytes[] onRamps;
        address[] defaultCcvs;
        address[] laneMandatedCcvs;
    }

    event ExecutionStateChanged(
        uint64 indexed source,
        uint64 indexed number,
        bytes32 indexed messageId,
        uint8 state,
        bytes returnData
    );

    error SkippedAlreadyExecutedMessage(bytes32 messageId, uint64 source, uint64 number);
    error NoStateProgressMade(bytes32 messageId, bytes err);
    error ReceiverError(bytes err);
    error RequiredCCVMissing(address ccv);
    error OptionalCCVQuorumNotReached(uint256 wanted, uint256 got);
    error InvalidRequestedFinality(bytes4 requested, bytes4 allowed);
    error InvalidMessageDestChainSelector(uint64 chain);

    function applySourceChainConfigUpdates(SourceChainConfigArgs[] calldata updates) external;
    function execute(
        bytes calldata encodedMessage,
        address[] calldata ccvs,
        bytes[] calldata verifierResults,
        uint32 gasLimitOverride
    ) external;
    function getExecutionState(bytes32 messageId) external view returns (uint8);
    function getCCVsForMessage(bytes calldata encodedMessage)
        external
        view
        returns (address[] memory required, address[] memory optional_, uint8 threshold);
}

interface ICcipRouterAdmin {
    struct OnRamp {
        uint64 chain;
        address onRamp;
    }

    struct OffRamp {
        uint64 chain;
        address offRamp;
    }

    function applyRampUpdates(
        OnRamp[] calldata onRamps,
        OffRamp[] calldata removed,
        OffRamp[] calldata added
    ) external;
}

interface ICcipResolver {
    struct Inbound {
        bytes4 version;
        address verifier;
    }

    struct Outbound {
        uint64 chain;
        address verifier;
    }

    function applyInboundImplementationUpdates(Inbound[] calldata updates) external;
    function applyOutboundImplementationUpdates(Outbound[] calldata updates) external;
}

interface ICcipCommittee {
    struct DynamicConfig {
        address feeAggregator;
        address allowlistAdmin;
    }

    struct RemoteChainConfigArgs {
        address router;
        uint64 chain;
        bool allowlistEnabled;
        uint16 feeUsdCents;
        uint32 gasForVerification;
        uint16 payloadSizeBytes;
    }

    struct SignatureConfig {
        uint64 chain;
        uint8 threshold;
        address[] signers;
    }

    function applyRemoteChainConfigUpdates(RemoteChainConfigArgs[] calldata updates) external;
    function applySignatureConfigs(uint64[] calldata removed, SignatureConfig[] calldata added)
        external;
    function setAllowedFinalityConfig(bytes4 allowed) external;
}

interface ICcipExecutor {
    struct DynamicConfig {
        address feeAggregator;
        bytes4 allowedFinality;
        bool ccvAllowlistEnabled;
    }

    struct RemoteChainConfig {
        uint16 usdCentsFee;
        bool enabled;
    }

    struct RemoteChainConfigArgs {
        uint64 chain;
        RemoteChainConfig config;
    }

    function applyDestChainUpdates(
        uint64[] calldata removed,
        RemoteChainConfigArgs[] calldata added
    ) external;
}
