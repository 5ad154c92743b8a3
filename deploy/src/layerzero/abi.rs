//! The parts of LayerZero V2's contracts that a deployment and its workers call.
//!
//! Interfaces only: the implementations (LZBL-1.2) stay in their npm packages.
#![allow(missing_docs, reason = "the names are LayerZero's and documented there")]
#![allow(clippy::too_many_arguments, reason = "events of LayerZero with nine fields")]

use alloy::sol;

sol! {
    #[derive(Debug, PartialEq, Eq)]
    struct Origin { uint32 srcEid; bytes32 sender; uint64 nonce; }

    #[derive(Debug, PartialEq, Eq)]
    struct UlnConfig {
        uint64 confirmations;
        uint8 requiredDVNCount;
        uint8 optionalDVNCount;
        uint8 optionalDVNThreshold;
        address[] requiredDVNs;
        address[] optionalDVNs;
    }

    #[derive(Debug)]
    struct SetDefaultUlnConfigParam { uint32 eid; UlnConfig config; }

    #[derive(Debug)]
    struct ExecutorConfig { uint32 maxMessageSize; address executor; }

    #[derive(Debug)]
    struct SetDefaultExecutorConfigParam { uint32 eid; ExecutorConfig config; }

    #[derive(Debug)]
    struct MessagingParams { uint32 dstEid; bytes32 receiver; bytes message; bytes options; bool payInLzToken; }

    #[derive(Debug)]
    struct MessagingFee { uint256 nativeFee; uint256 lzTokenFee; }

    #[derive(Debug)]
    struct MessagingReceipt { bytes32 guid; uint64 nonce; MessagingFee fee; }

    #[derive(Debug)]
    struct SetConfigParam { uint32 eid; uint32 configType; bytes config; }

    #[sol(rpc)]
    #[derive(Debug)]
    interface EndpointV2 {
        event PacketSent(bytes encodedPayload, bytes options, address sendLibrary);
        event PacketVerified(Origin origin, address receiver, bytes32 payloadHash);
        event PacketDelivered(Origin origin, address receiver);
        event LzReceiveAlert(
            address indexed receiver,
            address indexed executor,
            Origin origin,
            bytes32 guid,
            uint256 gas,
            uint256 value,
            bytes message,
            bytes extraData,
            bytes reason
        );

        error LZ_PathNotInitializable();
        error LZ_PayloadHashNotFound(bytes32 expected, bytes32 actual);
        error LZ_InvalidNonce(uint64 nonce);

        function delegates(address oapp) external view returns (address delegate);
        function eid() external view returns (uint32);
        function registerLibrary(address lib) external;
        function setDefaultSendLibrary(uint32 eid, address newLib) external;
        function setDefaultReceiveLibrary(uint32 eid, address newLib, uint256 gracePeriod) external;
        function defaultSendLibrary(uint32 eid) external view returns (address);
        function defaultReceiveLibrary(uint32 eid) external view returns (address);
        function isSupportedEid(uint32 eid) external view returns (bool);
        function initializable(Origin calldata origin, address receiver) external view returns (bool);
        function inboundNonce(address receiver, uint32 srcEid, bytes32 sender) external view returns (uint64);
        function lazyInboundNonce(address receiver, uint32 srcEid, bytes32 sender) external view returns (uint64);
        function inboundPayloadHash(address receiver, uint32 srcEid, bytes32 sender, uint64 nonce) external view returns (bytes32);
        function quote(MessagingParams calldata params, address sender) external view returns (MessagingFee memory);
        function send(MessagingParams calldata params, address refundAddress) external payable returns (MessagingReceipt memory);
        function setConfig(address oapp, address lib, SetConfigParam[] calldata params) external;
        function outboundNonce(address sender, uint32 dstEid, bytes32 receiver) external view returns (uint64);
        function lzReceive(Origin calldata origin, address receiver, bytes32 guid, bytes calldata message, bytes calldata extraData) external payable;
    }

    #[sol(rpc)]
    #[derive(Debug)]
    interface SendUln302 {
        event ExecutorFeePaid(address executor, uint256 fee);
        event DVNFeePaid(address[] requiredDVNs, address[] optionalDVNs, uint256[] fees);

        function setTreasury(address treasury) external;
        function setDefaultExecutorConfigs(SetDefaultExecutorConfigParam[] calldata params) external;
        function setDefaultUlnConfigs(SetDefaultUlnConfigParam[] calldata params) external;
        function getUlnConfig(address oapp, uint32 remoteEid) external view returns (UlnConfig memory);
        function getExecutorConfig(address oapp, uint32 remoteEid) external view returns (ExecutorConfig memory);
    }

    #[sol(rpc)]
    #[derive(Debug)]
    interface ReceiveUln302 {
        event PayloadVerified(address dvn, bytes header, uint256 confirmations, bytes32 proofHash);

        function setDefaultUlnConfigs(SetDefaultUlnConfigParam[] calldata params) external;
        function getUlnConfig(address oapp, uint32 remoteEid) external view returns (UlnConfig memory);
        function verify(bytes calldata packetHeader, bytes32 payloadHash, uint64 confirmations) external;
        function verifiable(UlnConfig memory config, bytes32 headerHash, bytes32 payloadHash) external view returns (bool);
        function commitVerification(bytes calldata packetHeader, bytes32 payloadHash) external;
        function hashLookup(bytes32 headerHash, bytes32 payloadHash, address dvn) external view returns (bool submitted, uint64 confirmations);
    }

    #[sol(rpc)]
    #[derive(Debug)]
    interface PriceFeed {
        struct Price { uint128 priceRatio; uint64 gasPriceInUnit; uint32 gasPerByte; }
        struct UpdatePrice { uint32 eid; Price price; }

        function initialize(address priceUpdater) external;
        function setEndpoint(address endpoint) external;
        function setPrice(UpdatePrice[] calldata prices) external;
    }

    #[sol(rpc)]
    #[derive(Debug)]
    interface Executor {
        struct DstConfigParam {
            uint32 dstEid;
            uint64 lzReceiveBaseGas;
            uint64 lzComposeBaseGas;
            uint16 multiplierBps;
            uint128 floorMarginUSD;
            uint128 nativeCap;
        }
        struct ExecutionParams {
            address receiver;
            Origin origin;
            bytes32 guid;
            bytes message;
            bytes extraData;
            uint256 gasLimit;
        }

        function initialize(
            address endpoint,
            address receiveUln301,
            address[] calldata messageLibs,
            address priceFeed,
            address roleAdmin,
            address[] calldata admins
        ) external;
        function setWorkerFeeLib(address workerFeeLib) external;
        function setDstConfig(DstConfigParam[] calldata params) external;
        function getFee(uint32 dstEid, address sender, uint256 calldataSize, bytes calldata options) external view returns (uint256);
        function execute302(ExecutionParams calldata executionParams) external payable;
    }

    #[sol(rpc)]
    #[derive(Debug)]
    interface Dvn {
        struct DstConfigParam { uint32 dstEid; uint64 gas; uint16 multiplierBps; uint128 floorMarginUSD; }
        struct ExecuteParam { uint32 vid; address target; bytes callData; uint256 expiration; bytes signatures; }

        event VerifySignaturesFailed(uint256 idx);
        event ExecuteFailed(uint256 index, bytes data);

        function vid() external view returns (uint32);
        function setWorkerFeeLib(address workerFeeLib) external;
        function setDstConfig(DstConfigParam[] calldata params) external;
        function getFee(uint32 dstEid, uint64 confirmations, address sender, bytes calldata options) external view returns (uint256);
        function hashCallData(uint32 vid, address target, bytes calldata callData, uint256 expiration) external pure returns (bytes32);
        function execute(ExecuteParam[] calldata params) external;
    }
}
