//! A chain with a market on it, and calls that check the market's books each time.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;
use std::time::Duration;

use near_devnode::{AccountId, Balance, CallArgs, Chain, ChainConfig, Gas, Outcome};
use near_primitives::action::{Action, FunctionCallAction};
use proofrail_near_interface::{
    AccountArgs, AccountingView, AssignmentView, Capacity, Constitution, CostView, EVENT_PREFIX,
    ErrorCode, EventLog, FundJobArgs, Hex, JobArgs, JobStatus, JobView, MarketEvent, NewArgs,
    Offices, Params, ProofStatement, ProverView, RegisterProverArgs, SubmitProofArgs, method_names,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::proofs::{Circuit, Proved, circuit_id};
use crate::snapshot::Cost;

/// Attached to every call.
const GAS: Gas = Gas::from_teragas(200);
/// Where `cargo xtask build` puts the contract.
const WASM: &str = "../contracts-near/target/wasm32-unknown-unknown/release/prover_market.wasm";

/// The circuit that jobs are for unless they say otherwise, and another.
pub const CIRCUIT: &str = "squares/1";
pub const OTHER_CIRCUIT: &str = "squares/2";
/// Seconds that a drawn prover has.
pub const DEADLINE_S: u64 = 600;
/// How long a job may be drawn.
pub const DRAW_WINDOW_S: u64 = 900;
/// A set is frozen again after so long.
pub const SET_INTERVAL_S: u64 = 65;

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

/// The name of which `id` made the account.
pub fn short(account: &proofrail_near_interface::AccountId) -> String {
    account.as_str().trim_end_matches(".test.near").to_owned()
}

pub struct World {
    pub chain: Chain,
    pub circuit: Circuit,
    /// Gas, storage and deposit of the last successful call of each method.
    pub costs: BTreeMap<String, Cost>,
}

impl World {
    /// A market with its circuits, and accounts that have done nothing yet.
    pub fn new(protocol_version: u32) -> Self {
        Self::with_params(protocol_version, Params::default())
    }

    /// As [`World::new`], under other parameters.
    pub fn with_params(protocol_version: u32, params: Params) -> Self {
        let mut world = Self::bare(protocol_version);
        let args = world.new_args(params);
        world.ok("market", method_names::NEW, &args, Balance::ZERO);
        world
    }

    /// A deployed market that is not initialised.
    pub fn bare(protocol_version: u32) -> Self {
        let config = ChainConfig { protocol_version, ..ChainConfig::default() };
        let mut chain = Chain::new(config).unwrap();
        for name in ["owner", "treasury", "client", "stranger"] {
            chain.create_account(&account(name), Balance::from_near(1_000)).unwrap();
        }
        for name in ["alice", "bob", "carol"] {
            chain.create_account(&account(name), Balance::from_near(20_000)).unwrap();
        }
        let market = chain.create_account(&account("market"), Balance::from_near(30)).unwrap();
        chain.deploy(&market, &wasm()).unwrap();
        Self { chain, circuit: Circuit::new(), costs: BTreeMap::new() }
    }

    /// One account in every office.
    pub fn new_args(&self, params: Params) -> NewArgs {
        let circuits = [CIRCUIT, OTHER_CIRCUIT].map(|name| self.circuit.named(name, DEADLINE_S));
        let constitution = Constitution {
            offices: Offices::all_held_by(&id("owner")),
            network: "devnet".to_owned(),
            attestation: None,
            measurements: Vec::new(),
            circuits: circuits.to_vec(),
            verifier_id: None,
            params: Some(params),
            upgrade_delay_s: None,
            delay_floor_s: None,
        };
        NewArgs { treasury_id: id("treasury"), constitution }
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
        let (storage, balance) = (self.storage_usage(), self.balance(who));
        let outcome = self.raw(who, method, args, deposit);
        assert!(outcome.is_success(), "{who}.{method}: {:?}", outcome.failure());
        assert_eq!(outcome.failed_receipts().count(), 0, "{who}.{method}: {outcome:?}");
        let kept = sum([self.balance(who), outcome.tokens_burnt()]);
        let cost = Cost {
            tgas: outcome.gas_burnt().as_gas() as f64 / 1e12,
            storage_bytes: self.storage_usage() as i64 - storage as i64,
            deposit_near: balance.saturating_sub(kept).as_yoctonear() as f64 / 1e24,
        };
        self.costs.insert(method.to_owned(), cost);
        self.check_books();
        outcome
    }

    /// As [`World::ok`] with nothing attached.
    pub fn call(&mut self, who: &str, method: &str, args: &impl Serialize) -> Outcome {
        self.ok(who, method, args, Balance::ZERO)
    }

    /// A call about one job.
    pub fn job_call(&mut self, who: &str, method: &str, job_id: u64) -> Outcome {
        self.call(who, method, &JobArgs { job_id })
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

    /// As [`World::refuse`], of a call about one job.
    pub fn refuse_job(&mut self, who: &str, method: &str, job_id: u64, code: ErrorCode) -> String {
        self.refuse(who, method, &JobArgs { job_id }, Balance::ZERO, code)
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
        // Its share of the gas is the market's up to protocol version 86.
        let after = AccountingView { balance: books.balance, ..self.accounting() };
        assert_eq!(after, books, "{who}.{method} moved money");
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

    /// Passes the last second of a deadline.
    pub fn pass_after(&mut self, last: u64) {
        self.pass((last + 1).saturating_sub(self.now()));
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

    pub fn status(&self, job_id: u64) -> JobStatus {
        self.job(job_id).unwrap().status
    }

    /// The open assignment of a job.
    pub fn assignment(&self, job_id: u64) -> AssignmentView {
        match self.status(job_id) {
            JobStatus::Assigned { assignment } | JobStatus::Committed { assignment, .. } => {
                assignment
            }
            other => panic!("job {job_id} is not assigned: {other:?}"),
        }
    }

    pub fn claimable(&self, who: &str) -> Balance {
        self.view(method_names::CLAIMABLE, &AccountArgs { account_id: id(who) })
    }

    pub fn register_cost(&self, who: &str) -> CostView {
        self.view(method_names::REGISTER_COST, &json!({"account_id": id(who), "circuits": 1}))
    }

    /// Opens an account with the market, so that what is credited to it is credited whole.
    pub fn open(&mut self, who: &str) {
        let deposit = Balance::from_millinear(10);
        self.ok(who, method_names::STORAGE_DEPOSIT, &json!({}), deposit);
    }

    /// What `who` is credited by `change`.
    pub fn credited(&mut self, who: &str, change: impl FnOnce(&mut Self)) -> Balance {
        let before = self.claimable(who);
        change(self);
        minus(self.claimable(who), before)
    }

    /// What a prover offers unless a test says otherwise: ten jobs at a time of the one circuit.
    pub fn capacity() -> Capacity {
        Capacity {
            parallel_jobs: 10,
            circuits: vec![circuit_id(CIRCUIT)],
            endpoint: "https://prover.example".to_owned(),
            x25519_key: Hex([9; 32]),
        }
    }

    /// The arguments with which `who` registers for exactly `stake`.
    pub fn registration(&self, who: &str, stake: Balance) -> RegisterProverArgs {
        RegisterProverArgs {
            statement_key: self.statement_key(who),
            capacity: Self::capacity(),
            stake: Some(stake),
            attestation: None,
        }
    }

    /// Registers a prover with exactly `stake` NEAR.
    pub fn register(&mut self, who: &str, stake: u128) -> Outcome {
        let stake = Balance::from_near(stake);
        let deposit = sum([stake, self.register_cost(who).storage]);
        let args = self.registration(who, stake);
        self.ok(who, method_names::REGISTER_PROVER, &args, deposit)
    }

    /// The key that `who` signs statements with: the one of its account.
    fn statement_key(&self, who: &str) -> Hex<32> {
        let key = borsh::to_vec(&self.chain.signer(&account(who)).unwrap().public_key).unwrap();
        // After the byte that says Ed25519.
        Hex(key[1..].try_into().unwrap())
    }

    /// A prover's signature that `proof` holds for a job.
    pub fn sign(&self, who: &str, job_id: u64, proof: &[u8]) -> Hex<64> {
        let job = self.job(job_id).unwrap();
        let inputs: Vec<u8> = job.public_inputs.iter().flat_map(|input| input.0).collect();
        let statement = ProofStatement {
            market_id: &id("market"),
            job_id,
            circuit_id: job.circuit_id,
            inputs_hash: Sha256::digest(inputs).into(),
            proof_hash: Sha256::digest(proof).into(),
        };
        let signature = self.chain.signer(&account(who)).unwrap().sign(&statement.message());
        Hex(borsh::to_vec(&signature).unwrap()[1..].try_into().unwrap())
    }

    pub fn fund_args(&self, proved: &Proved) -> FundJobArgs {
        FundJobArgs {
            circuit_id: circuit_id(CIRCUIT),
            public_inputs: proved.inputs.clone(),
            fee: None,
            auction: None,
            commitment_allowed: false,
        }
    }

    /// Funds a job for the base fee.
    pub fn fund(&mut self, proved: &Proved) -> u64 {
        let args = self.fund_args(proved);
        self.fund_with(&args)
    }

    pub fn fund_with(&mut self, args: &FundJobArgs) -> u64 {
        let deposit = Balance::from_near(100);
        self.ok("client", method_names::FUND_JOB, args, deposit).json().unwrap()
    }

    /// Draws and returns the assignment.
    pub fn draw(&mut self, job_id: u64) -> AssignmentView {
        let outcome = self.job_call("stranger", method_names::DRAW, job_id);
        outcome.json::<Option<AssignmentView>>().unwrap().expect("a draw was due")
    }

    /// Funds and draws; returns the job and the drawn prover's short name.
    pub fn assigned(&mut self, proved: &Proved) -> (u64, String) {
        let job_id = self.fund(proved);
        (job_id, short(&self.draw(job_id).prover_id))
    }

    /// As [`World::assigned`], of a job that takes a commitment.
    pub fn assigned_for_commitment(&mut self, proved: &Proved) -> (u64, String) {
        let args = FundJobArgs { commitment_allowed: true, ..self.fund_args(proved) };
        let job_id = self.fund_with(&args);
        (job_id, short(&self.draw(job_id).prover_id))
    }

    /// Has the assigned prover submit its proof.
    pub fn submit(&mut self, who: &str, job_id: u64, proved: &Proved) -> Outcome {
        self.call(who, method_names::SUBMIT_PROOF, &submission(job_id, proved))
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

/// `bps` ten thousandths of an amount, floored.
pub fn part(amount: Balance, bps: u128) -> Balance {
    Balance::from_yoctonear(amount.as_yoctonear() * bps / 10_000)
}

/// The only element of a list.
pub fn only<T: Debug>(mut list: Vec<T>) -> T {
    assert_eq!(list.len(), 1, "{list:?}");
    list.remove(0)
}
