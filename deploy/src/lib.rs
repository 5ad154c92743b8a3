#![doc = include_str!("../README.md")]

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
