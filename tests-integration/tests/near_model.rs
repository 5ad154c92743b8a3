//! The prover market's wasm against a plain model: random operations of many accounts, with jumps of time, payments
//! that fail and arguments that are wrong; and the fairness of its draws.
//!
//! `PROOFRAIL_MODEL_OPERATIONS` sets the number of operations of each test, `PROOFRAIL_MODEL_SEED` another first seed. A
//! failure prints its seed and the shortest list of operations found that fails as well.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "tests fail by panicking")]

#[path = "near_model/check.rs"]
mod check;
#[path = "near_model/dice.rs"]
mod dice;
#[path = "near_model/edges.rs"]
mod edges;
#[path = "near_model/exit.rs"]
mod exit;
#[path = "near_model/fairness.rs"]
mod fairness;
#[path = "near_model/market.rs"]
mod market;
#[path = "near_model/model.rs"]
mod model;
#[path = "near_model/op.rs"]
mod op;
#[path = "near_model/pick.rs"]
mod pick;
#[path = "near_model/proofs.rs"]
mod proofs;
#[path = "near_model/run.rs"]
mod run;

/// Operations of one test: four of them make more than a hundred thousand.
const OPERATIONS: usize = 26_000;

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

fn keeps_to_the_model(version: u32, seed: u64) {
    let count = variable("PROOFRAIL_MODEL_OPERATIONS").map_or(OPERATIONS, |count| count as usize);
    let seed = seed + variable("PROOFRAIL_MODEL_SEED").unwrap_or(0);
    let run = run::run(version, seed, count);
    println!("protocol {version}, seed {seed}: {} operations", run.done);
    println!("{} draws, all as the pure rule says", run.draws);
    for (name, (done, refused)) in &run.counts {
        println!("{name:18} {done:6} done {refused:6} refused");
    }
}

#[test]
fn the_market_should_keep_to_the_model_1() {
    keeps_to_the_model(run::EXACT, 1);
}

#[test]
fn the_market_should_keep_to_the_model_2() {
    keeps_to_the_model(run::EXACT, 2);
}

#[test]
fn the_market_should_keep_to_the_model_3() {
    keeps_to_the_model(run::EXACT, 3);
}

#[test]
fn the_market_should_keep_to_the_model_on_the_main_network_s_version() {
    keeps_to_the_model(86, 4);
}
