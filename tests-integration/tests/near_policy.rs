//! The market's policy over attestations, with the verifier beside it, in the real VM: at the protocol version of
//! today's main network and at the newest one.
#![allow(
    clippy::type_complexity,
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "tests fail by panicking, and share helpers of which each uses some"
)]

#[path = "near_policy/costs.rs"]
mod costs;
#[path = "near_governance/forgery.rs"]
mod forgery;
#[path = "near_policy/life.rs"]
mod life;
#[path = "near_policy/market.rs"]
mod market;
#[path = "near_policy/refusals.rs"]
mod refusals;
#[path = "../../contracts-near/attestation-verifier/tests/vendor_samples/samples.rs"]
mod samples;
#[path = "near_policy/vendors.rs"]
mod vendors;
#[path = "near_governance/world.rs"]
mod world;

use proofrail_tests_integration::near_market::PROTOCOL_VERSIONS;
