//! What the insurance pool pays, to whom and until when.

use near_devnode::Balance;
use proofrail_near_interface::{
    ErrorCode, JobStatus, MarketEvent, Params, ProverArgs, ReportInvalidProofArgs, StopByProofArgs,
    SubmitCommitmentArgs, method_names,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::at_each_version;
use crate::proofs::circuit_id;
use crate::world::{
    DEADLINE_S, DRAW_WINDOW_S, OTHER_CIRCUIT, SET_INTERVAL_S, World, events, id, minus, part,
};

const DAY: u64 = 24 * 3_600;
const NEAR: fn(u128) -> Balance = Balance::from_near;
const CLAIM: &str = method_names::CLAIM_INSURANCE;

/// A job of one fee that the only prover missed, refunded; what the miss brought the pool is in it.
fn refunded(world: &mut World, fee: Balance) -> u64 {
    let mut args = world.fund_args(&world.circuit.prove(3));
    args.fee = Some(fee);
    let job_id = world.fund_with(&args);
    world.draw(job_id);
    world.pass(DEADLINE_S + 1);
    world.job_call("stranger", method_names::POKE, job_id);
    // The one prover that is left is excluded: nobody is drawn in the window.
    world.pass(DRAW_WINDOW_S + 1);
    world.job_call("stranger", method_names::REFUND_JOB, job_id);
    assert!(matches!(world.status(job_id), JobStatus::Refunded { .. }));
    job_id
}

/// A report of what alice signed for a job, which is no proof.
fn nonsense_of_alice(world: &World, job_id: u64) -> ReportInvalidProofArgs {
    ReportInvalidProofArgs {
        job_id,
        prover_id: id("alice"),
        proof: format!("0x{}", "07".repeat(256)),
        signature: Some(world.sign("alice", job_id, &[7; 256])),
    }
}

#[test]
fn a_client_should_be_paid_for_the_delay_once() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        let job_id = refunded(world, NEAR(1));
        world.refuse_job("stranger", CLAIM, job_id, ErrorCode::NotClient);
        world.refuse_job("client", CLAIM, job_id + 1, ErrorCode::JobUnknown);
        let pool = world.accounting().insurance;
        // 5 % of the pool is less than 10 % of the fee.
        let expected = part(pool, 500);
        assert!(expected < part(NEAR(1), 1_000));
        let mut told = Vec::new();
        let paid = world.credited("client", |world| {
            told = events(&world.job_call("client", CLAIM, job_id));
        });
        assert_eq!(paid, expected);
        assert_eq!(minus(pool, world.accounting().insurance), paid);
        let client_id = id("client");
        assert_eq!(told, [MarketEvent::InsurancePaid { job_id, client_id, amount: paid }]);
        world.refuse_job("client", CLAIM, job_id, ErrorCode::NotInsured);
    });
}

#[test]
fn a_claim_should_have_its_time() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        let job_id = refunded(world, NEAR(1));
        world.pass(30 * DAY + 1);
        world.refuse_job("client", CLAIM, job_id, ErrorCode::NotInsured);
    });
}

#[test]
fn a_job_that_no_slash_harmed_should_be_paid_nothing() {
    at_each_version(|world| {
        world.register("alice", 2_000);
        refunded(world, NEAR(1));
        world.call("alice", method_names::GO_ONLINE, &json!({}));
        let proved = world.circuit.prove(7);
        let (open, drawn) = world.assigned(&proved);
        world.refuse_job("client", CLAIM, open, ErrorCode::NotInsured);
        world.submit(&drawn, open, &proved);
        world.refuse_job("client", CLAIM, open, ErrorCode::NotInsured);
        // Nobody was drawn, so nobody was slashed.
        let undrawn = world.fund(&proved);
        world.pass(Params::default().draw_window_s + 1);
        world.job_call("stranger", method_names::REFUND_JOB, undrawn);
        world.refuse_job("client", CLAIM, undrawn, ErrorCode::NotInsured);
    });
}

#[test]
fn the_pool_should_pay_no_more_than_half_of_what_the_event_brought() {
    let mut params = Params { min_stake: NEAR(1), ..Params::default() };
    params.insurance.pool_share_bps = 10_000;
    // A miss of one yocto of collateral per fee is not allowed; the least is the fee itself.
    params.collateral.collateral_bps = 10_000;
    params.collateral.min_collateral = Balance::from_yoctonear(1);
    let mut world = World::with_params(86, params);
    world.register("alice", 2_000);
    let job_id = refunded(&mut world, NEAR(1));
    // All of the collateral but the reporter's share; the next prover's share found no prover.
    assert_eq!(world.accounting().insurance, part(NEAR(1), 9_500));
    let paid = world.credited("client", |world| {
        world.job_call("client", CLAIM, job_id);
    });
    assert_eq!(paid, part(NEAR(1), 1_000), "the loss is the smallest of the three");
}

#[test]
fn a_job_that_another_served_after_a_false_proof_should_be_paid_nothing() {
    at_each_version(|world| {
        world.register("alice", 1_010);
        let proved = world.circuit.prove(3);
        let (job_id, _) = world.assigned(&proved);
        world.register("bob", 1_010);
        world.pass(SET_INTERVAL_S + 1);
        let report = nonsense_of_alice(world, job_id);
        world.call("stranger", method_names::REPORT_INVALID_PROOF, &report);
        assert_eq!(world.draw(job_id).prover_id, id("bob"));
        world.submit("bob", job_id, &proved);
        assert_eq!(world.job(job_id).unwrap().harm, NEAR(96));
        world.refuse_job("client", CLAIM, job_id, ErrorCode::NotInsured);
    });
}

/// A proof of which only the hash was submitted turns out false after it was paid for.
#[test]
fn a_client_that_paid_for_a_false_proof_should_get_its_fee() {
    at_each_version(|world| {
        // A pool that others filled.
        world.register("carol", 19_900);
        world.register("alice", 1_000);
        for _ in 0..8 {
            world.pass(500);
            world.call("alice", method_names::HEARTBEAT, &json!({}));
        }
        let carol = ProverArgs { prover_id: id("carol") };
        world.call("owner", method_names::REPORT_DOWNTIME, &carol);

        let proved = world.circuit.prove(3);
        let (job_id, drawn) = world.assigned_for_commitment(&proved);
        assert_eq!(drawn, "alice");
        let nonsense = [7_u8; 256];
        let proof_hash = proofrail_near_interface::Hex(Sha256::digest(nonsense).into());
        let commitment = SubmitCommitmentArgs { job_id, proof_hash };
        world.call("alice", method_names::SUBMIT_COMMITMENT, &commitment);
        world.pass(3 * DAY + 1);
        world.job_call("stranger", method_names::SETTLE_COMMITMENT, job_id);
        assert!(matches!(world.status(job_id), JobStatus::Proved { .. }));
        world.refuse_job("client", CLAIM, job_id, ErrorCode::NotInsured);

        let report = ReportInvalidProofArgs {
            job_id,
            prover_id: id("alice"),
            proof: format!("0x{}", "07".repeat(256)),
            signature: None,
        };
        world.call("stranger", method_names::REPORT_INVALID_PROOF, &report);
        let paid = world.credited("client", |world| {
            world.job_call("client", CLAIM, job_id);
        });
        assert_eq!(paid, Balance::from_millinear(100));
    });
}

#[test]
fn whoever_stops_a_broken_circuit_should_get_a_hundredth_of_the_pool_and_at_most_fifty_near() {
    for (stake, bounty) in [(1_000, part(NEAR(995), 100)), (10_000, NEAR(50))] {
        let mut params = Params::default();
        params.slashing.invalid_proof_bps = 10_000;
        let mut world = World::bare(86);
        let impossible = world.circuit.prove(9);
        let mut args = world.new_args(params);
        args.constitution.circuits[1].impossible_inputs = impossible.inputs;
        world.ok("market", method_names::NEW, &args, Balance::ZERO);
        world.register("alice", stake);
        world.open("stranger");
        let (job_id, _) = world.assigned(&world.circuit.prove(3));
        let report = nonsense_of_alice(&world, job_id);
        world.call("stranger", method_names::REPORT_INVALID_PROOF, &report);
        let pool = world.accounting().insurance;
        assert_eq!(pool, NEAR(stake - 5), "all but the reporter's share");
        let circuit_id = circuit_id(OTHER_CIRCUIT);
        let proof = StopByProofArgs { circuit_id, proof: impossible.proof };
        let paid = world.credited("stranger", |world| {
            world.call("stranger", method_names::STOP_CIRCUIT_BY_PROOF, &proof);
        });
        assert_eq!(paid, bounty);
        assert_eq!(minus(pool, world.accounting().insurance), bounty);
    }
}
