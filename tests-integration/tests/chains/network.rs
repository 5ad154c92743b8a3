//! Two chains with everything of ours on them, and the bridges' workers.

use alloy::{
    primitives::Address,
    providers::{DynProvider, Provider, ext::AnvilApi},
    rpc::types::{BlockNumberOrTag, TransactionReceipt, TransactionRequest},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use proofrail_deploy::{
    accounts::Role,
    circuit::CircuitDeployment,
    devnet::{DevnetOptions, EvmNetwork, Extent},
    project::Project,
    rpc::transact,
};
use proofrail_evm::deployment::EvmChain;
use std::time::Duration;
use tempfile::TempDir;

use crate::world::eventually;

pub(crate) struct Network {
    pub(crate) source: Chain,
    pub(crate) destination: Chain,
    // Dropping it stops the chains.
    _net: EvmNetwork,
    _folder: TempDir,
}

/// One of the two chains.
pub(crate) struct Chain {
    pub(crate) deployed: EvmChain,
    pub(crate) reader: DynProvider,
    /// Where the guardians serve what is sent from here.
    guardians: String,
}

impl Network {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = DevnetOptions {
            extent: Extent::Everything,
            block_time: Duration::from_millis(250),
            ..DevnetOptions::new(CircuitDeployment::development_receipt().unwrap())
        };
        let project = Project::discover().unwrap();
        let net = EvmNetwork::start(&project, &options, &folder.path().join("logs")).await.unwrap();
        let way_back = net.workers.way_back.as_ref().unwrap();
        let source = Chain {
            deployed: net.source_chain.clone(),
            reader: net.source_reader().unwrap(),
            guardians: net.workers.wormhole.api().to_owned(),
        };
        let destination = Chain {
            deployed: net.destination_chain.clone(),
            reader: net.destination_reader().unwrap(),
            guardians: way_back.api().to_owned(),
        };
        Self { source, destination, _net: net, _folder: folder }
    }
}

impl Chain {
    /// Sends a transaction that must succeed.
    pub(crate) async fn send(&self, role: Role, call: TransactionRequest) -> TransactionReceipt {
        let signer = role.signer().unwrap();
        let provider = proofrail_deploy::rpc::signing(&self.deployed.rpc_url, signer).unwrap();
        transact(&provider, "a test's transaction", call).await.unwrap()
    }

    /// The signed message of a contract of this chain, once its guardians have it.
    pub(crate) async fn vaa(&self, emitter: Address, sequence: u64) -> Vec<u8> {
        let chain = self.deployed.wormhole().unwrap().chain_id;
        let emitter = alloy::hex::encode(emitter.into_word());
        let url = format!("{}/v1/signed_vaa/{chain}/{emitter}/{sequence}", self.guardians);
        eventually("a VAA", || async {
            let answer = reqwest::get(&url).await.unwrap();
            let body: serde_json::Value = answer.json().await.unwrap();
            Some(STANDARD.decode(body["vaaBytes"].as_str()?).unwrap())
        })
        .await
    }

    /// Seconds pass.
    pub(crate) async fn wait(&self, seconds: u64) {
        self.reader.anvil_increase_time(seconds).await.unwrap();
        self.reader.anvil_mine(Some(1), None).await.unwrap();
    }

    /// The time of the newest block.
    pub(crate) async fn now(&self) -> u64 {
        let block = self.reader.get_block_by_number(BlockNumberOrTag::Latest).await.unwrap();
        block.unwrap().header.timestamp
    }
}
