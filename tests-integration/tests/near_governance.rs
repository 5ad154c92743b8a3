//! How the prover market is governed, in the real VM: offices, timelock, circuits, storage balances and upgrades, at
//! the protocol version of today's main network and at the newest one.
#![allow(
    clippy::type_complexity,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "tests fail by panicking"
)]

#[path = "near_governance/changes.rs"]
mod changes;
#[path = "near_governance/circuits.rs"]
mod circuits;
#[path = "near_governance/costs.rs"]
mod costs;
#[path = "near_governance/forgery.rs"]
mod forgery;
#[path = "near_governance/from_0_1_0.rs"]
mod from_0_1_0;
#[path = "near_governance/offices.rs"]
mod offices;
#[path = "near_governance/storage.rs"]
mod storage;
#[path = "near_governance/upgrades.rs"]
mod upgrades;
#[path = "near_governance/world.rs"]
mod world;

use proofrail_tests_integration::near_market::PROTOCOL_VERSIONS;

/// Runs a test at each protocol version.
fn at_each_version(test: impl Fn(&mut world::World)) {
    for version in PROTOCOL_VERSIONS {
        eprintln!("protocol version {version}");
        test(&mut world::World::new(version));
    }
}
