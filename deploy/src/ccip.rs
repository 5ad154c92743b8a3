//! The real Chainlink CCIP 2.0 on development chains: its contracts from the npm artifacts, a committee that attests
//! messages, and an executor that delivers them.

mod artifacts;
pub mod stack;
pub mod workers;

#[doc(inline)]
pub use proofrail_evm::ccip::abi;
