//! A chain with the market on it, an operator with its files, and a client who pays.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use proofrail_circuits::{
    circuit::Circuit,
    eddsa::SecretKey as CoordinatorSecret,
    field::{self, Fr},
    public_inputs::PublicInputs,
    receipt::{CoordinatorKey, Receipt, ReceiptCircuit, SignedReceipt},
    registry,
};
use proofrail_deploy::{
    circuit::CircuitDeployment,
    contracts::near::{MarketAccounts, deploy_market},
    near::{Call, NearAccount, NearClient, NearToken, generate_secret_key},
    near_node::NearNode,
    project::Project,
};
use proofrail_near_interface::{
    AccountArgs, AuctionArgs, CostView, FundCostArgs, FundJobArgs, Hex, JobArgs, JobStatus,
    JobView, ProverView, method_names,
};
use proofrail_prover::setup::setup_dev;
use serde::Serialize;
use serde_json::json;

use crate::{faulty_network::FaultyNetwork, operator::Operator};

/// How long the chain may take to get where a test waits for it.
const TRIES: u32 = 600;
const POLL: Duration = Duration::from_millis(200);
/// The operator's account.
const NAME: &str = "worker";
/// The smallest stake, and what else a prover needs.
const BALANCE: NearToken = NearToken::from_near(1_200);

pub struct World {
    pub near: NearClient,
    pub market: MarketAccounts,
    pub worker: NearAccount,
    pub network: FaultyNetwork,
    pub operator: Operator,
    root: tempfile::TempDir,
    node: NearNode,
}

impl World {
    /// A market, an operator's folder, and nothing sent by it yet. `run` is more of the section `[run]`.
    pub async fn new(run: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let node = NearNode::start(root.path()).await.unwrap();
        let near = node.client().unwrap();
        let circuit = CircuitDeployment::development_receipt().unwrap();
        let project = Project::containing(env!("CARGO_MANIFEST_DIR").as_ref()).unwrap();
        let registration = circuit.registration();
        let id = node.network_id();
        let market = deploy_market(&near, &project, node.root(), id, registration).await.unwrap();
        let key = generate_secret_key().unwrap();
        let created = near.create_account_with_key(node.root(), NAME, BALANCE, key.clone()).await;
        let worker = created.unwrap();
        let network = FaultyNetwork::start(node.rpc_url()).await;

        let folder = root.path().join("operator");
        fs::create_dir(&folder).unwrap();
        let account = json!({
            "account_id": worker.id(),
            "public_key": worker.public_key().to_string(),
            "private_key": key.to_string(),
        });
        let key_file = folder.join("account.json");
        fs::write(&key_file, account.to_string()).unwrap();
        fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
        let proving = registry::by_name(ReceiptCircuit::NAME).unwrap();
        setup_dev(proving).unwrap().save(&folder.join("keys/receipt.pk")).unwrap();
        let config = format!(
            "network = \"{id}\"\nrpc_url = \"{}\"\nmarket = \"{}\"\n\
             account = {{ key_file = \"account.json\" }}\nstatement_key = \"statement.json\"\n\
             state = \"state\"\ninbox = \"inbox\"\n\
             [offer]\ncircuits = [\"receipt\"]\nparallel_jobs = 2\n\
             endpoint = \"https://prover.example\"\nx25519_key = \"{}\"\n\
             [proving]\nallow_insecure_dev_keys = true\n[run]\npoll_interval_ms = 200\n{run}",
            network.url(),
            market.market.id(),
            Hex([9; 32]),
        );
        fs::write(folder.join("prover.toml"), config).unwrap();
        let operator = Operator::new(&folder);
        Self { near, market, worker, network, operator, root, node }
    }

    /// The same with the operator registered.
    pub async fn registered(run: &str) -> Self {
        let world = Self::new(run).await;
        world.operator.run(&["register"]).await.ok();
        world
    }

    pub fn folder(&self) -> PathBuf {
        self.root.path().join("operator")
    }

    pub async fn call(
        &self,
        signer: &NearAccount,
        method: &str,
        args: impl Serialize,
        deposit: NearToken,
    ) -> proofrail_deploy::near::CallOutcome {
        let contract = self.market.market.id();
        self.near.call(signer, Call { contract, method, args, deposit }).await.unwrap()
    }

    pub async fn prover(&self) -> Option<ProverView> {
        let args = AccountArgs { account_id: self.worker.id().clone() };
        self.near.view(self.market.market.id(), method_names::PROVER, args).await.unwrap()
    }

    pub async fn job(&self, job_id: u64) -> JobView {
        let args = JobArgs { job_id };
        let job: Option<JobView> =
            self.near.view(self.market.market.id(), method_names::JOB, args).await.unwrap();
        job.unwrap()
    }

    /// The circuit that is served.
    pub fn circuit_id(&self) -> Hex<32> {
        Hex(*proofrail_circuits::circuit::id::<ReceiptCircuit>().as_bytes())
    }

    /// The client pays for a proof, at a fee that rises where there is an auction.
    pub async fn fund(
        &self,
        receipt: &SignedReceipt,
        commitment: bool,
        auction: Option<AuctionArgs>,
    ) -> u64 {
        let inputs = receipt.public_inputs().to_vec();
        let job = FundJobArgs {
            circuit_id: self.circuit_id(),
            public_inputs: inputs.iter().map(|input| Hex(field::to_be_bytes(input))).collect(),
            fee: None,
            auction,
            commitment_allowed: commitment,
        };
        let client = &self.market.client;
        let wanted = FundCostArgs { client_id: client.id().clone(), job: job.clone() };
        let market = self.market.market.id();
        let cost: CostView = self.near.view(market, method_names::FUND_COST, wanted).await.unwrap();
        let funded = self.call(client, method_names::FUND_JOB, job, cost.total).await;
        funded.json().unwrap()
    }

    /// The client pays for a proof and asks for the draw.
    pub async fn fund_and_draw(&self, receipt: &SignedReceipt, commitment: bool) -> u64 {
        // Frozen sets follow changes within seconds; the operator may have come online just now.
        self.advance(30).await;
        let job_id = self.fund(receipt, commitment, None).await;
        let client = &self.market.client;
        for _ in 0..20 {
            self.call(client, method_names::DRAW, JobArgs { job_id }, NearToken::ZERO).await;
            if matches!(self.job(job_id).await.status, JobStatus::Assigned { .. }) {
                return job_id;
            }
        }
        panic!("not drawn: {:?}", self.job(job_id).await.status);
    }

    /// Delivers a private input as the interface asks: whole or not at all, once `run` has opened the inbox.
    pub async fn deliver(&self, job_id: u64, receipt: &SignedReceipt) {
        let folder = self.folder();
        for _ in 0..TRIES {
            if folder.join("inbox").is_dir() {
                break;
            }
            tokio::time::sleep(POLL).await;
        }
        let whole = folder.join("input.partial");
        fs::write(&whole, serde_json::to_string(receipt).unwrap()).unwrap();
        fs::rename(whole, folder.join(format!("inbox/{job_id}.json"))).unwrap();
    }

    /// Moves the chain's clock.
    pub async fn advance(&self, seconds: u64) {
        let now = self.near.head().await.unwrap().unix_s;
        let time = format!("{}000000000", now + seconds);
        let request = json!({
            "jsonrpc": "2.0", "id": 1, "method": "devnode_set_time",
            "params": { "timestamp_nanosec": time },
        });
        let answer = reqwest::Client::new().post(self.node.rpc_url()).json(&request).send().await;
        let answer: serde_json::Value = answer.unwrap().json().await.unwrap();
        assert!(answer["error"].is_null(), "{answer}");
    }

    /// Waits until the job is where `there` says.
    pub async fn until(&self, job_id: u64, there: impl Fn(&JobStatus) -> bool) -> JobView {
        for _ in 0..TRIES {
            let job = self.job(job_id).await;
            if there(&job.status) {
                return job;
            }
            tokio::time::sleep(POLL).await;
        }
        panic!("the job stays {:?}", self.job(job_id).await.status);
    }
}

/// A receipt that can be proved; another `number`, another statement.
pub fn receipt(number: u64) -> SignedReceipt {
    let key = CoordinatorKey::new(CoordinatorSecret::from_bytes([7; 32]), 250).unwrap();
    let receipt = Receipt::new(Fr::from(number), Fr::from(2_u8), 1_000, 3, 250).unwrap();
    key.sign(receipt).unwrap()
}
