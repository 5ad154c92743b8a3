//! A prover's work in the market on NEAR: its keys, its quotes, its inbox, and the loop that takes jobs,
//! proves them and is paid.

pub mod advice;
pub mod attestation;
pub mod config;
pub mod inbox;
pub mod keystore;
pub mod market;
pub mod proving;
pub mod runner;
pub mod sender;
pub mod state;
pub mod statement;
