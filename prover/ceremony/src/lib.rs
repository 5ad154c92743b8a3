//! The second phase of a Groth16 setup over BN254 by many parties: as long as one of them forgets
//! their secret, nobody can forge proofs (BGM17, <https://eprint.iacr.org/2017/1050>).
//!
//! Keys are snarkjs's `.zkey` files, and what this crate writes is what snarkjs would have written:
//! each program verifies what the other made. Beside the key stands a [`transcript`] that the
//! contributors sign.

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
