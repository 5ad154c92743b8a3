//! Keys, proofs and their files, with the development keys of `receipt`.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod keys;
mod proofs;
mod solidity;
mod support;
mod trace;
