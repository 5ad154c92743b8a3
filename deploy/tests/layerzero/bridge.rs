use std::time::Duration;

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, U256},
    providers::{DynProvider, Provider, ext::AnvilApi},
    rpc::types::{Filter, TransactionReceipt, TransactionRequest},
    sol_types::{SolEvent, SolValue},
};
use proofrail_deploy::{
    accounts::Role,
    anvil::{Anvil, AnvilOptions, Mining},
    artifacts::Artifacts,
    layerzero::{
        abi::{EndpointV2, MessagingParams, SetConfigParam, UlnConfig},
        options::LzReceive,
        packet::Packet,
        stack::{StackOptions, deploy_stack},
        workers::{Keys, Pathway, Workers},
    },
    project::Project,
    rpc::{deploy, reader, signing, transact},
};
use proofrail_evm::deployment::LayerZero;

pub(crate) const SOURCE_EID: u32 = 40_001;
pub(crate) const DESTINATION_EID: u32 = 40_002;
pub(crate) const CONFIRMATIONS: u64 = 3;
pub(crate) const MAX_MESSAGE: u32 = 10_000;
/// Creation code that returns whatever follows it.
const CREATION: &[u8] = &[0x60, 11, 0x59, 0x81, 0x38, 0x03, 0x80, 0x92, 0x59, 0x39, 0xf3];

/// Answers every call with the number 1: accepts every path and every message.
const ACCEPTING: &[u8] = &[0x60, 1, 0x60, 0, 0x52, 0x60, 32, 0x60, 0, 0xf3];
/// As `ACCEPTING`, but reverts with a byte 0x2a on calldata beyond 128 bytes, as `lzReceive` has.
const REVERTING: &[u8] = &[
    0x36, 0x60, 0x80, 0x10, 0x60, 17, 0x57, // if calldatasize > 128 goto 17
    0x60, 1, 0x60, 0, 0x52, 0x60, 32, 0x60, 0, 0xf3, // return 1
    0x5b, 0x60, 0x2a, 0x60, 0, 0x53, 0x60, 1, 0x60, 0, 0xfd, // revert with 0x2a
];

/// Two chains with LayerZero between them. The sender is a plain account, which the endpoint
/// takes for an application like any other.
pub(crate) struct Bridge {
    pub(crate) source: Anvil,
    pub(crate) destination: Anvil,
    pub(crate) pathway: Pathway,
    pub(crate) sender: DynProvider,
    pub(crate) far: DynProvider,
    _logs: tempfile::TempDir,
}

impl Bridge {
    /// The source makes blocks only for transactions and on request, so that tests decide when
    /// a packet is confirmed.
    pub(crate) async fn start() -> Self {
        let project = Project::discover().unwrap();
        let logs = tempfile::tempdir().unwrap();
        let chain = |chain_id| AnvilOptions {
            chain_id,
            mining: Mining::OnTransaction,
            slots_in_an_epoch: 1,
            port: None,
        };
        let artifacts = Artifacts::of(project.clone());
        let source_log = logs.path().join("source.log");
        let source = Anvil::start(&project, &source_log, &chain(31_337)).await.unwrap();
        let destination_log = logs.path().join("destination.log");
        let destination = Anvil::start(&project, &destination_log, &chain(31_338)).await.unwrap();
        let (near_side, far_side) = tokio::join!(
            stack(&artifacts, &source, SOURCE_EID, DESTINATION_EID),
            stack(&artifacts, &destination, DESTINATION_EID, SOURCE_EID)
        );
        let pathway = Pathway {
            source_rpc: source.rpc_url().to_owned(),
            source: near_side,
            destination_rpc: destination.rpc_url().to_owned(),
            destination: far_side,
            first_block: 0,
            poll_every: Duration::from_millis(20),
        };
        let sender = signing(source.rpc_url(), Role::Payer.signer().unwrap()).unwrap();
        let far = signing(destination.rpc_url(), Role::Stranger.signer().unwrap()).unwrap();
        Self { source, destination, pathway, sender, far, _logs: logs }
    }

    pub(crate) async fn workers(&self, paused: bool) -> Workers {
        let keys = Keys::development().unwrap();
        Workers::start(self.pathway.clone(), keys, paused).await.unwrap()
    }

    pub(crate) fn endpoint(&self) -> EndpointV2::EndpointV2Instance<DynProvider> {
        EndpointV2::new(self.pathway.source.endpoint, self.sender.clone())
    }

    pub(crate) fn far_endpoint(&self) -> EndpointV2::EndpointV2Instance<DynProvider> {
        EndpointV2::new(self.pathway.destination.endpoint, self.far.clone())
    }

    pub(crate) async fn accepting_receiver(&self) -> Address {
        self.receiver(ACCEPTING).await
    }

    pub(crate) async fn reverting_receiver(&self) -> Address {
        self.receiver(REVERTING).await
    }

    async fn receiver(&self, runtime: &[u8]) -> Address {
        deploy(&self.far, "receiver", creation(runtime)).await.unwrap()
    }

    /// Sends `message` and returns its packet, in a block that nothing confirms yet.
    pub(crate) async fn send(&self, receiver: Address, message: &[u8]) -> Packet {
        let options = LzReceive { gas: 100_000, value: 0 }.encode();
        self.send_with(receiver, message, options).await
    }

    pub(crate) async fn send_with(
        &self,
        receiver: Address,
        message: &[u8],
        options: Bytes,
    ) -> Packet {
        let params = MessagingParams {
            dstEid: DESTINATION_EID,
            receiver: receiver.into_word(),
            message: message.to_vec().into(),
            options,
            payInLzToken: false,
        };
        let sender = Role::Payer.address().unwrap();
        let fee = self.endpoint().quote(params.clone(), sender).call().await.unwrap();
        assert!(!fee.nativeFee.is_zero(), "a message costs a fee");
        let call =
            self.endpoint().send(params, sender).value(fee.nativeFee).into_transaction_request();
        let receipt = transact(&self.sender, "send", call).await;
        sent_packet(&receipt.unwrap(), self.pathway.source.endpoint)
    }

    /// Confirms everything that was sent so far.
    pub(crate) async fn confirm(&self) {
        self.mine(CONFIRMATIONS).await;
    }

    /// Adds blocks to the source chain.
    pub(crate) async fn mine(&self, blocks: u64) {
        self.sender.anvil_mine(Some(blocks), None).await.unwrap();
    }

    /// Makes `dvn` the only DVN of our sender.
    pub(crate) async fn use_dvn(&self, dvn: Address) {
        let config = UlnConfig {
            confirmations: CONFIRMATIONS,
            requiredDVNCount: 1,
            optionalDVNCount: 0,
            optionalDVNThreshold: 0,
            requiredDVNs: vec![dvn],
            optionalDVNs: vec![],
        };
        const ULN: u32 = 2;
        let config = config.abi_encode().into();
        let params = vec![SetConfigParam { eid: DESTINATION_EID, configType: ULN, config }];
        let sender = Role::Payer.address().unwrap();
        let library = self.pathway.source.send_uln302;
        let call = self.endpoint().setConfig(sender, library, params).into_transaction_request();
        transact(&self.sender, "setConfig", call).await.unwrap();
    }

    /// A contract on the source that answers 1 to everything, as a DVN charging one wei.
    pub(crate) async fn foreign_dvn(&self) -> Address {
        deploy(&self.sender, "DVN", creation(ACCEPTING)).await.unwrap()
    }

    /// How often `E` was emitted by `emitter` on the destination.
    pub(crate) async fn count<E: SolEvent>(&self, emitter: Address) -> usize {
        let filter = Filter::new().address(emitter).event_signature(E::SIGNATURE_HASH);
        reader(self.destination.rpc_url())
            .unwrap()
            .get_logs(&filter.from_block(0))
            .await
            .unwrap()
            .len()
    }

    pub(crate) async fn committed_hash(&self, packet: &Packet) -> B256 {
        self.far_endpoint()
            .inboundPayloadHash(packet.receiver, packet.src_eid, packet.sender, packet.nonce)
            .call()
            .await
            .unwrap()
    }

    /// Ends a wait that would otherwise never end.
    pub(crate) async fn soon<T>(&self, future: impl Future<Output = T>) -> T {
        tokio::time::timeout(Duration::from_secs(60), future).await.expect("it never happened")
    }

    pub(crate) async fn pay_stranger_nothing(&self) {
        let to = Role::Stranger.address().unwrap();
        let request = TransactionRequest::default().with_to(to).with_value(U256::ZERO);
        transact(&self.sender, "transfer", request).await.unwrap();
    }
}

async fn stack(artifacts: &Artifacts, chain: &Anvil, local_eid: u32, remote_eid: u32) -> LayerZero {
    let options = StackOptions {
        local_eid,
        remote_eid,
        confirmations: CONFIRMATIONS,
        max_message_size: MAX_MESSAGE,
        dvn_signer: Role::DvnSigner.address().unwrap(),
        dvn_admin: Role::DvnAdmin.address().unwrap(),
        executor_admin: Role::ExecutorAdmin.address().unwrap(),
    };
    let deployer = Role::Deployer.signer().unwrap();
    let owner = deployer.address();
    let provider = signing(chain.rpc_url(), deployer).unwrap();
    deploy_stack(&provider, owner, artifacts, &options).await.unwrap()
}

fn creation(runtime: &[u8]) -> Vec<u8> {
    [CREATION, runtime].concat()
}

fn sent_packet(receipt: &TransactionReceipt, endpoint: Address) -> Packet {
    let log = receipt
        .inner
        .logs()
        .iter()
        .filter(|log| log.address() == endpoint)
        .find_map(|log| log.log_decode::<EndpointV2::PacketSent>().ok())
        .expect("the endpoint emitted PacketSent");
    Packet::decode(log.inner.data.encodedPayload).unwrap()
}
