//! What spans two chains beside single settlements: routes that demand bridges, groups, and governance from afar.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

#[path = "chains/governance.rs"]
mod governance;
#[path = "chains/groups.rs"]
mod groups;
#[path = "chains/network.rs"]
mod network;
#[path = "chains/routes.rs"]
mod routes;
#[allow(dead_code, reason = "the tests of bridges use the rest")]
#[path = "bridges/world.rs"]
mod world;
