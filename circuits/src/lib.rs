#![doc = include_str!("../README.md")]

pub mod babyjubjub;
pub mod circuit;
pub mod eddsa;
pub mod field;
mod linear;
pub mod poseidon;
pub mod public_inputs;
pub mod range;
pub mod receipt;
pub mod registry;
