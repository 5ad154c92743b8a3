//! The market's wasm on a chain, and what the test asks of it.

use std::path::Path;
use std::time::Duration;

use near_devnode::{AccountId, Balance, CallArgs, Chain, ChainConfig, Gas, Outcome, SecretKey};
use near_primitives::action::{Action, DeleteAccountAction};
use proofrail_near_interface::{
    AccountingView, Constitution, EVENT_PREFIX, ErrorCode, EventLog, Hex, MarketEvent, NewArgs,
    Offices, Params, ProofStatement, StorageBalance,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::op::{
    ARBITER, CIRCUITS, COUNCIL, DAO, GUARDIAN, IMPOSSIBLE, NAMES, Op, Proof, Signed, TREASURER,
    TREASURY, Who, Yocto,
};
use crate::proofs::{Proofs, circuit_id};

const GAS: Gas = Gas::from_teragas(300);
const WASM: &str = "../contracts-near/target/wasm32-unknown-unknown/release/prover_market.wasm";
/// What every account has at the beginning.
const FUNDS: Balance = Balance::from_near(1_000_000);
/// Blocks kept.
const KEPT_BLOCKS: usize = 16;

pub struct Market {
    pub chain: Chain,
    pub proofs: Proofs,
    calls: u64,
}

/// What an operation did on the chain.
pub struct Done {
    pub refusal: Option<(Option<ErrorCode>, String)>,
    pub events: Vec<MarketEvent>,
    /// What the caller's balance lost besides gas; `None` where its account is a new one.
    pub spent: Option<i128>,
    /// Payments that did not arrive.
    pub failed: usize,
}

pub fn account(who: Who) -> AccountId {
    name(NAMES[usize::from(who)])
}

fn name(name: &str) -> AccountId {
    format!("{name}.test.near").parse().unwrap()
}

pub fn id(who: Who) -> proofrail_near_interface::AccountId {
    format!("{}.test.near", NAMES[usize::from(who)]).parse().unwrap()
}

pub fn statement_key(key: u8) -> SecretKey {
    SecretKey::from_seed(near_crypto::KeyType::ED25519, &format!("statements of {key}"))
}

pub fn public(key: u8) -> Hex<32> {
    Hex(statement_key(key).public_key().unwrap_as_ed25519().0)
}

impl Market {
    pub fn new(protocol_version: u32, seed: u64, params: Params) -> Self {
        let mut random_seed = [0; 32];
        random_seed[..8].copy_from_slice(&seed.to_be_bytes());
        let config = ChainConfig { protocol_version, random_seed, ..ChainConfig::default() };
        let mut chain = Chain::new(config).unwrap();
        for who in 0..NAMES.len() as Who {
            chain.create_account(&account(who), FUNDS).unwrap();
        }
        let market = chain.create_account(&name("market"), Balance::from_near(100)).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(WASM);
        let wasm = std::fs::read(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask build`", path.display()));
        chain.deploy(&market, &wasm).unwrap();
        let mut market = Self { chain, proofs: Proofs::new(), calls: 0 };
        market.found(params);
        market
    }

    fn found(&mut self, params: Params) {
        let offices = Offices {
            dao: id(DAO),
            guardian: id(GUARDIAN),
            council: id(COUNCIL),
            arbiter: id(ARBITER),
            treasurer: id(TREASURER),
            code_stager: id(DAO),
            code_deployer: id(DAO),
        };
        let constitution =
            json!({"offices": offices, "network": "devnet", "params": params, "delay_floor_s": 1});
        let constitution: Constitution = serde_json::from_value(constitution).unwrap();
        let args = NewArgs { treasury_id: id(TREASURY), constitution };
        let market = self.chain.signer(&name("market")).unwrap();
        let args = CallArgs::from(serde_json::to_vec(&args).unwrap());
        let outcome = self.chain.call(&market, &name("market"), "new", args, Balance::ZERO, GAS);
        outcome.unwrap().into_result().unwrap();
        for circuit in 0..CIRCUITS {
            let change = json!({"change": {"add_circuit": self.proofs.circuit(circuit)}});
            let outcome = self.call(DAO, "schedule_change", change, Balance::from_near(2));
            outcome.into_result().unwrap();
        }
        self.pass(params.timelock_s);
        for change_id in 1..=CIRCUITS {
            let args = json!({"change_id": change_id});
            let outcome = self.call(DAO, "execute_change", args, Balance::ZERO);
            outcome.into_result().unwrap();
        }
    }

    pub fn pass(&mut self, seconds: u64) {
        self.chain.advance_time(Duration::from_secs(seconds)).unwrap();
    }

    /// Unix seconds of the newest block.
    pub fn now(&self) -> u64 {
        self.chain.time_ns() / 1_000_000_000
    }

    fn call(&mut self, who: Who, method: &str, args: Value, deposit: Balance) -> Outcome {
        let signer = self.chain.signer(&account(who)).unwrap();
        self.calls += 1;
        if self.calls.is_multiple_of(500) {
            self.chain.collect_garbage(KEPT_BLOCKS);
        }
        self.chain.call(&signer, &name("market"), method, args, deposit, GAS).unwrap()
    }

    /// Does the operation.
    pub fn perform(
        &mut self,
        op: &Op,
        key_of: impl Fn(Who) -> Option<u8>,
        statement: usize,
    ) -> Done {
        let Some(who) = op.who() else {
            if let Op::Pass { seconds } = op {
                self.pass(*seconds);
            }
            return Done { refusal: None, events: Vec::new(), spent: None, failed: 0 };
        };
        let (op, vanishes) = match op {
            Op::Vanish { op } => (&**op, true),
            op => (op, false),
        };
        let (method, args) = self.request(op, key_of, statement);
        let deposit = Balance::from_yoctonear(op.attached());
        if vanishes {
            return self.perform_and_vanish(who, method, args, deposit);
        }
        let before = self.balance(who);
        let outcome = self.call(who, method, args, deposit);
        let gas = outcome.tokens_burnt().as_yoctonear() as i128;
        let spent = before as i128 - self.balance(who) as i128 - gas;
        self.done(&outcome, Some(spent))
    }

    /// The caller's account is deleted in the block in which the market's payment would arrive.
    fn perform_and_vanish(
        &mut self,
        who: Who,
        method: &str,
        args: Value,
        deposit: Balance,
    ) -> Done {
        use near_primitives::action::FunctionCallAction;
        let signer = self.chain.signer(&account(who)).unwrap();
        let call = FunctionCallAction {
            method_name: method.to_owned(),
            args: args.to_string().into_bytes(),
            gas: GAS,
            deposit,
        };
        let call = self.chain.sign(&signer, &name("market"), vec![call.into()]);
        let call = self.chain.submit(call).unwrap();
        self.chain.advance_blocks(2).unwrap();
        let delete =
            DeleteAccountAction { beneficiary_id: name("market").parent().unwrap().into() };
        let delete = Action::DeleteAccount(delete);
        let delete = self.chain.sign(&signer, &account(who), vec![delete]);
        self.chain.execute(delete).unwrap();
        let outcome = self.chain.outcome(&call).unwrap();
        let done = self.done(&outcome, None);
        self.chain.create_account(&account(who), FUNDS).unwrap();
        done
    }

    fn done(&self, outcome: &Outcome, spent: Option<i128>) -> Done {
        let refusal = outcome.failure().map(|failure| {
            let text = format!("{failure:?}");
            (ErrorCode::find(&text), text)
        });
        let logs = outcome.logs().filter_map(|log| log.strip_prefix(EVENT_PREFIX));
        // near-plugins logs its own under another standard.
        let ours = logs.filter(|log| log.contains("\"standard\":\"proofrail\""));
        let events = ours.map(|log| serde_json::from_str::<EventLog>(log).unwrap().event);
        let failed = outcome.failed_receipts().count();
        Done { refusal, events: events.collect(), spent, failed }
    }

    pub fn balance(&self, who: Who) -> Yocto {
        self.chain.balance(&account(who)).unwrap().as_yoctonear()
    }

    pub fn market_balance(&self) -> Yocto {
        self.chain.balance(&name("market")).unwrap().as_yoctonear()
    }

    pub fn view<T: DeserializeOwned>(&self, method: &str, args: Value) -> T {
        let view = self.chain.view(&name("market"), method, args);
        view.unwrap_or_else(|error| panic!("{method}: {error}")).json().unwrap()
    }

    pub fn accounting(&self) -> AccountingView {
        self.view("accounting", json!({}))
    }

    pub fn storage_of(&self, who: Who) -> Option<StorageBalance> {
        self.view("storage_balance_of", json!({"account_id": id(who)}))
    }

    pub fn credit_of(&self, who: Who) -> Yocto {
        self.view::<Balance>("claimable", json!({"account_id": id(who)})).as_yoctonear()
    }

    /// Method and arguments of an operation. `statement` is that of its job.
    fn request(
        &self,
        op: &Op,
        key_of: impl Fn(Who) -> Option<u8>,
        statement: usize,
    ) -> (&'static str, Value) {
        use Op::*;
        let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
        let proof = |proof: &Proof| hex(&self.proofs.bytes(statement, *proof));
        let near = |amount: &Yocto| amount.to_string();
        let circuits = |list: &[usize]| -> Vec<Hex<32>> {
            list.iter().map(|circuit| circuit_id(*circuit)).collect()
        };
        let endpoint = "https://prover.example/v1";
        let x25519_key = Hex([9; 32]);
        match op {
            Pass { .. } | Vanish { .. } => ("", json!({})),
            Register { key, stake, jobs, circuits: list, .. } => (
                "register_prover",
                json!({
                    "statement_key": public(*key),
                    "capacity": {"parallel_jobs": jobs, "circuits": circuits(list),
                                 "endpoint": endpoint, "x25519_key": x25519_key},
                    "stake": stake.as_ref().map(near),
                }),
            ),
            AddStake { .. } => ("add_stake", json!({})),
            SetCapacity { jobs, circuits: list, .. } => (
                "set_capacity",
                json!({"parallel_jobs": jobs, "circuits": circuits(list),
                       "endpoint": endpoint, "x25519_key": x25519_key}),
            ),
            GoOnline { .. } => ("go_online", json!({})),
            GoOffline { .. } => ("go_offline", json!({})),
            Heartbeat { .. } => ("heartbeat", json!({})),
            Unstake { amount, .. } => ("request_unstake", json!({"amount": near(amount)})),
            WithdrawStake { .. } => ("withdraw_stake", json!({})),
            Unregister { .. } => ("unregister_prover", json!({})),
            ReportDowntime { prover, .. } => ("report_downtime", json!({"prover_id": id(*prover)})),
            ClaimBonus { epoch, .. } => ("claim_bonus", json!({"epoch": epoch})),
            Fund { circuit, statement, fee, auction, commitment, .. } => (
                "fund_job",
                json!({
                    "circuit_id": circuit_id(*circuit),
                    "public_inputs": [self.proofs.input(*statement)],
                    "fee": fee.as_ref().map(near),
                    "auction": auction.map(|(max, ramp_s)| {
                        json!({"max_fee": near(&max), "ramp_s": ramp_s})
                    }),
                    "commitment_allowed": commitment,
                }),
            ),
            Draw { job, .. } => ("draw", json!({"job_id": job})),
            Take { job, .. } => ("take_job", json!({"job_id": job})),
            Submit { job, proof: kind, .. } => {
                ("submit_proof", json!({"job_id": job, "proof": proof(kind)}))
            }
            Commit { job, proof: kind, .. } => {
                let hash = Sha256::digest(self.proofs.bytes(statement, *kind));
                ("submit_commitment", json!({"job_id": job, "proof_hash": hex(&hash)}))
            }
            Settle { job, .. } => ("settle_commitment", json!({"job_id": job})),
            Challenge { job, .. } => ("challenge_commitment", json!({"job_id": job})),
            Reveal { job, proof: kind, .. } => {
                ("reveal_proof", json!({"job_id": job, "proof": proof(kind)}))
            }
            ReportProof { job, prover, proof: kind, signed, .. } => {
                let bytes = self.proofs.bytes(statement, *kind);
                let key = match signed {
                    Signed::No => None,
                    Signed::Own => key_of(*prover),
                    Signed::Other => Some(200),
                };
                let signature = key.map(|key| hex(&self.sign(key, *job, statement, &bytes)));
                (
                    "report_invalid_proof",
                    json!({"job_id": job, "prover_id": id(*prover), "proof": hex(&bytes),
                           "signature": signature}),
                )
            }
            Poke { job, .. } => ("poke", json!({"job_id": job})),
            Refund { job, .. } => ("refund_job", json!({"job_id": job})),
            DoubtInput { job, .. } => ("report_invalid_input", json!({"job_id": job})),
            AcceptInvalid { job, .. } => ("accept_invalid_input", json!({"job_id": job})),
            Prune { job, .. } => ("prune_job", json!({"job_id": job})),
            ClaimInsurance { job, .. } => ("claim_insurance", json!({"job_id": job})),
            Propose { prover, kind, jobs, reporter, .. } => (
                "propose_slash",
                json!({"prover_id": id(*prover), "kind": kind, "evidence": Hex([3; 32]),
                       "jobs": jobs, "reporter_id": reporter.map(id)}),
            ),
            Appeal { case, .. } => ("appeal_slash", json!({"case_id": case})),
            Confirm { case, .. } => ("confirm_slash", json!({"case_id": case})),
            CancelCase { case, .. } => ("cancel_slash", json!({"case_id": case})),
            Execute { case, .. } => ("execute_slash", json!({"case_id": case})),
            CloseCase { case, .. } => ("close_case", json!({"case_id": case})),
            Claim { .. } => ("claim", json!({})),
            StorageDeposit { of, registration_only, .. } => (
                "storage_deposit",
                json!({"account_id": id(*of), "registration_only": registration_only}),
            ),
            StorageWithdraw { amount, .. } => {
                ("storage_withdraw", json!({"amount": amount.as_ref().map(near)}))
            }
            StorageUnregister { .. } => ("storage_unregister", json!({})),
            Schedule { tuning, .. } => {
                let params: Params = self.view::<Value>("config", json!({}))["params"]
                    .as_object()
                    .map(|params| serde_json::from_value(Value::Object(params.clone())).unwrap())
                    .unwrap();
                ("schedule_change", json!({"change": {"params": tuning.of(&params)}}))
            }
            ExecuteChange { change, .. } => ("execute_change", json!({"change_id": change})),
            CancelChange { change, .. } => ("cancel_change", json!({"change_id": change})),
            WithdrawTreasury { amount, .. } => {
                ("withdraw_treasury", json!({"amount": near(amount)}))
            }
            VerifyLocal { circuit, statement, proof, .. } => (
                "verify_local",
                json!({
                    "circuit_id": circuit_id(*circuit),
                    "public_inputs": [self.proofs.input(*statement)],
                    "proof": hex(&self.proofs.bytes(*statement, *proof)),
                }),
            ),
            StopCircuit { circuit, .. } => {
                ("stop_circuit", json!({"circuit_id": circuit_id(*circuit)}))
            }
            Halt { .. } => ("halt_payments", json!({})),
            Resume { .. } => ("resume_payments", json!({})),
            Pause { feature } => ("pa_pause_feature", json!({"key": feature.key()})),
            Unpause { feature } => ("pa_unpause_feature", json!({"key": feature.key()})),
            StopByProof { circuit, proof, .. } => (
                "stop_circuit_by_proof",
                json!({"circuit_id": circuit_id(*circuit),
                       "proof": hex(&self.proofs.bytes(IMPOSSIBLE, *proof))}),
            ),
        }
    }

    /// The signature under a proof of a job.
    fn sign(&self, key: u8, job_id: u64, statement: usize, proof: &[u8]) -> [u8; 64] {
        let market = "market.test.near".parse::<proofrail_near_interface::AccountId>().unwrap();
        let job: Value = self.view("job", json!({"job_id": job_id}));
        let circuit = job.get("circuit_id").cloned().unwrap_or_else(|| json!(circuit_id(0)));
        let statement = ProofStatement {
            market_id: &market,
            job_id,
            circuit_id: serde_json::from_value(circuit).unwrap(),
            inputs_hash: Sha256::digest(self.proofs.input(statement).0).into(),
            proof_hash: Sha256::digest(proof).into(),
        };
        match statement_key(key).sign(&statement.message()) {
            near_crypto::Signature::ED25519(signature) => signature.to_bytes(),
            _ => panic!("an ED25519 key signs by ED25519"),
        }
    }
}
