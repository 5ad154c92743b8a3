//! Development networks and deployment of Proofrail's contracts: two anvil chains with the real
//! LayerZero V2 stack and its off-chain workers, a NEAR chain, and our contracts on all three.

pub mod accounts;
pub mod anvil;
pub mod circuit;
pub mod contracts;
pub mod devnet;
pub mod layerzero;
pub mod near;
pub mod near_node;
pub mod process;
pub mod project;
pub mod rpc;
