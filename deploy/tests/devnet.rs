//! A whole development network: everything that is deployed works together, and nothing stays.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    providers::{DynProvider, Provider},
    rpc::types::BlockNumberOrTag,
    sol_types::SolError,
};
use proofrail_deploy::{
    accounts::Role,
    circuit::CircuitDeployment,
    devnet::{Devnet, DevnetError, DevnetOptions, Directories, down, start_layerzero},
    layerzero::{
        options::LzReceive,
        workers::{Goal, WorkerEvent},
    },
    near::{Call, NearToken},
    process::is_running,
    rpc::transact,
};
use proofrail_evm::{
    Deployment, Settlement,
    contracts::{LayerZeroReceiver, LayerZeroSender, SettlementHub},
};
use proofrail_near_interface::{
    Capacity, CircuitArgs, ErrorCode, Hex, MarketEvent, ProverView, RegisterProverArgs,
    method_names,
};
use serde_json::json;

/// Gas for `lzReceive`, above what the receiver demands.
const RECEIVE_GAS: u128 = 1_000_000;

async fn start(options: impl FnOnce(DevnetOptions) -> DevnetOptions) -> Devnet {
    let circuit = CircuitDeployment::development_receipt().unwrap();
    Devnet::start(options(DevnetOptions::new(circuit))).await.unwrap()
}

/// A settlement that nobody has authorised.
fn settlement(deployment: &Deployment, circuit: B256) -> Settlement {
    Settlement {
        circuitId: circuit,
        sourceChain: keccak256("near:devnet"),
        sourceContract: keccak256(&deployment.near.market),
        jobId: B256::with_last_byte(1),
        payer: Role::Payer.address().unwrap(),
        recipient: Role::Recipient.address().unwrap(),
        token: deployment.destination.token().unwrap(),
        amount: 5,
        deadline: u64::MAX,
        coordinator: B256::with_last_byte(7),
    }
}

/// Sends `message` through our sender as a stranger and returns its packet's id.
async fn send(devnet: &Devnet, message: Vec<u8>) -> B256 {
    let provider = devnet.source_provider(Role::Stranger).unwrap();
    let deployment = devnet.deployment();
    let sender = LayerZeroSender::new(deployment.source.layerzero_sender().unwrap(), &provider);
    let options = LzReceive { gas: RECEIVE_GAS, value: 0 }.encode();
    let eid = deployment.destination.layerzero().unwrap().eid;
    let message = Bytes::from(message);
    let fee = sender.quote(eid, message.clone(), options.clone()).call().await.unwrap();
    let refund = Role::Stranger.address().unwrap();
    let call = sender.send(eid, message, options, refund).value(fee);
    let receipt = transact(&provider, "send", call.into_transaction_request()).await.unwrap();
    let sent = receipt.inner.logs().iter().find_map(|log| {
        log.log_decode::<LayerZeroSender::SettlementSent>().ok().map(|log| log.inner.data)
    });
    sent.unwrap().guid
}

async fn stored(devnet: &Devnet, guid: B256) -> B256 {
    let provider = devnet.destination_reader().unwrap();
    let receiver = devnet.deployment().destination.layerzero_receiver().unwrap();
    LayerZeroReceiver::new(receiver, provider).storedMessage(guid).call().await.unwrap()
}

async fn finalized(provider: &DynProvider) -> u64 {
    let block = provider.get_block_by_number(BlockNumberOrTag::Finalized).await.unwrap();
    block.unwrap().header.number
}

#[tokio::test]
async fn everything_works_together_and_is_gone_after_drop() {
    let devnet = start(|options| DevnetOptions { workers_paused: true, ..options }).await;
    let pids = devnet.pids();
    assert_eq!(pids.len(), 3);
    assert!(pids.iter().copied().all(is_running));
    assert_eq!(&Deployment::load(devnet.deployment_file()).unwrap(), devnet.deployment());

    a_message_of_ours_crosses(&devnet).await;
    a_prover_registers_and_a_stranger_is_refused(&devnet).await;
    finality_advances(&devnet).await;

    let file = devnet.deployment_file().to_path_buf();
    drop(devnet);
    assert!(!pids.into_iter().any(is_running));
    assert!(!file.exists(), "the temporary directory goes with the network");
}

async fn a_message_of_ours_crosses(devnet: &Devnet) {
    let circuit = CircuitDeployment::development_receipt().unwrap().registration().circuit_id.0;
    let settlement = settlement(devnet.deployment(), circuit.into());
    let message = settlement.encode_message(&[U256::ZERO; 8]);

    let guid = send(devnet, message.clone()).await;
    devnet.workers().carry(guid, Goal::Delivered).await.unwrap();

    // The hub refuses it, so the receiver keeps it, and whoever retries learns why.
    assert_eq!(stored(devnet, guid).await, keccak256(&message));
    let provider = devnet.destination_reader().unwrap();
    let receiver = devnet.deployment().destination.layerzero_receiver().unwrap();
    let receiver = LayerZeroReceiver::new(receiver, &provider);
    let refused = receiver.retry(guid, message.into()).call().await.unwrap_err();
    let reason = refused.as_revert_data().unwrap();
    let wanted = SettlementHub::CoordinatorNotAuthorized::SELECTOR;
    assert_eq!(reason[..4], wanted, "{reason}");
}

async fn a_prover_registers_and_a_stranger_is_refused(devnet: &Devnet) {
    let (near, accounts) = (devnet.near(), devnet.market());
    let market = accounts.market.id();
    let deposit = NearToken::from_near(1_001);
    let circuit = CircuitDeployment::development_receipt().unwrap();
    let args = RegisterProverArgs {
        statement_key: Hex([5; 32]),
        capacity: Capacity {
            parallel_jobs: 1,
            circuits: vec![circuit.registration().circuit_id],
            endpoint: "https://prover.example".to_owned(),
            x25519_key: Hex([6; 32]),
        },
        stake: Some(NearToken::from_near(1_000)),
        attestation: None,
    };
    let call = Call { contract: market, method: method_names::REGISTER_PROVER, args, deposit };

    let outcome = near.call(&accounts.prover, call).await.unwrap();

    assert!(outcome.tgas() > 1.0, "{} Tgas", outcome.tgas());
    let events = outcome.events().unwrap();
    let registered = events.iter().find_map(|event| match event {
        MarketEvent::ProverRegistered { prover_id, stake, .. } => Some((prover_id, *stake)),
        _ => None,
    });
    assert_eq!(registered, Some((accounts.prover.id(), NearToken::from_near(1_000))));
    let args = json!({ "account_id": accounts.prover.id() });
    let view: Option<ProverView> = near.view(market, method_names::PROVER, args).await.unwrap();
    assert_eq!(view.unwrap().stake, NearToken::from_near(1_000));

    let args = CircuitArgs { circuit_id: circuit.registration().circuit_id };
    let deposit = NearToken::from_near(0);
    let call = Call { contract: market, method: method_names::STOP_CIRCUIT, args, deposit };
    let refused = near.call(&accounts.client, call).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotPermitted), "{refused}");
}

async fn finality_advances(devnet: &Devnet) {
    for provider in [devnet.source_reader().unwrap(), devnet.destination_reader().unwrap()] {
        let before = finalized(&provider).await;
        let later = async {
            while finalized(&provider).await <= before {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), later).await.unwrap();
    }
}

#[tokio::test]
async fn a_kept_network_works_on_until_it_is_put_down() {
    let home = tempfile::tempdir().unwrap();
    let directories =
        Directories { deployments: home.path().join("deployments"), state: home.path().into() };
    let kept = Some(directories.clone());
    let devnet = start(|options| DevnetOptions { directories: kept, ..options }).await;
    let circuit = CircuitDeployment::development_receipt().unwrap();
    let id = circuit.registration().circuit_id.0.into();
    let message = settlement(devnet.deployment(), id).encode_message(&[U256::ZERO; 8]);
    devnet.workers().pause().await;
    let guid = send(&devnet, message).await;

    let kept = devnet.detach().unwrap();

    assert_eq!(kept.pids.len(), 4);
    assert!(kept.pids.iter().copied().all(is_running));
    // The workers' own process finds the packet and delivers it.
    let deployment = Deployment::load(&kept.deployment).unwrap();
    let receiver = deployment.destination.layerzero_receiver().unwrap();
    wait_until_stored(&deployment.destination.rpc_url, receiver, guid).await;

    let options = DevnetOptions { directories: Some(directories), ..DevnetOptions::new(circuit) };
    let second = Devnet::start(options).await.unwrap_err();
    assert!(matches!(second, DevnetError::Running { .. }), "{second}");

    assert_eq!(down(home.path()).unwrap().as_ref(), Some(&kept));
    assert!(!kept.pids.iter().copied().any(is_running));
    assert_eq!(down(home.path()).unwrap(), None);
}

async fn wait_until_stored(rpc_url: &str, receiver: Address, guid: B256) {
    let receiver =
        LayerZeroReceiver::new(receiver, proofrail_deploy::rpc::reader(rpc_url).unwrap());
    let delivered = async {
        while receiver.storedMessage(guid).call().await.unwrap().is_zero() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), delivered).await.unwrap();
}

#[tokio::test]
async fn workers_of_a_deployment_file_announce_what_they_do() {
    let devnet = start(|options| DevnetOptions { workers_paused: true, ..options }).await;
    let id = CircuitDeployment::development_receipt().unwrap().registration().circuit_id.0.into();
    let message = settlement(devnet.deployment(), id).encode_message(&[U256::ZERO; 8]);
    let guid = send(&devnet, message).await;

    let Deployment { source, destination, .. } = devnet.deployment();
    let others = start_layerzero(source, destination, true).await.unwrap();
    let mut events = others.subscribe();
    others.resume();

    let delivered = async {
        loop {
            if let WorkerEvent::Delivered(step) = events.recv().await.unwrap() {
                break step;
            }
        }
    };
    let step = tokio::time::timeout(Duration::from_secs(60), delivered).await.unwrap();
    assert_eq!((step.guid, step.nonce), (guid, 1));
}
