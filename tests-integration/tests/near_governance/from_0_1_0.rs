//! The upgrade from release 0.1.0, with stakes, queues, credits and jobs of every kind in its state.

use near_devnode::{Balance, Gas, Outcome};
use near_primitives::action::{Action, DeployContractAction, FunctionCallAction};
use proofrail_near_interface::{
    AccountArgs, AccountingView, ErrorCode, FeeSplit, Hex, JobArgs, JobStatus, JobView,
    MarketEvent, MigrateArgs, ProverView, StatementKeyArgs, SubmitProofArgs, WithdrawTreasuryArgs,
    method_names, split_fee,
};
use proofrail_tests_integration::near_market::costs::Costs;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::PROTOCOL_VERSIONS;
use crate::forgery::Broken;
use crate::world::{World, account, constitution, events, id, minus, sum, wasm, wasm_0_1_0};

const DAY: u64 = 24 * 3_600;
const GAS: Gas = Gas::from_teragas(250);
const YOCTO: Balance = Balance::from_yoctonear(1);

/// The books as release 0.1.0 showed them.
#[derive(Debug, Deserialize)]
struct OldBooks {
    stakes: Balance,
    fees: Balance,
    credits: Balance,
    storage_deposits: Balance,
}

/// Accounts whose money the old release held.
const PEOPLE: [&str; 5] = ["ann", "ben", "client", "treasury", "insurance"];

struct Story {
    world: World,
    circuit: Broken,
    fee: Balance,
}

/// Calls the old release; its books have another form.
fn old(world: &mut World, who: &str, method: &str, args: Value, deposit: Balance) -> Outcome {
    let outcome = world.raw(who, method, &args, deposit);
    assert!(outcome.is_success(), "{who}.{method}: {:?}", outcome.failure());
    outcome
}

impl Story {
    fn begin(protocol_version: u32) -> Self {
        let mut world = World::with_code(protocol_version, &wasm_0_1_0());
        for (name, near) in [("ann", 5_000), ("ben", 5_000), ("client", 100), ("insurance", 100)] {
            world.chain.create_account(&account(name), Balance::from_near(near)).unwrap();
        }
        let circuit = Broken::new("broken/1");
        let new = circuit.circuit();
        let params = json!({
            "min_stake": Balance::from_near(1_000),
            "weight_cap": Balance::from_near(10_000),
            "unstake_delay_s": 7 * DAY,
            "draw_window_s": 3_600,
            "max_provers": 100,
        });
        let args = json!({
            "owner_id": id("dao"),
            "treasury_id": id("treasury"),
            "insurance_id": id("insurance"),
            "params": params,
        });
        old(&mut world, "market", "new", args, Balance::ZERO);
        let args = json!({
            "circuit_id": new.circuit_id,
            "name": new.name,
            "public_inputs": new.public_inputs,
            "vk": new.vk,
            "base_fee": new.base_fee,
            "deadline_s": new.deadline_s,
        });
        old(&mut world, "dao", "register_circuit", args, Balance::from_near(1));
        for (who, near) in [("ann", 1_000), ("ben", 1_300)] {
            let args = json!({ "stake": Balance::from_near(near) });
            old(&mut world, who, "register_prover", args, Balance::from_near(near + 1));
        }
        // A fee that neither 5 nor 10 divides.
        let fee = Balance::from_yoctonear(10_u128.pow(23) + 9);
        Self { world, circuit, fee }
    }

    fn fund(&mut self, root: u64) -> u64 {
        let args = json!({
            "circuit_id": self.circuit.id(),
            "public_inputs": Broken::inputs(root),
            "fee": self.fee,
        });
        let outcome = old(&mut self.world, "client", "fund_job", args, Balance::from_near(1));
        outcome.json().unwrap()
    }

    /// Has a job drawn by the old release; returns the prover.
    fn draw(&mut self, job_id: u64) -> String {
        let args = json!({ "job_id": job_id });
        let outcome = old(&mut self.world, "stranger", "draw", args, Balance::ZERO);
        let draw: Value = outcome.json().unwrap();
        name_of(draw["prover_id"].as_str().unwrap())
    }

    fn proof(&self, job_id: u64, root: u64) -> SubmitProofArgs {
        SubmitProofArgs { job_id, proof: self.circuit.honest_proof(root) }
    }

    /// Deploys the new code and migrates in one transaction of the market's own key.
    fn upgrade(&mut self, args: &MigrateArgs) -> Outcome {
        let signer = self.world.chain.signer(&account("market")).unwrap();
        let actions = vec![
            Action::DeployContract(DeployContractAction { code: wasm() }),
            Action::FunctionCall(Box::new(FunctionCallAction {
                method_name: method_names::MIGRATE.to_owned(),
                args: serde_json::to_vec(args).unwrap(),
                gas: GAS,
                deposit: Balance::ZERO,
            })),
        ];
        self.world.measured("migrate from_0.1.0", "market", |market| {
            market.chain.transact(&signer, &account("market"), actions).unwrap()
        })
    }

    fn books(&self) -> AccountingView {
        self.world.view(method_names::ACCOUNTING, &json!({}))
    }

    fn claimable(&self, who: &str) -> Balance {
        self.world.view(method_names::CLAIMABLE, &AccountArgs { account_id: id(who) })
    }

    fn status(&self, job_id: u64) -> JobStatus {
        let job: Option<JobView> = self.world.view(method_names::JOB, &JobArgs { job_id });
        job.unwrap().status
    }

    fn adopt(&mut self, job_id: u64) {
        let args = JobArgs { job_id };
        let outcome = self.world.ok("stranger", method_names::ADOPT_JOB, &args, Balance::ZERO);
        assert_eq!(events(&outcome), [MarketEvent::JobAdopted { job_id }]);
    }

    /// What a call pays its caller, gas and what it attaches aside.
    fn gain(&mut self, who: &str, method: &str, args: &Value, attached: Balance) -> Balance {
        let before = self.world.balance(who);
        let outcome = self.world.ok(who, method, args, attached);
        let after = self.world.balance(who).checked_add(outcome.tokens_burnt()).unwrap();
        minus(after.checked_add(attached).unwrap(), before)
    }
}

fn name_of(account_id: &str) -> String {
    account_id.split('.').next().unwrap().to_owned()
}

#[test]
fn an_upgrade_from_0_1_0_should_leave_every_yocto_with_its_owner() {
    for version in PROTOCOL_VERSIONS {
        eprintln!("protocol version {version}");
        live_through_the_upgrade(version);
    }
}

/// Returns what the calls cost.
pub fn live_through_the_upgrade(version: u32) -> Costs {
    let mut story = Story::begin(version);
    // One job was refunded and one proved and pruned before; the others are under way.
    let refunded = story.fund(3);
    story.draw(refunded);
    story.world.pass(601);
    old(&mut story.world, "client", "refund_job", json!({ "job_id": refunded }), Balance::ZERO);
    let pruned = story.fund(4);
    let proved = story.fund(5);
    for (job_id, root) in [(pruned, 4), (proved, 5)] {
        let prover = story.draw(job_id);
        let args = serde_json::to_value(story.proof(job_id, root)).unwrap();
        old(&mut story.world, &prover, "submit_proof", args, Balance::ZERO);
    }
    old(&mut story.world, "client", "prune_job", json!({ "job_id": pruned }), Balance::ZERO);
    let [served, missed, drawn_later, never_drawn] = [6, 7, 8, 9].map(|root| story.fund(root));
    let (server, misser) = (story.draw(served), story.draw(missed));
    let args = json!({ "amount": Balance::from_near(200) });
    old(&mut story.world, "ben", "request_unstake", args, Balance::ZERO);

    let was: OldBooks = story.world.view("accounting", &json!({}));
    let credits = PEOPLE.map(|who| story.claimable(who));
    assert_eq!(sum(credits), was.credits);
    let provers: Vec<Value> = story.world.view("provers", &json!({}));
    let deposits: Vec<Value> = story.world.view("jobs", &json!({}));
    let deposit_of = |list: &[Value], key: &str, of: &Value| -> Balance {
        let found = list.iter().find(|it| &it[key] == of).expect("it is listed");
        serde_json::from_value(found["storage_deposit"].clone()).unwrap()
    };
    let of_jobs = sum(deposits.iter().map(|job| deposit_of(&deposits, "job_id", &job["job_id"])));

    // A migration that fails leaves the old code and its state.
    let failed = story.upgrade(&MigrateArgs::default());
    let text = format!("{:?}", failed.failure().expect("it needs a constitution"));
    assert_eq!(ErrorCode::find(&text), Some(ErrorCode::BadMigration), "{text}");
    let still: OldBooks = story.world.view("accounting", &json!({}));
    assert_eq!(still.stakes, was.stakes);
    let done = story.upgrade(&MigrateArgs { constitution: Some(constitution()) });
    assert!(done.is_success(), "{:?}", done.failure());
    assert_eq!(events(&done), [MarketEvent::Migrated { from: 1, to: 2 }]);

    let now = story.books();
    assert_eq!(
        (now.stakes, now.fees, now.credits, now.storage_deposits),
        (was.stakes, was.fees, was.credits, was.storage_deposits)
    );
    assert_eq!(sum([now.treasury, now.insurance, now.bonds, now.bonus_reserve]), Balance::ZERO);
    assert_eq!(PEOPLE.map(|who| story.claimable(who)), credits);
    for old in &provers {
        let who = name_of(old["account_id"].as_str().unwrap());
        let view: Option<ProverView> =
            story.world.view(method_names::PROVER, &AccountArgs { account_id: id(&who) });
        let view = view.unwrap();
        assert_eq!(serde_json::to_value(view.stake).unwrap(), old["stake"]);
        assert_eq!(serde_json::to_value(&view.unstaking).unwrap(), old["unstaking"]);
        assert_eq!(json!(view.proofs_accepted), old["proofs_accepted"]);
        assert_eq!(json!(view.deadlines_missed), old["deadlines_missed"]);
        assert_eq!(json!(view.open_jobs), old["open_jobs"]);
        assert_eq!(json!(view.seat), old["seat"]);
        assert!(view.weight > 0, "{who} is drawn on");
    }

    // Jobs go on under the new rules once they are taken over.
    assert!(story.world.view::<Option<JobView>>("job", &JobArgs { job_id: served }).is_none());
    for job_id in [refunded, proved, served, missed, drawn_later, never_drawn] {
        story.adopt(job_id);
        let (args, code) = (JobArgs { job_id }, ErrorCode::JobUnknown);
        let method = method_names::ADOPT_JOB;
        story.world.refuse("stranger", method, &args, Balance::ZERO, code);
    }
    assert!(matches!(story.status(refunded), JobStatus::Refunded { .. }));
    assert!(matches!(story.status(proved), JobStatus::Proved { .. }));
    let proof = story.proof(served, 6);
    let outcome = story.world.ok(&server, method_names::SUBMIT_PROOF, &proof, Balance::ZERO);
    let split: FeeSplit = outcome.json().unwrap();
    assert_eq!(split, split_fee(story.fee));
    let args = JobArgs { job_id: drawn_later };
    story.world.ok("stranger", method_names::DRAW, &args, Balance::ZERO);
    let JobStatus::Assigned { assignment } = story.status(drawn_later) else {
        panic!("{:?}", story.status(drawn_later))
    };
    let later = name_of(assignment.prover_id.as_str());
    let proof = story.proof(drawn_later, 8);
    story.world.ok(&later, method_names::SUBMIT_PROOF, &proof, Balance::ZERO);
    story.world.pass(3_601);
    let args = JobArgs { job_id: missed };
    story.world.ok("stranger", method_names::POKE, &args, Balance::ZERO);
    story.world.pass(3_601);
    for job_id in [missed, never_drawn] {
        story.world.ok("stranger", method_names::REFUND_JOB, &JobArgs { job_id }, Balance::ZERO);
    }
    let misses = provers.iter().map(|it| it["deadlines_missed"].as_u64().unwrap()).sum::<u64>();
    let seen: ProverView = story
        .world
        .view::<Option<_>>(method_names::PROVER, &AccountArgs { account_id: id(&misser) })
        .unwrap();
    assert!(misses == 1 && seen.deadlines_missed >= 1);

    // A prover gets the key that it never had, once; no key that is nobody's or another's.
    let method = method_names::SET_STATEMENT_KEY;
    let keyed = |byte| StatementKeyArgs { statement_key: Hex([byte; 32]) };
    let paid = story.gain("ann", method, &json!(keyed(7)), Balance::from_near(1));
    let key_storage = minus(Balance::from_near(1), paid);
    assert!(paid > Balance::from_millinear(990), "storage is cheap, the rest comes back");
    for (who, key) in [("ann", keyed(8)), ("ben", keyed(7)), ("ben", keyed(0))] {
        let code = ErrorCode::BadStatementKey;
        story.world.refuse(who, method, &key, Balance::from_near(1), code);
    }

    // A credit is taken over by anyone, once, and stays its owner's.
    let (adopt, args) = (method_names::ADOPT_CREDIT, AccountArgs { account_id: id("insurance") });
    let first = story.world.ok("stranger", adopt, &args, Balance::ZERO);
    let second = story.world.raw("stranger", adopt, &args, Balance::ZERO);
    for (outcome, expected) in [(first, credits[4]), (second, Balance::ZERO)] {
        assert_eq!(outcome.json::<Balance>().unwrap(), expected);
    }
    assert!(!credits[4].is_zero());
    assert_eq!(story.claimable("insurance"), credits[4]);

    // Everybody leaves with what it is owed.
    let method = method_names::REQUEST_UNSTAKE;
    for (who, near) in [("ann", 1_000), ("ben", 1_100)] {
        let args = json!({ "amount": Balance::from_near(near) });
        story.world.ok(who, method, &args, Balance::ZERO);
    }
    story.world.pass(60 * DAY);
    for (who, near) in [("ann", 1_000), ("ben", 1_300)] {
        let paid = story.gain(who, method_names::WITHDRAW_STAKE, &json!({}), Balance::ZERO);
        assert_eq!(paid, Balance::from_near(near), "{who}");
    }
    for job_id in [refunded, proved, served, missed, drawn_later, never_drawn] {
        let args = JobArgs { job_id };
        story.world.ok("client", method_names::PRUNE_JOB, &args, Balance::ZERO);
    }
    for (who, credit) in PEOPLE.into_iter().zip(credits) {
        let earned = [&server, &later].into_iter().filter(|it| *it == who).count();
        let earned = sum(std::iter::repeat_n(split.prover, earned));
        let back = if who == "client" { sum([story.fee, story.fee]) } else { Balance::ZERO };
        let owed = sum([credit, earned, back]);
        assert_eq!(story.claimable(who), owed, "{who}");
        let paid = story.gain(who, method_names::CLAIM, &json!({}), Balance::ZERO);
        assert_eq!(paid, owed, "{who}");
    }
    for who in ["ann", "ben"] {
        story.world.ok(who, method_names::UNREGISTER_PROVER, &json!({}), Balance::ZERO);
    }
    let free_seat = Balance::from_yoctonear(53 * 10_u128.pow(19));
    for who in PEOPLE {
        let paid = story.gain(who, method_names::STORAGE_UNREGISTER, &json!({}), YOCTO);
        let deposit = match who {
            "ann" | "ben" => {
                let deposit = deposit_of(&provers, "account_id", &json!(id(who)));
                let of_key = if who == "ann" { key_storage } else { Balance::ZERO };
                // What the record of its free seat takes stays behind.
                minus(sum([deposit, of_key]), free_seat)
            }
            "client" => of_jobs,
            _ => Balance::ZERO,
        };
        assert_eq!(paid, deposit, "{who} has its storage deposit back");
    }
    let end = story.books();
    assert_eq!(
        sum([end.stakes, end.fees, end.credits, end.bonds, end.storage_deposits]),
        Balance::ZERO
    );
    assert_eq!(sum([end.treasury, end.bonus_reserve, end.last_bonus_reserve]), {
        sum([split.treasury, split.treasury])
    });
    assert_eq!(end.insurance, sum([split.insurance, split.insurance]));

    let before = story.world.balance("treasury");
    let args = WithdrawTreasuryArgs { amount: end.treasury };
    story.world.ok("treasurer", method_names::WITHDRAW_TREASURY, &args, Balance::ZERO);
    assert_eq!(minus(story.world.balance("treasury"), before), end.treasury);
    story.world.market.costs
}
