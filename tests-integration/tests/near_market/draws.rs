//! The draw: frozen sets, later seeds, no second try, and who is passed over.

use std::collections::BTreeSet;

use near_devnode::{Balance, Outcome};
use proofrail_near_interface::rules::draw::{DrawRecord, MAX_ATTEMPTS, replay};
use proofrail_near_interface::{
    Capacity, DrawReplayView, ErrorCode, FrozenSetArgs, FrozenSetView, FundJobArgs, Hex, JobArgs,
    JobStatus, MarketEvent, Params, Seat, SkipReason, method_names,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::at_each_version;
use crate::proofs::circuit_id;
use crate::world::{
    CIRCUIT, OTHER_CIRCUIT, SET_INTERVAL_S, World, events, id, only, short, submission,
};

fn failure(outcome: &Outcome) -> String {
    format!("{:?}", outcome.failure())
}

fn frozen(world: &World, name: &str, set: u32) -> Option<FrozenSetView> {
    let args = FrozenSetArgs { circuit_id: circuit_id(name), set, from: 0 };
    world.view(method_names::FROZEN_SET, &args)
}

fn replay_view(world: &World, job_id: u64) -> Option<DrawReplayView> {
    world.view(method_names::DRAW_REPLAY, &JobArgs { job_id })
}

#[test]
fn a_draw_should_replay_from_its_views() {
    at_each_version(|world| {
        for (who, stake) in [("alice", 1_000), ("bob", 3_000), ("carol", 15_000)] {
            world.register(who, stake);
        }
        let proved = world.circuit.prove(3);
        let mut seeds = BTreeSet::new();
        for _ in 0..5 {
            let job_id = world.fund(&proved);
            let requested = world.chain.height();
            let drawn = world.draw(job_id);
            let draw = drawn.draw.clone().unwrap();
            assert!(
                draw.block_height > requested + 1,
                "the seed is of a block after the request's"
            );
            let view = replay_view(world, job_id).unwrap();
            assert!(view.set_is_live);
            assert_eq!((view.seat, &view.draw), (drawn.seat, &draw));
            // One NEAR weighs 10 at score 0, a quarter of that in probation; carol's stake counts up to
            // 10,000 NEAR.
            let seats = frozen(world, CIRCUIT, draw.set).unwrap();
            let weights = [2_500, 7_500, 25_000];
            let expected: Vec<Seat> =
                (0..).zip(weights).map(|(seat, weight)| Seat { seat, weight }).collect();
            assert_eq!(seats, FrozenSetView { seats: expected.clone(), next: None });
            let record = DrawRecord {
                market: &view.market_id,
                job_id,
                round: draw.round,
                seed: &draw.seed.0,
                skipped: &draw.skipped,
                drawn: Some(drawn.seat),
            };
            let selection = replay(|bytes| Sha256::digest(bytes).into(), &expected, &record);
            let selection = selection.unwrap().unwrap();
            assert_eq!(
                (selection.before, selection.weight, selection.total),
                (draw.before, draw.weight, draw.total)
            );
            assert_eq!(short(&drawn.prover_id), ["alice", "bob", "carol"][drawn.seat as usize]);
            assert!(seeds.insert(draw.seed), "each block has a seed of its own");
        }
    });
}

#[test]
fn the_set_should_be_that_of_the_funding() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let job_id = world.fund(&proved);
        // It comes too late, although it weighs ten times as much.
        world.register("bob", 10_000);
        world.pass(SET_INTERVAL_S);
        assert_eq!(world.draw(job_id).prover_id, id("alice"));
        // The next job knows.
        let job_id = world.fund(&proved);
        let JobStatus::Funded { set, .. } = world.status(job_id) else { panic!("not funded") };
        let weights: Vec<u32> =
            frozen(world, CIRCUIT, set).unwrap().seats.iter().map(|seat| seat.weight).collect();
        assert_eq!(weights, [2_500, 25_000]);
        // The older set is still as it was.
        let first = replay_view(world, 1).unwrap();
        assert_ne!(first.draw.set, set);
        let seats = frozen(world, CIRCUIT, first.draw.set).unwrap().seats;
        assert_eq!(only(seats), Seat { seat: 0, weight: 2_500 });
    });
}

#[test]
fn jobs_funded_close_together_should_share_a_set_and_old_sets_should_be_forgotten() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let set = |world: &mut World| {
            let job_id = world.fund(&proved);
            match world.status(job_id) {
                JobStatus::Funded { set, .. } => set,
                other => panic!("{other:?}"),
            }
        };
        let first = set(world);
        world.register("bob", 1_000);
        assert_eq!(set(world), first);
        world.pass(SET_INTERVAL_S);
        let second = set(world);
        assert_eq!(second, first + 1);
        world.pass(SET_INTERVAL_S);
        assert_eq!(set(world), second, "nothing changed");
        assert!(frozen(world, CIRCUIT, first).is_some());
        world.pass(901);
        world.fund(&proved);
        assert!(frozen(world, CIRCUIT, first).is_none());
        assert_eq!(frozen(world, OTHER_CIRCUIT, second).map(|page| page.seats), None);
    });
}

#[test]
fn a_draw_should_need_a_later_block_than_the_funding() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let fund = serde_json::to_value(world.fund_args(&world.circuit.prove(3))).unwrap();
        let next = world.view::<u64>(method_names::NEXT_JOB_ID, &json!({}));
        let outcome = world.batch(
            "client",
            &[
                (method_names::FUND_JOB, fund, Balance::from_near(1)),
                (method_names::DRAW, json!({"job_id": next}), Balance::ZERO),
            ],
        );
        assert_eq!(ErrorCode::find(&failure(&outcome)), Some(ErrorCode::DrawTooEarly));
        assert_eq!(world.job(next), None, "the funding rolled back with it");
    });
}

#[test]
fn rolling_a_request_back_should_show_no_seed_and_leave_no_trace() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        let proved = world.circuit.prove(3);
        let job_id = world.fund(&proved);
        let before = world.status(job_id);
        // "Draw, and undo it unless I won": nobody has won yet when the second call runs.
        let submit = json!({"job_id": job_id, "proof": proved.proof});
        for prover in ["alice", "bob"] {
            let outcome = world.batch(
                prover,
                &[
                    (method_names::DRAW, json!({"job_id": job_id}), Balance::ZERO),
                    (method_names::SUBMIT_PROOF, submit.clone(), Balance::ZERO),
                ],
            );
            assert_eq!(ErrorCode::find(&failure(&outcome)), Some(ErrorCode::JobState));
            assert_eq!(world.status(job_id), before);
        }
        world.draw(job_id);
        world.refuse_job("alice", method_names::DRAW, job_id, ErrorCode::JobState);
    });
}

#[test]
fn a_request_under_way_should_not_be_repeated() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let job_id = world.fund(&world.circuit.prove(3));
        let draw = (method_names::DRAW, json!({"job_id": job_id}), Balance::ZERO);
        let outcome = world.batch("stranger", &[draw.clone(), draw]);
        assert_eq!(ErrorCode::find(&failure(&outcome)), Some(ErrorCode::DrawPending));
        assert!(matches!(world.status(job_id), JobStatus::Funded { .. }));
    });
}

#[test]
fn only_the_market_should_complete_a_draw_or_a_payment() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let job_id = world.fund(&world.circuit.prove(3));
        let text = world.refuse_text("alice", "complete_draw", &JobArgs { job_id }, Balance::ZERO);
        assert!(text.contains("complete_draw is private"), "{text}");
        let args = json!({"account_id": id("alice"), "amount": "1000000"});
        let text = world.refuse_text("alice", "on_paid", &args, Balance::ZERO);
        assert!(text.contains("on_paid is private"), "{text}");
    });
}

/// A draw that finds nobody; returns why each seat was skipped.
fn void(world: &mut World, job_id: u64) -> Vec<SkipReason> {
    let outcome = world.job_call("stranger", method_names::DRAW, job_id);
    let event = events(&outcome).pop().unwrap();
    let MarketEvent::DrawVoid { skipped, round, set, seed, block_height, .. } = event else {
        panic!("{outcome:?}")
    };
    assert_eq!(skipped.len(), usize::from(MAX_ATTEMPTS));
    let seats = frozen(world, CIRCUIT, set).unwrap().seats;
    let market = id("market");
    let record = DrawRecord {
        market: &market,
        job_id,
        round,
        seed: &seed.0,
        skipped: &skipped,
        drawn: None,
    };
    let replayed = replay(|bytes| Sha256::digest(bytes).into(), &seats, &record);
    assert_eq!(replayed, Ok(None), "a void draw replays too");
    assert!(block_height <= world.chain.height());
    assert!(matches!(world.status(job_id), JobStatus::Funded { set: kept, .. } if kept == set));
    skipped.iter().map(|skipped| skipped.reason).collect()
}

#[test]
fn a_draw_should_pass_over_who_cannot_serve_and_say_why() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let capacity = Capacity { parallel_jobs: 1, ..World::capacity() };
        world.call("alice", method_names::SET_CAPACITY, &capacity);
        let (busy_with, _) = world.assigned(&proved);
        let job_id = world.fund(&proved);
        assert_eq!(void(world, job_id), [SkipReason::Busy; 8]);
        world.submit("alice", busy_with, &proved);
        // Somebody who cannot serve does not spoil the draw for who can.
        world.call("alice", method_names::GO_OFFLINE, &json!({}));
        assert_eq!(void(world, job_id), [SkipReason::Offline; 8]);
        world.call("alice", method_names::GO_ONLINE, &json!({}));
        assert_eq!(world.draw(job_id).prover_id, id("alice"));
        world.submit("alice", job_id, &proved);

        let above_the_cap = Some(Balance::from_yoctonear(Balance::from_near(1).as_yoctonear() + 1));
        let args = FundJobArgs { fee: above_the_cap, ..world.fund_args(&proved) };
        let job_id = world.fund_with(&args);
        assert_eq!(void(world, job_id), [SkipReason::FeeCap; 8]);
        let job_id = world.fund(&proved);
        let capacity = Capacity { circuits: vec![circuit_id(OTHER_CIRCUIT)], ..World::capacity() };
        let deposit = Balance::from_millinear(100);
        world.ok("alice", method_names::SET_CAPACITY, &capacity, deposit);
        assert_eq!(void(world, job_id), [SkipReason::NotServing; 8]);
        let all = json!({"amount": Balance::from_near(1_000)});
        world.call("alice", method_names::REQUEST_UNSTAKE, &all);
        let capacity = World::capacity();
        world.ok("alice", method_names::SET_CAPACITY, &capacity, deposit);
        assert_eq!(void(world, job_id), [SkipReason::UnderStake; 8]);
        // Nobody is left for new jobs.
        world.pass(SET_INTERVAL_S);
        let args = world.fund_args(&proved);
        let near = Balance::from_near(1);
        world.refuse("client", method_names::FUND_JOB, &args, near, ErrorCode::NoProvers);
    });
}

#[test]
fn a_void_draw_should_be_asked_for_again_in_a_later_block_until_the_window_ends() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let job_id = world.fund(&proved);
        let JobStatus::Funded { draw_before, .. } = world.status(job_id) else { panic!() };
        world.call("alice", method_names::GO_OFFLINE, &json!({}));
        void(world, job_id);
        void(world, job_id);
        world.pass_after(draw_before);
        world.refuse_job("stranger", method_names::DRAW, job_id, ErrorCode::DrawTooLate);
        world.job_call("stranger", method_names::REFUND_JOB, job_id);
        assert!(matches!(world.status(job_id), JobStatus::Refunded { .. }));
    });
}

#[test]
fn capacity_and_collateral_should_be_reserved_at_the_draw() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let fee = Some(Balance::from_millinear(900));
        let args = FundJobArgs { fee, ..world.fund_args(&proved) };
        let (first, second) = (world.fund_with(&args), world.fund_with(&args));
        let drawn = world.draw(first);
        assert_eq!(drawn.collateral, Balance::from_millinear(1_800), "twice the fee");
        world.draw(second);
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.open_jobs, alice.locked), (2, Balance::from_millinear(3_600)));
        // What is locked cannot leave.
        let all = json!({"amount": Balance::from_near(1_000)});
        let code = ErrorCode::BadUnstakeAmount;
        world.refuse("alice", method_names::REQUEST_UNSTAKE, &all, Balance::ZERO, code);
        world.call("alice", method_names::SUBMIT_PROOF, &submission(first, &proved));
        world.call("alice", method_names::SUBMIT_PROOF, &submission(second, &proved));
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.open_jobs, alice.locked), (0, Balance::ZERO));
    });
}

#[test]
fn a_draw_should_pass_over_whose_free_stake_is_below_the_collateral() {
    let mut params = Params::default();
    params.collateral.min_collateral = Balance::from_near(600);
    let mut world = World::with_params(86, params);
    world.register("alice", 1_000);
    let proved = world.circuit.prove(3);
    let (first, second) = (world.fund(&proved), world.fund(&proved));
    world.draw(first);
    // Her stake would cover the second collateral, had the first job not locked its own.
    assert_eq!(void(&mut world, second), [SkipReason::UnderStake; 8]);
    world.submit("alice", first, &proved);
    assert_eq!(world.draw(second).collateral, Balance::from_near(600));
}

#[test]
fn a_tampered_record_should_not_replay() {
    let mut world = World::new(86);
    world.register("alice", 1_000);
    world.register("bob", 1_000);
    let job_id = world.fund(&world.circuit.prove(3));
    let drawn = world.draw(job_id);
    let view = replay_view(&world, job_id).unwrap();
    let seats = frozen(&world, CIRCUIT, view.draw.set).unwrap().seats;
    let replays = |seed: Hex<32>, round: u8, seat: u32| {
        let record = DrawRecord {
            market: &view.market_id,
            job_id,
            round,
            seed: &seed.0,
            skipped: &view.draw.skipped,
            drawn: Some(seat),
        };
        replay(|bytes| Sha256::digest(bytes).into(), &seats, &record).is_ok()
    };
    assert!(replays(view.draw.seed, 0, drawn.seat));
    assert!(!replays(view.draw.seed, 0, 1 - drawn.seat));
    // Of two equal seats another seed draws the other one about every second time.
    let other = (1..=255_u8).filter(|byte| !replays(Hex([*byte; 32]), 0, drawn.seat)).count();
    assert!((80..176).contains(&other), "{other}");
}
