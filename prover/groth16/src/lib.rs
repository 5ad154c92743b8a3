//! A fast Groth16 prover over BN254.

mod field;
mod group;
mod kernel;
mod lanes;
pub mod msm;

pub use group::{Chunk, G1, G2, Group};
pub use kernel::Kernel;
