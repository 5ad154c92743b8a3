//! Two chains, three bridges, an escrow, and a relayer that serves all of them.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use alloy::{
    primitives::{Address, B256, Bytes, U256},
    providers::{DynProvider, Provider},
    rpc::types::{Filter, Log, TransactionRequest},
    sol_types::SolEvent,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use proofrail_circuits::{
    circuit,
    eddsa::SecretKey,
    field,
    receipt::{CoordinatorKey, Receipt, ReceiptCircuit},
    registry,
};
use proofrail_deploy::{
    accounts::Role,
    ccip::abi::OffRamp,
    circuit::CircuitDeployment,
    devnet::{DevnetOptions, EvmNetwork},
    layerzero::options::LzReceive,
    project::Project,
    rpc::transact,
};
use proofrail_evm::{
    Deployment,
    ccip::extra_args_v2,
    contracts::{
        CcipSender, DevToken, ISettlementReceiver, LayerZeroReceiver, LayerZeroSender,
        SettlementHub, WormholeReceiver, WormholeSender,
    },
    deployment::Near,
    settlement::{market_job, near_contract, source_chain},
};
use proofrail_prover::{key::ProvingKey, setup::setup_dev};
use proofrail_relayer::{
    api::SettlementView, config::Config, health::Monitor, prepare::door::SettleRequest,
    service::Relayer, settlement::Settlement, status::Status,
};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

static KEY: LazyLock<ProvingKey> = LazyLock::new(|| {
    setup_dev(registry::by_name("receipt").expect("a circuit")).expect("development keys")
});

pub(crate) const BRIDGES: [&str; 3] = ["layerzero", "wormhole", "ccip"];
pub(crate) const AMOUNT: u128 = 1_000_000;
/// What the payer has in escrow: enough for every settlement of a test.
pub(crate) const ESCROW: u128 = 100 * AMOUNT;
const UNITS: u64 = 250;
const RATE: u128 = 4_000;
const FEE_BPS: u16 = 250;
/// Longer than any test should take; what waits for it fails with what it saw.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct World {
    // Fields are dropped in this order: the relayer before the chains that it talks to.
    queues: JoinHandle<()>,
    pub(crate) relayer: Arc<Relayer>,
    pub(crate) monitor: Monitor,
    pub(crate) net: EvmNetwork,
    pub(crate) source: DynProvider,
    pub(crate) destination: DynProvider,
    coordinator: CoordinatorKey,
    jobs: AtomicU64,
    /// What the payer had in escrow at first.
    escrow: u128,
    folder: TempDir,
}

impl World {
    /// A network whose blocks are final after two more, a quarter of a second each.
    pub(crate) async fn start() -> Self {
        Self::configured(|_| Sections::default()).await
    }

    /// The same, with more in the relayer's configuration.
    pub(crate) async fn configured(sections: impl FnOnce(&EvmNetwork) -> Sections) -> Self {
        Self::with(ESCROW, 1, sections).await
    }

    /// The same, with another escrow, and blocks that are final after two epochs of so many slots.
    pub(crate) async fn with(
        escrow: u128,
        slots_in_an_epoch: u64,
        sections: impl FnOnce(&EvmNetwork) -> Sections,
    ) -> Self {
        let project = Project::discover().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let circuit = CircuitDeployment::of(KEY.verifying_key()).unwrap();
        let options = DevnetOptions {
            block_time: Duration::from_millis(250),
            slots_in_an_epoch,
            ..DevnetOptions::new(circuit)
        };
        let net = EvmNetwork::start(&project, &options, &folder.path().join("logs")).await.unwrap();
        let near = Near {
            rpc_url: "http://127.0.0.1:1".into(),
            network_id: "devnet".into(),
            market: "market.near".into(),
            treasury: "treasury.near".into(),
        };
        let deployment = Deployment {
            network: "devnet".into(),
            source: net.source_chain.clone(),
            destination: net.destination_chain.clone(),
            near,
        };
        deployment.save(folder.path().join("devnet.json")).unwrap();
        write_files(&folder, &sections(&net));
        let (relayer, monitor, queues) = start_relayer(&folder).await;
        let coordinator =
            CoordinatorKey::new(SecretKey::from_bytes([7; 32]), FEE_BPS).expect("a coordinator");
        let world = Self {
            queues,
            relayer,
            monitor,
            source: net.source_reader().unwrap(),
            destination: net.destination_reader().unwrap(),
            net,
            coordinator,
            jobs: AtomicU64::new(0),
            escrow,
            folder,
        };
        world.open_escrow().await;
        world
    }

    /// The relayer crashes, and another starts from its database.
    pub(crate) async fn restart_relayer(self) -> Self {
        let Self { queues, relayer, monitor, folder, .. } = self;
        queues.abort();
        assert!(queues.await.unwrap_err().is_cancelled());
        // Whatever of the old one still runs holds the database.
        drop((relayer, monitor));
        let (relayer, monitor, queues) = start_relayer(&folder).await;
        Self { queues, relayer, monitor, folder, ..self }
    }

    async fn open_escrow(&self) {
        self.deposit(self.escrow).await;
        let contract = SettlementHub::new(self.hub(), &self.destination);
        let authorize =
            contract.authorizeCoordinator(self.coordinator_id(), self.token(), u128::MAX);
        self.pay(Role::Payer, authorize.into_transaction_request()).await;
    }

    /// Sends a transaction on the destination.
    pub(crate) async fn pay(
        &self,
        role: Role,
        request: TransactionRequest,
    ) -> alloy::rpc::types::TransactionReceipt {
        let provider = self.net.destination_provider(role).unwrap();
        transact(&provider, "a test's transaction", request).await.unwrap()
    }

    /// The same on the source.
    pub(crate) async fn pay_on_source(
        &self,
        role: Role,
        request: TransactionRequest,
    ) -> alloy::rpc::types::TransactionReceipt {
        let provider = self.net.source_provider(role).unwrap();
        transact(&provider, "a test's transaction", request).await.unwrap()
    }

    pub(crate) fn coordinator_id(&self) -> B256 {
        B256::from(field::to_be_bytes(&self.coordinator.id()))
    }

    pub(crate) fn hub(&self) -> Address {
        self.net.destination_chain.hub().unwrap()
    }

    pub(crate) fn token(&self) -> Address {
        self.net.destination_chain.token().unwrap()
    }

    /// Our receiver over a bridge.
    pub(crate) fn receiver(&self, bridge: &str) -> Address {
        let chain = &self.net.destination_chain;
        match bridge {
            "layerzero" => chain.layerzero_receiver(),
            "wormhole" => chain.wormhole_receiver(),
            _ => chain.ccip_receiver(),
        }
        .unwrap()
    }

    /// A settlement of the next job, signed and proven.
    pub(crate) fn request(&self, bridge: &str) -> SettleRequest {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        self.request_for(bridge, now + 7200, self.net.destination_chain.chain_id)
    }

    /// The same, with a deadline and proven for the hub's address on a chain.
    pub(crate) fn request_for(&self, bridge: &str, deadline: u64, chain_id: u64) -> SettleRequest {
        let job = self.jobs.fetch_add(1, Ordering::SeqCst);
        let settlement = Settlement {
            circuit_id: B256::from(*circuit::id::<ReceiptCircuit>().as_bytes()),
            source_chain: source_chain("near:devnet"),
            source_contract: near_contract("market.near"),
            job_id: market_job(job),
            payer: Role::Payer.address().unwrap(),
            recipient: Role::Recipient.address().unwrap(),
            token: self.token(),
            amount: AMOUNT,
            deadline,
            coordinator: self.coordinator_id(),
        };
        let context = proofrail_evm::Settlement::from(&settlement).context(chain_id, self.hub());
        let context = field::from_be_bytes(&context.to_be_bytes()).expect("a field element");
        let details = field::keccak_mod_r(b"job details");
        let receipt = Receipt::new(context, details, UNITS, RATE, FEE_BPS).expect("a receipt");
        let receipt = self.coordinator.sign(receipt).expect("signed");
        let text = serde_json::to_string(&receipt).expect("JSON");
        let proof = KEY.prove_json(&text).expect("a proof").proof().to_bytes().into();
        SettleRequest { settlement, receipt, proof, bridge: Some(bridge.to_owned()) }
    }

    /// The same, for whichever bridge the relayer chooses.
    pub(crate) fn unpinned(&self) -> SettleRequest {
        SettleRequest { bridge: None, ..self.request("direct") }
    }

    pub(crate) async fn accept(&self, request: &SettleRequest) -> B256 {
        self.relayer.accept(request.clone()).await.unwrap().record.id
    }

    /// Waits until the message satisfies `wanted`.
    pub(crate) async fn until(
        &self,
        id: B256,
        wanted: impl Fn(&SettlementView) -> bool,
    ) -> SettlementView {
        let patience = tokio::time::Instant::now() + PATIENCE;
        loop {
            let record = self.relayer.store().get(id).await.unwrap().unwrap();
            let view = SettlementView::load(self.relayer.store(), record).await.unwrap();
            if wanted(&view) {
                return view;
            }
            assert!(tokio::time::Instant::now() < patience, "still {view:#?}");
            assert_ne!(view.status, Status::Failed, "{view:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn settled(&self, id: B256) -> SettlementView {
        self.until(id, |view| view.status == Status::Settled).await
    }

    /// Waits until the message is held for this reason.
    pub(crate) async fn held(&self, id: B256, code: &str) -> SettlementView {
        self.until(id, |view| view.reason.as_ref().is_some_and(|reason| reason.code == code)).await
    }

    /// Waits until nothing is left to do for the message.
    pub(crate) async fn ended(&self, id: B256) -> SettlementView {
        eventually("an end", || async {
            let record = self.relayer.store().get(id).await.unwrap().unwrap();
            let view = SettlementView::load(self.relayer.store(), record).await.unwrap();
            matches!(view.status, Status::Settled | Status::Failed).then_some(view)
        })
        .await
    }

    /// The payer adds to the escrow.
    pub(crate) async fn deposit(&self, amount: u128) {
        let (hub, token, amount) = (self.hub(), self.token(), U256::from(amount));
        let payer = Role::Payer.address().unwrap();
        let erc20 = DevToken::new(token, &self.destination);
        self.pay(Role::Deployer, erc20.mint(payer, amount).into_transaction_request()).await;
        self.pay(Role::Payer, erc20.approve(hub, amount).into_transaction_request()).await;
        let contract = SettlementHub::new(hub, &self.destination);
        let deposit = contract.deposit(token, amount);
        self.pay(Role::Payer, deposit.into_transaction_request()).await;
    }

    /// The destination's clock, unix seconds.
    pub(crate) async fn clock(&self) -> u64 {
        let head = self.destination.get_block(alloy::eips::BlockId::latest()).await.unwrap();
        head.unwrap().header.timestamp
    }

    /// Every balance after `count` settlements, and nothing stranded anywhere.
    pub(crate) async fn assert_paid(&self, count: u128) {
        self.assert_paid_of(self.escrow, count).await;
    }

    /// The same, where so much was deposited.
    pub(crate) async fn assert_paid_of(&self, deposited: u128, count: u128) {
        let token = DevToken::new(self.token(), &self.destination);
        let recipient = Role::Recipient.address().unwrap();
        let payer = Role::Payer.address().unwrap();
        let paid = token.balanceOf(recipient).call().await.unwrap();
        assert_eq!(paid, U256::from(count * AMOUNT), "the recipient");
        let hub = SettlementHub::new(self.hub(), &self.destination);
        let escrow = hub.escrowOf(payer, self.token()).call().await.unwrap();
        assert_eq!(escrow, U256::from(deposited - count * AMOUNT), "the escrow");
        let held = token.balanceOf(self.hub()).call().await.unwrap();
        assert_eq!(held, escrow, "the hub");
        for bridge in BRIDGES {
            let stranded = token.balanceOf(self.receiver(bridge)).call().await.unwrap();
            assert_eq!(stranded, U256::ZERO, "the receiver over {bridge}");
            let coins = self.destination.get_balance(self.receiver(bridge)).await.unwrap();
            assert_eq!(coins, U256::ZERO, "coins of the receiver over {bridge}");
        }
    }

    /// Pauses or resumes a receiver; they have this in common.
    pub(crate) async fn pause(&self, bridge: &str, paused: bool) {
        let receiver = LayerZeroReceiver::new(self.receiver(bridge), &self.destination);
        let request = if paused {
            receiver.pause().into_transaction_request()
        } else {
            receiver.unpause().into_transaction_request()
        };
        self.pay(Role::Deployer, request).await;
    }
}

impl World {
    /// Somebody else hands a message to a bridge, and pays for it.
    pub(crate) async fn send_as(&self, role: Role, bridge: &str, message: Vec<u8>) {
        let message = Bytes::from(message);
        let refund = role.address().unwrap();
        let (near, far) = (&self.net.source_chain, &self.net.destination_chain);
        let request = match bridge {
            "layerzero" => {
                let sender = near.layerzero_sender().unwrap();
                let sender = LayerZeroSender::new(sender, &self.source);
                let eid = far.layerzero().unwrap().eid;
                let options = LzReceive { gas: 700_000, value: 0 }.encode();
                let fee = sender.quote(eid, message.clone(), options.clone()).call().await.unwrap();
                sender.send(eid, message, options, refund).value(fee).into_transaction_request()
            }
            "wormhole" => {
                let sender = WormholeSender::new(near.wormhole_sender().unwrap(), &self.source);
                let fee = sender.quote(message.clone()).call().await.unwrap();
                sender.send(message, refund).value(fee).into_transaction_request()
            }
            _ => {
                let sender = CcipSender::new(near.ccip_sender().unwrap(), &self.source);
                let (chain, gas) = (far.ccip().unwrap().chain_selector, extra_args_v2(600_000));
                let quote = sender.quote(chain, message.clone(), gas.clone(), Address::ZERO);
                let fee = quote.call().await.unwrap();
                sender.send(chain, message, gas, refund).value(fee).into_transaction_request()
            }
        };
        self.pay_on_source(role, request).await;
    }

    /// The block in which the receiver over a bridge first applied a message of the settlement.
    pub(crate) async fn applied_in(&self, bridge: &str, settlement: B256) -> Option<u64> {
        self.applications(bridge, settlement).await.first()?.block_number
    }

    /// What the receiver over a bridge reported of a settlement: whether each arrival paid.
    pub(crate) async fn arrivals(&self, bridge: &str, settlement: B256) -> Vec<bool> {
        let logs = self.applications(bridge, settlement).await;
        let decode =
            |log: &Log| log.log_decode::<ISettlementReceiver::MessageApplied>().unwrap().inner.paid;
        logs.iter().map(decode).collect()
    }

    async fn applications(&self, bridge: &str, settlement: B256) -> Vec<Log> {
        let filter = Filter::new()
            .address(self.receiver(bridge))
            .event_signature(ISettlementReceiver::MessageApplied::SIGNATURE_HASH)
            .topic2(settlement)
            .from_block(0);
        self.destination.get_logs(&filter).await.unwrap()
    }

    /// Waits until that many messages of a settlement were applied.
    pub(crate) async fn arrived(&self, bridge: &str, settlement: B256, count: usize) -> Vec<bool> {
        eventually(bridge, || async {
            let arrivals = self.arrivals(bridge, settlement).await;
            (arrivals.len() >= count).then_some(arrivals)
        })
        .await
    }

    /// Every state that CCIP wrote down for a message, oldest first.
    pub(crate) async fn execution_states(&self, id: B256) -> Vec<u8> {
        let off_ramp = self.net.destination_chain.ccip().unwrap().off_ramp;
        let filter = Filter::new()
            .address(off_ramp)
            .event_signature(OffRamp::ExecutionStateChanged::SIGNATURE_HASH)
            .topic3(id)
            .from_block(0);
        let logs = self.destination.get_logs(&filter).await.unwrap();
        let decode = |log: &alloy::rpc::types::Log| {
            log.log_decode::<OffRamp::ExecutionStateChanged>().unwrap().inner.state
        };
        logs.iter().map(decode).collect()
    }

    /// The signed message of a sequence of ours, as the guardians hand it out.
    pub(crate) async fn vaa(&self, emitter: Address, sequence: u64) -> Vec<u8> {
        let chain = self.net.source_chain.wormhole().unwrap().chain_id;
        let emitter = alloy::hex::encode(emitter.into_word());
        let api = self.net.workers.wormhole.api();
        let url = format!("{api}/v1/signed_vaa/{chain}/{emitter}/{sequence}");
        eventually("a VAA", || async {
            let answer = reqwest::get(&url).await.unwrap();
            let body: serde_json::Value = answer.json().await.unwrap();
            Some(STANDARD.decode(body["vaaBytes"].as_str()?).unwrap())
        })
        .await
    }

    /// Anybody brings a VAA to the receiver.
    pub(crate) async fn deliver_vaa(&self, vaa: Vec<u8>) -> Result<(), Bytes> {
        let receiver = WormholeReceiver::new(self.receiver("wormhole"), &self.destination);
        let call = receiver.executeVAAv1(vaa.into());
        match call.clone().from(Role::Stranger.address().unwrap()).call().await {
            Ok(_) => {
                self.pay(Role::Stranger, call.into_transaction_request()).await;
                Ok(())
            }
            Err(error) => Err(error.as_revert_data().unwrap()),
        }
    }
}

/// A message as it travels.
pub(crate) fn wire(request: &SettleRequest) -> Vec<u8> {
    proofrail_evm::Settlement::from(&request.settlement).encode_message(&request.proof.words())
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
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn start_relayer(folder: &TempDir) -> (Arc<Relayer>, Monitor, JoinHandle<()>) {
    let config = Config::load(&folder.path().join("relayer.toml")).unwrap();
    let patience = tokio::time::Instant::now() + PATIENCE;
    let (relayer, monitor) = loop {
        match config.build().await {
            Ok(built) => break built,
            Err(error) if tokio::time::Instant::now() > patience => panic!("{error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    let relayer = Arc::new(relayer);
    let queues = tokio::spawn(Arc::clone(&relayer).run(CancellationToken::new()));
    (relayer, monitor, queues)
}

/// More lines of the relayer's sections.
#[derive(Debug, Default)]
pub(crate) struct Sections {
    pub(crate) layerzero: String,
    pub(crate) wormhole: String,
    pub(crate) ccip: String,
    /// The bridge that is taken first; LayerZero without one.
    pub(crate) first: Option<&'static str>,
    /// The most, in wei, that one bridge may take for a message.
    pub(crate) cap: Option<(&'static str, u64)>,
    /// More lines of the policy.
    pub(crate) policy: String,
    /// Whole sections.
    pub(crate) more: String,
}

fn write_files(folder: &TempDir, sections: &Sections) {
    let at = |name: &str| folder.path().join(name);
    let key = Role::Relayer.signer().unwrap().to_bytes();
    fs::write(at("key"), alloy::hex::encode(key)).unwrap();
    fs::set_permissions(at("key"), fs::Permissions::from_mode(0o600)).unwrap();
    KEY.verifying_key().save(&at("receipt.vk")).unwrap();
    let Sections { layerzero, wormhole, ccip, first, cap, policy, more } = sections;
    let cap = |bridge| match cap {
        Some((name, wei)) if *name == bridge => *wei,
        _ => 100_000_000_000_000_000,
    };
    let caps = BRIDGES.map(cap);
    let [layerzero_cap, wormhole_cap, ccip_cap] = caps;
    let first = first.unwrap_or("layerzero");
    let config = format!(
        r#"
        deployment = "devnet.json"
        database = "relayer.db"
        default_bridge = "{first}"
        verifying_keys = ["receipt.vk"]
        allow_insecure_dev_keys = true
        [source]
        finality = "finalized"
        signer = {{ key_file = "key" }}
        [destination]
        finality = "finalized"
        signer = {{ key_file = "key" }}
        [bridges.layerzero]
        max_fee_wei = "{layerzero_cap}"
        {layerzero}
        [bridges.wormhole]
        max_fee_wei = "{wormhole_cap}"
        {wormhole}
        [bridges.ccip]
        max_fee_wei = "{ccip_cap}"
        {ccip}
        [bridges.direct]
        [api]
        listen = "127.0.0.1:0"
        [policy]
        poll_interval_ms = 100
        {policy}
        {more}
    "#
    );
    fs::write(at("relayer.toml"), config).unwrap();
}
