#![doc = include_str!("../README.md")]

pub mod api;
mod backoff;
pub mod bridge;
pub mod chain;
pub mod chains;
pub mod circuits;
pub mod cli;
mod clock;
pub mod config;
pub mod confirm;
mod decimal;
pub mod health;
pub mod hub;
pub mod prepare;
pub mod progress;
pub mod reason;
pub mod routing;
pub mod service;
pub mod settlement;
pub mod signer;
pub mod status;
pub mod store;
pub mod submit;
