//! The off-chain half of LayerZero V2: a DVN that attests packets and an executor that delivers
//! them, for one direction between two chains.
//!
//! They keep no state of their own. What was attested, committed and delivered is read from the
//! destination before every step, so that they may be stopped and started at any moment.

mod destination;
mod error;
mod pipeline;
mod source;

use std::{sync::Arc, time::Duration};

use alloy::{
    primitives::B256,
    providers::{DynProvider, Provider},
    signers::local::PrivateKeySigner,
};
use proofrail_evm::deployment::LayerZero;
use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
};

pub use self::{
    error::{Refusal, WorkerError},
    pipeline::Goal,
};
use self::{pipeline::Pipeline, source::Source};
use super::abi::Dvn;
use crate::{
    accounts::Role,
    rpc::{EvmError, reader, signing},
};

/// Events that a slow subscriber may fall behind before it loses the oldest.
const EVENT_BACKLOG: usize = 1_024;

/// One direction between two chains.
#[derive(Clone, Debug)]
pub struct Pathway {
    /// Where the source chain listens.
    pub source_rpc: String,
    /// LayerZero on the source chain.
    pub source: LayerZero,
    /// Where the destination chain listens.
    pub destination_rpc: String,
    /// LayerZero on the destination chain.
    pub destination: LayerZero,
    /// The first source block that may hold packets.
    pub first_block: u64,
    /// Pause between two looks at the source chain.
    pub poll_every: Duration,
}

/// The keys that the workers act with.
#[derive(Debug)]
pub struct Keys {
    /// Signs the DVN's attestations.
    pub dvn_signer: PrivateKeySigner,
    /// Pays for the DVN's transactions.
    pub dvn_admin: PrivateKeySigner,
    /// Pays for the executor's transactions.
    pub executor_admin: PrivateKeySigner,
}

impl Keys {
    /// The keys that development chains give these roles.
    ///
    /// # Errors
    /// When they cannot be derived.
    pub fn development() -> Result<Self, EvmError> {
        Ok(Self {
            dvn_signer: Role::DvnSigner.signer()?,
            dvn_admin: Role::DvnAdmin.signer()?,
            executor_admin: Role::ExecutorAdmin.signer()?,
        })
    }
}

/// A transaction of a worker that did what it was sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The packet.
    pub guid: B256,
    /// Its nonce.
    pub nonce: u64,
    /// The transaction on the destination chain.
    pub transaction: B256,
    /// Its block.
    pub block: u64,
    /// Gas that it used.
    pub gas_used: u64,
}

/// What the workers have done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkerEvent {
    /// The DVN attested a packet.
    Attested(Step),
    /// The attestation was committed to the endpoint.
    Committed(Step),
    /// The receiver has the message.
    Delivered(Step),
    /// A packet will not be carried.
    Refused {
        /// The transaction that sent it.
        transaction: B256,
        /// Why.
        refusal: Refusal,
    },
}

/// The running workers; dropping them stops them.
#[derive(Debug)]
pub struct Workers {
    pipeline: Arc<Pipeline>,
    paused: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Workers {
    /// Connects to both chains and starts to carry packets, unless `paused`.
    ///
    /// # Errors
    /// [`WorkerError`] when a chain does not answer.
    pub async fn start(pathway: Pathway, keys: Keys, paused: bool) -> Result<Self, WorkerError> {
        let pipeline = Arc::new(connect(pathway, keys).await?);
        let (paused, watching) = watch::channel(paused);
        let task = tokio::spawn(Arc::clone(&pipeline).run(watching));
        Ok(Self { pipeline, paused, task })
    }

    /// What happens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<WorkerEvent> {
        self.pipeline.subscribe()
    }

    /// Holds every packet; when it returns, no step is under way.
    pub async fn pause(&self) {
        self.paused.send_replace(true);
        self.pipeline.idle().await;
    }

    /// Carries packets again.
    pub fn resume(&self) {
        self.paused.send_replace(false);
    }

    /// Carries one packet as far as `goal`, whether or not the workers are paused, and waits for
    /// the source's confirmations first.
    ///
    /// # Errors
    /// [`WorkerError`], among them [`WorkerError::UnknownPacket`].
    pub async fn carry(&self, guid: B256, goal: Goal) -> Result<(), WorkerError> {
        self.pipeline.carry_one(guid, goal).await
    }

    /// Runs until the task ends, which it only does when it is stopped.
    pub async fn join(mut self) {
        let _stopped = (&mut self.task).await;
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn connect(pathway: Pathway, keys: Keys) -> Result<Pipeline, WorkerError> {
    let source = reader(&pathway.source_rpc)?;
    source.get_block_number().await.map_err(EvmError::rpc("read the source chain's head"))?;
    let dvn_provider: DynProvider = signing(&pathway.destination_rpc, keys.dvn_admin)?;
    let vid = Dvn::new(pathway.destination.dvn, &dvn_provider).vid().call().await;
    let vid = vid.map_err(EvmError::contract("DVN.vid"))?;
    let destination = destination::Destination {
        dvn_provider,
        executor_provider: signing(&pathway.destination_rpc, keys.executor_admin)?,
        stack: pathway.destination,
        dvn_signer: keys.dvn_signer,
        vid,
    };
    let source = Source {
        provider: source,
        stack: pathway.source,
        destination_eid: destination.stack.eid,
        first_block: pathway.first_block,
    };
    Ok(Pipeline::new(source, destination, pathway.poll_every, EVENT_BACKLOG))
}
