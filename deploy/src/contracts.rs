//! Deployment of our own contracts, with everything that was written read back.

pub mod bridges;
pub mod evm;
pub mod governance;
pub mod near;
