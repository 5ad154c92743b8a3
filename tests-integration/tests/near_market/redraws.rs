//! Missed deadlines: who pays, who is paid, and where a job goes next.

use near_devnode::Balance;
use proofrail_near_interface::rules::slashing::Fault;
use proofrail_near_interface::{
    ErrorCode, FundJobArgs, JobStatus, MarketEvent, Params, method_names,
};
use serde_json::json;

use crate::at_each_version;
use crate::world::{DEADLINE_S, SET_INTERVAL_S, World, events, id, minus, part, short, submission};

/// What a missed job of the base fee costs: the least collateral.
const COLLATERAL: Balance = Balance::from_near(1);

fn other(drawn: &str) -> &'static str {
    if drawn == "alice" { "bob" } else { "alice" }
}

/// Keeps provers drawable after hours have passed.
fn beat(world: &mut World, provers: &[&str]) {
    for prover in provers {
        world.call(prover, method_names::HEARTBEAT, &json!({}));
    }
}

#[test]
fn a_prover_should_have_the_last_second_of_its_deadline() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let (job_id, _) = world.assigned(&proved);
        world.pass_to_a_call_at(world.assignment(job_id).deadline);
        let code = ErrorCode::NotMissed;
        world.refuse_job("stranger", method_names::POKE, job_id, code);
        let (job_id, _) = world.assigned(&proved);
        world.pass_to_a_call_at(world.assignment(job_id).deadline);
        world.submit("alice", job_id, &proved);
    });
}

#[test]
fn a_miss_should_cost_the_collateral_and_reward_reporter_and_next_prover() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        world.open("stranger");
        let proved = world.circuit.prove(3);
        let (job_id, drawn) = world.assigned(&proved);
        let next = other(&drawn);
        let code = ErrorCode::NotMissed;
        world.refuse_job("stranger", method_names::POKE, job_id, code);
        world.refuse_job("client", method_names::REFUND_JOB, job_id, ErrorCode::JobState);
        let deadline = world.assignment(job_id).deadline;
        world.pass_after(deadline);
        let late = submission(job_id, &proved);
        let code = ErrorCode::DeadlinePassed;
        world.refuse(&drawn, method_names::SUBMIT_PROOF, &late, Balance::ZERO, code);

        let before = world.accounting();
        let mut told = Vec::new();
        let reward = world.credited("stranger", |world| {
            told = events(&world.job_call("stranger", method_names::POKE, job_id));
        });
        assert_eq!(reward, part(COLLATERAL, 500));
        let prover_id = id(&drawn);
        assert!(told.iter().any(|event| matches!(
            event,
            MarketEvent::ProverSlashed { fault: Fault::MissedDeadline, amount, .. }
                if *amount == COLLATERAL
        )));
        assert!(told.contains(&MarketEvent::DeadlineMissed { job_id, prover_id }));
        assert!(
            told.iter().any(|event| matches!(event, MarketEvent::JobReopened { round: 1, .. }))
        );
        let books = world.accounting();
        assert_eq!(minus(before.stakes, books.stakes), COLLATERAL);
        assert_eq!(minus(books.fees, before.fees), part(COLLATERAL, 4_000));
        assert_eq!(minus(books.insurance, before.insurance), part(COLLATERAL, 5_500));
        let missed = world.prover(&drawn).unwrap();
        assert_eq!((missed.open_jobs, missed.deadlines_missed), (0, 1));
        assert_eq!(missed.locked, Balance::ZERO);
        assert_eq!(missed.stake, Balance::from_near(999));

        // Below the minimum it has left the new set; it could not be drawn for the job again anyway.
        let again = world.draw(job_id);
        assert_eq!((short(&again.prover_id).as_str(), again.draw.unwrap().round), (next, 1));
        let fee = Balance::from_millinear(100);
        let earned = world.credited(next, |world| {
            let outcome = world.submit(next, job_id, &proved);
            let accepted = events(&outcome).into_iter().find_map(|event| match event {
                MarketEvent::ProofAccepted { reward, .. } => Some(reward),
                _ => None,
            });
            assert_eq!(accepted, Some(part(COLLATERAL, 4_000)));
        });
        assert_eq!(earned, part(fee, 7_000).checked_add(part(COLLATERAL, 4_000)).unwrap());
        assert_eq!(world.accounting().fees, Balance::ZERO);
    });
}

#[test]
fn a_job_should_be_refunded_in_full_after_its_last_round() {
    at_each_version(|world| {
        for who in ["alice", "bob", "carol"] {
            world.register(who, 1_010);
        }
        let proved = world.circuit.prove(3);
        let fee = Balance::from_millinear(100);
        let job_id = world.fund(&proved);
        let mut drawn = Vec::new();
        for round in 0..3 {
            let assignment = world.draw(job_id);
            assert_eq!(world.job(job_id).unwrap().rounds, round + 1);
            drawn.push(assignment.seat);
            world.pass_after(assignment.deadline);
            beat(world, &["alice", "bob", "carol"]);
            if round < 2 {
                world.job_call("stranger", method_names::POKE, job_id);
                assert!(matches!(world.status(job_id), JobStatus::Funded { .. }));
            }
        }
        let before = world.accounting();
        let refunded = world.credited("client", |world| {
            let outcome = world.job_call("stranger", method_names::POKE, job_id);
            let client_id = id("client");
            let refund = MarketEvent::JobRefunded { job_id, client_id, amount: fee };
            assert!(events(&outcome).contains(&refund));
        });
        assert_eq!(refunded, fee);
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), 3, "nobody is drawn for a job twice");
        // No next prover came: its part is the pool's, with what the misses brought it.
        let books = world.accounting();
        assert_eq!(books.fees, Balance::ZERO);
        assert_eq!(
            minus(books.insurance, before.insurance),
            part(COLLATERAL, 2 * 4_000 + 4_000 + 5_500)
        );
        let job = world.job(job_id).unwrap();
        assert_eq!((job.reward, job.harm), (Balance::ZERO, part(COLLATERAL, 3 * 9_500)));
        for method in [method_names::POKE, method_names::DRAW, method_names::REFUND_JOB] {
            world.refuse_job("stranger", method, job_id, ErrorCode::JobState);
        }
    });
}

#[test]
fn a_missed_job_should_be_refunded_where_nobody_could_be_drawn() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let (job_id, _) = world.assigned(&world.circuit.prove(3));
        world.pass(DEADLINE_S + 1);
        world.job_call("stranger", method_names::POKE, job_id);
        assert!(matches!(world.status(job_id), JobStatus::Refunded { .. }));
        assert_eq!(world.claimable("client"), Balance::from_millinear(100));
        assert_eq!(world.accounting().fees, Balance::ZERO);
    });
}

#[test]
fn whoever_joined_meanwhile_should_be_drawn_for_a_missed_job() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let (job_id, _) = world.assigned(&world.circuit.prove(3));
        world.register("bob", 1_000);
        world.pass(DEADLINE_S + 1);
        world.job_call("stranger", method_names::POKE, job_id);
        assert_eq!(world.draw(job_id).prover_id, id("bob"));
    });
}

#[test]
fn a_prover_that_pokes_its_own_miss_should_get_no_reporter_s_share() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let (job_id, _) = world.assigned(&world.circuit.prove(3));
        world.pass(DEADLINE_S + 1);
        let reward = world.credited("alice", |world| {
            world.job_call("alice", method_names::POKE, job_id);
        });
        assert_eq!(reward, Balance::ZERO);
        assert_eq!(world.accounting().insurance, COLLATERAL);
    });
}

#[test]
fn fewer_rounds_should_be_a_parameter() {
    let mut world = World::with_params(86, Params { max_rounds: 1, ..Params::default() });
    world.register("alice", 1_010);
    world.register("bob", 1_010);
    let (job_id, _) = world.assigned(&world.circuit.prove(3));
    world.pass(DEADLINE_S + 1);
    world.job_call("stranger", method_names::POKE, job_id);
    assert!(matches!(world.status(job_id), JobStatus::Refunded { .. }));
}

#[test]
fn a_higher_fee_should_lock_and_cost_more() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let args = FundJobArgs { fee: Some(Balance::from_near(1)), ..world.fund_args(&proved) };
        let job_id = world.fund_with(&args);
        world.draw(job_id);
        world.pass(DEADLINE_S + 1);
        world.job_call("stranger", method_names::POKE, job_id);
        assert_eq!(world.prover("alice").unwrap().stake, Balance::from_near(998));
        world.pass(SET_INTERVAL_S);
    });
}
