//! The service: three queues over one database. No message waits for another: each is worked on in its own task, and
//! what holds one up is written on that one.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use alloy::primitives::B256;
use tokio::{
    sync::Notify,
    task::{Id, JoinSet},
};
use tokio_util::sync::CancellationToken;

use crate::{
    backoff,
    clock::{after, now_ms},
    confirm::Confirmer,
    prepare::{
        Preparer,
        door::{Door, SettleRequest},
    },
    progress::{Interrupt, Progress, hold_state, step_to},
    reason::{FailReason, HoldReason, Reason, Refusal},
    status::{Stage, State, Status},
    store::{Accepted, Record, Step, Store, StoreError},
    submit::Submitter,
};

/// How often a queue looks at the database when nothing wakes it.
const IDLE: Duration = Duration::from_millis(200);
/// The shortest wait between two looks at a message whose state did not change.
const SHORTEST_WAIT: Duration = Duration::from_millis(20);
/// The shortest wait after a hold whose end is known: the chain's clock is not ours.
const SHORTEST_HOLD: Duration = Duration::from_secs(1);
/// The longest wait after a hold that passes by itself.
const LONGEST_TRANSIENT_WAIT: Duration = Duration::from_secs(60);
/// How long a shutdown waits for steps that were begun. What is cut off is resumed at the next start.
const DRAIN: Duration = Duration::from_secs(20);

/// Why a request was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The request is at fault.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database is at fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The check itself broke off.
    #[error("the check of the request broke off: {0}")]
    Broken(#[from] tokio::task::JoinError),
}

/// The settlement service.
#[derive(Debug)]
pub struct Relayer {
    store: Arc<Store>,
    door: Arc<Door>,
    preparer: Preparer,
    submitter: Submitter,
    confirmer: Confirmer,
    concurrency: usize,
    wake: Notify,
}

impl Relayer {
    /// Puts the parts together; see [`crate::config`] for the usual way.
    pub fn new(
        store: Arc<Store>,
        door: Door,
        preparer: Preparer,
        submitter: Submitter,
        confirmer: Confirmer,
        concurrency: usize,
    ) -> Self {
        let wake = Notify::new();
        let door = Arc::new(door);
        Self { store, door, preparer, submitter, confirmer, concurrency, wake }
    }

    /// The database.
    pub const fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Takes a request in: once per settlement id, whatever happens to the caller's connection.
    ///
    /// # Errors
    /// [`AcceptError::Refused`] names the field; nothing was stored.
    pub async fn accept(&self, request: SettleRequest) -> Result<Accepted, AcceptError> {
        let door = Arc::clone(&self.door);
        let new = tokio::task::spawn_blocking(move || door.check(&request)).await??;
        let accepted = self.store.accept(&new).await?;
        if accepted.record.request_hash != new.request_hash {
            return Err(Refusal::Conflict(new.id).into());
        }
        if accepted.created {
            tracing::info!(settlement = %new.id, bridge = new.bridge, "accepted");
            self.wake.notify_waiters();
        }
        Ok(accepted)
    }

    /// Works until `stop` is cancelled, then finishes the steps that were begun.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut queues = JoinSet::new();
        for stage in [Stage::Prepare, Stage::Submit, Stage::Confirm] {
            queues.spawn(Arc::clone(&self).queue(stage, stop.clone()));
        }
        queues.join_all().await;
    }

    /// Looks once at every message of a queue that is due, one after another.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn look(&self, stage: Stage) -> Result<usize, StoreError> {
        let due = self.store.due(stage, now_ms(), u32::MAX).await?;
        for record in &due {
            self.work(record).await?;
        }
        Ok(due.len())
    }

    async fn queue(self: Arc<Self>, stage: Stage, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        let mut busy: HashMap<Id, B256> = HashMap::new();
        while !stop.is_cancelled() {
            if let Err(error) = self.fill(stage, &mut tasks, &mut busy).await {
                tracing::error!(%stage, %error, "the queue cannot be read");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep(IDLE) => {}
                Some(done) = tasks.join_next_with_id() => self.finished(done, &mut busy).await,
            }
        }
        let drained = tokio::time::timeout(DRAIN, async {
            while let Some(done) = tasks.join_next_with_id().await {
                self.finished(done, &mut busy).await;
            }
        });
        if drained.await.is_err() {
            tracing::warn!(%stage, cut_off = busy.len(), "stopped before every step had ended");
        }
    }

    async fn fill(
        self: &Arc<Self>,
        stage: Stage,
        tasks: &mut JoinSet<()>,
        busy: &mut HashMap<Id, B256>,
    ) -> Result<(), StoreError> {
        let free = self.concurrency.saturating_sub(busy.len());
        if free == 0 {
            return Ok(());
        }
        let working: HashSet<B256> = busy.values().copied().collect();
        let limit = u32::try_from(free.saturating_add(working.len())).unwrap_or(u32::MAX);
        let due = self.store.due(stage, now_ms(), limit).await?;
        for record in due.into_iter().filter(|record| !working.contains(&record.id)).take(free) {
            let id = record.id;
            let relayer = Arc::clone(self);
            let task = tasks.spawn(async move {
                if let Err(error) = relayer.work(&record).await {
                    tracing::error!(settlement = %record.id, %error, "the database failed");
                    // The message is still due; do not ask a failing database at once again.
                    tokio::time::sleep(IDLE).await;
                }
            });
            busy.insert(task.id(), id);
        }
        Ok(())
    }

    async fn finished(
        &self,
        done: Result<(Id, ()), tokio::task::JoinError>,
        busy: &mut HashMap<Id, B256>,
    ) {
        let (task, panicked) = match done {
            Ok((task, ())) => (task, false),
            Err(error) => (error.id(), error.is_panic()),
        };
        let Some(id) = busy.remove(&task).filter(|_| panicked) else { return };
        let reason = HoldReason::internal("a step broke off; see the log");
        tracing::error!(settlement = %id, "a step panicked");
        if let Ok(Some(record)) = self.store.get(id).await
            && let Err(error) = self.hold(&record, reason).await
        {
            tracing::error!(settlement = %id, %error, "the message could not be held");
        }
    }

    /// One look at one message, and what follows from it.
    async fn work(&self, record: &Record) -> Result<(), StoreError> {
        let seen = match record.state.stage {
            Stage::Prepare => self.preparer.advance(record).await,
            Stage::Submit => self.submitter.advance(record).await,
            Stage::Confirm => self.confirmer.advance(record).await,
            Stage::Done => return Ok(()),
        };
        let done = match seen {
            Ok(progress) => self.go_on(record, progress).await,
            Err(Interrupt::Hold(reason)) => self.hold(record, reason).await,
            Err(Interrupt::Fail(reason)) => self.fail(record, reason).await,
            Err(Interrupt::Store(error)) => Err(error),
        };
        match done {
            Err(StoreError::Stale(id)) => {
                tracing::debug!(settlement = %id, "changed meanwhile; looked at again");
                Ok(())
            }
            other => other,
        }
    }

    async fn go_on(&self, record: &Record, progress: Progress) -> Result<(), StoreError> {
        let Progress::To { status, delay, facts } = progress else {
            self.wake.notify_waiters();
            return Ok(());
        };
        if State::running(status) == Some(record.state) && facts == Default::default() {
            return self.store.reschedule(record, after(delay.max(SHORTEST_WAIT))).await;
        }
        let Some(step) = step_to(status, after(delay), facts) else {
            let reason = HoldReason::internal(format!("{status} is no running status"));
            return self.hold(record, reason).await;
        };
        self.store.step(record, &step).await?;
        tracing::info!(settlement = %record.id, from = %record.state.status, to = %status, "went on");
        self.wake.notify_waiters();
        Ok(())
    }

    async fn hold(&self, record: &Record, reason: HoldReason) -> Result<(), StoreError> {
        let mut wait = backoff::delay(record.holds.saturating_add(1));
        if reason.is_transient() {
            wait = wait.min(LONGEST_TRANSIENT_WAIT);
        }
        if let Some(second) = reason.not_before() {
            let left = Duration::from_millis(second.saturating_mul(1000).saturating_sub(now_ms()));
            wait = wait.min(left).max(SHORTEST_HOLD);
        }
        let reason = Reason::Hold(reason);
        if record.reason.as_ref() != Some(&reason) {
            tracing::warn!(settlement = %record.id, code = reason.code(), %reason, "held");
        }
        let step = Step {
            to: hold_state(record),
            reason: Some(reason),
            next_attempt_at: after(wait),
            facts: Default::default(),
        };
        self.store.step(record, &step).await.map(drop)
    }

    async fn fail(&self, record: &Record, reason: FailReason) -> Result<(), StoreError> {
        let reason = Reason::Fail(reason);
        tracing::error!(settlement = %record.id, code = reason.code(), %reason, "failed");
        let step = Step {
            to: State { status: Status::Failed, stage: Stage::Done },
            reason: Some(reason),
            next_attempt_at: now_ms(),
            facts: Default::default(),
        };
        self.store.step(record, &step).await.map(drop)
    }
}
