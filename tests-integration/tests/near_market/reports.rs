//! Reports of false proofs, judged by the contract itself.

use near_devnode::Balance;
use proofrail_near_interface::{
    CircuitArgs, ErrorCode, JobStatus, MarketEvent, ReportInvalidProofArgs, SubmitCommitmentArgs,
    method_names,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::at_each_version;
use crate::proofs::{circuit_id, outside_the_subgroup, plus_field_order};
use crate::world::{CIRCUIT, DRAW_WINDOW_S, World, events, id, minus};

const REPORT: &str = method_names::REPORT_INVALID_PROOF;
/// 5 % of the 10 % of 1,010 NEAR, at most 5 NEAR.
const REWARD: Balance = Balance::from_near(5);

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{}", digits.concat())
}

/// A report of what `who` signed for a job.
fn signed(world: &World, who: &str, job_id: u64, proof: &[u8]) -> ReportInvalidProofArgs {
    ReportInvalidProofArgs {
        job_id,
        prover_id: id(who),
        proof: hex(proof),
        signature: Some(world.sign(who, job_id, proof)),
    }
}

#[test]
fn whatever_is_no_proof_should_be_judged_false_and_never_trap() {
    let world = World::new(86);
    let good = world.circuit.prove(3).proof.0;
    let patched = |at: usize, bytes: &[u8]| {
        let mut proof = good.to_vec();
        proof[at..at + bytes.len()].copy_from_slice(bytes);
        proof
    };
    let mut cases = vec![
        Vec::new(),
        vec![0],
        good[..255].to_vec(),
        [&good[..], &[0]].concat(),
        vec![0xff; 4_096],
        vec![0; 256],
        patched(0, &[0; 64]),
        patched(64, &[0; 128]),
        patched(64, &outside_the_subgroup().0),
        patched(0, &plus_field_order(&good[..32])),
        world.circuit.prove(4).proof.0.to_vec(),
    ];
    cases.push([&good[192..], &good[64..192], &good[..64]].concat());
    at_each_version(|world| {
        world.register("alice", 100_000 / 10);
        world.open("stranger");
        let proved = world.circuit.prove(3);
        for proof in &cases {
            let (job_id, drawn) = world.assigned(&proved);
            assert_eq!(drawn, "alice");
            let args = signed(world, "alice", job_id, proof);
            let before = world.prover("alice").unwrap();
            let outcome = world.call("stranger", REPORT, &args);
            let refuted = MarketEvent::ProofRefuted {
                job_id,
                prover_id: id("alice"),
                reporter_id: id("stranger"),
            };
            assert!(events(&outcome).contains(&refuted), "{} bytes", proof.len());
            let after = world.prover("alice").unwrap();
            assert_eq!(after.invalid_proofs, before.invalid_proofs + 1);
            let tenth = Balance::from_yoctonear(before.stake.as_yoctonear() / 10);
            assert_eq!(minus(before.stake, after.stake), tenth);
            let again = ErrorCode::SlashedAlready;
            world.refuse("stranger", REPORT, &args, Balance::ZERO, again);
            if after.stake < Balance::from_near(1_000) {
                world.ok("alice", method_names::ADD_STAKE, &json!({}), Balance::from_near(500));
            }
            world.pass(66);
        }
    });
}

#[test]
fn a_report_should_end_the_assignment_and_pay_the_reporter() {
    at_each_version(|world| {
        world.register("alice", 1_010);
        world.open("stranger");
        let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
        let (job_id, _) = world.assigned(&proved);
        world.register("bob", 1_010);
        world.pass(66);
        let args = signed(world, "alice", job_id, &other.proof.0);
        let reward = world.credited("stranger", |world| {
            world.call("stranger", REPORT, &args);
        });
        assert_eq!(reward, REWARD);
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.stake, alice.locked), (Balance::from_near(909), Balance::ZERO));
        let job = world.job(job_id).unwrap();
        assert_eq!(job.excluded, [alice.seat]);
        assert_eq!(job.harm, Balance::from_near(96));
        assert!(matches!(job.status, JobStatus::Funded { .. }));
        assert_eq!(world.draw(job_id).prover_id, id("bob"));
        // What the other prover signed costs the other prover; the job goes on without the first.
        let args = signed(world, "bob", job_id, &other.proof.0);
        world.call("alice", REPORT, &args);
        assert!(matches!(world.status(job_id), JobStatus::Funded { .. }), "nobody is left to draw");
        world.pass(DRAW_WINDOW_S + 1);
        world.job_call("stranger", method_names::REFUND_JOB, job_id);
        assert!(matches!(world.status(job_id), JobStatus::Refunded { .. }));
    });
}

#[test]
fn a_report_should_refund_at_once_where_the_circuit_was_stopped() {
    at_each_version(|world| {
        world.register("alice", 1_010);
        world.register("bob", 1_010);
        let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
        let (job_id, drawn) = world.assigned(&proved);
        let args = signed(world, &drawn, job_id, &other.proof.0);
        let circuit = CircuitArgs { circuit_id: circuit_id(CIRCUIT) };
        world.call("owner", method_names::STOP_CIRCUIT, &circuit);
        // Another prover is left, and yet nobody could prove the job.
        let refunded = world.credited("client", |world| {
            world.call("stranger", REPORT, &args);
        });
        assert_eq!(refunded, Balance::from_millinear(100));
        assert!(matches!(world.status(job_id), JobStatus::Refunded { .. }));
    });
}

#[test]
fn a_report_should_need_a_false_proof_that_the_prover_stood_for() {
    at_each_version(|world| {
        world.register("alice", 1_010);
        world.register("bob", 1_010);
        let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
        let (job_id, drawn) = world.assigned(&proved);
        let idle = if drawn == "alice" { "bob" } else { "alice" };
        let good = signed(world, &drawn, job_id, &proved.proof.0);
        world.refuse("stranger", REPORT, &good, Balance::ZERO, ErrorCode::ProofHolds);
        let bad = signed(world, &drawn, job_id, &other.proof.0);
        let refused = |args: ReportInvalidProofArgs, world: &mut World, code| {
            world.refuse("stranger", REPORT, &args, Balance::ZERO, code);
        };
        let code = ErrorCode::NotBound;
        // Another's signature, none, one of other bytes, one for another job, one of nobody's.
        let foreign = signed(world, idle, job_id, &other.proof.0);
        refused(ReportInvalidProofArgs { prover_id: id(&drawn), ..foreign.clone() }, world, code);
        refused(ReportInvalidProofArgs { signature: None, ..bad.clone() }, world, code);
        refused(ReportInvalidProofArgs { proof: "0x00".to_owned(), ..bad.clone() }, world, code);
        let (second, _) = world.assigned(&world.circuit.prove(3));
        refused(ReportInvalidProofArgs { job_id: second, ..bad.clone() }, world, code);
        for byte in [0, 0xff] {
            let signature = Some(proofrail_near_interface::Hex([byte; 64]));
            refused(ReportInvalidProofArgs { signature, ..bad.clone() }, world, code);
        }
        // One that was never assigned to the job may sign what it likes.
        refused(foreign, world, code);
        let unknown = ReportInvalidProofArgs { prover_id: id("client"), ..bad.clone() };
        refused(unknown, world, ErrorCode::ProverUnknown);
        let no_job = ReportInvalidProofArgs { job_id: 99, ..bad.clone() };
        refused(no_job, world, ErrorCode::JobUnknown);
        let long = ReportInvalidProofArgs { proof: hex(&[0; 4_097]), ..bad.clone() };
        refused(long, world, ErrorCode::EvidenceTooLong);
        for text in ["00", "0x0", "0xzz"] {
            let args = ReportInvalidProofArgs { proof: text.to_owned(), ..bad.clone() };
            refused(args, world, ErrorCode::BadHex);
        }
        world.call("stranger", REPORT, &bad);
    });
}

#[test]
fn a_closed_job_should_be_judged_for_a_window_and_no_longer() {
    at_each_version(|world| {
        world.register("alice", 1_010);
        let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
        let mut jobs = Vec::new();
        for _ in 0..2 {
            let (job_id, _) = world.assigned(&proved);
            world.submit("alice", job_id, &proved);
            jobs.push(job_id);
        }
        let [first, second] = jobs[..] else { panic!() };
        // It proved the job, and yet signed that something false is a proof of it.
        let args = signed(world, "alice", first, &other.proof.0);
        world.call("stranger", REPORT, &args);
        assert!(matches!(world.status(first), JobStatus::Proved { .. }), "paid is paid");
        assert_eq!(world.prover("alice").unwrap().stake, Balance::from_near(909));
        world.pass(3 * 24 * 3_600 + 1);
        let args = signed(world, "alice", second, &other.proof.0);
        world.refuse("stranger", REPORT, &args, Balance::ZERO, ErrorCode::ReportTooLate);
    });
}

#[test]
fn a_commitment_should_bind_without_a_signature_even_when_it_was_paid() {
    at_each_version(|world| {
        world.register("alice", 1_010);
        world.open("stranger");
        let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
        let (job_id, _) = world.assigned_for_commitment(&proved);
        let proof_hash = proofrail_near_interface::Hex(Sha256::digest(other.proof.0).into());
        let args = SubmitCommitmentArgs { job_id, proof_hash };
        let outcome = world.call("alice", method_names::SUBMIT_COMMITMENT, &args);
        world.pass_after(outcome.json().unwrap());
        world.job_call("alice", method_names::SETTLE_COMMITMENT, job_id);
        let report = ReportInvalidProofArgs {
            job_id,
            prover_id: id("alice"),
            proof: hex(&other.proof.0),
            signature: None,
        };
        world.call("stranger", REPORT, &report);
        assert_eq!(world.claimable("stranger"), REWARD);
        // The client lost the fee to a false proof: the pool pays it, at most half of what it was brought.
        let paid: Balance =
            world.job_call("client", method_names::CLAIM_INSURANCE, job_id).json().unwrap();
        assert_eq!(paid, Balance::from_millinear(100));
    });
}
