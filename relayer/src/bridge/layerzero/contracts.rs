//! The parts of LayerZero V2's own contracts that the adapter reads (`@layerzerolabs/lz-evm-protocol-v2` and
//! `lz-evm-messagelib-v2` 3.0; their implementations are not ours to ship).
#![allow(clippy::too_many_arguments, reason = "the events are LayerZero's own")]

use alloy::sol;

sol! {
    /// `ILayerZeroEndpointV2`.
    #[derive(Debug)]
    interface IEndpoint {
        /// Where a packet comes from.
        struct Origin {
            uint32 srcEid;
            bytes32 sender;
            uint64 nonce;
        }

        /// The executor delivered and the receiver reverted; the executor's transaction succeeded all the same.
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

        /// The hash of a packet that DVNs have verified and nobody has delivered; zero for any other.
        function inboundPayloadHash(address receiver, uint32 srcEid, bytes32 sender, uint64 nonce)
            external
            view
            returns (bytes32);
        /// Delivers a verified packet; anybody may.
        function lzReceive(
            Origin calldata origin,
            address receiver,
            bytes32 guid,
            bytes calldata message,
            bytes calldata extraData
        ) external payable;
    }

    /// `ReceiveUln302`.
    #[derive(Debug)]
    interface IReceiveLib {
        /// Which DVNs must attest packets of a path, and after how many blocks.
        struct UlnConfig {
            uint64 confirmations;
            uint8 requiredDVNCount;
            uint8 optionalDVNCount;
            uint8 optionalDVNThreshold;
            address[] requiredDVNs;
            address[] optionalDVNs;
        }

        /// Which DVNs must attest packets of a path.
        function getUlnConfig(address oapp, uint32 remoteEid) external view returns (UlnConfig memory);
        /// Whether enough of them have attested a packet.
        function verifiable(UlnConfig memory config, bytes32 headerHash, bytes32 payloadHash)
            external
            view
            returns (bool);
        /// Records an attested packet in the endpoint; anybody may.
        function commitVerification(bytes calldata packetHeader, bytes32 payloadHash) external;
    }

    /// `OAppCore`.
    interface IOApp {
        /// The application at the other end.
        function peers(uint32 eid) external view returns (bytes32 peer);
    }

    /// `SendLibBase`.
    interface ISendLib {
        /// The executor of a path and the largest message that it takes, bytes.
        struct ExecutorConfig {
            uint32 maxMessageSize;
            address executor;
        }

        /// The configuration in force for an application.
        function getExecutorConfig(address oapp, uint32 remoteEid) external view returns (ExecutorConfig memory config);
    }
}
