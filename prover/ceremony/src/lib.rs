#![doc = include_str!("../README.md")]

pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod contribute;
pub mod error;
pub mod export;
pub mod progress;
pub mod setup;
pub mod snarkjs;
pub mod transcript;
pub mod verify;

pub use self::error::CeremonyError;
