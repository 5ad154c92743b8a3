//! The parts of Wormhole's core bridge that the adapter reads (`ICoreBridge.sol` of Wormhole's Solidity SDK).

use alloy::sol;

sol! {
    /// `ICoreBridge`.
    #[derive(Debug)]
    interface ICoreBridge {
        /// Guardians, and when they stopped to be trusted; zero for those of today.
        struct GuardianSet {
            address[] keys;
            uint32 expirationTime;
        }

        /// A message was published.
        event LogMessagePublished(
            address indexed sender,
            uint64 sequence,
            uint32 nonce,
            bytes payload,
            uint8 consistencyLevel
        );

        /// The set of today's guardians.
        function getCurrentGuardianSetIndex() external view returns (uint32);
        /// The guardians of a set.
        function getGuardianSet(uint32 index) external view returns (GuardianSet memory);
        /// Wormhole's id of this chain.
        function chainId() external view returns (uint16);
    }
}
