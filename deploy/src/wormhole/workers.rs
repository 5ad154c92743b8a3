//! Wormhole's guardians: they observe what the core bridge of the source chain publishes, wait until it is as final as
//! its emitter asked for, sign it, and serve the VAA as Wormhole's own guardians do. They deliver nothing.

mod api;

use std::net::SocketAddr;

use alloy::{
    primitives::{Address, B256},
    rpc::types::{BlockNumberOrTag, Log},
    signers::local::PrivateKeySigner,
};
use proofrail_evm::{
    deployment::Wormhole,
    vaa::{Body, FINALIZED, INSTANT, SAFE},
};

use self::api::Published;
use super::{
    abi::CoreBridge,
    stack::{GUARDIANS, guardians, sign, timestamp},
};
pub use crate::workers::{Conduct, Goal};
use crate::{
    rpc::EvmError,
    workers::{
        self, Courier, Next, Order, Outline, Place, Seen,
        server::{ListenError, Server},
        source::{Source, SourceError},
    },
};

/// One direction between two chains.
pub type Pathway = workers::Pathway<Wormhole>;

/// What the guardians have done.
pub type WorkerEvent = workers::WorkerEvent<Refusal>;

/// The guardians at work; dropping them stops them.
pub type Workers = workers::Workers<Guardians>;

/// Why the guardians never sign a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A consistency level that they do not serve.
    #[error(
        "message {sequence} of {emitter} asks for consistency level {level}, which is not served"
    )]
    ConsistencyLevel {
        /// Who published it.
        emitter: Address,
        /// Its number.
        sequence: u64,
        /// What it asks for.
        level: u8,
    },
}

/// Why the guardians could not sign a message now.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// A chain refused or could not be reached.
    #[error(transparent)]
    Evm(#[from] EvmError),
    /// They will never sign it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No such message was published.
    #[error("no message {guid} was published on the source chain since block {since}")]
    Unknown {
        /// What was asked for.
        guid: B256,
        /// The first block that was searched.
        since: u64,
    },
    /// A message could not be signed.
    #[error("cannot sign a message: {0}")]
    Sign(#[from] alloy::signers::Error),
    /// The source chain could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The VAAs cannot be served.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

/// A message as the source chain has it.
#[derive(Clone, Debug)]
pub struct Observation {
    place: Place,
    body: Body,
}

impl Observation {
    /// What the guardians sign.
    #[must_use]
    pub const fn body(&self) -> &Body {
        &self.body
    }
}

/// Nineteen guardians and what they published.
#[derive(Debug)]
pub struct Guardians {
    source: Source,
    core: Address,
    chain_id: u16,
    guardian_set: u32,
    keys: Vec<PrivateKeySigner>,
    published: Published,
    server: Server,
}

impl Workers {
    /// Connects to the source chain, serves VAAs on `address` and signs what is published, as `conduct` says.
    ///
    /// # Errors
    /// [`WorkerError`] when the chain does not answer or the address is taken.
    pub async fn start(
        pathway: Pathway,
        address: SocketAddr,
        conduct: Conduct,
    ) -> Result<Self, WorkerError> {
        let source = Source::connect(&pathway.source_rpc)?;
        let core = CoreBridge::new(pathway.source.core_bridge, source.provider());
        let set = core.getCurrentGuardianSetIndex().call().await;
        let guardian_set = set.map_err(EvmError::contract("getCurrentGuardianSetIndex"))?;
        let published = Published::default();
        let server = Server::start(address, api::routes(published.clone())).await?;
        let guardians = Guardians {
            source,
            core: pathway.source.core_bridge,
            chain_id: pathway.source.chain_id,
            guardian_set,
            keys: guardians()?,
            published,
            server,
        };
        Ok(Self::run(guardians, pathway.first_block, pathway.poll_every, conduct))
    }

    /// Where the VAAs are served.
    #[must_use]
    pub fn api(&self) -> &str {
        self.courier().server.url()
    }
}

impl Courier for Guardians {
    type Sent = Observation;
    type Refusal = Refusal;
    type Error = WorkerError;
    const NAME: &'static str = "Wormhole";

    async fn head(&self) -> Result<u64, WorkerError> {
        Ok(self.source.head().await?)
    }

    async fn sent(&self, from: u64, to: u64) -> Result<Vec<Seen<Self>>, WorkerError> {
        let logs = self.source.events::<CoreBridge::LogMessagePublished>(self.core, None, from, to);
        let logs = logs.await?;
        let mut observed = Vec::with_capacity(logs.len());
        for log in &logs {
            observed.extend(self.observe(log).await?.map(Ok));
        }
        Ok(observed)
    }

    fn outline(sent: &Observation) -> Outline {
        Outline { guid: sent.body.digest(), nonce: sent.body.sequence, place: sent.place }
    }

    async fn next(&self, sent: &Observation, order: Order) -> Result<Next<Refusal>, WorkerError> {
        let body = &sent.body;
        let known = self.published.honesty(body);
        if known == Some(!order.garbage) {
            // Garbage is never the last word: honest guardians sign again.
            return Ok(if order.garbage { Next::Wait } else { Next::Done });
        }
        if !self.is_final(sent).await? {
            return Ok(Next::Wait);
        }
        let vaa = if order.garbage {
            let strangers: Vec<_> = (0..GUARDIANS).map(|_| PrivateKeySigner::random()).collect();
            sign(body.clone(), self.guardian_set, &strangers)?
        } else {
            sign(body.clone(), self.guardian_set, &self.keys)?
        };
        self.published.put(body, vaa.encode(), !order.garbage);
        if order.duplicate {
            self.published.put(body, vaa.encode(), !order.garbage);
        }
        Ok(Next::Did(WorkerEvent::Signed { guid: body.digest(), nonce: body.sequence }))
    }

    fn refusal(error: &WorkerError) -> Option<&Refusal> {
        match error {
            WorkerError::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    fn unknown(guid: B256, since: u64) -> WorkerError {
        WorkerError::Unknown { guid, since }
    }
}

impl Guardians {
    async fn observe(&self, log: &Log) -> Result<Option<Observation>, WorkerError> {
        let (Some(place), Ok(event)) =
            (Place::of(log), log.log_decode::<CoreBridge::LogMessagePublished>())
        else {
            return Ok(None);
        };
        let event = event.inner.data;
        let block = self.source.block(BlockNumberOrTag::Number(place.block)).await?;
        let body = Body {
            timestamp: timestamp(block.timestamp),
            nonce: event.nonce,
            emitter_chain: self.chain_id,
            emitter: event.sender.into_word(),
            sequence: event.sequence,
            consistency_level: event.consistencyLevel,
            payload: event.payload,
        };
        Ok(Some(Observation { place, body }))
    }

    /// Whether the block is as final as the emitter asked for.
    async fn is_final(&self, sent: &Observation) -> Result<bool, WorkerError> {
        let level = sent.body.consistency_level;
        let tag = match level {
            INSTANT => BlockNumberOrTag::Latest,
            SAFE => BlockNumberOrTag::Safe,
            level if FINALIZED.contains(&level) => BlockNumberOrTag::Finalized,
            level => {
                let emitter = Address::from_word(sent.body.emitter);
                let sequence = sent.body.sequence;
                return Err(Refusal::ConsistencyLevel { emitter, sequence, level }.into());
            }
        };
        Ok(self.source.block(tag).await?.number >= sent.place.block)
    }
}
