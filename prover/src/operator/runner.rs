//! The loop of a running prover: heartbeats, its jobs, proofs, transactions, claims.
//!
//! The chain is the truth. Each round reads the prover and its jobs anew, and what a failed request did or
//! did not do shows there. Only what cannot be read back is kept on disk: the transaction under way and the
//! proofs that were made.

mod earnings;
mod job;
mod others;
mod policy;
mod scan;
mod stop;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use proofrail_near_client::{Head, NearError};
use proofrail_near_interface::{ConfigView, NearToken, ProverState, ProverView, method_names};
use serde_json::json;

use self::{earnings::BonusWatch, job::Work, scan::Scan};
pub use self::{
    policy::{Policy, heartbeat_interval_s},
    stop::{Stop, StopSignal},
};
use super::{
    attestation::Attestor,
    inbox::InputSource,
    market::Market,
    proving::Circuits,
    sender::{SendError, Sender, report},
    state::{StateError, StateFolder},
};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was told to stop, and finished its jobs.
    Stopped,
    /// It was told twice: jobs may be open.
    Interrupted {
        /// Jobs that were still assigned.
        open_jobs: usize,
    },
    /// It failed too often in a row, took no more work and finished its jobs.
    Drained {
        /// Failures in a row.
        failures: u32,
    },
}

/// Why a prover cannot run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The account is no prover.
    #[error("{0} is no prover in this market: run `proofrail-prover register`")]
    NotRegistered(String),
    /// The account is banned.
    #[error(
        "{0} is banned from this market: `proofrail-prover unstake --all` and `withdraw` take out what is left"
    )]
    Banned(String),
    /// The state cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The market could not be asked at the start.
    #[error(transparent)]
    Market(#[from] NearError),
    /// The first transactions failed.
    #[error(transparent)]
    Send(#[from] SendError),
}

/// Why no more work is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    Stop,
    Failures(u32),
}

/// A prover at work.
#[derive(Debug)]
pub struct Runner {
    market: Market,
    sender: Sender,
    circuits: Circuits,
    inputs: Arc<dyn InputSource>,
    attestor: Option<Attestor>,
    bonus: BonusWatch,
    state: StateFolder,
    policy: Policy,
    config: ConfigView,
    jobs: BTreeMap<u64, Work>,
    scan: Scan,
    failures: u32,
    closing: Option<Closing>,
    /// The market was told that no work is wanted, and has answered.
    signed_off: bool,
}

impl Runner {
    /// Puts a prover together; nothing is sent yet.
    ///
    /// # Errors
    /// [`RunError::Market`] when the market's parameters cannot be read.
    pub async fn new(
        market: Market,
        sender: Sender,
        circuits: Circuits,
        inputs: Arc<dyn InputSource>,
        attestor: Option<Attestor>,
        state: StateFolder,
        policy: Policy,
    ) -> Result<Self, RunError> {
        let config = market.config().await?;
        Ok(Self {
            market,
            sender,
            circuits,
            inputs,
            attestor,
            bonus: BonusWatch::default(),
            state,
            policy,
            config,
            jobs: BTreeMap::new(),
            scan: Scan::default(),
            failures: 0,
            closing: None,
            signed_off: false,
        })
    }

    /// Works until it is told to stop, or has failed too often in a row.
    ///
    /// # Errors
    /// [`RunError`] for what no further round would cure.
    pub async fn run(mut self, mut stop: StopSignal) -> Result<Ending, RunError> {
        let _running = self.state.hold_running()?;
        self.start().await?;
        loop {
            match stop.now() {
                Stop::AtOnce => return Ok(Ending::Interrupted { open_jobs: self.open_jobs() }),
                Stop::WhenDone if self.closing.is_none() => self.closing = Some(Closing::Stop),
                _ => {}
            }
            match self.round().await {
                Ok(done) if done => return Ok(self.ending()),
                Ok(_) => {}
                Err(RoundError::Final(error)) => return Err(*error),
                // The network is not the prover's failure; its deadlines are watched all the same.
                Err(RoundError::Market(error)) => {
                    tracing::warn!(%error, "the market does not answer")
                }
            }
            stop.pause(self.policy.poll).await;
        }
    }

    async fn start(&mut self) -> Result<(), RunError> {
        let id = self.sender.account().id().clone();
        match self.sender.recover().await {
            Ok(Some(recovered)) => report(&recovered),
            Ok(None) => {}
            Err(SendError::State(error)) => return Err(error.into()),
            // Every round asks again, and nothing is sent before it is known.
            Err(error) => tracing::warn!(%error, "a transaction of an earlier run is still open"),
        }
        let me = self.market.prover(&id).await?;
        let me = me.ok_or_else(|| RunError::NotRegistered(id.to_string()))?;
        if me.state == ProverState::Banned {
            return Err(RunError::Banned(id.to_string()));
        }
        for circuit_id in &me.capacity.circuits {
            if self.circuits.get(circuit_id).is_none() {
                tracing::warn!(%circuit_id, "the market has this prover serve a circuit without a key here: run `proofrail-prover capacity`");
            }
        }
        tracing::info!(account = %id, market = %self.market.id(), stake = %me.stake, "running");
        Ok(())
    }

    /// One look at the chain and all that follows from it; whether the run is over.
    async fn round(&mut self) -> Result<bool, RoundError> {
        match self.sender.recover().await {
            Ok(Some(recovered)) => report(&recovered),
            Ok(None) => {}
            Err(SendError::State(error)) => return Err(RunError::State(error).into()),
            Err(error) => {
                tracing::warn!(%error, "nothing is sent before this is known");
                return Ok(false);
            }
        }
        let head = self.market.near().head().await?;
        let id = self.sender.account().id().clone();
        let me = self.market.prover(&id).await?;
        let me = me.ok_or_else(|| RunError::NotRegistered(id.to_string()))?;
        if me.state == ProverState::Banned {
            return Err(RunError::Banned(id.to_string()).into());
        }
        self.be_seen(&me, head).await;
        if let Some(attestor) = self.attestor.as_mut().filter(|_| self.closing.is_none()) {
            attestor.keep(&self.market, &self.sender, &me, head.unix_s).await;
        }
        self.work_on_jobs(&me, head).await?;
        self.claim_bonus(head).await;
        self.claim(&me).await;
        if self.policy.poke {
            self.keep_others_moving(head).await;
        }
        if self.failures >= self.policy.max_failures && self.closing.is_none() {
            tracing::error!(
                failures = self.failures,
                "draining: too many failures in a row, no more work is taken"
            );
            self.closing = Some(Closing::Failures(self.failures));
        }
        Ok(self.closing.is_some() && self.signed_off && self.open_jobs() == 0)
    }

    /// Heartbeats while work is wanted; offline, before it is not.
    async fn be_seen(&mut self, me: &ProverView, head: Head) {
        if self.closing.is_some() {
            return self.sign_off(me).await;
        }
        let result = if me.state == ProverState::Offline {
            tracing::info!("going online");
            self.send(method_names::GO_ONLINE, None, json!({})).await
        } else {
            let interval = self.policy.heartbeat_interval_s(&self.config.params);
            if head.unix_s.saturating_sub(me.last_heartbeat) < interval {
                return;
            }
            self.send(method_names::HEARTBEAT, None, json!({})).await
        };
        if let Err(error) = result {
            tracing::error!(%error, "could not tell the market that this prover is there");
        }
    }

    /// Goes offline once. A refusal is an answer too: somebody who is not drawn anyway may be refused.
    async fn sign_off(&mut self, me: &ProverView) {
        if self.signed_off {
            return;
        }
        if matches!(me.state, ProverState::Offline | ProverState::Banned) {
            self.signed_off = true;
            return;
        }
        tracing::info!("going offline");
        match self.send(method_names::GO_OFFLINE, None, json!({})).await {
            Ok(()) => self.signed_off = true,
            Err(error) => {
                tracing::error!(%error, "could not go offline");
                self.signed_off = matches!(error, SendError::Refused { .. });
            }
        }
    }

    async fn send<A: serde::Serialize>(
        &self,
        method: &str,
        job_id: Option<u64>,
        args: A,
    ) -> Result<(), SendError> {
        self.sender.call(method, job_id, args, NearToken::ZERO).await.map(drop)
    }

    fn open_jobs(&self) -> usize {
        self.jobs.values().filter(|work| work.is_urgent()).count()
    }

    fn ending(&self) -> Ending {
        match self.closing {
            Some(Closing::Failures(failures)) => Ending::Drained { failures },
            _ => Ending::Stopped,
        }
    }
}

/// Why a round broke off.
enum RoundError {
    Market(Box<NearError>),
    Final(Box<RunError>),
}

impl From<NearError> for RoundError {
    fn from(error: NearError) -> Self {
        Self::Market(Box::new(error))
    }
}

impl From<RunError> for RoundError {
    fn from(error: RunError) -> Self {
        Self::Final(Box::new(error))
    }
}

/// The least time between two looks at the chain.
pub const MIN_POLL: Duration = Duration::from_millis(200);
