//! A chain with a market on it, and calls that check the market's books each time.

use std::fmt::Debug;
use std::ops::{Deref, DerefMut};

use near_devnode::{Balance, ChainConfig, Gas, Outcome};
use near_primitives::action::{Action, FunctionCallAction};
use proofrail_near_interface::{
    AccountArgs, AssignmentView, Capacity, Constitution, CostView, ErrorCode, FundJobArgs, Hex,
    JobArgs, JobStatus, JobView, NewArgs, Offices, Params, ProofStatement, ProverView,
    RegisterProverArgs, SubmitProofArgs, method_names,
};
use proofrail_tests_integration::near_market::{Market, PRODUCTION, wasm};
pub use proofrail_tests_integration::near_market::{account, events, id, minus, sum};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::proofs::{Circuit, Proved, circuit_id};

/// Attached to every call.
const GAS: Gas = Gas::from_teragas(200);

/// The circuit that jobs are for unless they say otherwise, and another.
pub const CIRCUIT: &str = "squares/1";
pub const OTHER_CIRCUIT: &str = "squares/2";
/// Seconds that a drawn prover has.
pub const DEADLINE_S: u64 = 600;
/// How long a job may be drawn.
pub const DRAW_WINDOW_S: u64 = 900;
/// A set is frozen again after so long.
pub const SET_INTERVAL_S: u64 = 65;

/// A call runs two blocks after the block that a jump of time makes, and that is one block later than the jump says.
const CALL_AFTER_S: u64 = 3;

/// The name of which `id` made the account.
pub fn short(account: &proofrail_near_interface::AccountId) -> String {
    account.as_str().trim_end_matches(".test.near").to_owned()
}

pub struct World {
    pub market: Market,
    pub circuit: Circuit,
}

impl Deref for World {
    type Target = Market;

    fn deref(&self) -> &Market {
        &self.market
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Market {
        &mut self.market
    }
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
        let accounts = [
            ("owner", 1_000),
            ("treasury", 1_000),
            ("client", 1_000),
            ("stranger", 1_000),
            ("alice", 20_000),
            ("bob", 20_000),
            ("carol", 20_000),
        ];
        let market = Market::deployed(config, accounts, &wasm(PRODUCTION), GAS);
        Self { market, circuit: Circuit::new() }
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

    /// As [`Market::ok`] with nothing attached.
    pub fn call(&mut self, who: &str, method: &str, args: &impl Serialize) -> Outcome {
        self.ok(who, method, args, Balance::ZERO)
    }

    /// A call about one job.
    pub fn job_call(&mut self, who: &str, method: &str, job_id: u64) -> Outcome {
        self.call(who, method, &JobArgs { job_id })
    }

    /// As [`Market::refuse`], of a call about one job.
    pub fn refuse_job(&mut self, who: &str, method: &str, job_id: u64, code: ErrorCode) -> String {
        self.refuse(who, method, &JobArgs { job_id }, Balance::ZERO, code)
    }

    /// Passes the last second of a deadline.
    pub fn pass_after(&mut self, last: u64) {
        self.pass_until(last + 1);
    }

    /// Lets time pass until just before that second: the next call runs in it.
    pub fn pass_to_a_call_at(&mut self, second: u64) {
        let jump = second.checked_sub(self.now() + CALL_AFTER_S);
        self.pass(jump.expect("the second lies ahead"));
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

/// `bps` ten thousandths of an amount, floored.
pub fn part(amount: Balance, bps: u128) -> Balance {
    Balance::from_yoctonear(amount.as_yoctonear() * bps / 10_000)
}

/// The only element of a list.
pub fn only<T: Debug>(mut list: Vec<T>) -> T {
    assert_eq!(list.len(), 1, "{list:?}");
    list.remove(0)
}
