#![doc = include_str!("../README.md")]

pub mod contracts;
pub mod deployment;
pub mod settlement;

pub use deployment::Deployment;
pub use settlement::{MessageError, Settlement};
