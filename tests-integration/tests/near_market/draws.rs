//! The draw: frozen sets, later seeds, no second try.

use std::collections::BTreeSet;

use near_devnode::{Balance, Outcome};
use proofrail_near_interface::{
    DrawReplayView, ErrorCode, JobArgs, JobStatus, MarketEvent, Seat, draw_digest_input,
    method_names, select_seat, ticket, total_weight,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::at_each_version;
use crate::world::{World, account, events, id};

fn failure(outcome: &Outcome) -> String {
    format!("{:?}", outcome.failure())
}

#[test]
fn a_draw_should_replay_from_its_view() {
    at_each_version(|world| {
        for (who, stake) in [("alice", 1_000), ("bob", 3_000), ("carol", 15_000)] {
            world.register(who, stake);
        }
        let proved = world.circuit.prove(3);
        let mut seeds = BTreeSet::new();
        for _ in 0..5 {
            let job_id = world.fund(&proved);
            let requested = world.chain.height();
            let draw = world.draw(job_id);
            assert!(
                draw.block_height > requested + 1,
                "the seed is of a block after the request's"
            );
            let replay: DrawReplayView = world.view(method_names::DRAW_REPLAY, &JobArgs { job_id });
            // Carol's stake counts up to the cap of 10,000 NEAR.
            let weights = [1_000, 3_000, 10_000];
            let seats: Vec<Seat> =
                (0..).zip(weights).map(|(seat, weight)| Seat { seat, weight }).collect();
            assert_eq!(replay.seats, seats);
            let input = draw_digest_input(&replay.market_id, job_id, 0, &draw.seed.0, 0);
            let ticket = ticket(&Sha256::digest(input).into(), total_weight(&replay.seats));
            let drawn = select_seat(ticket.unwrap(), &replay.seats).unwrap();
            let names = ["alice", "bob", "carol"];
            assert_eq!(drawn.seat, draw.seat);
            assert_eq!(draw.prover_id, id(names[drawn.seat as usize]));
            assert!(seeds.insert(draw.seed), "each block has a seed of its own");
            assert_eq!(replay.draw, Some(draw));
        }
    });
}

#[test]
fn the_set_should_be_that_of_the_funding() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let job_id = world.fund(&proved);
        // Both come too late: Bob joins, Alice leaves the draw.
        world.register("bob", 10_000);
        let all = json!({"amount": Balance::from_near(1_000)});
        world.ok("alice", method_names::REQUEST_UNSTAKE, &all, Balance::ZERO);
        assert_eq!(world.draw(job_id).prover_id, id("alice"));
        // The next job knows.
        let job_id = world.fund(&proved);
        let replay: DrawReplayView = world.view(method_names::DRAW_REPLAY, &JobArgs { job_id });
        assert_eq!(replay.seats, [Seat { seat: 1, weight: 10_000 }]);
        assert_eq!(world.draw(job_id).prover_id, id("bob"));
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
            assert_eq!(world.status(job_id), JobStatus::Funded);
        }
        world.draw(job_id);
        let args = JobArgs { job_id };
        world.refuse("alice", method_names::DRAW, &args, Balance::ZERO, ErrorCode::JobState);
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
        assert_eq!(world.status(job_id), JobStatus::Funded);
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

#[test]
fn the_largest_set_should_fit_the_gas_of_a_draw() {
    let mut world = World::new(86);
    let largest = 100;
    for prover in 0..=largest {
        let name = format!("prover-{prover}");
        world.chain.create_account(&account(&name), Balance::from_near(1_010)).unwrap();
        if prover < largest {
            world.register(&name, 1_000);
        }
    }
    let args = json!({"stake": Balance::from_near(1_000)});
    let deposit = Balance::from_near(1_001);
    let code = ErrorCode::ProversFull;
    world.refuse("prover-100", method_names::REGISTER_PROVER, &args, deposit, code);
    let job_id = world.fund(&world.circuit.prove(3));
    let outcome = world.ok("stranger", method_names::DRAW, &JobArgs { job_id }, Balance::ZERO);
    assert!(events(&outcome).iter().any(|event| matches!(event, MarketEvent::JobAssigned { .. })));
    let replay: DrawReplayView = world.view(method_names::DRAW_REPLAY, &JobArgs { job_id });
    assert_eq!(replay.seats.len(), largest);
    for method in [method_names::FUND_JOB, method_names::DRAW] {
        println!("{method} with {largest} provers: {:?}", world.costs[method]);
    }
}
