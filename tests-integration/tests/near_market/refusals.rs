//! Calls that must be refused with a reason, change nothing and keep no deposit.

use near_devnode::Balance;
use proofrail_near_interface::{
    ErrorCode, FundJobArgs, Hex, JobArgs, SubmitProofArgs, method_names,
};
use serde_json::json;

use crate::at_each_version;
use crate::proofs::{outside_the_subgroup, plus_field_order, plus_scalar_order};
use crate::world::submission;

const NEAR: Balance = Balance::from_near(1);

#[test]
fn funding_should_refuse_bad_statements_and_too_little_money() {
    at_each_version(|world| {
        let proved = world.circuit.prove(3);
        let (method, good) = (method_names::FUND_JOB, world.fund_args(&proved));
        world.refuse("client", method, &good, NEAR, ErrorCode::NoProvers);
        world.register("alice", 1_000);

        let mut unknown = good.clone();
        unknown.circuit_id.0[0] ^= 1;
        world.refuse("client", method, &unknown, NEAR, ErrorCode::CircuitUnknown);
        let mut fewer = good.clone();
        fewer.public_inputs.pop();
        world.refuse("client", method, &fewer, NEAR, ErrorCode::InputCount);
        for index in 0..3 {
            let mut twin = good.clone();
            twin.public_inputs[index] = Hex(plus_scalar_order(&good.public_inputs[index].0));
            let text = world.refuse("client", method, &twin, NEAR, ErrorCode::InputNotReduced);
            assert!(text.contains(&format!("public_inputs[{index}]")), "{text}");
        }
        let mut hex = serde_json::to_value(&good).unwrap();
        hex["public_inputs"][1] = json!("12");
        let text = world.refuse("client", method, &hex, NEAR, ErrorCode::BadHex);
        assert!(text.contains("public_inputs[1]"), "{text}");

        let fee = Some(Balance::from_yoctonear(Balance::from_millinear(100).as_yoctonear() - 1));
        let cheap = FundJobArgs { fee, ..good.clone() };
        world.refuse("client", method, &cheap, NEAR, ErrorCode::FeeTooSmall);
        // The base fee alone leaves nothing for storage.
        world.refuse(
            "client",
            method,
            &good,
            Balance::from_millinear(100),
            ErrorCode::DepositTooSmall,
        );
        world.refuse("client", method, &good, Balance::ZERO, ErrorCode::DepositTooSmall);
        let huge = FundJobArgs { fee: Some(Balance::from_yoctonear(u128::MAX)), ..good };
        world.refuse("client", method, &huge, NEAR, ErrorCode::AmountOverflow);
        assert_eq!(world.accounting().fees, Balance::ZERO);
    });
}

#[test]
fn a_proof_should_be_refused_from_anyone_but_the_drawn_prover() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.register("bob", 1_000);
        let proved = world.circuit.prove(3);
        let (job_id, drawn) = world.assigned(&proved);
        let other = if drawn == "alice" { "bob" } else { "alice" };
        let args = submission(job_id, &proved);
        for who in [other, "client", "stranger", "owner"] {
            let code = ErrorCode::NotDrawnProver;
            world.refuse(who, method_names::SUBMIT_PROOF, &args, Balance::ZERO, code);
        }
        let unknown = submission(99, &proved);
        let code = ErrorCode::JobUnknown;
        world.refuse(&drawn, method_names::SUBMIT_PROOF, &unknown, Balance::ZERO, code);
        let undrawn = submission(world.fund(&proved), &proved);
        let code = ErrorCode::JobState;
        world.refuse(&drawn, method_names::SUBMIT_PROOF, &undrawn, Balance::ZERO, code);
    });
}

#[test]
fn a_malformed_proof_should_be_named_and_never_trap() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let (job_id, prover) = world.assigned(&proved);
        let good = proved.proof.0;
        let patched = |at: usize, bytes: &[u8]| {
            let mut proof = good;
            proof[at..at + bytes.len()].copy_from_slice(bytes);
            proof
        };
        let mut cases = vec![
            (patched(0, &[0; 64]), "A is the point at infinity"),
            (patched(64, &[0; 128]), "B is the point at infinity"),
            (patched(192, &[0; 64]), "C is the point at infinity"),
            (patched(64, &outside_the_subgroup().0), "B is not in the prime-order subgroup"),
            (patched(0, &[0xff; 32]), "A has a coordinate that is not below the field order"),
        ];
        let elements = ["A", "A", "B", "B", "B", "B", "C", "C"];
        let unreduced: Vec<String> = elements
            .iter()
            .map(|element| format!("{element} has a coordinate that is not below the field order"))
            .collect();
        let off_curve: Vec<String> =
            elements.iter().map(|element| format!("{element} is not on the curve")).collect();
        for word in 0..8 {
            let at = word * 32;
            cases.push((patched(at, &plus_field_order(&good[at..at + 32])), &unreduced[word]));
            cases.push((patched(at + 31, &[good[at + 31] ^ 1]), &off_curve[word]));
        }
        for (proof, reason) in cases {
            let args = SubmitProofArgs { job_id, proof: Hex(proof) };
            let code = ErrorCode::ProofMalformed;
            let text =
                world.refuse(&prover, method_names::SUBMIT_PROOF, &args, Balance::ZERO, code);
            assert!(text.contains(reason), "{text} does not say: {reason}");
        }
        let short = json!({"job_id": job_id, "proof": "0x00"});
        world.refuse(&prover, method_names::SUBMIT_PROOF, &short, Balance::ZERO, ErrorCode::BadHex);
        // Points swapped in their order are well-formed and prove nothing.
        let mut swapped = good;
        swapped[..64].copy_from_slice(&good[192..]);
        swapped[192..].copy_from_slice(&good[..64]);
        let args = SubmitProofArgs { job_id, proof: Hex(swapped) };
        world.refuse(
            &prover,
            method_names::SUBMIT_PROOF,
            &args,
            Balance::ZERO,
            ErrorCode::ProofInvalid,
        );
        world.ok(&prover, method_names::SUBMIT_PROOF, &submission(job_id, &proved), Balance::ZERO);
    });
}

#[test]
fn a_proof_should_be_refused_for_each_changed_public_input() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        for index in 0..3 {
            let mut args = world.fund_args(&proved);
            args.public_inputs[index].0[31] ^= 1;
            let job_id: u64 =
                world.ok("client", method_names::FUND_JOB, &args, NEAR).json().unwrap();
            world.draw(job_id);
            let submit = submission(job_id, &proved);
            let code = ErrorCode::ProofInvalid;
            world.refuse("alice", method_names::SUBMIT_PROOF, &submit, Balance::ZERO, code);
        }
        let mut args = world.fund_args(&proved);
        args.public_inputs.swap(0, 1);
        let job_id: u64 = world.ok("client", method_names::FUND_JOB, &args, NEAR).json().unwrap();
        world.draw(job_id);
        let submit = submission(job_id, &proved);
        let code = ErrorCode::ProofInvalid;
        world.refuse("alice", method_names::SUBMIT_PROOF, &submit, Balance::ZERO, code);
    });
}

#[test]
fn deposits_should_be_refused_where_none_is_needed() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let (job_id, prover) = world.assigned(&proved);
        let yocto = Balance::from_yoctonear(1);
        let args = JobArgs { job_id };
        for method in [
            method_names::DRAW,
            method_names::TAKE_JOB,
            method_names::POKE,
            method_names::REFUND_JOB,
            method_names::PRUNE_JOB,
            method_names::SETTLE_COMMITMENT,
            method_names::REPORT_INVALID_INPUT,
            method_names::ACCEPT_INVALID_INPUT,
        ] {
            let text = world.refuse_text("client", method, &args, yocto);
            assert!(text.contains("doesn't accept deposit"), "{text}");
        }
        let submit = submission(job_id, &proved);
        world.refuse_text(&prover, method_names::SUBMIT_PROOF, &submit, yocto);
        world.refuse_text(&prover, method_names::CLAIM, &json!({}), yocto);
        let unstake = json!({"amount": Balance::from_near(1_000)});
        world.refuse_text("alice", method_names::REQUEST_UNSTAKE, &unstake, yocto);
    });
}
