#![doc = include_str!("../README.md")]

pub mod ccip;
pub mod contracts;
pub mod deployment;
pub mod settlement;
pub mod vaa;

pub use deployment::Deployment;
pub use settlement::{MessageError, Settlement};
