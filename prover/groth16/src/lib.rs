//! A fast Groth16 prover over BN254.
