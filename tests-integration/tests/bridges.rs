//! Settlements over every bridge, on two chains with the bridges' own contracts and workers.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

#[path = "bridges/conduct.rs"]
mod conduct;
#[path = "bridges/delivery.rs"]
mod delivery;
#[path = "bridges/forgery.rs"]
mod forgery;
#[path = "bridges/kept.rs"]
mod kept;
#[path = "bridges/replay.rs"]
mod replay;
#[path = "bridges/world.rs"]
mod world;
