#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod anvil;
pub mod circuit;
pub mod contracts;
pub mod devnet;
pub mod layerzero;
pub mod near_node;
pub mod process;
pub mod project;
pub mod rpc;

#[doc(inline)]
pub use proofrail_near_client as near;
