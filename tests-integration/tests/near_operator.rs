//! A prover's operator, against the real contracts on near-devnode: the program as a process, and a network
//! between the two that loses answers and holds requests.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "tests fail by panicking")]

#[path = "near_operator/attesting.rs"]
mod attesting;
#[path = "near_operator/crashes.rs"]
mod crashes;
#[path = "near_operator/earnings.rs"]
mod earnings;
#[path = "near_operator/failures.rs"]
mod failures;
#[path = "near_operator/faulty_network.rs"]
mod faulty_network;
#[path = "near_operator/life.rs"]
mod life;
#[path = "near_operator/operator.rs"]
mod operator;
#[path = "near_operator/world.rs"]
mod world;
