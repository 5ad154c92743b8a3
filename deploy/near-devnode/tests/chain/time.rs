//! Blocks, time and randomness.

use crate::support::{Fixture, id};
use near_devnode::{Balance, Chain, ChainConfig, ChainError, Clock};
use std::time::Duration;

#[test]
fn contracts_see_the_time_that_tests_set() {
    let mut fixture = Fixture::new(86);
    let start = fixture.chain.time_ns();
    fixture.chain.advance_time(Duration::from_secs(3_600)).unwrap();
    let hour = 3_600_000_000_000;
    assert!(fixture.u64_of("now") >= start + hour);

    let target = fixture.chain.time_ns() + 7 * hour;
    fixture.chain.set_time(target).unwrap();
    assert_eq!(fixture.u64_of("now"), target);
    assert_eq!(fixture.chain.time_ns(), target);
    let error = fixture.chain.set_time(target).unwrap_err();
    assert!(matches!(error, ChainError::TimeNotAfterTip { .. }), "{error}");
}

#[test]
fn absurd_times_are_refused_and_leave_the_chain_usable() {
    let mut fixture = Fixture::new(86);
    let latest = u64::MAX / 2;
    let far = Duration::from_nanos(latest);
    for error in [
        fixture.chain.set_time(u64::MAX).unwrap_err(),
        fixture.chain.advance_time(far).unwrap_err(),
        fixture.chain.advance_time(Duration::MAX).unwrap_err(),
        fixture.chain.fast_forward(10_000_000_000).unwrap_err(),
    ] {
        assert!(matches!(error, ChainError::TimeOutOfRange), "{error}");
    }
    fixture.chain.set_time(latest).unwrap();
    assert!(fixture.call("ok", []).is_success());
}

#[test]
fn fast_forward_moves_height_and_time_together() {
    let mut fixture = Fixture::new(86);
    let (height, time) = (fixture.chain.height(), fixture.chain.time_ns());
    fixture.chain.fast_forward(1_000).unwrap();
    assert_eq!(fixture.chain.height(), height + 1_001);
    assert_eq!(fixture.chain.time_ns(), time + 1_001_000_000_000);
    assert_eq!(fixture.u64_of("height"), fixture.chain.height());
    // Nonces are bounded by the height: accounts stay usable after the jump.
    assert!(fixture.call("ok", []).is_success());
    let error = fixture.chain.fast_forward(u64::MAX).unwrap_err();
    assert!(matches!(error, ChainError::HeightOutOfRange { .. }), "{error}");
}

#[test]
fn random_seed_changes_per_call_and_repeats_per_chain() {
    let seeds = |random_seed| {
        let config = ChainConfig { random_seed, ..ChainConfig::default() };
        let mut chain = Chain::new(config).unwrap();
        let contract = chain.create_account(&id("contract.near"), Balance::from_near(10)).unwrap();
        chain.deploy(&contract, &crate::support::contract_wasm()).unwrap();
        let mut call = || {
            let account_id = contract.account_id.clone();
            let outcome = chain
                .call(
                    &contract,
                    &account_id,
                    "seed",
                    Vec::new(),
                    Balance::ZERO,
                    crate::support::GAS,
                )
                .unwrap();
            outcome.value().unwrap().to_vec()
        };
        [call(), call()]
    };
    let first = seeds([1; 32]);
    assert_eq!(first[0].len(), 32);
    assert_ne!(first[0], first[1]);
    assert_eq!(first, seeds([1; 32]), "a chain is reproducible");
    assert_ne!(first, seeds([2; 32]), "and depends on its seed");
}

#[test]
fn system_clock_follows_the_wall_clock() {
    let config = ChainConfig { clock: Clock::System, ..ChainConfig::default() };
    let chain = Chain::new(config).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let lag = now.as_nanos() - u128::from(chain.time_ns());
    assert!(lag < 600_000_000_000, "the first block is {lag} ns old");
}

#[test]
fn protocol_versions_outside_the_range_are_refused() {
    for protocol_version in [0, 83, 89] {
        let config = ChainConfig { protocol_version, ..ChainConfig::default() };
        let error = Chain::new(config).unwrap_err();
        assert!(error.to_string().contains("choose 84 to 88"), "{error}");
    }
}

#[test]
fn collecting_garbage_forgets_old_blocks_and_nothing_else() {
    let mut fixture = Fixture::new(86);
    let first = fixture.call("ok", []).transaction_hash;
    let balance = fixture.chain.balance(&id("alice.near")).unwrap();
    fixture.chain.advance_blocks(10).unwrap();
    let last = fixture.call("ok", []).transaction_hash;
    let (height, hash) = (fixture.chain.height(), fixture.chain.block_hash());
    fixture.chain.collect_garbage(5);

    assert!(fixture.chain.outcome(&first).is_none());
    assert!(fixture.chain.outcome(&last).is_some_and(|outcome| outcome.is_success()));
    assert_eq!((fixture.chain.height(), fixture.chain.block_hash()), (height, hash));
    assert!(fixture.chain.balance(&id("alice.near")).unwrap() < balance);
    assert!(fixture.call("ok", []).is_success());
    // What was forgotten twice, or never there, makes no difference.
    fixture.chain.collect_garbage(0);
    fixture.chain.collect_garbage(1_000);
    assert!(fixture.call("ok", []).is_success());
}
