//! Commitments: a hash that may be challenged instead of a proof.

use near_devnode::Balance;
use proofrail_near_interface::{
    CircuitArgs, ErrorCode, FeeSplit, Hex, JobStatus, MarketEvent, RevealView,
    SubmitCommitmentArgs, SubmitProofArgs, method_names,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::at_each_version;
use crate::proofs::{Proved, circuit_id};
use crate::world::{CIRCUIT, DRAW_WINDOW_S, World, events, id, minus, part, submission};

const FEE: Balance = Balance::from_millinear(100);
const BOND: Balance = Balance::from_near(1);
const CHALLENGE: &str = method_names::CHALLENGE_COMMITMENT;
const REVEAL: &str = method_names::REVEAL_PROOF;
const SETTLE: &str = method_names::SETTLE_COMMITMENT;

fn hash_of(proof: &[u8]) -> Hex<32> {
    Hex(Sha256::digest(proof).into())
}

fn commitment(job_id: u64, proof: &[u8]) -> SubmitCommitmentArgs {
    SubmitCommitmentArgs { job_id, proof_hash: hash_of(proof) }
}

/// A job of alice's, committed to by the hash of `proof`; returns it and the end of its window.
fn committed(world: &mut World, proved: &Proved, proof: &[u8]) -> (u64, u64) {
    world.register("alice", 1_010);
    world.open("stranger");
    let (job_id, drawn) = world.assigned_for_commitment(proved);
    let args = commitment(job_id, proof);
    let outcome = world.call(&drawn, method_names::SUBMIT_COMMITMENT, &args);
    let told = events(&outcome);
    let challenge_before = outcome.json().unwrap();
    let (prover_id, proof_hash) = (id(&drawn), args.proof_hash);
    assert_eq!(
        told,
        [MarketEvent::ProofCommitted { job_id, prover_id, proof_hash, challenge_before }]
    );
    (job_id, challenge_before)
}

fn challenge(world: &mut World, job_id: u64) -> u64 {
    let args = json!({"job_id": job_id});
    world.ok("stranger", CHALLENGE, &args, BOND).json().unwrap()
}

#[test]
fn an_unchallenged_commitment_should_be_paid_after_its_window() {
    at_each_version(|world| {
        let proved = world.circuit.prove(3);
        let (job_id, until) = committed(world, &proved, &proved.proof.0);
        world.refuse_job("alice", SETTLE, job_id, ErrorCode::ChallengeOpen);
        world.refuse_job("stranger", method_names::POKE, job_id, ErrorCode::JobState);
        world.refuse_job("client", method_names::REFUND_JOB, job_id, ErrorCode::JobState);
        assert_eq!(world.prover("alice").unwrap().locked, Balance::from_near(1));
        world.pass_after(until);
        let late = json!({"job_id": job_id});
        world.refuse("stranger", CHALLENGE, &late, BOND, ErrorCode::ChallengeTooLate);
        let earned = world.credited("alice", |world| {
            let split: FeeSplit = world.job_call("stranger", SETTLE, job_id).json().unwrap();
            assert_eq!(split.prover, part(FEE, 7_000));
        });
        assert_eq!(earned, part(FEE, 7_000));
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.locked, alice.open_jobs, alice.proofs_accepted), (Balance::ZERO, 0, 1));
        world.refuse_job("stranger", SETTLE, job_id, ErrorCode::JobState);
    });
}

#[test]
fn a_commitment_should_not_be_paid_in_the_last_second_of_its_window() {
    at_each_version(|world| {
        let proved = world.circuit.prove(3);
        let (job_id, until) = committed(world, &proved, &proved.proof.0);
        world.pass_to_a_call_at(until);
        world.refuse_job("stranger", SETTLE, job_id, ErrorCode::ChallengeOpen);
        world.job_call("stranger", SETTLE, job_id);
    });
}

#[test]
fn a_challenged_prover_should_get_fee_and_bond_for_a_proof_that_holds() {
    at_each_version(|world| {
        let proved = world.circuit.prove(3);
        let (job_id, until) = committed(world, &proved, &proved.proof.0);
        let args = json!({"job_id": job_id});
        let little = Balance::from_millinear(999);
        world.refuse("stranger", CHALLENGE, &args, little, ErrorCode::DepositTooSmall);
        // Near the window's end; what is above the bond comes back.
        world.pass_until(until - 10);
        let before = world.balance("stranger");
        let outcome = world.ok("stranger", CHALLENGE, &args, Balance::from_near(3));
        let paid = minus(minus(before, world.balance("stranger")), outcome.tokens_burnt());
        assert_eq!((paid, world.accounting().bonds), (BOND, BOND));
        world.refuse("client", CHALLENGE, &args, BOND, ErrorCode::JobState);
        world.pass_after(until);
        world.refuse_job("alice", SETTLE, job_id, ErrorCode::JobState);
        world.refuse_job("stranger", method_names::POKE, job_id, ErrorCode::NotMissed);

        let other = world.circuit.prove(4);
        let wrong = submission(job_id, &other);
        world.refuse("alice", REVEAL, &wrong, Balance::ZERO, ErrorCode::HashMismatch);
        let earned = world.credited("alice", |world| {
            let outcome = world.call("alice", REVEAL, &submission(job_id, &proved));
            let closed = MarketEvent::ChallengeClosed {
                job_id,
                challenger_id: id("stranger"),
                bond: BOND,
                paid_to: id("alice"),
            };
            assert!(events(&outcome).contains(&closed));
            let RevealView::Holds(split) = outcome.json().unwrap() else { panic!("false") };
            assert_eq!(split.prover, part(FEE, 7_000));
        });
        assert_eq!(earned, part(FEE, 7_000).checked_add(BOND).unwrap());
        assert_eq!(world.claimable("stranger"), Balance::ZERO);
        assert_eq!(world.accounting().bonds, Balance::ZERO);
        assert!(matches!(world.status(job_id), JobStatus::Proved { .. }));
    });
}

/// What a false proof of alice's, with a stake of 1,010 NEAR, brings the challenger: 5 % of the 10 %
/// slashed, at most 5 NEAR.
const REPORTER: Balance = Balance::from_near(5);

/// Alice was slashed for a false proof: her challenger has bond and reward, her client its fee.
fn check_slashed(world: &mut World, job_id: u64) {
    // Within the interval of sets the last one serves again, with the slashed prover, who is excluded: nobody
    // is drawn in the window. A new set has nobody in it, and the client is refunded at once.
    if matches!(world.status(job_id), JobStatus::Funded { .. }) {
        world.pass(DRAW_WINDOW_S + 1);
        world.job_call("stranger", method_names::REFUND_JOB, job_id);
    }
    assert_eq!(world.claimable("stranger"), REPORTER.checked_add(BOND).unwrap());
    assert_eq!(world.claimable("client"), FEE, "nobody else could be drawn");
    let alice = world.prover("alice").unwrap();
    assert_eq!(alice.stake, Balance::from_near(909));
    assert_eq!((alice.invalid_proofs, alice.locked, alice.open_jobs), (1, Balance::ZERO, 0));
    let books = world.accounting();
    assert_eq!((books.bonds, books.fees), (Balance::ZERO, Balance::ZERO));
    assert_eq!(books.insurance, Balance::from_near(96));
    assert!(matches!(world.status(job_id), JobStatus::Refunded { .. }));
}

#[test]
fn a_false_or_malformed_proof_behind_a_commitment_should_be_slashed_when_revealed() {
    at_each_version(|world| {
        let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
        let (job_id, _) = committed(world, &proved, &other.proof.0);
        challenge(world, job_id);
        let revealed = world.call("alice", REVEAL, &submission(job_id, &other));
        assert_eq!(revealed.json::<RevealView>().unwrap(), RevealView::False);
        check_slashed(world, job_id);
    });
    at_each_version(|world| {
        let (proved, junk) = (world.circuit.prove(3), [0xff; 256]);
        let (job_id, _) = committed(world, &proved, &junk);
        challenge(world, job_id);
        // Whoever knows the proof may bring it.
        let args = SubmitProofArgs { job_id, proof: Hex(junk) };
        let revealed = world.call("client", REVEAL, &args);
        assert_eq!(revealed.json::<RevealView>().unwrap(), RevealView::False);
        check_slashed(world, job_id);
    });
}

#[test]
fn a_proof_that_is_not_revealed_in_time_should_count_as_false() {
    at_each_version(|world| {
        let proved = world.circuit.prove(3);
        let (job_id, _) = committed(world, &proved, &proved.proof.0);
        let reveal_before = challenge(world, job_id);
        world.pass_after(reveal_before);
        let late = submission(job_id, &proved);
        world.refuse("alice", REVEAL, &late, Balance::ZERO, ErrorCode::DeadlinePassed);
        let outcome = world.job_call("client", method_names::POKE, job_id);
        let refuted = MarketEvent::ProofRefuted {
            job_id,
            prover_id: id("alice"),
            reporter_id: id("stranger"),
        };
        assert!(events(&outcome).contains(&refuted));
        check_slashed(world, job_id);
    });
}

#[test]
fn a_condemned_commitment_should_be_drawn_anew_where_others_serve() {
    at_each_version(|world| {
        let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
        let (job_id, _) = committed(world, &proved, &other.proof.0);
        world.register("bob", 1_000);
        world.pass(120);
        challenge(world, job_id);
        world.call("client", REVEAL, &submission(job_id, &other));
        let again = world.draw(job_id);
        assert_eq!((again.prover_id, again.draw.unwrap().round), (id("bob"), 1));
        // The second may commit, too, and is challenged anew.
        let args = commitment(job_id, &proved.proof.0);
        world.call("bob", method_names::SUBMIT_COMMITMENT, &args);
        challenge(world, job_id);
        world.call("bob", REVEAL, &submission(job_id, &proved));
        assert!(matches!(world.status(job_id), JobStatus::Proved { .. }));
    });
}

#[test]
fn a_commitment_should_be_refused_where_the_client_wants_a_proof() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        let proved = world.circuit.prove(3);
        let (job_id, drawn) = world.assigned(&proved);
        let (method, args) = (method_names::SUBMIT_COMMITMENT, commitment(job_id, &proved.proof.0));
        world.refuse(&drawn, method, &args, Balance::ZERO, ErrorCode::CommitmentNotAllowed);
        let (job_id, drawn) = world.assigned_for_commitment(&proved);
        let args = commitment(job_id, &proved.proof.0);
        let other = if drawn == "alice" { "bob" } else { "alice" };
        world.refuse(other, method, &args, Balance::ZERO, ErrorCode::NotDrawnProver);
        for (method, deposit) in [(CHALLENGE, BOND), (SETTLE, Balance::ZERO)] {
            let args = json!({"job_id": job_id});
            world.refuse("stranger", method, &args, deposit, ErrorCode::JobState);
        }
        let reveal = submission(job_id, &proved);
        world.refuse("stranger", REVEAL, &reveal, Balance::ZERO, ErrorCode::JobState);
        let deadline = world.assignment(job_id).deadline;
        world.pass_after(deadline);
        world.refuse(&drawn, method, &args, Balance::ZERO, ErrorCode::DeadlinePassed);
        // A proof is as good where a commitment would do, in time.
        let (job_id, drawn) = world.assigned_for_commitment(&proved);
        world.submit(&drawn, job_id, &proved);
    });
}

#[test]
fn a_stopped_circuit_should_free_a_challenged_prover_and_give_the_bond_back() {
    at_each_version(|world| {
        let proved = world.circuit.prove(3);
        let (job_id, _) = committed(world, &proved, &proved.proof.0);
        challenge(world, job_id);
        let circuit = CircuitArgs { circuit_id: circuit_id(CIRCUIT) };
        world.call("owner", method_names::STOP_CIRCUIT, &circuit);
        let reveal = submission(job_id, &proved);
        world.refuse("alice", REVEAL, &reveal, Balance::ZERO, ErrorCode::CircuitStopped);
        world.pass(3_601);
        world.refuse_job("stranger", method_names::POKE, job_id, ErrorCode::CircuitStopped);
        world.job_call("stranger", method_names::REFUND_JOB, job_id);
        assert_eq!(world.claimable("stranger"), BOND);
        assert_eq!(world.claimable("client"), FEE);
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.stake, alice.locked), (Balance::from_near(1_010), Balance::ZERO));
        assert_eq!(world.accounting().bonds, Balance::ZERO);
    });
}
