use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use alloy::primitives::B256;
use tokio::sync::{Mutex, broadcast, watch};

use super::{
    WorkerEvent,
    destination::{Destination, PacketState},
    error::{Refusal, WorkerError},
    source::{Job, Place, Sent, Source},
};

/// Blocks that are read again at every look, so that a reorganised packet is found in its new place.
const REORG_WINDOW: u64 = 64;
/// Longest pause before a failing packet is tried again.
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// How far to carry a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// Until the DVN has attested it.
    Attested,
    /// Until the endpoint has recorded the attestation.
    Committed,
    /// Until its receiver has it.
    Delivered,
}

/// Both workers and the chains that they stand between.
#[derive(Debug)]
pub(super) struct Pipeline {
    source: Source,
    destination: Destination,
    poll_every: Duration,
    /// Held during every step, so that no two tasks take the same one.
    turn: Mutex<()>,
    events: broadcast::Sender<WorkerEvent>,
}

/// What the loop remembers; losing it costs only repeated reads.
#[derive(Debug)]
struct Memory {
    cursor: u64,
    refused: HashSet<Place>,
    failing: HashMap<B256, Failing>,
}

#[derive(Clone, Copy, Debug)]
struct Failing {
    pause: Duration,
    again_at: Instant,
}

impl Pipeline {
    pub(super) fn new(
        source: Source,
        destination: Destination,
        poll_every: Duration,
        backlog: usize,
    ) -> Self {
        let (events, _) = broadcast::channel(backlog);
        Self { source, destination, poll_every, turn: Mutex::new(()), events }
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<WorkerEvent> {
        self.events.subscribe()
    }

    pub(super) async fn idle(&self) {
        drop(self.turn.lock().await);
    }

    /// Looks for packets and carries them until the task is aborted.
    pub(super) async fn run(self: Arc<Self>, mut paused: watch::Receiver<bool>) {
        let cursor = self.source.first_block;
        let mut memory = Memory { cursor, refused: HashSet::new(), failing: HashMap::new() };
        // The sender of `paused` lives as long as the handle that stops this task.
        while paused.wait_for(|paused| !paused).await.is_ok() {
            if let Err(error) = self.look(&mut memory, &paused).await {
                tracing::warn!(%error, "cannot look for packets");
            }
            tokio::time::sleep(self.poll_every).await;
        }
    }

    async fn look(
        &self,
        memory: &mut Memory,
        paused: &watch::Receiver<bool>,
    ) -> Result<(), WorkerError> {
        let head = self.source.head().await?;
        let mut unfinished = head.saturating_sub(REORG_WINDOW);
        for sent in self.source.sent(memory.cursor, head).await? {
            let sent = match sent {
                Ok(sent) => sent,
                Err((place, refusal)) => {
                    self.refuse(memory, place, refusal);
                    continue;
                }
            };
            if !self.tend(&sent, head, memory, paused).await {
                unfinished = unfinished.min(sent.block);
            }
        }
        memory.cursor = unfinished.max(self.source.first_block);
        Ok(())
    }

    /// Does what can be done for a packet now; true when nothing is left to do.
    async fn tend(
        &self,
        sent: &Sent,
        head: u64,
        memory: &mut Memory,
        paused: &watch::Receiver<bool>,
    ) -> bool {
        let guid = sent.packet.guid;
        if memory.refused.contains(&sent.place) {
            return true;
        }
        if memory.failing.get(&guid).is_some_and(|failing| Instant::now() < failing.again_at) {
            return false;
        }
        match self.advance(sent, head, paused).await {
            Ok(finished) => {
                memory.failing.remove(&guid);
                finished
            }
            Err(WorkerError::Refused(refusal)) => {
                self.refuse(memory, sent.place, refusal);
                true
            }
            Err(error) => {
                let pause =
                    memory.failing.get(&guid).map_or(self.poll_every, |failing| failing.pause);
                let again_at = Instant::now() + pause;
                let pause = pause.saturating_mul(2).min(MAX_BACKOFF);
                memory.failing.insert(guid, Failing { pause, again_at });
                tracing::warn!(%guid, nonce = sent.packet.nonce, %error, "packet waits");
                false
            }
        }
    }

    async fn advance(
        &self,
        sent: &Sent,
        head: u64,
        paused: &watch::Receiver<bool>,
    ) -> Result<bool, WorkerError> {
        let _turn = self.turn.lock().await;
        if *paused.borrow() {
            return Ok(false);
        }
        if self.destination.state(&sent.packet).await? == PacketState::Consumed {
            return Ok(true);
        }
        let job = self.source.accept(sent).await?;
        if !is_confirmed(&job, head) {
            return Ok(false);
        }
        self.carry(&job, Goal::Delivered).await?;
        Ok(true)
    }

    /// Carries the packet `guid` as far as `goal`, after its confirmations.
    pub(super) async fn carry_one(&self, guid: B256, goal: Goal) -> Result<(), WorkerError> {
        loop {
            // Read anew each time: the packet may move to another block while we wait.
            let sent = self.source.find(guid).await?;
            let head = self.source.head().await?;
            let turn = self.turn.lock().await;
            if self.destination.state(&sent.packet).await? == PacketState::Consumed {
                return Ok(());
            }
            let job = self.source.accept(&sent).await?;
            if is_confirmed(&job, head) {
                return self.carry(&job, goal).await;
            }
            drop(turn);
            tokio::time::sleep(self.poll_every).await;
        }
    }

    /// Takes one step after another; each either changes the packet's state or fails.
    async fn carry(&self, job: &Job, goal: Goal) -> Result<(), WorkerError> {
        loop {
            let event = match self.destination.state(&job.packet).await? {
                PacketState::Consumed => return Ok(()),
                PacketState::Nilified => {
                    return Err(WorkerError::Nilified { guid: job.packet.guid });
                }
                PacketState::Unattested => {
                    WorkerEvent::Attested(self.destination.attest(job).await?)
                }
                PacketState::Attested if goal < Goal::Committed => return Ok(()),
                PacketState::Attested => {
                    WorkerEvent::Committed(self.destination.commit(job).await?)
                }
                PacketState::Committed if goal < Goal::Delivered => return Ok(()),
                PacketState::Committed => {
                    WorkerEvent::Delivered(self.destination.execute(job).await?)
                }
            };
            self.publish(event);
        }
    }

    fn refuse(&self, memory: &mut Memory, place: Place, refusal: Refusal) {
        if memory.refused.insert(place) {
            let transaction = place.transaction;
            tracing::warn!(%transaction, %refusal, "packet refused");
            self.publish(WorkerEvent::Refused { transaction, refusal });
        }
    }

    fn publish(&self, event: WorkerEvent) {
        tracing::info!(?event, "LayerZero worker");
        // Nobody has to listen.
        let _listeners = self.events.send(event);
    }
}

const fn is_confirmed(job: &Job, head: u64) -> bool {
    head.saturating_sub(job.block) >= job.confirmations
}
