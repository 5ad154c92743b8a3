//! What the demo does not show: settlements that cannot be paid at first.

use alloy::primitives::B256;
use proofrail_deploy::{
    accounts::Role,
    layerzero::abi::{ExecutorConfig, SendUln302, SetDefaultExecutorConfigParam},
    rpc::transact,
};
use proofrail_evm::contracts::LayerZeroReceiver;
use proofrail_prover::proof::ProofFile;
use proofrail_relayer::{api::SettlementView, status::Status};

use super::*;

/// A network whose bridge waits, a payer with an escrow, and a relayer that has a settlement.
struct World {
    devnet: Devnet,
    destination: Destination,
    agreement: Agreement,
    proof: ProofFile,
    relayer: Relayer,
}

impl World {
    async fn new() -> Self {
        let mut recorder = Recorder::default();
        let key = development_key(&mut recorder).unwrap();
        let circuit = CircuitDeployment::of(key.verifying_key()).unwrap();
        let mut options = DevnetOptions::new(circuit);
        options.workers_paused = true;
        let devnet = Devnet::start(options).await.unwrap();
        let destination = Destination::new(&devnet).unwrap();
        let now = destination.timestamp().await.unwrap();
        let agreement = Agreement::new(&devnet, now).unwrap();
        destination.fund_payer().await.unwrap();
        destination.open_escrow(&mut recorder, &agreement).await.unwrap();
        let proof = key.prove(&agreement.receipt.to_circuit().unwrap()).unwrap();
        let relayer = Relayer::start(&devnet, &key, Bridge::default()).await.unwrap();
        Self { devnet, destination, agreement, proof, relayer }
    }

    async fn post(&self) -> SettlementView {
        self.relayer.post(&relayer::request(&self.agreement, &self.proof)).await.unwrap()
    }

    async fn reach(&self, id: B256, status: Status) -> SettlementView {
        self.relayer.reach(id, &[status]).await.unwrap()
    }

    /// LayerZero's executor takes messages of at most so many bytes from now on.
    async fn limit_messages(&self, bytes: u32) {
        let deployment = self.devnet.deployment();
        let (source, eid) = (
            deployment.source.layerzero().unwrap(),
            deployment.destination.layerzero().unwrap().eid,
        );
        let config = ExecutorConfig { maxMessageSize: bytes, executor: source.executor };
        let provider = self.devnet.source_provider(Role::Deployer).unwrap();
        let library = SendUln302::new(source.send_uln302, &provider);
        let call =
            library.setDefaultExecutorConfigs(vec![SetDefaultExecutorConfigParam { eid, config }]);
        transact(&provider, "limit messages", call.into_transaction_request()).await.unwrap();
    }

    /// A stranger asks the receiver to apply the message that it keeps.
    async fn retry(&self, guid: B256) {
        let receiver = self.devnet.deployment().destination.layerzero_receiver().unwrap();
        let provider = self.devnet.destination_provider(Role::Stranger).unwrap();
        let words = refusals::words(&self.proof);
        let message = self.agreement.settlement.encode_message(&words);
        let receiver = LayerZeroReceiver::new(receiver, &provider);
        let call = receiver.retry(guid, message.into());
        transact(&provider, "retry the message", call.into_transaction_request()).await.unwrap();
    }
}

fn reason(view: &SettlementView) -> &str {
    view.reason.as_ref().map(|reason| reason.code.as_str()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_arrives_at_an_empty_escrow_is_kept_and_paid_once_it_can_be() {
    let world = World::new().await;
    let id = world.post().await.id;
    world.reach(id, Status::Sent).await;
    world.destination.empty_escrow().await.unwrap();
    world.devnet.workers().resume();

    let held = world.reach(id, Status::Held).await;
    assert_eq!(reason(&held), "stored_at_receiver", "{held:?}");
    assert!(held.reason.unwrap().message.contains("InsufficientEscrow"));

    world.destination.refill_escrow().await.unwrap();
    world.retry(held.message_id.unwrap()).await;
    world.reach(id, Status::Settled).await;
    world.destination.require_paid_once(&world.agreement).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfunded_escrow_holds_the_message_before_money_is_spent() {
    let world = World::new().await;
    world.destination.empty_escrow().await.unwrap();
    let id = world.post().await.id;

    let held = world.reach(id, Status::Held).await;
    assert_eq!(reason(&held), "escrow_insufficient", "{held:?}");
    assert!(held.transactions.is_empty(), "{held:?}");

    world.destination.refill_escrow().await.unwrap();
    world.reach(id, Status::Sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_too_large_for_the_bridge_fails_before_money_is_spent() {
    let world = World::new().await;
    world.limit_messages(500).await;
    let id = world.post().await.id;

    let failed = world.reach(id, Status::Failed).await;
    assert_eq!(reason(&failed), "message_too_large", "{failed:?}");
    assert!(failed.transactions.is_empty(), "{failed:?}");
}
