//! The parts of Wormhole's core bridge that a deployment and its guardians call.
#![allow(missing_docs, reason = "the names are Wormhole's and documented there")]

use alloy::sol;

sol! {
    #[sol(rpc)]
    #[derive(Debug, PartialEq, Eq)]
    interface CoreBridge {
        struct GuardianSet { address[] keys; uint32 expirationTime; }

        event LogMessagePublished(
            address indexed sender,
            uint64 sequence,
            uint32 nonce,
            bytes payload,
            uint8 consistencyLevel
        );

        function setup(
            address implementation,
            address[] calldata initialGuardians,
            uint16 chainId,
            uint16 governanceChainId,
            bytes32 governanceContract,
            uint256 evmChainId
        ) external;
        function publishMessage(uint32 nonce, bytes calldata payload, uint8 consistencyLevel) external payable returns (uint64 sequence);
        function submitSetMessageFee(bytes calldata vaa) external;
        function chainId() external view returns (uint16);
        function evmChainId() external view returns (uint256);
        function isFork() external view returns (bool);
        function messageFee() external view returns (uint256);
        function getCurrentGuardianSetIndex() external view returns (uint32);
        function getGuardianSet(uint32 index) external view returns (GuardianSet memory);
    }
}
