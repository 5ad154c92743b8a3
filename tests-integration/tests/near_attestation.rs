//! The attestation verifier's wasm in the real VM, on the vendors' own samples, at the protocol version of
//! today's main network and at the newest one.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "tests fail by panicking")]

#[path = "near_attestation/development.rs"]
mod development;
#[path = "near_attestation/gas.rs"]
mod gas;
#[path = "near_attestation/refusals.rs"]
mod refusals;
#[path = "../../contracts-near/attestation-verifier/tests/vendor_samples/samples.rs"]
mod samples;
#[path = "near_attestation/verdicts.rs"]
mod verdicts;
#[path = "near_attestation/world.rs"]
mod world;

/// The main network's version, and the newest that the VM knows.
const PROTOCOL_VERSIONS: [u32; 2] = [86, 88];
