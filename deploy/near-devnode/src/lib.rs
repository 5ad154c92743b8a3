//! A single-process NEAR development chain: contract wasm runs in the real `near-vm-runner`
//! (real gas, real limits) and nearcore's JSON-RPC is answered with nearcore's own types.
//!
//! * In-process tests use [`Chain`]: create accounts, deploy, call, view, move time.
//! * Clients use the binary `near-devnode`, which serves a chain through [`server`].
//!
//! Consensus, sharding, state proofs, epochs and gas-price movement are not modelled: one shard,
//! instant finality, a constant gas price. `README.md` lists what follows from that.

pub mod chain;
pub mod home;
pub mod server;

mod node;
mod rpc;
mod runtime;

pub use chain::{
    CallArgs, Chain, ChainConfig, ChainError, Clock, GenesisAccount, Imbalance, Outcome,
    ReceiptOutcome, View,
};

pub use node::{Node, NodeOptions};
pub use runtime::RuntimeError;

pub use near_crypto::{InMemorySigner as Signer, SecretKey};
pub use near_primitives::types::{AccountId, Balance, Gas};

/// Oldest protocol version that the VM crates support.
pub const MIN_PROTOCOL_VERSION: u32 = 84;

/// Newest protocol version that the VM crates support.
pub const MAX_PROTOCOL_VERSION: u32 = near_primitives::version::PROTOCOL_VERSION;

/// Protocol version used unless another is asked for: the one that mainnet runs.
pub const DEFAULT_PROTOCOL_VERSION: u32 = 86;
