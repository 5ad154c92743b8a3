//! The real LayerZero V2 on development chains: its contracts from the npm artifacts, and the
//! off-chain workers (DVN and executor) that carry packets.

pub mod abi;
mod artifacts;
pub mod options;
pub mod packet;
pub mod stack;
pub mod workers;
