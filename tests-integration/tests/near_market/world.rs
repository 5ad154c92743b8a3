//! A chain with a market on it, and calls that check the market's books each time.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;
use std::time::Duration;

use near_devnode::{AccountId, Balance, CallArgs, Chain, ChainConfig, Gas, Outcome};
use near_primitives::action::{Action, FunctionCallAction};
use proofrail_near_interface::{
    AccountArgs, AccountingView, CostView, DrawView, EVENT_PREFIX, ErrorCode, EventLog,
    FundJobArgs, JobArgs, JobStatus, JobView, MarketEvent, NewArgs, Params, ProverView,
    RegisterProverArgs, SubmitProofArgs, method_names,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::proofs::{Circuit, Proved};
use crate::snapshot::Cost;

/// Attached to every call.
const GAS: Gas = Gas::from_teragas(200);
/// Where `cargo xtask build` puts the contract.
const WASM: &str = "../contracts-near/target/wasm32-unknown-unknown/release/prover_market.wasm";

/// The contract's code.
pub fn wasm() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(WASM);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask build`", path.display()))
}

/// The account as the chain's crates write it.
pub fn account(name: &str) -> AccountId {
    format!("{name}.test.near").parse().unwrap()
}

/// The account as the market's interface writes it.
pub fn id(name: &str) -> proofrail_near_interface::AccountId {
    format!("{name}.test.near").parse().unwrap()
}

pub struct World {
    pub chain: Chain,
    pub circuit: Circuit,
    /// Gas and storage of the last successful call of each method.
    pub costs: BTreeMap<String, Cost>,
}

impl World {
    /// A market with a circuit, and accounts that have done nothing yet.
    pub fn new(protocol_version: u32) -> Self {
        let mut world = Self::bare(protocol_version);
        world.ok("market", method_names::NEW, &world.new_args(None), Balance::ZERO);
        let registration = world.circuit.registration();
        let deposit = Balance::from_near(1);
        world.ok("owner", method_names::REGISTER_CIRCUIT, &registration, deposit);
        world
    }

    /// A deployed market that is not initialised.
    pub fn bare(protocol_version: u32) -> Self {
        let config = ChainConfig { protocol_version, ..ChainConfig::default() };
        let mut chain = Chain::new(config).unwrap();
        for name in ["owner", "treasury", "insurance", "client", "stranger"] {
            chain.create_account(&account(name), Balance::from_near(100)).unwrap();
        }
        for name in ["alice", "bob", "carol"] {
            chain.create_account(&account(name), Balance::from_near(20_000)).unwrap();
        }
        let market = chain.create_account(&account("market"), Balance::from_near(10)).unwrap();
        chain.deploy(&market, &wasm()).unwrap();
        Self { chain, circuit: Circuit::new(), costs: BTreeMap::new() }
    }

    pub fn new_args(&self, params: Option<Params>) -> NewArgs {
        NewArgs {
            owner_id: id("owner"),
            treasury_id: id("treasury"),
            insurance_id: id("insurance"),
            params,
        }
    }

    pub fn raw(
        &mut self,
        who: &str,
        method: &str,
        args: &impl Serialize,
        deposit: Balance,
    ) -> Outcome {
        let signer = self.chain.signer(&account(who)).unwrap();
        let args = CallArgs::from(serde_json::to_vec(args).unwrap());
        self.chain.call(&signer, &account("market"), method, args, deposit, GAS).unwrap()
    }

    /// A call that must succeed, in every receipt.
    pub fn ok(
        &mut self,
        who: &str,
        method: &str,
        args: &impl Serialize,
        deposit: Balance,
    ) -> Outcome {
        let before = self.storage_usage();
        let outcome = self.raw(who, method, args, deposit);
        assert!(outcome.is_success(), "{who}.{method}: {:?}", outcome.failure());
        assert_eq!(outcome.failed_receipts().count(), 0, "{who}.{method}: {outcome:?}");
        let cost = Cost {
            tgas: outcome.gas_burnt().as_gas() as f64 / 1e12,
            storage_bytes: self.storage_usage() as i64 - before as i64,
        };
        self.costs.insert(method.to_owned(), cost);
        self.check_books();
        outcome
    }

    /// A call that must be refused with `code`, change nothing and return the deposit.
    pub fn refuse(
        &mut self,
        who: &str,
        method: &str,
        args: &impl Serialize,
        deposit: Balance,
        code: ErrorCode,
    ) -> String {
        let text = self.refuse_text(who, method, args, deposit);
        assert_eq!(ErrorCode::find(&text), Some(code), "{who}.{method}: {text}");
        text
    }

    /// As [`World::refuse`], for refusals by near-sdk, which have no code of ours.
    pub fn refuse_text(
        &mut self,
        who: &str,
        method: &str,
        args: &impl Serialize,
        deposit: Balance,
    ) -> String {
        let (before, storage) = (self.balance(who), self.storage_usage());
        let books = self.accounting();
        let outcome = self.raw(who, method, args, deposit);
        let Some(failure) = outcome.failure() else {
            panic!("{who}.{method} was not refused: {outcome:?}")
        };
        let text = format!("{failure:?}");
        assert_eq!(self.storage_usage(), storage, "{who}.{method} kept storage");
        let after = self.accounting();
        assert_eq!(
            (after.stakes, after.fees, after.credits, after.storage_deposits),
            (books.stakes, books.fees, books.credits, books.storage_deposits),
            "{who}.{method} moved money"
        );
        assert_eq!(
            self.balance(who),
            before.checked_sub(outcome.tokens_burnt()).unwrap(),
            "{who}.{method} kept the deposit"
        );
        text
    }

    pub fn view<T: DeserializeOwned>(&self, method: &str, args: &impl Serialize) -> T {
        let args = CallArgs::from(serde_json::to_vec(args).unwrap());
        self.chain.view(&account("market"), method, args).unwrap().json().unwrap()
    }

    pub fn balance(&self, who: &str) -> Balance {
        self.chain.balance(&account(who)).unwrap()
    }

    pub fn storage_usage(&self) -> u64 {
        self.chain.storage_usage(&account("market")).unwrap()
    }

    pub fn now(&self) -> u64 {
        self.chain.time_ns() / 1_000_000_000
    }

    pub fn pass(&mut self, seconds: u64) {
        self.chain.advance_time(Duration::from_secs(seconds)).unwrap();
    }

    pub fn accounting(&self) -> AccountingView {
        self.view(method_names::ACCOUNTING, &json!({}))
    }

    /// The market never owes more than it holds.
    fn check_books(&self) {
        let books = self.accounting();
        let owed = books.liabilities().unwrap();
        assert!(owed <= books.balance, "insolvent: {books:?}");
        assert_eq!(books.balance, self.balance("market"));
    }

    pub fn prover(&self, who: &str) -> Option<ProverView> {
        self.view(method_names::PROVER, &AccountArgs { account_id: id(who) })
    }

    pub fn job(&self, job_id: u64) -> Option<JobView> {
        self.view(method_names::JOB, &JobArgs { job_id })
    }

    pub fn claimable(&self, who: &str) -> Balance {
        self.view(method_names::CLAIMABLE, &AccountArgs { account_id: id(who) })
    }

    pub fn register_cost(&self, who: &str) -> CostView {
        self.view(method_names::REGISTER_COST, &AccountArgs { account_id: id(who) })
    }

    /// Registers a prover with exactly `stake` NEAR.
    pub fn register(&mut self, who: &str, stake: u128) -> Outcome {
        let stake = Balance::from_near(stake);
        let deposit = stake.checked_add(self.register_cost(who).storage).unwrap();
        let args = RegisterProverArgs { stake: Some(stake) };
        self.ok(who, method_names::REGISTER_PROVER, &args, deposit)
    }

    pub fn fund_args(&self, proved: &Proved) -> FundJobArgs {
        let (circuit_id, public_inputs) = (self.circuit.id(), proved.inputs.clone());
        FundJobArgs { circuit_id, public_inputs, fee: None }
    }

    /// Funds a job for the base fee.
    pub fn fund(&mut self, proved: &Proved) -> u64 {
        let (args, deposit) = (self.fund_args(proved), Balance::from_near(1));
        self.ok("client", method_names::FUND_JOB, &args, deposit).json().unwrap()
    }

    /// Draws and returns the draw.
    pub fn draw(&mut self, job_id: u64) -> DrawView {
        let outcome = self.ok("stranger", method_names::DRAW, &JobArgs { job_id }, Balance::ZERO);
        outcome.json::<Option<DrawView>>().unwrap().expect("a draw was due")
    }

    /// Funds and draws; returns the job and the drawn prover's short name.
    pub fn assigned(&mut self, proved: &Proved) -> (u64, String) {
        let job_id = self.fund(proved);
        let prover = self.draw(job_id).prover_id;
        (job_id, prover.as_str().split('.').next().unwrap().to_owned())
    }

    pub fn status(&self, job_id: u64) -> JobStatus {
        self.job(job_id).unwrap().status
    }

    /// Several calls of the market in one transaction: they succeed or roll back together.
    pub fn batch(&mut self, who: &str, calls: &[(&str, serde_json::Value, Balance)]) -> Outcome {
        let signer = self.chain.signer(&account(who)).unwrap();
        let actions = calls.iter().map(|(method, args, deposit)| {
            Action::FunctionCall(Box::new(FunctionCallAction {
                method_name: (*method).to_owned(),
                args: args.to_string().into_bytes(),
                gas: GAS,
                deposit: *deposit,
            }))
        });
        self.chain.transact(&signer, &account("market"), actions.collect()).unwrap()
    }
}

pub fn submission(job_id: u64, proved: &Proved) -> SubmitProofArgs {
    SubmitProofArgs { job_id, proof: proved.proof }
}

/// The market's events in an outcome, each checked to be well-formed NEP-297.
pub fn events(outcome: &Outcome) -> Vec<MarketEvent> {
    let logs = outcome.logs().map(|log| {
        let json = log.strip_prefix(EVENT_PREFIX).expect("every log is an event");
        let log: EventLog = serde_json::from_str(json).unwrap();
        assert_eq!((log.standard.as_str(), log.version.as_str()), ("proofrail", "1.0.0"));
        log.event
    });
    logs.collect()
}

/// `whole - parts`, in yoctoNEAR.
pub fn minus(whole: Balance, part: Balance) -> Balance {
    whole.checked_sub(part).unwrap_or_else(|| panic!("{whole} - {part}"))
}

/// Sum of amounts.
pub fn sum(amounts: impl IntoIterator<Item = Balance>) -> Balance {
    amounts.into_iter().reduce(|a, b| a.checked_add(b).unwrap()).unwrap_or(Balance::ZERO)
}

/// The only element of a list.
pub fn only<T: Debug>(mut list: Vec<T>) -> T {
    assert_eq!(list.len(), 1, "{list:?}");
    list.remove(0)
}
