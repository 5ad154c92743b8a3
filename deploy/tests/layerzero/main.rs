//! The real LayerZero V2 between two anvil chains, carried by our workers.

mod bridge;
mod delivery;
mod refusals;
