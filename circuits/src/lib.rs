#![doc = include_str!("../README.md")]

pub mod audit;
pub mod babyjubjub;
pub mod bid_range;
pub mod circuit;
pub mod ecdsa;
pub mod eddsa;
pub mod field;
pub mod income_threshold;
mod linear;
pub mod membership;
pub mod merkle;
mod nonnative;
pub mod poseidon;
pub mod public_inputs;
pub mod range;
pub mod receipt;
pub mod receipt_batch;
pub mod registry;
pub mod secp256k1;
pub mod secret;
pub mod shielded;
