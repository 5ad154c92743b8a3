//! The real Wormhole core bridge on development chains: its contracts from the npm artifacts, and nineteen guardians
//! that observe, sign, and serve what they signed.

pub mod abi;
pub mod stack;
pub mod workers;
