//! Deployment of our own contracts, with everything that was written read back.

pub mod bridges;
pub mod builder;
pub mod evm;
pub mod governance;
mod groups;
mod handover;
pub mod near;
mod pool;
mod remote;
mod routes;
pub mod system;
