//! A fast Groth16 prover over BN254.
//!
//! [`Key`] borrows a proving key where it lies, such as a memory-mapped `.zkey` or a packed key of arkworks;
//! [`Prover`] makes proofs with it. On x86-64 with AVX-512 IFMA the multi-scalar multiplications and the Fourier
//! transforms work on eight residues at a time; elsewhere on the arithmetic of arkworks.

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
