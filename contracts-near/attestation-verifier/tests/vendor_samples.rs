//! The vendors' own samples, and each of them with bits flipped in every section, in volume on the host. The
//! wasm itself is tested in the real VM (tests-integration).
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "tests fail by panicking")]

#[path = "vendor_samples/dcap.rs"]
mod dcap;
#[path = "vendor_samples/garbage.rs"]
mod garbage;
#[path = "vendor_samples/host.rs"]
mod host;
#[path = "vendor_samples/roots.rs"]
mod roots;
#[path = "vendor_samples/samples.rs"]
mod samples;
#[path = "vendor_samples/snp.rs"]
mod snp;
