//! What each call costs: gas, storage and deposit, and how the draw's gas grows with the number of provers.

use near_devnode::Balance;
use proofrail_near_interface::{
    AuctionArgs, ClaimBonusArgs, EpochsView, FundJobArgs, Hex, JobArgs, Params,
    ReportInvalidProofArgs, SubmitCommitmentArgs, VerifyLocalArgs, WithdrawTreasuryArgs,
    method_names,
};
use proofrail_tests_integration::near_market::costs::{self, Costs, Limits};
use proofrail_tests_integration::near_market::{PRODUCTION, PROTOCOL_VERSIONS, wasm};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::proofs::circuit_id;
use crate::world::{
    CIRCUIT, DEADLINE_S, DRAW_WINDOW_S, SET_INTERVAL_S, World, account, submission, sum,
};

const NEAR: Balance = Balance::from_near(1);
const YOCTO: Balance = Balance::from_yoctonear(1);
/// What a method that verifies a proof may burn, Tgas.
const PROOF: f64 = 60.0;
/// The most that each method may burn, Tgas; a transaction may burn 300 at least at every version.
const LIMITS: Limits<'_> = Limits {
    of: &[
        (method_names::NEW, 70.0),
        (method_names::REPORT_INVALID_PROOF, PROOF),
        (method_names::REVEAL_PROOF, PROOF),
        (method_names::SUBMIT_PROOF, PROOF),
        (method_names::VERIFY_LOCAL, PROOF),
    ],
    others: 15.0,
};

/// Calls every method of a job's life at least once.
fn run_jobs(world: &mut World) {
    let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
    world.open("stranger");
    world.open("client");
    let (job_id, prover) = world.assigned(&proved);
    world.submit(&prover, job_id, &proved);

    let (challenged, prover) = world.assigned_for_commitment(&proved);
    let proof_hash = Hex(Sha256::digest(proved.proof.0).into());
    let commitment = SubmitCommitmentArgs { job_id: challenged, proof_hash };
    world.call(&prover, method_names::SUBMIT_COMMITMENT, &commitment);
    let args = json!({"job_id": challenged});
    world.ok("stranger", method_names::CHALLENGE_COMMITMENT, &args, NEAR);
    world.call(&prover, method_names::REVEAL_PROOF, &submission(challenged, &proved));

    let (settled, prover) = world.assigned_for_commitment(&proved);
    let commitment = SubmitCommitmentArgs { job_id: settled, proof_hash };
    let until = world.call(&prover, method_names::SUBMIT_COMMITMENT, &commitment);
    let until = until.json().unwrap();

    let auction = Some(AuctionArgs { max_fee: Balance::from_millinear(200), ramp_s: 60 });
    let args = FundJobArgs { auction, ..world.fund_args(&proved) };
    let job_id = world.fund_with(&args);
    world.job_call("alice", method_names::TAKE_JOB, job_id);
    world.job_call("alice", method_names::REPORT_INVALID_INPUT, job_id);
    world.job_call("client", method_names::ACCEPT_INVALID_INPUT, job_id);

    let undrawn = world.fund(&proved);
    let (missed, _) = world.assigned(&proved);
    let deadline = world.assignment(missed).deadline;
    world.pass_after(deadline);
    world.job_call("stranger", method_names::POKE, missed);
    world.pass(SET_INTERVAL_S + 300);
    world.job_call("stranger", method_names::REFUND_JOB, undrawn);

    let (reported, prover) = world.assigned(&proved);
    let proof: Vec<String> = other.proof.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let report = ReportInvalidProofArgs {
        job_id: reported,
        prover_id: crate::world::id(&prover),
        proof: format!("0x{}", proof.concat()),
        signature: Some(world.sign(&prover, reported, &other.proof.0)),
    };
    world.call("stranger", method_names::REPORT_INVALID_PROOF, &report);

    world.pass_after(until);
    world.job_call("stranger", method_names::SETTLE_COMMITMENT, settled);
    let local = VerifyLocalArgs {
        circuit_id: circuit_id(CIRCUIT),
        public_inputs: other.inputs.clone(),
        proof: other.proof,
    };
    world.ok("stranger", method_names::VERIFY_LOCAL, &local, NEAR);
    world.pass(30 * 24 * 3_600);
    world.job_call("client", method_names::PRUNE_JOB, settled);
}

/// Calls the methods of a prover's life that the others did not.
fn run_provers(world: &mut World) {
    let none = json!({});
    world.ok("alice", method_names::ADD_STAKE, &none, Balance::from_near(500));
    for method in [
        method_names::GO_OFFLINE,
        method_names::GO_ONLINE,
        method_names::HEARTBEAT,
        method_names::CLAIM,
    ] {
        world.call("alice", method, &none);
    }
    world.call("alice", method_names::SET_CAPACITY, &World::capacity());
    // Others are heard meanwhile, so that it is alice that is silent and not the market.
    for _ in 0..8 {
        world.pass(500);
        world.call("bob", method_names::HEARTBEAT, &none);
    }
    let prover = json!({"prover_id": crate::world::id("alice")});
    world.call("stranger", method_names::REPORT_DOWNTIME, &prover);
    let stake = world.prover("carol").unwrap().stake;
    world.call("carol", method_names::REQUEST_UNSTAKE, &json!({"amount": stake}));
    world.pass(14 * 24 * 3_600 + 1);
    world.call("carol", method_names::WITHDRAW_STAKE, &none);
    if !world.claimable("carol").is_zero() {
        world.call("carol", method_names::CLAIM, &none);
    }
    world.call("carol", method_names::UNREGISTER_PROVER, &none);
}

/// Calls the council's methods.
fn run_council(world: &mut World) {
    let propose = |world: &mut World| -> u64 {
        let args = json!({
            "prover_id": crate::world::id("bob"),
            "kind": "data_leak",
            "evidence": Hex([7; 32]),
        });
        world.ok("owner", method_names::PROPOSE_SLASH, &args, NEAR).json().unwrap()
    };
    let case = |case_id: u64| json!({"case_id": case_id});
    let cancelled = propose(world);
    world.call("owner", method_names::CANCEL_SLASH, &case(cancelled));
    let executed = propose(world);
    world.call("bob", method_names::APPEAL_SLASH, &case(executed));
    world.call("owner", method_names::CONFIRM_SLASH, &case(executed));
    world.call("stranger", method_names::EXECUTE_SLASH, &case(executed));
}

/// Has an epoch pass, and a prover claim its bonus of it.
fn run_bonus(world: &mut World) {
    world.register("alice", 2_000);
    let proved = world.circuit.prove(5);
    let (job_id, prover) = world.assigned(&proved);
    world.submit(&prover, job_id, &proved);
    let epoch = world.view::<EpochsView>(method_names::EPOCHS, &json!({})).this;
    world.pass_after(epoch.ends_at);
    let args = ClaimBonusArgs { epoch: epoch.epoch };
    let bonus: Balance = world.call(&prover, method_names::CLAIM_BONUS, &args).json().unwrap();
    assert!(!bonus.is_zero());
    let amount = world.accounting().treasury;
    let args = WithdrawTreasuryArgs { amount };
    world.call("owner", method_names::WITHDRAW_TREASURY, &args);
}

/// Has a job refunded that nobody served and its client compensated, and lets a case lapse.
fn run_insurance(world: &mut World) {
    world.register("alice", 2_000);
    let job_id = world.fund(&world.circuit.prove(3));
    world.draw(job_id);
    world.pass(DEADLINE_S + 1);
    world.job_call("stranger", method_names::POKE, job_id);
    world.pass(DRAW_WINDOW_S + 1);
    world.job_call("stranger", method_names::REFUND_JOB, job_id);
    let args = JobArgs { job_id };
    let outcome = world.call("client", method_names::CLAIM_INSURANCE, &args);
    assert!(!outcome.json::<Balance>().unwrap().is_zero());
    let args = json!({
        "prover_id": crate::world::id("alice"),
        "kind": "data_leak",
        "evidence": Hex([7; 32]),
    });
    let case: u64 = world.ok("owner", method_names::PROPOSE_SLASH, &args, NEAR).json().unwrap();
    world.pass(60 * 24 * 3_600);
    world.call("stranger", method_names::CLOSE_CASE, &json!({"case_id": case}));
}

/// Uses a storage balance and closes it.
fn run_storage(world: &mut World) {
    world.ok("carol", method_names::STORAGE_DEPOSIT, &json!({}), NEAR);
    world.ok("carol", method_names::STORAGE_WITHDRAW, &json!({}), YOCTO);
    world.ok("carol", method_names::STORAGE_UNREGISTER, &json!({}), YOCTO);
}

/// Calls every method of the market's users.
fn measure(protocol_version: u32) -> Costs {
    let mut costs = Costs::new();
    for story in [run_bonus, run_insurance, run_storage] {
        let mut world = World::new(protocol_version);
        story(&mut world);
        costs.append(&mut world.costs);
    }
    let mut world = World::new(protocol_version);
    for who in ["alice", "bob", "carol"] {
        world.register(who, 2_000);
    }
    run_jobs(&mut world);
    run_provers(&mut world);
    run_council(&mut world);
    let circuit = json!({"circuit_id": circuit_id(CIRCUIT)});
    world.call("owner", method_names::STOP_CIRCUIT, &circuit);
    // Where several stories call a method, the longest one counts.
    costs.append(&mut world.costs);
    costs
}

#[test]
fn costs_should_be_those_of_the_snapshot() {
    let mut measured = PROTOCOL_VERSIONS.map(|version| (version, measure(version)));
    measured[0].1.extend(growth());
    costs::check("gas.json", &measured, &LIMITS, wasm(PRODUCTION).len());
}

/// The methods whose gas could grow with the number of provers, at 100, 1,000 and 10,000.
fn growth() -> Costs {
    // Registering so many takes hours of the chain's time: nobody sends heartbeats meanwhile.
    let downtime_s = 30 * 24 * 3_600;
    let params = Params { min_stake: NEAR, max_provers: 20_000, downtime_s, ..Params::default() };
    let mut world = World::with_params(86, params);
    let proved = world.circuit.prove(3);
    let mut measured = Costs::new();
    let started = std::time::Instant::now();
    let mut registered = 0;
    for count in [100, 1_000, 10_000] {
        while registered < count {
            join(&mut world, registered);
            registered += 1;
        }
        // The last one pays in front of everybody's eyes, with all checks.
        world
            .chain
            .create_account(&account(&format!("last{count}")), Balance::from_near(3))
            .unwrap();
        world.register(&format!("last{count}"), 1);
        registered += 1;
        world.pass(SET_INTERVAL_S);
        let job_id = world.fund(&proved);
        world.draw(job_id);
        for method in [method_names::REGISTER_PROVER, method_names::FUND_JOB, method_names::DRAW] {
            measured.insert(format!("{method} at {count} provers"), world.costs[method]);
        }
        println!("{count} provers after {:?}", started.elapsed());
    }
    let grows = |method: &str| {
        let at = |count: u32| measured[&format!("{method} at {count} provers")].tgas;
        (at(100), at(10_000))
    };
    for method in [method_names::REGISTER_PROVER, method_names::FUND_JOB, method_names::DRAW] {
        let (few, many) = grows(method);
        assert!(many < few * 1.5, "{method}: {few} Tgas at 100 provers, {many} at 10,000");
    }
    measured
}

/// Registers one more prover, quickly.
fn join(world: &mut World, number: u32) {
    let name = format!("p{number}");
    world.chain.create_account(&account(&name), Balance::from_near(2)).unwrap();
    let args = world.registration(&name, NEAR);
    let deposit = sum([NEAR, Balance::from_millinear(100)]);
    let outcome = world.raw(&name, method_names::REGISTER_PROVER, &args, deposit);
    assert!(outcome.is_success(), "{outcome:?}");
    if number.is_multiple_of(50) {
        world.chain.collect_garbage(2);
    }
}
