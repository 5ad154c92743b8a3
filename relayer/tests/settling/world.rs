//! A chain with our contracts on it, a settlement that it would pay, and relayers that come and go.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::{Arc, LazyLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, U256},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
    signers::local::PrivateKeySigner,
};
use proofrail_circuits::{
    circuit,
    eddsa::SecretKey,
    field,
    receipt::{CoordinatorKey, Receipt, ReceiptCircuit, SignedReceipt},
    registry,
};
use proofrail_evm::contracts::{AccessManager, DevToken, SettlementHub, VerifierRouter};
use proofrail_prover::{key::ProvingKey, setup::setup_dev};
use proofrail_relayer::{
    api::{Api, SettlementView},
    config::Config,
    prepare::door::SettleRequest,
    service::Relayer,
    settlement::Settlement,
    status::Status,
    store::Record,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    anvil::{Anvil, fund, mine},
    proxy::Proxy,
};

static KEY: LazyLock<ProvingKey> = LazyLock::new(|| {
    setup_dev(registry::by_name("receipt").expect("a circuit")).expect("development keys")
});

pub(crate) const UNITS: u64 = 250;
pub(crate) const RATE: u128 = 4_000;
pub(crate) const AMOUNT: u128 = 1_000_000;
const FEE_BPS: u16 = 250;

/// Longer than any test should take; what waits for it fails with what it saw.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct World {
    pub(crate) anvil: Anvil,
    pub(crate) chain: DynProvider,
    pub(crate) proxy: Arc<Proxy>,
    proxy_url: String,
    pub(crate) folder: TempDir,
    pub(crate) deployer: Address,
    pub(crate) manager: Address,
    pub(crate) router: Address,
    pub(crate) hub: Address,
    pub(crate) token: Address,
    pub(crate) payer: Address,
    pub(crate) key: PrivateKeySigner,
    pub(crate) recipient: Address,
    coordinator: CoordinatorKey,
}

/// What a test wants to be different.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) anvil: Vec<&'static str>,
    pub(crate) depth: u64,
    pub(crate) bump_after_s: u64,
    pub(crate) poll_interval_ms: u64,
    pub(crate) escrow: u128,
}

impl Default for Options {
    fn default() -> Self {
        let (depth, bump_after_s, poll_interval_ms) = (0, 600, 20);
        Self { anvil: Vec::new(), depth, bump_after_s, poll_interval_ms, escrow: AMOUNT }
    }
}

impl World {
    pub(crate) async fn new(options: &Options) -> Self {
        let anvil = Anvil::start(&options.anvil);
        let chain = anvil.provider();
        let (proxy, proxy_url) = Proxy::start(&anvil.url).await;
        let deployer = chain.get_accounts().await.expect("accounts")[0];
        let payer = chain.get_accounts().await.expect("accounts")[1];
        let coordinator = CoordinatorKey::new(SecretKey::from_bytes(rand::random()), FEE_BPS)
            .expect("a coordinator");
        let [manager, router, hub, token] = deploy(&chain, deployer).await;
        let key = PrivateKeySigner::random();
        fund(&chain, key.address(), U256::from(10_u128.pow(18))).await;
        let folder = tempfile::tempdir().expect("a folder");
        let recipient = Address::repeat_byte(0x77);
        let world = Self {
            anvil,
            chain,
            proxy,
            proxy_url,
            folder,
            deployer,
            manager,
            router,
            hub,
            token,
            payer,
            key,
            recipient,
            coordinator,
        };
        world.authorize().await;
        world.deposit(options.escrow).await;
        world.write_files(options);
        mine(&world.chain, options.depth + 1).await;
        world
    }

    async fn authorize(&self) {
        let id = B256::from(field::to_be_bytes(&self.coordinator.id()));
        let hub = SettlementHub::new(self.hub, &self.chain);
        let call = hub.authorizeCoordinator(id, self.token, u128::MAX).from(self.payer);
        call.send().await.expect("authorised").watch().await.expect("mined");
    }

    pub(crate) async fn deposit(&self, amount: u128) {
        let amount = U256::from(amount);
        let token = DevToken::new(self.token, &self.chain);
        sent(token.mint(self.payer, amount).from(self.deployer)).await;
        sent(token.approve(self.hub, amount).from(self.payer)).await;
        if amount > U256::ZERO {
            let hub = SettlementHub::new(self.hub, &self.chain);
            sent(hub.deposit(self.token, amount).from(self.payer)).await;
        }
    }

    /// A settlement of the job, signed and proven.
    pub(crate) fn request(&self, job: u64) -> SettleRequest {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let settlement = Settlement {
            circuit_id: B256::from(*circuit::id::<ReceiptCircuit>().as_bytes()),
            source_chain: proofrail_evm::settlement::source_chain("near:devnet"),
            source_contract: proofrail_evm::settlement::near_contract("market.near"),
            job_id: proofrail_evm::settlement::market_job(job),
            payer: self.payer,
            recipient: self.recipient,
            token: self.token,
            amount: AMOUNT,
            deadline: now + 7200,
            coordinator: B256::from(field::to_be_bytes(&self.coordinator.id())),
        };
        self.prove(settlement)
    }

    /// A settlement as it is, signed and proven.
    pub(crate) fn prove(&self, settlement: Settlement) -> SettleRequest {
        let receipt = self.sign(&settlement);
        let text = serde_json::to_string(&receipt).expect("JSON");
        let proof = KEY.prove_json(&text).expect("a proof").proof().to_bytes().into();
        SettleRequest { settlement, receipt, proof, bridge: None }
    }

    fn sign(&self, settlement: &Settlement) -> SignedReceipt {
        let context =
            proofrail_evm::Settlement::from(settlement).context(31_337, self.hub).to_be_bytes();
        let context = field::from_be_bytes(&context).expect("a field element");
        let details = field::keccak_mod_r(b"job details");
        let receipt = Receipt::new(context, details, UNITS, RATE, FEE_BPS).expect("a receipt");
        self.coordinator.sign(receipt).expect("signed")
    }

    fn write_files(&self, options: &Options) {
        let at = |name: &str| self.folder.path().join(name);
        fs::write(at("key"), hex::encode(self.key.to_bytes())).expect("a key file");
        fs::set_permissions(at("key"), fs::Permissions::from_mode(0o600)).expect("private");
        KEY.verifying_key().save(&at("receipt.vk")).expect("a key file");
        let chain = json!({
            "chain_id": 31_337, "rpc_url": self.proxy_url,
            "layerzero": {
                "eid": 40_001, "endpoint": Address::ZERO, "send_uln302": Address::ZERO,
                "receive_uln302": Address::ZERO, "executor": Address::ZERO, "dvn": Address::ZERO,
            },
            "contracts": { "hub": self.hub, "token": self.token },
        });
        let deployment = json!({
            "network": "devnet", "source": chain, "destination": chain,
            "near": {
                "rpc_url": "http://127.0.0.1:1", "network_id": "devnet", "market": "market.near",
                "treasury": "treasury.near",
            },
        });
        fs::write(at("devnet.json"), deployment.to_string()).expect("a deployment file");
        let Options { depth, bump_after_s, poll_interval_ms, .. } = options;
        let config = format!(
            r#"
            deployment = "devnet.json"
            database = "relayer.db"
            default_bridge = "direct"
            verifying_keys = ["receipt.vk"]
            allow_insecure_dev_keys = true
            [source]
            finality = {{ depth = {depth} }}
            [destination]
            finality = {{ depth = {depth} }}
            signer = {{ key_file = "key" }}
            [bridges.direct]
            [api]
            listen = "127.0.0.1:0"
            [policy]
            bump_after_s = {bump_after_s}
            poll_interval_ms = {poll_interval_ms}
            "#
        );
        fs::write(at("relayer.toml"), config).expect("a configuration");
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("relayer.toml")
    }

    /// Starts a relayer on this world's database, once the one before is gone.
    pub(crate) async fn relayer(&self) -> Running {
        let config = Config::load(&self.config()).expect("a configuration");
        let patience = tokio::time::Instant::now() + PATIENCE;
        let (relayer, monitor) = loop {
            match config.build().await {
                Ok(built) => break built,
                Err(error) if tokio::time::Instant::now() > patience => panic!("{error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        };
        let relayer = Arc::new(relayer);
        let stop = CancellationToken::new();
        let queues = tokio::spawn(Arc::clone(&relayer).run(stop.clone()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let api =
            Api { relayer: Arc::clone(&relayer), monitor: Arc::new(monitor), max_body_bytes: 8192 };
        let server = tokio::spawn(async move { api.serve(listener, std::future::pending()).await });
        Running { relayer, queues, server, stop, url }
    }

    /// Forgets the database, so that the next relayer starts from nothing.
    pub(crate) fn forget_database(&self) {
        for file in ["relayer.db", "relayer.db-wal", "relayer.db-shm"] {
            let _ = fs::remove_file(self.folder.path().join(file));
        }
    }

    /// How many transactions the relayer's account has had mined.
    pub(crate) async fn sent(&self) -> u64 {
        self.chain.get_transaction_count(self.key.address()).await.expect("a nonce")
    }

    pub(crate) async fn paid(&self) -> U256 {
        let token = DevToken::new(self.token, &self.chain);
        token.balanceOf(self.recipient).call().await.expect("a balance")
    }
}

/// A relayer at work. Dropping it is a crash.
pub(crate) struct Running {
    pub(crate) relayer: Arc<Relayer>,
    queues: JoinHandle<()>,
    server: JoinHandle<std::io::Result<()>>,
    stop: CancellationToken,
    pub(crate) url: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.queues.abort();
        self.server.abort();
    }
}

impl Running {
    pub(crate) async fn accept(&self, request: &SettleRequest) -> Record {
        self.relayer.accept(request.clone()).await.expect("accepted").record
    }

    /// Stops as SIGTERM does.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        (&mut self.queues).await.expect("the queues stop");
    }

    /// Waits until the message satisfies `wanted`.
    pub(crate) async fn until(
        &self,
        id: B256,
        wanted: impl Fn(&SettlementView) -> bool,
    ) -> SettlementView {
        let patience = tokio::time::Instant::now() + PATIENCE;
        loop {
            let record =
                self.relayer.store().get(id).await.expect("the store").expect("the message");
            let view = SettlementView::load(self.relayer.store(), record).await.expect("a view");
            if wanted(&view) {
                return view;
            }
            assert!(tokio::time::Instant::now() < patience, "still {view:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn settled(&self, id: B256) -> SettlementView {
        self.until(id, |view| view.status == Status::Settled).await
    }
}

/// Waits until `look` finds something.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    look: impl Fn() -> F,
) -> T {
    let patience = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < patience, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn deploy(chain: &DynProvider, deployer: Address) -> [Address; 4] {
    let verifier = create(chain, deployer, artifact("ReceiptVerifierInsecureDev")).await;
    let manager = AccessManager::deploy_builder(chain, deployer).from(deployer);
    let manager = manager.deploy().await.expect("an access manager");
    let router = VerifierRouter::deploy_builder(chain, manager).from(deployer);
    let router = router.deploy().await.expect("a router");
    let id = B256::from(*circuit::id::<ReceiptCircuit>().as_bytes());
    sent(VerifierRouter::new(router, chain).addVerifier(id, verifier).from(deployer)).await;
    let hub = SettlementHub::deploy_builder(chain, router, Address::ZERO, 0).from(deployer);
    let token =
        DevToken::deploy_builder(chain, "Dev".into(), "DEV".into(), deployer).from(deployer);
    let (hub, token) = (hub.deploy().await, token.deploy().await);
    [manager, router, hub.expect("a hub"), token.expect("a token")]
}

pub(crate) async fn sent<P: Provider, D: alloy::contract::CallDecoder>(
    call: alloy::contract::CallBuilder<P, D>,
) {
    call.send().await.expect("sent").watch().await.expect("mined");
}

async fn create(chain: &DynProvider, from: Address, code: Bytes) -> Address {
    let request = TransactionRequest::default().with_from(from).with_deploy_code(code);
    let pending = chain.send_transaction(request).await.expect("sent");
    pending.get_receipt().await.expect("mined").contract_address.expect("a contract")
}

fn artifact(name: &str) -> Bytes {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../contracts-evm/out");
    let path = root.join(format!("{name}.sol/{name}.json"));
    let text = fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("{}: {e}: run `cargo xtask build`", path.display()));
    let json: Value = serde_json::from_str(&text).expect("an artifact");
    json["bytecode"]["object"].as_str().expect("bytecode").parse().expect("hex")
}
