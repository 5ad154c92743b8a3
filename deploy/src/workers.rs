//! The off-chain half of a bridge, for one direction between two chains: one loop for every bridge, which finds messages,
//! hands them to the bridge's [`Courier`], tries again what fails, and misbehaves as its [`Conduct`] says.
//!
//! Workers keep no state of their own. How far a message is, is read from the chains before every step, so that they may
//! be stopped and started at any moment.

mod conduct;
mod crew;
pub mod server;
pub(crate) mod shelf;
pub mod source;

use std::{
    fmt::{Debug, Display},
    sync::Arc,
    time::Duration,
};

use alloy::{primitives::B256, rpc::types::Log};
use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
};

pub use self::conduct::Conduct;
use self::crew::Crew;

/// Events that a slow subscriber may fall behind before it loses the oldest.
const EVENT_BACKLOG: usize = 1_024;

/// One direction between two chains; `S` is the bridge on one chain.
#[derive(Clone, Debug)]
pub struct Pathway<S> {
    /// Where the source chain listens.
    pub source_rpc: String,
    /// The bridge on the source chain.
    pub source: S,
    /// Where the destination chain listens.
    pub destination_rpc: String,
    /// The bridge on the destination chain.
    pub destination: S,
    /// The first source block that may hold messages.
    pub first_block: u64,
    /// Pause between two looks at the source chain.
    pub poll_every: Duration,
}

/// How far to carry a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// Until it is attested.
    Attested,
    /// Until the attestation is recorded on the destination, where a bridge does that apart.
    Committed,
    /// Until its receiver has it, or whatever else is the last that these workers do.
    Delivered,
}

/// A transaction of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The bridge's id of the message.
    pub guid: B256,
    /// Its number on its path.
    pub nonce: u64,
    /// The transaction on the destination chain.
    pub transaction: B256,
    /// Its block.
    pub block: u64,
    /// Gas that it used.
    pub gas_used: u64,
}

/// What the workers have done; `R` is why the bridge's workers refuse a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkerEvent<R> {
    /// A message is attested off chain: its signatures can be fetched.
    Signed {
        /// The bridge's id of the message.
        guid: B256,
        /// Its number on its path.
        nonce: u64,
    },
    /// A message was attested on the destination.
    Attested(Step),
    /// The attestation was recorded.
    Committed(Step),
    /// The receiver has the message.
    Delivered(Step),
    /// The delivery was tried and is marked as failed.
    Failed(Step),
    /// A message will not be carried.
    Refused {
        /// The transaction that sent it.
        transaction: B256,
        /// Why.
        refusal: R,
    },
}

/// Where on the source chain a message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The transaction.
    pub transaction: B256,
    /// The event's place in its block.
    pub log_index: u64,
    /// The block.
    pub block: u64,
}

impl Place {
    /// The place of an event in a block.
    pub(crate) fn of(log: &Log) -> Option<Self> {
        Some(Self {
            transaction: log.transaction_hash?,
            log_index: log.log_index?,
            block: log.block_number?,
        })
    }
}

/// What the loop knows of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The bridge's id of it.
    pub guid: B256,
    /// Its number on its path.
    pub nonce: u64,
    /// Where it was sent.
    pub place: Place,
}

/// What the loop asks of a courier.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// The newest block of the source chain.
    pub head: u64,
    /// How far to go.
    pub goal: Goal,
    /// Sign with keys that nobody trusts.
    pub garbage: bool,
    /// Take the step twice.
    pub duplicate: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Next<R> {
    /// Nothing is left to do up to the goal.
    Done,
    /// The source chain has not confirmed the message yet.
    Wait,
    /// A step was taken.
    Did(WorkerEvent<R>),
}

/// A message of a courier's, or why what was found is none.
pub type Seen<C> = Result<<C as Courier>::Sent, (Place, <C as Courier>::Refusal)>;

/// A bridge's own part: what its messages look like, how far one is, and how to take the next step.
pub trait Courier: Debug + Send + Sync + 'static {
    /// A message as the source chain has it.
    type Sent: Clone + Debug + Send + Sync;
    /// Why a message is never carried.
    type Refusal: Clone + Debug + Display + Send + Sync;
    /// Why a message could not be carried now.
    type Error: std::error::Error + Send + Sync;
    /// The bridge, for the log.
    const NAME: &'static str;

    /// The newest block of the source chain.
    fn head(&self) -> impl Future<Output = Result<u64, Self::Error>> + Send;

    /// The messages of a range of source blocks, oldest first.
    fn sent(
        &self,
        from: u64,
        to: u64,
    ) -> impl Future<Output = Result<Vec<Seen<Self>>, Self::Error>> + Send
    where
        Self: Sized;

    /// Id and place of a message.
    fn outline(sent: &Self::Sent) -> Outline;

    /// Reads how far a message is and takes its next step, if there is one.
    fn next(
        &self,
        sent: &Self::Sent,
        order: Order,
    ) -> impl Future<Output = Result<Next<Self::Refusal>, Self::Error>> + Send;

    /// The refusal that an error is, if it is one.
    fn refusal(error: &Self::Error) -> Option<&Self::Refusal>;

    /// The error for a message that was not found from block `since` on.
    fn unknown(guid: B256, since: u64) -> Self::Error;
}

/// Running workers; dropping them stops them.
#[derive(Debug)]
pub struct Workers<C: Courier> {
    crew: Arc<Crew<C>>,
    conduct: watch::Sender<Conduct>,
    task: JoinHandle<()>,
}

impl<C: Courier> Workers<C> {
    /// Starts to carry the courier's messages.
    pub(crate) fn run(
        courier: C,
        first_block: u64,
        poll_every: Duration,
        conduct: Conduct,
    ) -> Self {
        let crew = Arc::new(Crew::new(courier, first_block, poll_every, EVENT_BACKLOG));
        let (conduct, watching) = watch::channel(conduct);
        let task = tokio::spawn(Arc::clone(&crew).run(watching));
        Self { crew, conduct, task }
    }

    /// The bridge's part.
    pub(crate) fn courier(&self) -> &C {
        self.crew.courier()
    }

    /// What happens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<WorkerEvent<C::Refusal>> {
        self.crew.subscribe()
    }

    /// How the workers behave now.
    #[must_use]
    pub fn conduct(&self) -> Conduct {
        self.conduct.borrow().clone()
    }

    /// Changes how the workers behave; when it returns, no step of the old way is under way.
    pub async fn behave(&self, conduct: Conduct) {
        self.conduct.send_replace(conduct);
        self.crew.idle().await;
    }

    /// Holds every message; when it returns, no step is under way.
    pub async fn pause(&self) {
        self.conduct.send_modify(|conduct| conduct.stopped = true);
        self.crew.idle().await;
    }

    /// Carries messages again.
    pub fn resume(&self) {
        self.conduct.send_modify(|conduct| conduct.stopped = false);
    }

    /// Carries one message as far as `goal`, whether or not the workers are paused, and waits for the source's
    /// confirmations first.
    ///
    /// # Errors
    /// The courier's, among them that there is no such message.
    pub async fn carry(&self, guid: B256, goal: Goal) -> Result<(), C::Error> {
        let conduct = self.conduct.borrow().clone();
        self.crew.carry_one(guid, goal, &conduct).await
    }

    /// Runs until the task ends, which it only does when it is stopped.
    pub async fn join(mut self) {
        let _stopped = (&mut self.task).await;
    }
}

impl<C: Courier> Drop for Workers<C> {
    fn drop(&mut self) {
        self.task.abort();
    }
}
