use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use alloy::primitives::B256;
use tokio::sync::{Mutex, broadcast, watch};

use super::{Conduct, Courier, Goal, Next, Order, Outline, Place, WorkerEvent};

/// How long a delivery is looked at again before it is taken to be final.
const DELIVERY_STANDS: Duration = Duration::from_secs(5);
/// Blocks that are read again at every look, so that a reorganised message is found in its new place.
const REORG_WINDOW: u64 = 64;
/// Longest pause before a failing message is tried again.
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// A courier at work.
#[derive(Debug)]
pub(super) struct Crew<C: Courier> {
    courier: C,
    first_block: u64,
    poll_every: Duration,
    /// Held during every step, so that no two tasks take the same one.
    turn: Mutex<()>,
    events: broadcast::Sender<WorkerEvent<C::Refusal>>,
}

/// What the loop remembers; losing it costs only repeated reads.
#[derive(Debug, Default)]
struct Memory {
    cursor: u64,
    refused: HashSet<Place>,
    failing: HashMap<B256, Failing>,
    first_seen: HashMap<B256, Instant>,
    finished: HashSet<Place>,
    /// When a message was first found delivered.
    delivered: HashMap<Place, Instant>,
    /// Messages that were gathered to be carried in the reverse order.
    gathered: HashSet<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Failing {
    pause: Duration,
    again_at: Instant,
}

/// How a message stands after a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tended {
    Finished,
    Waiting,
    Failing,
}

impl<C: Courier> Crew<C> {
    pub(super) fn new(courier: C, first_block: u64, poll_every: Duration, backlog: usize) -> Self {
        let (events, _) = broadcast::channel(backlog);
        Self { courier, first_block, poll_every, turn: Mutex::new(()), events }
    }

    pub(super) const fn courier(&self) -> &C {
        &self.courier
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<WorkerEvent<C::Refusal>> {
        self.events.subscribe()
    }

    pub(super) async fn idle(&self) {
        drop(self.turn.lock().await);
    }

    /// Looks for messages and carries them until the task is aborted.
    pub(super) async fn run(self: Arc<Self>, mut conduct: watch::Receiver<Conduct>) {
        let mut memory = Memory { cursor: self.first_block, ..Memory::default() };
        let mut behaved = conduct.borrow().clone();
        // The sender of `conduct` lives as long as the handle that stops this task.
        while conduct.wait_for(|conduct| !conduct.stopped).await.is_ok() {
            if conduct.borrow().clone() != behaved {
                behaved = conduct.borrow().clone();
                // What failed under the old conduct is tried at once under the new.
                memory.failing.clear();
            }
            if let Err(error) = self.look(&mut memory, &conduct).await {
                tracing::warn!(bridge = C::NAME, %error, "cannot look for messages");
            }
            tokio::time::sleep(self.poll_every).await;
        }
    }

    async fn look(
        &self,
        memory: &mut Memory,
        conduct: &watch::Receiver<Conduct>,
    ) -> Result<(), C::Error> {
        let head = self.courier.head().await?;
        let mut unfinished = head.saturating_sub(REORG_WINDOW);
        let mut waiting = Vec::new();
        for seen in self.courier.sent(memory.cursor, head).await? {
            match seen {
                Ok(sent) if memory.is_settled(C::outline(&sent).place) => {}
                Ok(sent) => {
                    unfinished = unfinished.min(C::outline(&sent).place.block);
                    waiting.push(sent);
                }
                Err((place, refusal)) => self.refuse(memory, place, refusal),
            }
        }
        let reorder = conduct.borrow().reorder > 1;
        if reorder {
            memory.gather(waiting.iter().map(C::outline), conduct.borrow().reorder);
            waiting.retain(|sent| memory.may_go(C::outline(sent).place));
            waiting.reverse();
        }
        for sent in &waiting {
            let tended = self.tend(sent, head, memory, conduct).await;
            // The newest has to go first: the others wait until it can.
            if reorder && tended == Tended::Waiting {
                break;
            }
        }
        memory.cursor = unfinished.max(self.first_block);
        Ok(())
    }

    /// Does what can be done for a message now.
    async fn tend(
        &self,
        sent: &C::Sent,
        head: u64,
        memory: &mut Memory,
        conduct: &watch::Receiver<Conduct>,
    ) -> Tended {
        let Outline { guid, nonce, place } = C::outline(sent);
        if memory.failing.get(&guid).is_some_and(|failing| Instant::now() < failing.again_at) {
            return Tended::Failing;
        }
        let first_seen = *memory.first_seen.entry(guid).or_insert_with(Instant::now);
        if first_seen.elapsed() < conduct.borrow().delay {
            return Tended::Waiting;
        }
        match self.advance(sent, head, conduct).await {
            Ok(false) => Tended::Waiting,
            Ok(true) => {
                memory.failing.remove(&guid);
                memory.finish(place);
                Tended::Finished
            }
            Err(error) => match C::refusal(&error) {
                Some(refusal) => {
                    self.refuse(memory, place, refusal.clone());
                    Tended::Finished
                }
                None => {
                    memory.put_off(guid, self.poll_every);
                    tracing::warn!(bridge = C::NAME, %guid, nonce, %error, "message waits");
                    Tended::Failing
                }
            },
        }
    }

    async fn advance(
        &self,
        sent: &C::Sent,
        head: u64,
        conduct: &watch::Receiver<Conduct>,
    ) -> Result<bool, C::Error> {
        let _turn = self.turn.lock().await;
        let conduct = conduct.borrow().clone();
        if conduct.stopped {
            return Ok(false);
        }
        self.go(sent, head, Goal::Delivered, &conduct).await
    }

    /// Carries the message `guid` as far as `goal`, after its confirmations.
    pub(super) async fn carry_one(
        &self,
        guid: B256,
        goal: Goal,
        conduct: &Conduct,
    ) -> Result<(), C::Error> {
        loop {
            // Read anew each time: the message may move to another block while we wait.
            let head = self.courier.head().await?;
            let sent = self.courier.sent(self.first_block, head).await?;
            let sent = sent.into_iter().flatten().find(|sent| C::outline(sent).guid == guid);
            let sent = sent.ok_or_else(|| C::unknown(guid, self.first_block))?;
            let turn = self.turn.lock().await;
            if self.go(&sent, head, goal, conduct).await? {
                return Ok(());
            }
            drop(turn);
            tokio::time::sleep(self.poll_every).await;
        }
    }

    /// Takes one step after another; each either changes how far the message is or fails. False while it is not
    /// confirmed.
    async fn go(
        &self,
        sent: &C::Sent,
        head: u64,
        goal: Goal,
        conduct: &Conduct,
    ) -> Result<bool, C::Error> {
        let Conduct { garbage, duplicate, .. } = *conduct;
        loop {
            match self.courier.next(sent, Order { head, goal, garbage, duplicate }).await? {
                Next::Done => return Ok(true),
                Next::Wait => return Ok(false),
                Next::Did(event) => self.publish(event),
            }
        }
    }

    fn refuse(&self, memory: &mut Memory, place: Place, refusal: C::Refusal) {
        if memory.refused.insert(place) {
            let transaction = place.transaction;
            tracing::warn!(bridge = C::NAME, %transaction, %refusal, "message refused");
            self.publish(WorkerEvent::Refused { transaction, refusal });
        }
    }

    fn publish(&self, event: WorkerEvent<C::Refusal>) {
        tracing::info!(bridge = C::NAME, ?event, "worker");
        // Nobody has to listen.
        let _listeners = self.events.send(event);
    }
}

impl Memory {
    /// Whether nothing is left to do for what was sent there.
    fn is_settled(&self, place: Place) -> bool {
        self.refused.contains(&place) || self.finished.contains(&place)
    }

    /// Whether a message was let go, in whichever order.
    fn may_go(&self, place: Place) -> bool {
        self.gathered.contains(&place) || self.delivered.contains_key(&place)
    }

    /// A delivery counts once it has stood for a while: the destination may be reorganised too.
    fn finish(&mut self, place: Place) {
        let since = *self.delivered.entry(place).or_insert_with(Instant::now);
        if since.elapsed() >= DELIVERY_STANDS {
            self.delivered.remove(&place);
            self.finished.insert(place);
            self.gathered.remove(&place);
        }
    }

    /// Lets messages go once `count` of them wait.
    fn gather(&mut self, waiting: impl Iterator<Item = Outline>, count: usize) {
        let new: Vec<_> =
            waiting.map(|outline| outline.place).filter(|place| !self.may_go(*place)).collect();
        if new.len() >= count {
            self.gathered.extend(new);
        }
    }

    fn put_off(&mut self, guid: B256, first: Duration) {
        let pause = self.failing.get(&guid).map_or(first, |failing| failing.pause);
        let again_at = Instant::now() + pause;
        let pause = pause.saturating_mul(2).min(MAX_BACKOFF);
        self.failing.insert(guid, Failing { pause, again_at });
    }
}
