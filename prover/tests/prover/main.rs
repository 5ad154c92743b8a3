//! Keys, proofs and their files, with the development keys of `receipt`.

mod keys;
mod proofs;
mod solidity;
mod support;
