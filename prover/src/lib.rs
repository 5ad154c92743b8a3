#![doc = include_str!("../README.md")]

mod constraints;
pub mod encoding;
pub mod key;
mod named_values;
#[cfg(feature = "operator")]
pub mod operator;
mod output;
pub mod proof;
pub mod prove;
#[cfg(feature = "insecure-dev-setup")]
pub mod setup;
pub mod solidity;
