//! Opinions that a job's input is invalid.

use near_devnode::Balance;
use proofrail_near_interface::{ErrorCode, JobStatus, MarketEvent, method_names};

use crate::at_each_version;
use crate::world::{DEADLINE_S, World, events, id, minus, part, short, sum};

const FEE: Balance = Balance::from_millinear(100);
const DOUBT: &str = method_names::REPORT_INVALID_INPUT;

/// A job whose first prover called its input invalid; returns the job and that prover.
fn doubted(world: &mut World) -> (u64, String) {
    world.register("alice", 1_010);
    world.register("bob", 1_010);
    let (job_id, first) = world.assigned(&world.circuit.prove(3));
    let outcome = world.job_call(&first, DOUBT, job_id);
    assert!(
        events(&outcome).contains(&MarketEvent::InputDoubted { job_id, prover_id: id(&first) })
    );
    let job = world.job(job_id).unwrap();
    assert_eq!(job.doubted_by, Some(world.prover(&first).unwrap().seat));
    // Until somebody else decides, its collateral stays.
    let prover = world.prover(&first).unwrap();
    assert_eq!((prover.open_jobs, prover.locked), (1, Balance::from_near(1)));
    (job_id, first)
}

#[test]
fn two_provers_that_agree_should_share_the_prover_s_part_and_nobody_is_blamed() {
    at_each_version(|world| {
        let (job_id, first) = doubted(world);
        let second = short(&world.draw(job_id).prover_id);
        assert_ne!(first, second, "drawn apart");
        let before = world.accounting();
        let earlier = [world.claimable(&first), world.claimable(&second)];
        world.job_call(&second, DOUBT, job_id);
        let gains = [
            minus(world.claimable(&first), earlier[0]),
            minus(world.claimable(&second), earlier[1]),
        ];
        assert_eq!(gains, [part(FEE, 3_500); 2]);
        for who in [&first, &second] {
            let prover = world.prover(who).unwrap();
            assert_eq!((prover.open_jobs, prover.locked), (0, Balance::ZERO));
            assert_eq!((prover.deadlines_missed, prover.stake), (0, Balance::from_near(1_010)));
        }
        let books = world.accounting();
        assert_eq!((books.fees, books.stakes), (Balance::ZERO, before.stakes));
        assert_eq!(minus(books.insurance, before.insurance), part(FEE, 1_000));
        let treasury = sum([books.treasury, books.bonus_reserve]);
        assert_eq!(treasury, part(FEE, 2_000));
        let JobStatus::InputInvalid { second: Some(_), .. } = world.status(job_id) else {
            panic!("{:?}", world.status(job_id))
        };
        for method in [method_names::POKE, method_names::DRAW, method_names::REFUND_JOB, DOUBT] {
            world.refuse_job(&second, method, job_id, ErrorCode::JobState);
        }
    });
}

#[test]
fn a_proof_should_refute_the_doubt_and_cost_the_doubter_its_collateral() {
    at_each_version(|world| {
        let (job_id, first) = doubted(world);
        let second = short(&world.draw(job_id).prover_id);
        let proved = world.circuit.prove(3);
        let earned = world.credited(&second, |world| {
            world.submit(&second, job_id, &proved);
        });
        // The proof's share of the fee, and the next prover's of the collateral.
        assert_eq!(earned, sum([part(FEE, 7_000), part(Balance::from_near(1), 4_000)]));
        let doubter = world.prover(&first).unwrap();
        assert_eq!((doubter.deadlines_missed, doubter.open_jobs), (1, 0));
        assert_eq!((doubter.stake, doubter.locked), (Balance::from_near(1_009), Balance::ZERO));
        let books = world.accounting();
        assert_eq!(books.fees, Balance::ZERO);
        let pool = sum([part(FEE, 1_000), part(Balance::from_near(1), 6_000)]);
        assert_eq!(books.insurance, pool);
        assert_eq!(world.job(job_id).unwrap().doubted_by, None);
    });
}

#[test]
fn a_client_should_agree_only_while_nobody_else_is_at_work() {
    at_each_version(|world| {
        let (accept, code) = (method_names::ACCEPT_INVALID_INPUT, ErrorCode::NotDoubted);
        let (job_id, first) = doubted(world);
        let undoubted = world.fund(&world.circuit.prove(3));
        world.refuse_job("client", accept, undoubted, code);
        world.refuse_job("stranger", accept, job_id, ErrorCode::NotClient);
        let earned = world.credited(&first, |world| {
            world.job_call("client", accept, job_id);
        });
        assert_eq!(earned, part(FEE, 7_000));
        assert_eq!(world.prover(&first).unwrap().locked, Balance::ZERO);
        assert!(matches!(world.status(job_id), JobStatus::InputInvalid { second: None, .. }));
        world.refuse_job("client", accept, job_id, code);
    });
    at_each_version(|world| {
        let (job_id, _) = doubted(world);
        world.draw(job_id);
        let accept = method_names::ACCEPT_INVALID_INPUT;
        world.refuse_job("client", accept, job_id, ErrorCode::JobState);
    });
}

#[test]
fn a_doubt_that_nobody_decides_should_refund_the_client_and_harm_nobody() {
    at_each_version(|world| {
        let (job_id, first) = doubted(world);
        let JobStatus::Funded { draw_before, .. } = world.status(job_id) else { panic!() };
        world.pass_after(draw_before);
        let refunded = world.credited("client", |world| {
            world.job_call("stranger", method_names::REFUND_JOB, job_id);
        });
        assert_eq!(refunded, FEE);
        let doubter = world.prover(&first).unwrap();
        assert_eq!((doubter.open_jobs, doubter.locked), (0, Balance::ZERO));
        assert_eq!((doubter.deadlines_missed, doubter.stake), (0, Balance::from_near(1_010)));
        assert_eq!(world.claimable(&first), Balance::ZERO);
    });
}

#[test]
fn a_doubt_should_be_the_assigned_prover_s_before_its_deadline() {
    at_each_version(|world| {
        world.register("alice", 1_010);
        world.register("bob", 1_010);
        let (job_id, drawn) = world.assigned(&world.circuit.prove(3));
        let other = if drawn == "alice" { "bob" } else { "alice" };
        for who in [other, "client"] {
            world.refuse_job(who, DOUBT, job_id, ErrorCode::NotDrawnProver);
        }
        world.pass(DEADLINE_S + 1);
        world.refuse_job(&drawn, DOUBT, job_id, ErrorCode::DeadlinePassed);
    });
}
