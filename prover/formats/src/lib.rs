//! The files of snarkjs and circom.
