//! The files of circom and snarkjs over BN254: `.r1cs`, `.wtns`, `.zkey` (groth16), `.ptau`, and the
//! JSON of verifying keys, proofs and public inputs.
//!
//! Big files are memory-mapped: opening one reads its header and table of sections, and the points
//! stay the file's bytes until asked for. Writers stream, and a file appears under its name when it is
//! whole. What snarkjs wrote and this crate writes again is the same bytes.

pub mod container;
pub mod error;
pub mod field;
pub mod json;
pub mod points;
pub mod ptau;
pub mod r1cs;
pub mod wtns;
pub mod zkey;

pub use self::error::{FormatError, PointFault, Section};
