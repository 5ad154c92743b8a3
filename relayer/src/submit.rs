//! The submit queue. Its objective: every prepared message gets exactly one executed source transaction, whatever
//! crashes, is lost, is reorganised or is spent by others in between.
//!
//! There is no recovery path: each look at a message compares what is written down with what the chain says and takes
//! the next step from there, after a restart as after a poll. The order is fixed: the intent with its nonce is
//! committed, then signed; the signed bytes are committed, then broadcast. A second attempt starts only when the first
//! is dead at finality. A delivery of the relayer's own goes the same way, and ends where the message came from: with the
//! bridge.

mod drive;
mod fees;
mod gap;
mod open;

pub(crate) use self::open::on_destination;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use alloy::primitives::U256;

use crate::{
    chain::Chain,
    hub::Hub,
    progress::{Interrupt, Progress},
    reason::HoldReason,
    routing::Router,
    signer::Signer,
    status::Status,
    store::{Record, Store},
};

/// An account and what it may spend on its chain.
#[derive(Clone, Debug)]
pub struct Account {
    /// Where it pays.
    pub chain: Arc<Chain>,
    /// Its key.
    pub signer: Signer,
    /// The most it pays per gas, wei; bumps stop here.
    pub max_fee_per_gas: u128,
    /// The most it pays for one message, wei, by bridge.
    pub max_bridge_fees: BTreeMap<String, U256>,
}

/// How the submit queue behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubmitPolicy {
    /// How often a transaction under way is looked at.
    pub poll: Duration,
    /// How long a transaction may wait unmined before its fees are raised.
    pub bump_after: Duration,
    /// Source transactions that may revert or lose their nonce before the message fails; and announcements to a payer's
    /// policy.
    pub max_attempts: u32,
    /// Seconds before its deadline at which a message is no longer handed to a bridge.
    pub min_time_left: u64,
}

/// The worker of the submit queue.
#[derive(Debug)]
pub struct Submitter {
    pub(crate) store: Arc<Store>,
    pub(crate) hub: Hub,
    pub(crate) router: Arc<Router>,
    /// By EIP-155 chain id.
    pub(crate) accounts: BTreeMap<u64, Account>,
    pub(crate) policy: SubmitPolicy,
}

impl Submitter {
    /// Looks at one message of the queue once and takes at most one step.
    ///
    /// # Errors
    /// [`Interrupt`] when the message must wait for something else than its transaction.
    pub async fn advance(&self, record: &Record) -> Result<Progress, Interrupt> {
        match self.store.pending_intent(record.id).await? {
            // What the bridge has is never handed over again.
            None if record.message_id.is_some() => Ok(Progress::to(Status::Sent)),
            None => self.open(record).await,
            Some(intent) => self.drive(record, &intent).await,
        }
    }

    fn account(&self, chain_id: u64) -> Result<&Account, Interrupt> {
        self.accounts.get(&chain_id).ok_or_else(|| {
            let problem = format!("no signer is configured for chain {chain_id}");
            HoldReason::SignerUnavailable { problem }.into()
        })
    }
}
