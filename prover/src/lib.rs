//! Groth16 keys, proofs and verifiers for the Proofrail circuits.
