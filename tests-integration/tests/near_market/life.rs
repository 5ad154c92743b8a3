//! A job from its funding to the last payment, and where each yoctoNEAR goes.

use near_devnode::Balance;
use near_primitives::action::{Action, DeleteAccountAction};
use near_primitives::state_record::StateRecord;
use proofrail_near_interface::{
    CircuitArgs, ErrorCode, FeeSplit, FundCostArgs, FundJobArgs, JobArgs, JobStatus, MarketEvent,
    SubmitProofArgs, method_names,
};
use serde_json::json;

use crate::world::{World, account, events, id, minus, only, submission, sum, wasm};
use crate::{at_each_version, snapshot};

/// What `who` gains in a call beyond the price of its gas.
fn gain(
    world: &mut World,
    who: &str,
    call: impl FnOnce(&mut World) -> near_devnode::Outcome,
) -> Balance {
    let before = world.balance(who);
    let outcome = call(world);
    minus(sum([world.balance(who), outcome.tokens_burnt()]), before)
}

/// What `who` pays in a call beyond the price of its gas.
fn payment(
    world: &mut World,
    who: &str,
    call: impl FnOnce(&mut World) -> near_devnode::Outcome,
) -> Balance {
    let before = world.balance(who);
    let outcome = call(world);
    minus(before, sum([world.balance(who), outcome.tokens_burnt()]))
}

#[test]
fn a_job_should_pay_70_20_10_to_the_yocto() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        // A fee that neither 5 nor 10 divides.
        let fee = Balance::from_yoctonear(Balance::from_millinear(100).as_yoctonear() + 9);
        let args = FundJobArgs { fee: Some(fee), ..world.fund_args(&proved) };
        let cost = FundCostArgs {
            circuit_id: world.circuit.id(),
            client_id: id("client"),
            fee: Some(fee),
        };
        let quote: proofrail_near_interface::CostView = world.view(method_names::FUND_COST, &cost);

        let before = world.balance("market");
        let mut funded = Vec::new();
        let paid = payment(world, "client", |world| {
            let outcome = world.ok("client", method_names::FUND_JOB, &args, Balance::from_near(5));
            funded = events(&outcome);
            outcome
        });
        assert_eq!(paid, quote.total, "the excess of the deposit comes back");
        assert_eq!(quote.amount, fee);
        let MarketEvent::JobFunded { job_id, .. } = only(funded) else { panic!("no JobFunded") };

        let drawn = world.draw(job_id);
        assert_eq!(drawn.prover_id, id("alice"));
        let outcome = world.ok(
            "alice",
            method_names::SUBMIT_PROOF,
            &submission(job_id, &proved),
            Balance::ZERO,
        );
        let split: FeeSplit = outcome.json().unwrap();
        let yocto = fee.as_yoctonear();
        assert_eq!(split.treasury.as_yoctonear(), yocto / 5);
        assert_eq!(split.insurance.as_yoctonear(), yocto / 10);
        assert_eq!(sum([split.prover, split.treasury, split.insurance]), fee);
        assert!(
            matches!(world.status(job_id), JobStatus::Proved { split: kept, .. } if kept == split)
        );

        let shares =
            [("alice", split.prover), ("treasury", split.treasury), ("insurance", split.insurance)];
        for (who, share) in shares {
            assert_eq!(world.claimable(who), share);
            let gained = gain(world, who, |world| {
                world.ok(who, method_names::CLAIM, &json!({}), Balance::ZERO)
            });
            assert_eq!(gained, share, "{who}");
            world.refuse(
                who,
                method_names::CLAIM,
                &json!({}),
                Balance::ZERO,
                ErrorCode::NothingToClaim,
            );
        }
        let released = gain(world, "client", |world| {
            world.ok("client", method_names::PRUNE_JOB, &JobArgs { job_id }, Balance::ZERO)
        });
        assert_eq!(released, quote.storage);
        assert_eq!(world.job(job_id), None);

        let books = world.accounting();
        assert_eq!(books.stakes, Balance::from_near(1_000));
        assert_eq!((books.fees, books.credits), (Balance::ZERO, Balance::ZERO));
        assert_eq!(books.storage_deposits, world.prover("alice").unwrap().storage_deposit);
        if world.chain.protocol_version() > 86 {
            // Up to 86 the contract is also paid a share of the gas.
            assert_eq!(world.balance("market"), before);
        }
        world.chain.conservation().unwrap();
    });
}

#[test]
fn storage_should_cost_what_was_quoted_and_come_back_whole() {
    at_each_version(|world| {
        let empty = world.storage_usage();
        let quote = world.register_cost("alice");
        world.register("alice", 1_000);
        assert_eq!(world.prover("alice").unwrap().storage_deposit, quote.storage);
        let with_prover = world.storage_usage();

        let proved = world.circuit.prove(3);
        let (job_id, prover) = world.assigned(&proved);
        let deposit = world.job(job_id).unwrap().storage_deposit;
        world.ok(&prover, method_names::SUBMIT_PROOF, &submission(job_id, &proved), Balance::ZERO);
        let price = Balance::from_yoctonear(10_u128.pow(19));
        let used = price.checked_mul(u128::from(world.storage_usage() - with_prover)).unwrap();
        assert!(used <= deposit, "a proved job takes {used}, {deposit} was paid for it");
        world.ok("client", method_names::PRUNE_JOB, &JobArgs { job_id }, Balance::ZERO);
        assert_eq!(world.storage_usage(), with_prover);

        let amount = Balance::from_near(1_000);
        world.ok("alice", method_names::REQUEST_UNSTAKE, &json!({"amount": amount}), Balance::ZERO);
        world.pass(7 * 24 * 3_600);
        world.ok("alice", method_names::WITHDRAW_STAKE, &json!({}), Balance::ZERO);
        let credit = world.claimable("alice");
        let gained = gain(world, "alice", |world| {
            world.ok("alice", method_names::UNREGISTER_PROVER, &json!({}), Balance::ZERO)
        });
        assert_eq!(gained, sum([quote.storage, credit]));
        assert_eq!(world.storage_usage(), empty);
        assert_eq!(world.accounting().stakes, Balance::ZERO);
        assert_eq!(world.accounting().storage_deposits, Balance::ZERO);
    });
}

#[test]
fn a_missed_deadline_should_refund_the_whole_fee() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let (job_id, prover) = world.assigned(&proved);
        let JobStatus::Assigned { draw } = world.status(job_id) else { panic!("not assigned") };
        let refund = JobArgs { job_id };
        world.refuse(
            "client",
            method_names::REFUND_JOB,
            &refund,
            Balance::ZERO,
            ErrorCode::NotRefundable,
        );

        world.pass(draw.deadline + 1 - world.now());
        let late = submission(job_id, &proved);
        world.refuse(
            &prover,
            method_names::SUBMIT_PROOF,
            &late,
            Balance::ZERO,
            ErrorCode::DeadlinePassed,
        );
        // Anyone may keep the job moving: the fee still goes to its client.
        let before = world.balance("client");
        let outcome = world.ok("stranger", method_names::REFUND_JOB, &refund, Balance::ZERO);
        assert_eq!(minus(world.balance("client"), before), Balance::from_millinear(100));
        assert!(
            events(&outcome)
                .contains(&MarketEvent::DeadlineMissed { job_id, prover_id: id("alice") })
        );
        let kept = world.prover("alice").unwrap();
        assert_eq!((kept.open_jobs, kept.deadlines_missed, kept.proofs_accepted), (0, 1, 0));

        for (who, method) in
            [("stranger", method_names::REFUND_JOB), ("stranger", method_names::DRAW)]
        {
            world.refuse(who, method, &refund, Balance::ZERO, ErrorCode::JobState);
        }
        world.refuse(
            &prover,
            method_names::SUBMIT_PROOF,
            &late,
            Balance::ZERO,
            ErrorCode::JobState,
        );
        assert_eq!(world.accounting().fees, Balance::ZERO);
    });
}

#[test]
fn an_undrawn_job_should_refund_after_its_window_and_not_before() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let job_id = world.fund(&world.circuit.prove(3));
        let args = JobArgs { job_id };
        world.refuse(
            "client",
            method_names::REFUND_JOB,
            &args,
            Balance::ZERO,
            ErrorCode::NotRefundable,
        );
        let until = world.job(job_id).unwrap().draw_before;
        world.pass(until + 1 - world.now());
        world.refuse("stranger", method_names::DRAW, &args, Balance::ZERO, ErrorCode::DrawTooLate);
        let gained = gain(world, "client", |world| {
            world.ok("client", method_names::REFUND_JOB, &args, Balance::ZERO)
        });
        assert_eq!(gained, Balance::from_millinear(100));
        assert!(matches!(world.status(job_id), JobStatus::Refunded { draw: None, .. }));
    });
}

#[test]
fn a_stopped_circuit_should_take_nothing_and_refund_at_once() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let (assigned, prover) = world.assigned(&proved);
        let funded = world.fund(&proved);
        let circuit = CircuitArgs { circuit_id: world.circuit.id() };
        world.refuse(
            "stranger",
            method_names::STOP_CIRCUIT,
            &circuit,
            Balance::ZERO,
            ErrorCode::NotOwner,
        );
        world.ok("owner", method_names::STOP_CIRCUIT, &circuit, Balance::ZERO);

        let stopped = ErrorCode::CircuitStopped;
        world.refuse("owner", method_names::STOP_CIRCUIT, &circuit, Balance::ZERO, stopped);
        let (args, near) = (world.fund_args(&proved), Balance::from_near(1));
        world.refuse("client", method_names::FUND_JOB, &args, near, stopped);
        let submit = submission(assigned, &proved);
        world.refuse(&prover, method_names::SUBMIT_PROOF, &submit, Balance::ZERO, stopped);
        world.refuse(
            "stranger",
            method_names::DRAW,
            &JobArgs { job_id: funded },
            Balance::ZERO,
            stopped,
        );
        for job_id in [assigned, funded] {
            world.ok("client", method_names::REFUND_JOB, &JobArgs { job_id }, Balance::ZERO);
        }
        // Nobody is blamed for what the owner stopped.
        assert_eq!(world.prover("alice").unwrap().deadlines_missed, 0);
        assert_eq!(world.prover("alice").unwrap().open_jobs, 0);
        // The id is a tombstone.
        let again = world.circuit.registration();
        world.refuse(
            "owner",
            method_names::REGISTER_CIRCUIT,
            &again,
            near,
            ErrorCode::CircuitExists,
        );
    });
}

/// Deletes an account, so that payments to it fail.
fn delete(world: &mut World, who: &str) {
    let signer = world.chain.signer(&account(who)).unwrap();
    let action = Action::DeleteAccount(DeleteAccountAction { beneficiary_id: account("owner") });
    world.chain.transact(&signer, &account(who), vec![action]).unwrap().into_result().unwrap();
}

#[test]
fn a_failed_payment_should_become_a_credit_that_can_be_claimed() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let job_id = world.fund(&world.circuit.prove(3));
        world.pass(3_601);
        delete(world, "client");
        let before = world.accounting();
        let outcome =
            world.raw("stranger", method_names::REFUND_JOB, &JobArgs { job_id }, Balance::ZERO);
        assert!(outcome.is_success());
        let fee = Balance::from_millinear(100);
        let failed = MarketEvent::TransferFailed { account_id: id("client"), amount: fee };
        assert!(events(&outcome).contains(&failed), "{outcome:?}");

        let books = world.accounting();
        let credit = world.claimable("client");
        let storage = minus(books.storage_deposits, before.storage_deposits);
        assert_eq!(sum([credit, storage]), fee, "what the record's storage costs comes out of it");
        assert_eq!(sum([books.credits, storage]), fee);
        assert!(books.liabilities().unwrap() <= books.balance);

        world.chain.create_account(&account("client"), Balance::from_near(10)).unwrap();
        let stake = Balance::from_near(1_001);
        let register = json!({});
        world
            .chain
            .transfer(&world.chain.signer(&account("alice")).unwrap(), &account("client"), stake)
            .unwrap();
        world.refuse(
            "client",
            method_names::REGISTER_PROVER,
            &register,
            stake,
            ErrorCode::ClaimFirst,
        );
        let gained = gain(world, "client", |world| {
            world.ok("client", method_names::CLAIM, &json!({}), Balance::ZERO)
        });
        assert_eq!(gained, fee);
        assert_eq!(world.accounting().storage_deposits, before.storage_deposits);
    });
}

#[test]
fn a_failed_payment_too_small_for_a_record_should_go_to_the_treasury() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let (args, cost) = (
            world.fund_args(&proved),
            world.view::<proofrail_near_interface::CostView>(
                method_names::FUND_COST,
                &FundCostArgs {
                    circuit_id: world.circuit.id(),
                    client_id: id("client"),
                    fee: None,
                },
            ),
        );
        // One yocto more than needed is sent back; the account is gone by then.
        let signer = world.chain.signer(&account("client")).unwrap();
        let deposit = sum([cost.total, Balance::from_yoctonear(1)]);
        let fund = world.chain.sign(
            &signer,
            &account("market"),
            vec![call(method_names::FUND_JOB, &args, deposit)],
        );
        world.chain.submit(fund.clone()).unwrap();
        world.chain.produce_block().unwrap();
        delete(world, "client");
        world.chain.settle().unwrap();
        let outcome = world.chain.outcome(&fund.get_hash()).unwrap();
        let amount = Balance::from_yoctonear(1);
        let failed = MarketEvent::TransferFailed { account_id: id("client"), amount };
        assert!(events(&outcome).contains(&failed), "{outcome:?}");
        assert_eq!(world.claimable("treasury"), amount);
        assert_eq!(world.claimable("client"), Balance::ZERO);
    });
}

fn call(method: &str, args: &impl serde::Serialize, deposit: Balance) -> Action {
    Action::FunctionCall(Box::new(near_primitives::action::FunctionCallAction {
        method_name: method.to_owned(),
        args: serde_json::to_vec(args).unwrap(),
        gas: near_devnode::Gas::from_teragas(100),
        deposit,
    }))
}

#[test]
fn a_payment_should_be_refused_rather_than_touch_other_people_s_money() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let (job_id, prover) = world.assigned(&proved);
        let submit = submission(job_id, &proved);
        world.ok(&prover, method_names::SUBMIT_PROOF, &submit, Balance::ZERO);
        // No call of the market can bring this about: one yocto of the stakes is taken from outside.
        let owed = world.accounting().liabilities().unwrap();
        let mut market = world.chain.account(&account("market")).unwrap().clone();
        let kept = market.amount();
        market.set_amount(minus(owed, Balance::from_yoctonear(1)));
        let patch = |account_id, account| vec![StateRecord::Account { account_id, account }];
        world.chain.patch_state(patch(account("market"), market.clone())).unwrap();
        let (claim, none, code) = (method_names::CLAIM, json!({}), ErrorCode::Insolvent);
        let text = format!("{:?}", world.raw("alice", claim, &none, Balance::ZERO).failure());
        assert_eq!(ErrorCode::find(&text), Some(code), "{text}");
        market.set_amount(kept);
        world.chain.patch_state(patch(account("market"), market)).unwrap();
        world.ok("alice", claim, &none, Balance::ZERO);
    });
}

#[test]
fn views_should_show_the_registered_circuit_and_the_configuration() {
    at_each_version(|world| {
        let expected = world.circuit.registration();
        let args = CircuitArgs { circuit_id: expected.circuit_id };
        let circuit: Option<proofrail_near_interface::CircuitView> =
            world.view(method_names::CIRCUIT, &args);
        let circuit = circuit.unwrap();
        assert_eq!(circuit.vk, expected.vk);
        assert_eq!(circuit.public_inputs, expected.public_inputs);
        assert_eq!(
            (circuit.base_fee, circuit.deadline_s),
            (expected.base_fee, expected.deadline_s)
        );
        let listed: Vec<proofrail_near_interface::CircuitView> =
            world.view(method_names::CIRCUITS, &json!({}));
        assert_eq!(only(listed), circuit);

        let config: proofrail_near_interface::ConfigView =
            world.view(method_names::CONFIG, &json!({}));
        assert_eq!((config.owner_id, config.treasury_id), (id("owner"), id("treasury")));
        assert_eq!(config.params, proofrail_near_interface::Params::default());
        let metadata: serde_json::Value = world.view("contract_source_metadata", &json!({}));
        assert!(metadata["standards"].to_string().contains("nep297"), "{metadata}");

        world.register("alice", 1_000);
        world.register("bob", 2_000);
        let provers: Vec<proofrail_near_interface::ProverView> =
            world.view(method_names::PROVERS, &json!({"from": 1}));
        assert_eq!(only(provers).account_id, id("bob"));
        let proved = world.circuit.prove(3);
        let (first, second) = (world.fund(&proved), world.fund(&proved));
        let jobs: Vec<proofrail_near_interface::JobView> =
            world.view(method_names::JOBS, &json!({"from": 2, "limit": 7}));
        assert_eq!((first, only(jobs).job_id), (1, second));
        assert_eq!(world.view::<u64>(method_names::NEXT_JOB_ID, &json!({})), 3);
        let job = world.job(first).unwrap();
        assert_eq!((job.client_id, job.public_inputs), (id("client"), proved.inputs));
    });
}

#[test]
fn costs_should_be_those_of_the_snapshot() {
    let mut world = World::new(86);
    world.register("alice", 1_000);
    let near = Balance::from_near(1);
    world.ok("alice", method_names::ADD_STAKE, &json!({}), near);
    let proved = world.circuit.prove(3);
    let (job_id, prover) = world.assigned(&proved);
    world.ok(&prover, method_names::SUBMIT_PROOF, &submission(job_id, &proved), Balance::ZERO);
    let missed = world.fund(&proved);
    world.pass(3_601);
    world.ok("client", method_names::REFUND_JOB, &JobArgs { job_id: missed }, Balance::ZERO);
    world.ok("client", method_names::PRUNE_JOB, &JobArgs { job_id }, Balance::ZERO);
    world.ok("treasury", method_names::CLAIM, &json!({}), Balance::ZERO);
    let stake = world.prover("alice").unwrap().stake;
    world.ok("alice", method_names::REQUEST_UNSTAKE, &json!({"amount": stake}), Balance::ZERO);
    world.pass(7 * 24 * 3_600);
    world.ok("alice", method_names::WITHDRAW_STAKE, &json!({}), Balance::ZERO);
    world.ok("alice", method_names::UNREGISTER_PROVER, &json!({}), Balance::ZERO);
    let circuit = CircuitArgs { circuit_id: world.circuit.id() };
    world.ok("owner", method_names::STOP_CIRCUIT, &circuit, Balance::ZERO);

    let submit = world.costs[method_names::SUBMIT_PROOF].tgas;
    assert!(submit < 60.0, "submit_proof burns {submit} Tgas, the threshold is 60");
    for (method, cost) in &world.costs {
        println!("{method:18} {:8.2} Tgas {:6} bytes", cost.tgas, cost.storage_bytes);
    }
    let wasm_bytes = wasm().len();
    assert!(wasm_bytes < 500_000, "the wasm has {wasm_bytes} bytes, the threshold is 500,000");
    snapshot::check(world.chain.protocol_version(), world.costs, wasm_bytes);
}

#[test]
fn a_refused_proof_should_leave_the_job_to_a_second_attempt() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
        let (job_id, prover) = world.assigned(&proved);
        let wrong = SubmitProofArgs { job_id, proof: other.proof };
        world.refuse(
            &prover,
            method_names::SUBMIT_PROOF,
            &wrong,
            Balance::ZERO,
            ErrorCode::ProofInvalid,
        );
        assert!(matches!(world.status(job_id), JobStatus::Assigned { .. }));
        world.ok(&prover, method_names::SUBMIT_PROOF, &submission(job_id, &proved), Balance::ZERO);
        let again = submission(job_id, &proved);
        world.refuse(
            &prover,
            method_names::SUBMIT_PROOF,
            &again,
            Balance::ZERO,
            ErrorCode::JobState,
        );
    });
}
