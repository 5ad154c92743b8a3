//! Settlements over every bridge, on two chains with the bridges' own contracts and workers.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

#[path = "bridges/conduct.rs"]
mod conduct;
#[path = "bridges/delivery.rs"]
mod delivery;
#[path = "bridges/failover.rs"]
mod failover;
#[path = "bridges/forgery.rs"]
mod forgery;
#[path = "bridges/health.rs"]
mod health;
#[path = "bridges/kept.rs"]
mod kept;
#[path = "bridges/policy.rs"]
mod policy;
#[path = "bridges/refusals.rs"]
mod refusals;
#[path = "bridges/reorg.rs"]
mod reorg;
#[path = "bridges/replay.rs"]
mod replay;
#[path = "bridges/routing.rs"]
mod routing;
#[path = "bridges/world.rs"]
mod world;
