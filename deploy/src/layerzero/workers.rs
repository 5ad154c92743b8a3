//! The off-chain half of LayerZero V2: a DVN that attests packets and an executor that delivers
//! them, for one direction between two chains.

mod destination;
mod error;
mod pipeline;
mod source;

use alloy::{
    providers::{DynProvider, Provider},
    signers::local::PrivateKeySigner,
};
use proofrail_evm::deployment::LayerZero;

use self::source::Source;
pub use self::{
    error::{Refusal, WorkerError},
    pipeline::Pipeline,
};
use super::abi::Dvn;
pub use crate::workers::{Conduct, Goal, Step};
use crate::{
    accounts::Role,
    rpc::{EvmError, reader, signing},
    workers,
};

/// One direction between two chains.
pub type Pathway = workers::Pathway<LayerZero>;

/// What the workers have done.
pub type WorkerEvent = workers::WorkerEvent<Refusal>;

/// DVN and executor at work; dropping them stops them.
pub type Workers = workers::Workers<Pipeline>;

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

impl Workers {
    /// Connects to both chains and starts to carry packets, unless `paused`.
    ///
    /// # Errors
    /// [`WorkerError`] when a chain does not answer.
    pub async fn start(pathway: Pathway, keys: Keys, paused: bool) -> Result<Self, WorkerError> {
        let (first_block, poll_every) = (pathway.first_block, pathway.poll_every);
        let pipeline = connect(pathway, keys).await?;
        Ok(Self::run(pipeline, first_block, poll_every, Conduct::paused(paused)))
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
    let source =
        Source { provider: source, stack: pathway.source, destination_eid: destination.stack.eid };
    Ok(Pipeline::new(source, destination))
}
