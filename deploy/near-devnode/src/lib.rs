//! A single-process NEAR development chain that runs contracts in the real VM.
