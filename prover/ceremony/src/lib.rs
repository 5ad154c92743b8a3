//! The second phase of a Groth16 setup by many parties.
