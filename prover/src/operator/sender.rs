//! Transactions of the prover, one at a time: written down, sent, and believed only when the chain says so.

use proofrail_near_client::{
    Call, CallOutcome, NearAccount, NearClient, NearError, NearToken, Patience, SettleError,
    SignedTransaction,
};
use proofrail_near_interface::{AccountId, ErrorCode};
use serde::Serialize;

use super::{
    advice::advice,
    state::{Intent, StateError, StateFolder},
};

/// Why a transaction has not done what it was for.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The market refused.
    #[error("{method}: {error}{}", advise(.error))]
    Refused {
        /// The method.
        method: String,
        /// What the chain recorded.
        error: NearError,
    },
    /// The network would not take it; it has not run.
    #[error("{method}: the network refuses the transaction: {error}")]
    Rejected {
        /// The method.
        method: String,
        /// What the node said.
        error: NearError,
    },
    /// Something else used the key.
    #[error("{method}: {error}")]
    Displaced {
        /// The method.
        method: String,
        /// More of it.
        error: SettleError,
    },
    /// It may yet run. The next command or `run` finds out first.
    #[error("{method}: {error}; it is kept, and the next command asks the chain about it first")]
    Open {
        /// The method.
        method: String,
        /// Why it is not known.
        error: SettleError,
    },
    /// It could not be signed; nothing was sent.
    #[error("{method}: nothing was sent: {error}")]
    Unsent {
        /// The method.
        method: String,
        /// Why.
        error: NearError,
    },
    /// The state could not be written; nothing was sent.
    #[error(transparent)]
    State(#[from] StateError),
}

fn advise(error: &NearError) -> String {
    error.code().map(|code| format!(" — {}", advice(code))).unwrap_or_default()
}

impl SendError {
    /// The market's code, when it was the market that refused.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused { error, .. } => error.code(),
            _ => None,
        }
    }
}

/// What became of a transaction that an earlier process had under way.
#[derive(Debug)]
pub struct Recovered {
    /// The transaction.
    pub intent: Intent,
    /// How it ended.
    pub result: Result<CallOutcome, SendError>,
}

/// Sends the prover's transactions to the market.
#[derive(Debug)]
pub struct Sender {
    near: NearClient,
    account: NearAccount,
    market: AccountId,
    state: StateFolder,
    patience: Patience,
    /// Of this process: the folder's lock is between processes.
    sending: tokio::sync::Mutex<()>,
}

impl Sender {
    /// Sends for `account` to `market`, keeping what is under way in `state`.
    pub fn new(
        near: NearClient,
        account: NearAccount,
        market: AccountId,
        state: StateFolder,
        patience: Patience,
    ) -> Self {
        Self { near, account, market, state, patience, sending: tokio::sync::Mutex::default() }
    }

    /// The prover's account.
    pub const fn account(&self) -> &NearAccount {
        &self.account
    }

    /// Calls a method of the market and waits until the outcome is final. What an earlier process left under
    /// way is settled first: the key's transactions run in order.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn call<A: Serialize>(
        &self,
        method: &str,
        job_id: Option<u64>,
        args: A,
        deposit: NearToken,
    ) -> Result<CallOutcome, SendError> {
        let _here = self.sending.lock().await;
        let _lock = self.state.hold_sending().await?;
        if let Some(recovered) = self.settle_open().await? {
            report(&recovered);
        }
        let call = Call { contract: &self.market, method, args, deposit };
        let unsent = |error| SendError::Unsent { method: method.to_owned(), error };
        let signed = self.near.sign(&self.account, &call).await.map_err(unsent)?;
        let intent = Intent {
            method: method.to_owned(),
            job_id,
            hash: signed.hash().to_string(),
            signed: signed.as_base64().to_owned(),
        };
        self.state.set_intent(Some(&intent))?;
        tracing::debug!(method, job_id, hash = %intent.hash, "sending");
        self.settle(&intent, &signed).await
    }

    /// Finds out what became of a transaction that an earlier process had under way.
    ///
    /// # Errors
    /// [`SendError::Open`] while nobody knows, [`SendError::State`].
    pub async fn recover(&self) -> Result<Option<Recovered>, SendError> {
        let _here = self.sending.lock().await;
        let _lock = self.state.hold_sending().await?;
        self.settle_open().await
    }

    async fn settle_open(&self) -> Result<Option<Recovered>, SendError> {
        let Some(intent) = self.state.intent()? else { return Ok(None) };
        let signed = SignedTransaction::from_base64(&intent.signed).map_err(|error| {
            SendError::Unsent { method: intent.method.clone(), error: error.into() }
        })?;
        match self.settle(&intent, &signed).await {
            Err(error @ (SendError::Open { .. } | SendError::State(_))) => Err(error),
            result => Ok(Some(Recovered { intent, result })),
        }
    }

    /// Sends until the outcome is known, and forgets the intent only then.
    async fn settle(
        &self,
        intent: &Intent,
        signed: &SignedTransaction,
    ) -> Result<CallOutcome, SendError> {
        let method = intent.method.clone();
        let result = match self.near.settle(&self.account, signed, self.patience).await {
            Ok(outcome) => Ok(outcome),
            Err(SettleError::Failed(error)) => Err(SendError::Refused { method, error }),
            Err(SettleError::Refused(error)) => Err(SendError::Rejected { method, error }),
            Err(error @ SettleError::Displaced { .. }) => {
                Err(SendError::Displaced { method, error })
            }
            Err(error @ SettleError::Open(_)) => return Err(SendError::Open { method, error }),
        };
        self.state.set_intent(None)?;
        result
    }
}

/// Logs how a transaction of an earlier process ended.
pub fn report(recovered: &Recovered) {
    let Intent { method, job_id, hash, .. } = &recovered.intent;
    match &recovered.result {
        Ok(_) => tracing::info!(method, job_id, hash, "an earlier transaction had run"),
        Err(error) => {
            tracing::warn!(method, job_id, hash, %error, "an earlier transaction did not do its work")
        }
    }
}
