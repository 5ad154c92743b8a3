//! A job from its funding to the last payment, and where each yoctoNEAR goes.

use near_devnode::{Balance, Outcome};
use near_primitives::action::{Action, DeleteAccountAction, FunctionCallAction};
use near_primitives::state_record::StateRecord;
use proofrail_near_interface::{
    CircuitArgs, CostView, ErrorCode, FeeSplit, FundCostArgs, FundJobArgs, JobStatus, JobView,
    MarketEvent, StorageBalance, SubmitProofArgs, method_names,
};
use serde_json::json;

use crate::at_each_version;
use crate::proofs::circuit_id;
use crate::world::{CIRCUIT, World, account, events, id, minus, only, part, submission, sum};

const NEAR: Balance = Balance::from_near(1);

/// What `who` gains in a call beyond the price of its gas.
fn gain(world: &mut World, who: &str, call: impl FnOnce(&mut World) -> Outcome) -> Balance {
    let before = world.balance(who);
    let outcome = call(world);
    minus(sum([world.balance(who), outcome.tokens_burnt()]), before)
}

/// What `who` pays in a call beyond the price of its gas.
fn payment(world: &mut World, who: &str, call: impl FnOnce(&mut World) -> Outcome) -> Balance {
    let before = world.balance(who);
    let outcome = call(world);
    minus(before, sum([world.balance(who), outcome.tokens_burnt()]))
}

fn fund_cost(world: &World, job: &FundJobArgs) -> CostView {
    let args = FundCostArgs { client_id: id("client"), job: job.clone() };
    world.view(method_names::FUND_COST, &args)
}

fn storage_balance(world: &World, who: &str) -> StorageBalance {
    let args = json!({"account_id": id(who)});
    world.view::<Option<_>>(method_names::STORAGE_BALANCE_OF, &args).unwrap()
}

#[test]
fn a_job_should_pay_70_20_10_to_the_yocto() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        // A fee that neither 5 nor 10 divides.
        let fee = Balance::from_yoctonear(Balance::from_millinear(100).as_yoctonear() + 9);
        let args = FundJobArgs { fee: Some(fee), ..world.fund_args(&proved) };
        let quote = fund_cost(world, &args);
        let before = world.accounting();
        let mut funded = Vec::new();
        let paid = payment(world, "client", |world| {
            let outcome = world.ok("client", method_names::FUND_JOB, &args, Balance::from_near(5));
            funded = events(&outcome);
            outcome
        });
        assert_eq!(paid, quote.total, "the excess of the deposit comes back");
        assert_eq!((quote.amount, sum([quote.amount, quote.storage])), (fee, quote.total));
        let MarketEvent::JobFunded { job_id, set, draw_before, .. } = only(funded) else {
            panic!("no JobFunded")
        };
        assert_eq!(world.status(job_id), JobStatus::Funded { set, draw_before });

        world.draw(job_id);
        let outcome = world.submit("alice", job_id, &proved);
        let told = events(&outcome);
        let split: FeeSplit = outcome.json().unwrap();
        assert_eq!(split.treasury, part(fee, 2_000));
        assert_eq!(split.insurance, part(fee, 1_000));
        assert_eq!(sum([split.prover, split.treasury, split.insurance]), fee);
        let accepted = MarketEvent::ProofAccepted {
            job_id,
            prover_id: id("alice"),
            circuit_id: circuit_id(CIRCUIT),
            split,
            reward: Balance::ZERO,
        };
        assert!(told.contains(&accepted), "{told:?}");
        assert!(
            matches!(world.status(job_id), JobStatus::Proved { split: kept, .. } if kept == split)
        );
        let books = world.accounting();
        assert_eq!(books.fees, Balance::ZERO);
        assert_eq!(minus(books.insurance, before.insurance), split.insurance);
        // Bonuses are set aside from the treasury's share, never from the others.
        assert_eq!(sum([books.treasury, books.bonus_reserve]), split.treasury);
        assert_eq!(world.claimable("alice"), split.prover);
        let gained =
            gain(world, "alice", |world| world.call("alice", method_names::CLAIM, &json!({})));
        assert_eq!(gained, split.prover);
        let code = ErrorCode::NothingToClaim;
        world.refuse("alice", method_names::CLAIM, &json!({}), Balance::ZERO, code);
        world.chain.conservation().unwrap();
    });
}

#[test]
fn a_job_s_storage_should_cost_what_was_quoted_and_come_back_whole() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        world.open("client");
        let proved = world.circuit.prove(3);
        let empty = world.storage_usage();
        let balance = storage_balance(world, "client");
        let args = world.fund_args(&proved);
        let quote = fund_cost(world, &args);
        // What is free of the storage balance is used first.
        let price = Balance::from_yoctonear(10_u128.pow(19));
        let (job_id, _) = world.assigned_for_commitment(&proved);
        world.submit("alice", job_id, &proved);
        let held = minus(storage_balance(world, "client").total, balance.total);
        assert_eq!(held, quote.storage);
        let bytes = world.storage_usage() - empty;
        let used = price.checked_mul(u128::from(bytes)).unwrap();
        let left = storage_balance(world, "client").available;
        let paid_for = minus(sum([quote.storage, balance.available]), left);
        assert!(used <= paid_for, "a proved job takes {used}, {paid_for} was paid for it");

        world.refuse_job("client", method_names::PRUNE_JOB, job_id, ErrorCode::NotPrunable);
        world.refuse_job("alice", method_names::PRUNE_JOB, job_id, ErrorCode::NotClient);
        world.pass(30 * 24 * 3_600 + 1);
        let outcome = world.job_call("client", method_names::PRUNE_JOB, job_id);
        let released: Balance = outcome.json().unwrap();
        assert_eq!(released, paid_for);
        assert_eq!(world.job(job_id), None);
        assert_eq!(storage_balance(world, "client").available, sum([paid_for, left]));
        world.refuse_job("client", method_names::PRUNE_JOB, job_id, ErrorCode::JobUnknown);
        // The next job takes nothing but its fee.
        assert_eq!(fund_cost(world, &args).storage, Balance::ZERO);
    });
}

#[test]
fn an_open_job_should_not_be_pruned() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let (job_id, _) = world.assigned(&world.circuit.prove(3));
        world.refuse_job("client", method_names::PRUNE_JOB, job_id, ErrorCode::JobState);
    });
}

#[test]
fn an_undrawn_job_should_refund_after_its_window_and_not_before() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let job_id = world.fund(&world.circuit.prove(3));
        let code = ErrorCode::NotRefundable;
        world.refuse_job("client", method_names::REFUND_JOB, job_id, code);
        let JobStatus::Funded { draw_before, .. } = world.status(job_id) else { panic!() };
        world.pass_after(draw_before);
        world.refuse_job("stranger", method_names::DRAW, job_id, ErrorCode::DrawTooLate);
        // Anyone may keep the job moving: the fee still goes to its client.
        let refunded = world.credited("client", |world| {
            world.job_call("stranger", method_names::REFUND_JOB, job_id);
        });
        assert_eq!(refunded, Balance::from_millinear(100));
        assert!(matches!(world.status(job_id), JobStatus::Refunded { .. }));
        let gained =
            gain(world, "client", |world| world.call("client", method_names::CLAIM, &json!({})));
        assert_eq!(gained, refunded);
    });
}

#[test]
fn a_refund_should_wait_for_the_last_second_of_the_window() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let job_id = world.fund(&world.circuit.prove(3));
        let JobStatus::Funded { draw_before, .. } = world.status(job_id) else { panic!() };
        world.pass_to_a_call_at(draw_before);
        let code = ErrorCode::NotRefundable;
        world.refuse_job("client", method_names::REFUND_JOB, job_id, code);
        world.job_call("client", method_names::REFUND_JOB, job_id);
    });
}

#[test]
fn a_stopped_circuit_should_take_nothing_and_refund_at_once() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let (assigned, prover) = world.assigned(&proved);
        let funded = world.fund(&proved);
        let circuit = CircuitArgs { circuit_id: circuit_id(CIRCUIT) };
        world.call("owner", method_names::STOP_CIRCUIT, &circuit);

        let stopped = ErrorCode::CircuitStopped;
        let args = world.fund_args(&proved);
        world.refuse("client", method_names::FUND_JOB, &args, NEAR, stopped);
        let submit = submission(assigned, &proved);
        world.refuse(&prover, method_names::SUBMIT_PROOF, &submit, Balance::ZERO, stopped);
        world.refuse_job("stranger", method_names::DRAW, funded, stopped);
        world.pass(3_601);
        // Nobody is blamed for a circuit that takes no proofs.
        world.refuse_job("stranger", method_names::POKE, assigned, stopped);
        for job_id in [assigned, funded] {
            world.job_call("client", method_names::REFUND_JOB, job_id);
        }
        let alice = world.prover("alice").unwrap();
        assert_eq!((alice.deadlines_missed, alice.open_jobs), (0, 0));
        assert_eq!((alice.stake, alice.locked), (Balance::from_near(1_000), Balance::ZERO));
        assert_eq!(world.claimable("client"), Balance::from_millinear(200));
    });
}

/// Deletes an account, so that payments to it fail.
fn delete(world: &mut World, who: &str) {
    let signer = world.chain.signer(&account(who)).unwrap();
    let action = Action::DeleteAccount(DeleteAccountAction { beneficiary_id: account("owner") });
    world.chain.transact(&signer, &account(who), vec![action]).unwrap().into_result().unwrap();
}

/// Funds a job with `deposit` and deletes the client before the excess comes back.
fn fund_and_vanish(world: &mut World, deposit: Balance) -> Outcome {
    let args = world.fund_args(&world.circuit.prove(3));
    let signer = world.chain.signer(&account("client")).unwrap();
    let action = Action::FunctionCall(Box::new(FunctionCallAction {
        method_name: method_names::FUND_JOB.to_owned(),
        args: serde_json::to_vec(&args).unwrap(),
        gas: near_devnode::Gas::from_teragas(100),
        deposit,
    }));
    let fund = world.chain.sign(&signer, &account("market"), vec![action]);
    world.chain.submit(fund.clone()).unwrap();
    world.chain.produce_block().unwrap();
    delete(world, "client");
    world.chain.settle().unwrap();
    world.chain.outcome(&fund.get_hash()).unwrap()
}

#[test]
fn a_failed_payment_should_become_a_credit_that_can_be_claimed() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let args = world.fund_args(&world.circuit.prove(3));
        let excess = Balance::from_yoctonear(7);
        let deposit = sum([fund_cost(world, &args).total, excess]);
        let outcome = fund_and_vanish(world, deposit);
        let failed = MarketEvent::TransferFailed { account_id: id("client"), amount: excess };
        assert!(events(&outcome).contains(&failed), "{outcome:?}");
        assert_eq!(world.claimable("client"), excess);
        let books = world.accounting();
        assert!(books.liabilities().unwrap() <= books.balance);

        // A refund is pulled: whoever has the account then may have it.
        world.pass(901);
        world.job_call("stranger", method_names::REFUND_JOB, 1);
        world.chain.create_account(&account("client"), Balance::from_near(10)).unwrap();
        let gained =
            gain(world, "client", |world| world.call("client", method_names::CLAIM, &json!({})));
        assert_eq!(gained, sum([Balance::from_millinear(100), excess]));
    });
}

#[test]
fn a_payment_should_be_refused_rather_than_touch_other_people_s_money() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let (job_id, prover) = world.assigned(&proved);
        world.submit(&prover, job_id, &proved);
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
        world.call("alice", claim, &none);
    });
}

#[test]
fn views_should_show_jobs_by_number() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let proved = world.circuit.prove(3);
        let (first, second) = (world.fund(&proved), world.fund(&proved));
        let jobs: Vec<JobView> = world.view(method_names::JOBS, &json!({"from": 2, "limit": 7}));
        assert_eq!((first, only(jobs).job_id), (1, second));
        assert_eq!(world.view::<u64>(method_names::NEXT_JOB_ID, &json!({})), 3);
        let job = world.job(first).unwrap();
        assert_eq!((job.client_id, job.public_inputs), (id("client"), proved.inputs));
        assert_eq!((job.rounds, job.excluded, job.doubted_by), (0, vec![], None));
        assert_eq!(world.job(3), None);
    });
}

#[test]
fn a_refused_proof_should_leave_the_job_to_a_second_attempt() {
    at_each_version(|world| {
        world.register("alice", 1_000);
        let (proved, other) = (world.circuit.prove(3), world.circuit.prove(4));
        let (job_id, prover) = world.assigned(&proved);
        let wrong = SubmitProofArgs { job_id, proof: other.proof };
        let (method, code) = (method_names::SUBMIT_PROOF, ErrorCode::ProofInvalid);
        world.refuse(&prover, method, &wrong, Balance::ZERO, code);
        assert!(matches!(world.status(job_id), JobStatus::Assigned { .. }));
        world.submit(&prover, job_id, &proved);
        let again = submission(job_id, &proved);
        world.refuse(&prover, method, &again, Balance::ZERO, ErrorCode::JobState);
    });
}
