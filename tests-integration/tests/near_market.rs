//! The prover market's wasm in the real VM, with receipts, callbacks, refunds and time, at the
//! protocol version of today's main network and at the newest one.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "tests fail by panicking")]

#[path = "near_market/auctions.rs"]
mod auctions;
#[path = "near_market/bonus.rs"]
mod bonus;
#[path = "near_market/commitments.rs"]
mod commitments;
#[path = "near_market/costs.rs"]
mod costs;
#[path = "near_market/council.rs"]
mod council;
#[path = "near_market/draws.rs"]
mod draws;
#[path = "near_market/exports.rs"]
mod exports;
#[path = "near_market/insurance.rs"]
mod insurance;
#[path = "near_market/life.rs"]
mod life;
#[path = "near_market/local.rs"]
mod local;
#[path = "near_market/opinions.rs"]
mod opinions;
#[path = "near_market/proofs.rs"]
mod proofs;
#[path = "near_market/provers.rs"]
mod provers;
#[path = "near_market/redraws.rs"]
mod redraws;
#[path = "near_market/refusals.rs"]
mod refusals;
#[path = "near_market/replay.rs"]
mod replay;
#[path = "near_market/reports.rs"]
mod reports;
#[path = "near_market/slashing.rs"]
mod slashing;
#[path = "near_market/stake.rs"]
mod stake;
#[path = "near_market/world.rs"]
mod world;

use proofrail_tests_integration::near_market::PROTOCOL_VERSIONS;

/// Runs a test at each protocol version.
fn at_each_version(test: impl Fn(&mut world::World)) {
    for version in PROTOCOL_VERSIONS {
        eprintln!("protocol version {version}");
        test(&mut world::World::new(version));
    }
}
