//! Outages, what slashing takes, and that nobody gains by reporting itself.

use near_devnode::Balance;
use proofrail_near_interface::rules::slashing::{Fault, SlashSplit};
use proofrail_near_interface::{
    ErrorCode, JobStatus, MarketEvent, Params, ProverArgs, ProverState, ReportInvalidProofArgs,
    method_names,
};
use serde_json::json;

use crate::at_each_version;
use crate::world::{DRAW_WINDOW_S, World, events, id, minus, part, sum};

const NONE: Balance = Balance::ZERO;
const NEAR: fn(u128) -> Balance = Balance::from_near;
const HOUR: u64 = 3_600;

fn silent(who: &str) -> ProverArgs {
    ProverArgs { prover_id: id(who) }
}

fn beat(world: &mut World, who: &str) {
    world.call(who, method_names::HEARTBEAT, &json!({}));
}

/// Passes time in which one prover is heard all the while: the market does not stand still.
fn pass_with(world: &mut World, heard: &str, seconds: u64) {
    let end = world.now() + seconds;
    while world.now() < end {
        let left = end - world.now();
        world.pass(left.min(HOUR / 7));
        beat(world, heard);
    }
}

/// All that a group holds: with the chain, staked, queued, credited, and kept for storage.
fn wealth(world: &World, group: &[&str]) -> Balance {
    sum(group.iter().flat_map(|who| {
        let prover = world.prover(who);
        let staked = prover.map_or(NONE, |prover| {
            sum([prover.stake].into_iter().chain(prover.unstaking.iter().map(|entry| entry.amount)))
        });
        [world.balance(who), staked, world.claimable(who)]
    }))
}

#[test]
fn an_outage_should_cost_one_percent_once() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        world.open("stranger");
        let (method, args) = (method_names::REPORT_DOWNTIME, silent("alice"));
        world.refuse("stranger", method, &args, NONE, ErrorCode::NotDown);
        let last = world.prover("alice").unwrap().last_heartbeat;
        let to_go = last + HOUR - 100 - world.now();
        pass_with(world, "bob", to_go);
        world.refuse("stranger", method, &args, NONE, ErrorCode::NotDown);
        world.pass_after(last + HOUR);
        let mut split = None;
        let reward = world.credited("stranger", |world| {
            let outcome = world.call("stranger", method, &args);
            let told = events(&outcome);
            split = Some(outcome.json::<SlashSplit>().unwrap());
            assert!(told.iter().any(|event| matches!(
                event,
                MarketEvent::ProverSlashed { fault: Fault::Downtime, amount, .. } if *amount == NEAR(10)
            )));
        });
        let expected = SlashSplit {
            reporter: part(NEAR(10), 500),
            next_prover: NONE,
            insurance: part(NEAR(10), 9_500),
        };
        assert_eq!(split, Some(expected));
        assert_eq!(reward, expected.reporter);
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.stake, alice.state), (NEAR(990), ProverState::Leaving));
        assert_eq!((alice.weight, world.accounting().insurance), (0, expected.insurance));
        world.refuse("stranger", method, &args, NONE, ErrorCode::NotDown);
    });
}

#[test]
fn an_outage_should_end_with_a_heartbeat_and_the_next_one_cost_again() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        world.register("bob", 1_000);
        for stake in [1_980_000, 1_960_200] {
            pass_with(world, "bob", HOUR + 1);
            world.call("bob", method_names::REPORT_DOWNTIME, &silent("alice"));
            let alice = world.prover("alice").unwrap();
            assert_eq!((alice.state, alice.weight), (ProverState::Offline, 0));
            assert_eq!(alice.stake, Balance::from_millinear(stake));
            // Back without `go_online`: it never asked to be offline.
            beat(world, "alice");
            assert_eq!(world.prover("alice").unwrap().state, ProverState::Probation);
        }
    });
}

#[test]
fn nobody_should_be_down_when_the_market_stood_still() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        world.pass(10 * HOUR);
        let (method, args) = (method_names::REPORT_DOWNTIME, silent("alice"));
        let text = world.refuse("stranger", method, &args, NONE, ErrorCode::NotDown);
        assert!(text.contains("stood still"), "{text}");
        beat(world, "bob");
        world.refuse("stranger", method, &args, NONE, ErrorCode::NotDown);
        // From the first sign of life on, alice has an hour.
        pass_with(world, "bob", HOUR - 100);
        world.refuse("stranger", method, &args, NONE, ErrorCode::NotDown);
        pass_with(world, "bob", 100);
        world.call("stranger", method, &args);
    });
}

#[test]
fn who_is_not_drawn_should_owe_no_heartbeats() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        world.register("carol", 1_000);
        world.call("alice", method_names::GO_OFFLINE, &json!({}));
        world.call("carol", method_names::REQUEST_UNSTAKE, &json!({"amount": NEAR(1_000)}));
        pass_with(world, "bob", 2 * HOUR);
        for who in ["alice", "carol"] {
            let method = method_names::REPORT_DOWNTIME;
            world.refuse("stranger", method, &silent(who), NONE, ErrorCode::NotDown);
        }
        // Who comes back has an hour again.
        world.ok("carol", method_names::ADD_STAKE, &json!({}), NEAR(1_000));
        let (method, args) = (method_names::REPORT_DOWNTIME, silent("carol"));
        world.refuse("stranger", method, &args, NONE, ErrorCode::NotDown);
    });
}

#[test]
fn queued_stake_should_be_slashed_with_the_rest() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        world.register("bob", 1_000);
        let request = method_names::REQUEST_UNSTAKE;
        world.call("alice", request, &json!({"amount": NEAR(400)}));
        world.call("alice", request, &json!({"amount": NEAR(600)}));
        pass_with(world, "bob", HOUR + 1);
        world.call("bob", method_names::REPORT_DOWNTIME, &silent("alice"));
        let alice = world.prover("alice").unwrap();
        // 1 % of all 2,000, out of the stake first.
        assert_eq!(alice.stake, NEAR(980));
        let queue: Vec<_> = alice.unstaking.iter().map(|entry| entry.amount).collect();
        assert_eq!(queue, [NEAR(400), NEAR(600)]);
        assert_eq!(world.accounting().stakes, NEAR(2_980));
    });
}

#[test]
fn a_prover_that_reports_its_own_outage_should_lose() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        world.register("bob", 1_000);
        world.open("stranger");
        // By her own name she gets nothing back, by an alias the reporter's share.
        for (reporter, cost_bps) in [("alice", 10_000), ("stranger", 9_500)] {
            pass_with(world, "bob", HOUR + 1);
            let slashed = part(world.prover("alice").unwrap().stake, 100);
            let before = wealth(world, &["alice", "stranger"]);
            let outcome = world.call(reporter, method_names::REPORT_DOWNTIME, &silent("alice"));
            let after = sum([wealth(world, &["alice", "stranger"]), outcome.tokens_burnt()]);
            let lost = minus(before, after);
            assert!(lost > NONE);
            assert_eq!(lost, part(slashed, cost_bps), "{reporter}");
            beat(world, "alice");
        }
    });
}

/// The whole coalition: alice proves falsely, stranger reports it as her alias, and the client, hers too, claims from the
/// insurance pool, which others filled.
#[test]
fn a_prover_that_reports_its_own_false_proof_should_lose() {
    at_each_version(|world| {
        // Carol's outage fills the pool.
        world.register("carol", 20_000 - 100);
        world.register("alice", 1_000);
        pass_with(world, "alice", HOUR + 1);
        world.call("owner", method_names::REPORT_DOWNTIME, &silent("carol"));
        assert!(world.accounting().insurance > NEAR(180));
        world.open("stranger");

        let group = ["alice", "stranger", "client"];
        let proved = world.circuit.prove(3);
        let before = wealth(world, &group);
        let mut burnt = NONE;
        let (job_id, drawn) = world.assigned(&proved);
        assert_eq!(drawn, "alice");
        let nonsense = [7_u8; 256];
        let report = ReportInvalidProofArgs {
            job_id,
            prover_id: id("alice"),
            proof: format!("0x{}", "07".repeat(256)),
            signature: Some(world.sign("alice", job_id, &nonsense)),
        };
        let insurance = world.accounting().insurance;
        let outcome = world.call("stranger", method_names::REPORT_INVALID_PROOF, &report);
        burnt = sum([burnt, outcome.tokens_burnt()]);
        let brought = minus(world.accounting().insurance, insurance);
        // 10 % of the stake; the reporter's 5 % of it is capped at 5 NEAR.
        assert_eq!(brought, NEAR(95));
        world.pass(DRAW_WINDOW_S + 1);
        world.job_call("client", method_names::REFUND_JOB, job_id);
        assert!(matches!(world.status(job_id), JobStatus::Refunded { .. }));
        let paid = world.credited("client", |world| {
            world.job_call("client", method_names::CLAIM_INSURANCE, job_id);
        });
        assert_eq!(paid, part(Balance::from_millinear(100), 1_000));
        let after = sum([wealth(world, &group), burnt]);
        assert!(after < before, "{after} {before}");
        // All but the reporter's 5 NEAR and the client's claim.
        assert!(minus(before, after) >= minus(NEAR(95), paid), "{after} {before}");
        assert_eq!(world.prover("alice").unwrap().stake, NEAR(900));
    });
}

#[test]
fn silence_should_be_no_outage_in_its_last_second() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        let due = world.prover("alice").unwrap().last_heartbeat + HOUR;
        let to_go = due - 100 - world.now();
        pass_with(world, "bob", to_go);
        world.pass_to_a_call_at(due);
        let (method, args) = (method_names::REPORT_DOWNTIME, silent("alice"));
        world.refuse("stranger", method, &args, NONE, ErrorCode::NotDown);
        world.call("stranger", method, &args);
    });
}

#[test]
fn a_share_of_nothing_should_be_nothing() {
    // Shares and stakes at which everything is rounded.
    let mut params = Params { min_stake: NEAR(1), ..Params::default() };
    params.slashing.downtime_bps = 1;
    params.slashing.reporter_bps = 1;
    let mut world = World::with_params(86, params);
    world.register("bob", 1);
    let odd = sum([NEAR(1), Balance::from_yoctonear(9_999)]);
    let args = world.registration("alice", odd);
    world.ok("alice", method_names::REGISTER_PROVER, &args, NEAR(2));
    pass_with(&mut world, "bob", HOUR + 1);
    let outcome = world.call("bob", method_names::REPORT_DOWNTIME, &silent("alice"));
    let split: SlashSplit = outcome.json().unwrap();
    let taken = minus(odd, world.prover("alice").unwrap().stake);
    assert_eq!(taken, part(odd, 1), "floored: never more than the share");
    assert_eq!(sum([split.reporter, split.next_prover, split.insurance]), taken);
    assert_eq!(split.reporter, part(taken, 1));
}

#[test]
fn a_share_too_small_for_an_account_should_go_to_the_treasury() {
    let params = Params { min_stake: NEAR(1), ..Params::default() };
    let mut world = World::with_params(86, params);
    world.register("alice", 1);
    world.register("bob", 1);
    pass_with(&mut world, "bob", HOUR + 1);
    let treasury = world.accounting().treasury;
    let outcome = world.call("stranger", method_names::REPORT_DOWNTIME, &silent("alice"));
    let split: SlashSplit = outcome.json().unwrap();
    // Less than the record of an account takes in storage.
    assert_eq!(split.reporter, part(part(NEAR(1), 100), 500));
    assert_eq!(world.claimable("stranger"), NONE);
    assert_eq!(minus(world.accounting().treasury, treasury), split.reporter);
}
