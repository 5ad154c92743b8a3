#![doc = include_str!("../README.md")]

mod fft;
mod field;
mod group;
mod kernel;
pub mod key;
mod lanes;
mod matrix;
mod memory;
pub mod msm;
mod prover;
mod quotient;

pub use group::{Chunk, G1, G2, Group};
pub use kernel::Kernel;
pub use key::{Key, KeyError, PackedKey};
pub use matrix::{ENTRY_BYTES, MatrixError};
pub use memory::{MemoryLimit, NotEnoughMemory};
pub use prover::{ProveError, Prover};
