//! The real Chainlink CCIP 2.0 on development chains: its contracts from the npm artifacts, a committee that attests
//! messages, and an executor that delivers them.

pub mod abi;
mod artifacts;
pub mod stack;
pub mod workers;
