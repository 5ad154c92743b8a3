//! What a queue makes of one look at one message.

use std::time::Duration;

use crate::{
    bridge::BridgeError,
    chain::ChainError,
    reason::{FailReason, HoldReason},
    signer::KeyError,
    status::{State, Status},
    store::{Facts, Record, Step, StoreError},
};

/// The message went on, or waits for something that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The step is in the database; the next queue may look at once.
    Stepped,
    /// Enter or keep `status` and look again after `delay`.
    To {
        /// Never held or failed: these are [`Interrupt`]s.
        status: Status,
        /// How long nothing is expected to change.
        delay: Duration,
        /// What was learnt.
        facts: Facts,
    },
}

impl Progress {
    /// Enter `status` now.
    pub fn to(status: Status) -> Self {
        Self::To { status, delay: Duration::ZERO, facts: Facts::default() }
    }

    /// Keep or enter `status` and look again after `delay`.
    pub fn wait(status: Status, delay: Duration) -> Self {
        Self::To { status, delay, facts: Facts::default() }
    }
}

/// The message cannot go on now, or ever.
#[derive(Debug, thiserror::Error)]
pub enum Interrupt {
    /// It waits for something that may change.
    #[error(transparent)]
    Hold(#[from] HoldReason),
    /// It can never settle.
    #[error(transparent)]
    Fail(#[from] FailReason),
    /// The database could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ChainError> for Interrupt {
    fn from(error: ChainError) -> Self {
        let (chain_id, problem) = (error.chain_id(), error.to_string());
        HoldReason::RpcUnavailable { chain_id, problem }.into()
    }
}

impl From<KeyError> for Interrupt {
    fn from(error: KeyError) -> Self {
        HoldReason::SignerUnavailable { problem: error.to_string() }.into()
    }
}

impl Interrupt {
    /// A bridge's error as the reason for which a message waits.
    pub fn of_bridge(bridge: &str, error: BridgeError) -> Self {
        match error {
            BridgeError::Chain(chain) => chain.into(),
            other => {
                let problem = other.to_string();
                HoldReason::BridgeUnavailable { bridge: bridge.to_owned(), problem }.into()
            }
        }
    }
}

/// The step into a running or terminal status.
pub fn step_to(status: Status, next_attempt_at: u64, facts: Facts) -> Option<Step> {
    let to = State::running(status)?;
    Some(Step { to, reason: None, next_attempt_at, facts })
}

/// Where a message of `record`'s queue is held.
pub const fn hold_state(record: &Record) -> State {
    State::held(record.state.stage)
}
