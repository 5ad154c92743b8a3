//! Groth16 over BN254 on NEAR's `alt_bn128` host functions.
//!
//! Proofs and keys come in EIP-197's big-endian encoding. The host functions trap the whole receipt on
//! a coordinate that is not reduced or on a point off the curve or out of the subgroup, so everything is
//! checked here first: whatever the bytes, the answer is a value.

mod error;
mod key;
mod point;
mod proof;
mod scalar;
mod verify;

pub use error::{Element, KeyError, Malformed, PointError, WrongInputCount};
pub use key::{KeyPoints, MAX_PUBLIC_INPUTS, VerifyingKey};
pub use proof::{PROOF_BYTES, Proof};
pub use scalar::{NotReduced, Scalar};
pub use verify::{AltBn128, Verdict, verify};
