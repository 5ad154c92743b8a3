#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod anvil;
pub mod artifacts;
pub mod ccip;
pub mod circuit;
pub mod contracts;
pub mod devnet;
pub mod layerzero;
pub mod near_node;
pub mod process;
pub mod project;
pub mod rpc;
pub mod workers;
pub mod wormhole;

#[doc(inline)]
pub use proofrail_near_client as near;
