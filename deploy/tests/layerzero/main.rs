//! The real LayerZero V2 between two anvil chains, carried by our workers.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bridge;
mod delivery;
mod refusals;
