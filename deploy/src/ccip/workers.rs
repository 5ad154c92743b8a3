//! The off-chain half of CCIP 2.0: a committee that attests messages and serves its results as CCIP's indexers do, and
//! an executor that delivers what it attested.

mod api;
mod executor;

use std::net::SocketAddr;

use alloy::{
    primitives::{Address, B256, Bytes, FixedBytes},
    rpc::types::{BlockNumberOrTag, Log},
    signers::{SignerSync, local::PrivateKeySigner},
};
use proofrail_evm::{
    ccip::{
        Finality, MessageError, MessageHead, STATE_FAILURE, STATE_SUCCESS, committee_digest,
        committee_result, message_id,
    },
    deployment::Ccip,
};

use self::{api::Results, executor::Destination};
use super::{
    abi::{CommitteeVerifier, OnRamp},
    stack::{THRESHOLD, committee},
};
pub use crate::workers::{Conduct, Goal, Step};
use crate::{
    accounts::Role,
    rpc::{EvmError, signing},
    workers::{
        self, Courier, Next, Order, Outline, Place, Seen,
        server::{ListenError, Server},
        source::{Source, SourceError},
    },
};

/// One direction between two chains.
pub type Pathway = workers::Pathway<Ccip>;

/// What the workers have done.
pub type WorkerEvent = workers::WorkerEvent<Refusal>;

/// Committee and executor at work; dropping them stops them.
pub type Workers = workers::Workers<Lane>;

/// Why a message is never carried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not a message.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// Its bytes are not those that its id is the hash of.
    #[error("message {0} is not the hash of its bytes")]
    Id(B256),
    /// Its receiver demands verifiers that are not ours.
    #[error("message {id} needs the verifier {verifier}, which is not this committee")]
    Verifier {
        /// The message.
        id: B256,
        /// Whom the receiver or the lane demands.
        verifier: Address,
    },
}

/// Why a message could not be carried now.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// A chain refused or could not be reached.
    #[error(transparent)]
    Evm(#[from] EvmError),
    /// It will never be carried.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No such message was sent.
    #[error("no message {id} was sent over the lane since block {since}")]
    Unknown {
        /// What was asked for.
        id: B256,
        /// The first block that was searched.
        since: u64,
    },
    /// The deployment does not name the contract that judges signatures.
    #[error(
        "the deployment of CCIP has no `committee_verifier`: workers run on development networks only"
    )]
    NoVerifier,
    /// A message could not be signed.
    #[error("cannot sign a message: {0}")]
    Sign(#[from] alloy::signers::Error),
    /// The source chain could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A transaction succeeded and changed nothing.
    #[error("transaction {transaction} left no trace of message {id}")]
    NoTrace {
        /// The message.
        id: B256,
        /// The transaction.
        transaction: B256,
    },
    /// The results cannot be served.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

/// A message as the onramp emitted it.
#[derive(Clone, Debug)]
pub struct Sent {
    id: B256,
    head: MessageHead,
    encoded: Bytes,
    place: Place,
}

/// Committee and executor of one lane.
#[derive(Debug)]
pub struct Lane {
    source: Source,
    stack: Ccip,
    destination: Destination,
    members: Vec<PrivateKeySigner>,
    version: FixedBytes<4>,
    results: Results,
    server: Server,
}

impl Workers {
    /// Connects to both chains, serves the committee's results on `address` and carries messages, as `conduct` says.
    ///
    /// # Errors
    /// [`WorkerError`] when a chain does not answer or the address is taken.
    pub async fn start(
        pathway: Pathway,
        address: SocketAddr,
        conduct: Conduct,
    ) -> Result<Self, WorkerError> {
        let signer = Role::CcipExecutor.signer().map_err(EvmError::from)?;
        let provider = signing(&pathway.destination_rpc, signer)?;
        let verifier = pathway.destination.committee_verifier.ok_or(WorkerError::NoVerifier)?;
        let version = CommitteeVerifier::new(verifier, &provider).versionTag().call().await;
        let results = Results::default();
        let server = Server::start(address, api::routes(results.clone())).await?;
        let lane = Lane {
            source: Source::connect(&pathway.source_rpc)?,
            stack: pathway.source,
            destination: Destination { provider, stack: pathway.destination },
            members: committee()?,
            version: version.map_err(EvmError::contract("CommitteeVerifier.versionTag"))?,
            results,
            server,
        };
        Ok(Self::run(lane, pathway.first_block, pathway.poll_every, conduct))
    }

    /// Where the committee's results are served.
    #[must_use]
    pub fn indexer(&self) -> &str {
        self.courier().server.url()
    }
}

impl Courier for Lane {
    type Sent = Sent;
    type Refusal = Refusal;
    type Error = WorkerError;
    const NAME: &'static str = "CCIP";

    async fn head(&self) -> Result<u64, WorkerError> {
        Ok(self.source.head().await?)
    }

    async fn sent(&self, from: u64, to: u64) -> Result<Vec<Seen<Self>>, WorkerError> {
        let destination = self.destination.stack.chain_selector;
        let destination = B256::left_padding_from(&destination.to_be_bytes());
        let (on_ramp, topic) = (self.stack.on_ramp, Some(destination));
        let logs = self.source.events::<OnRamp::CCIPMessageSent>(on_ramp, topic, from, to).await?;
        Ok(logs.iter().filter_map(decode).collect())
    }

    fn outline(sent: &Sent) -> Outline {
        Outline { guid: sent.id, nonce: sent.head.number, place: sent.place }
    }

    async fn next(&self, sent: &Sent, order: Order) -> Result<Next<Refusal>, WorkerError> {
        let state = self.destination.state(sent.id).await?;
        if state == STATE_SUCCESS {
            return Ok(Next::Done);
        }
        if !self.is_final(sent, order.head).await? {
            return Ok(Next::Wait);
        }
        if self.results.honesty(&sent.id, |_| true) != Some(!order.garbage) {
            return self.attest(sent, order);
        }
        match (order.goal, state) {
            (Goal::Attested, _) => Ok(Next::Done),
            // Garbage is never the last word: an honest committee signs again.
            (_, STATE_FAILURE) if order.garbage => Ok(Next::Wait),
            // Whoever knows better executes a failed message again; its executor does not.
            (_, STATE_FAILURE) => Ok(Next::Done),
            _ => self.execute(sent, order).await,
        }
    }

    fn refusal(error: &WorkerError) -> Option<&Refusal> {
        match error {
            WorkerError::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    fn unknown(guid: B256, since: u64) -> WorkerError {
        WorkerError::Unknown { id: guid, since }
    }
}

impl Lane {
    /// As the committee: signs that the message was sent and is final.
    fn attest(&self, sent: &Sent, order: Order) -> Result<Next<Refusal>, WorkerError> {
        let strangers: Vec<_> = (0..THRESHOLD).map(|_| PrivateKeySigner::random()).collect();
        let members = if order.garbage { &strangers } else { &self.members };
        let digest = committee_digest(self.version, sent.id);
        let signatures = members.iter().take(THRESHOLD.into()).map(|key| {
            Ok::<_, alloy::signers::Error>((key.address(), key.sign_hash_sync(&digest)?))
        });
        let result = committee_result(self.version, signatures.collect::<Result<_, _>>()?);
        let attestation = (self.destination.stack.committee, result);
        self.results.put(sent.id, attestation, !order.garbage);
        Ok(Next::Did(WorkerEvent::Signed { guid: sent.id, nonce: sent.head.number }))
    }

    /// As the executor: delivers with the committee's result. The transaction succeeds whatever the receiver does.
    async fn execute(&self, sent: &Sent, order: Order) -> Result<Next<Refusal>, WorkerError> {
        let result = self.results.get(&sent.id).map(|(_, result)| result).unwrap_or_default();
        let (state, step) = self.destination.execute(sent, &result).await?;
        if order.duplicate
            && let Err(refused) = self.destination.execute(sent, &result).await
        {
            tracing::info!(id = %sent.id, %refused, "the second execution was refused");
        }
        Ok(Next::Did(match state {
            STATE_SUCCESS => WorkerEvent::Delivered(step),
            _ => WorkerEvent::Failed(step),
        }))
    }

    async fn is_final(&self, sent: &Sent, head: u64) -> Result<bool, WorkerError> {
        let believed = match sent.head.finality {
            Finality::Finalized => self.source.block(BlockNumberOrTag::Finalized).await?.number,
            Finality::Safe => self.source.block(BlockNumberOrTag::Safe).await?.number,
            Finality::Depth(depth) => head.saturating_sub(depth.into()),
        };
        Ok(sent.place.block <= believed)
    }
}

fn decode(log: &Log) -> Option<Seen<Lane>> {
    let place = Place::of(log)?;
    let event = log.log_decode::<OnRamp::CCIPMessageSent>().ok()?.inner.data;
    let (id, encoded) = (event.messageId, event.encodedMessage);
    if message_id(&encoded) != id {
        return Some(Err((place, Refusal::Id(id))));
    }
    Some(match MessageHead::decode(&encoded) {
        Ok(head) => Ok(Sent { id, head, encoded, place }),
        Err(error) => Err((place, error.into())),
    })
}
