//! What became of a transaction: asked of the chain, never guessed from a request that failed.

use std::{sync::Arc, time::Duration};

use near_api::{
    Transaction,
    advanced::{ExecuteSignedTransaction, TransactionableOrSigned},
    types::{TxExecutionStatus, transaction::PrepopulateTransaction},
};

use crate::{CallOutcome, NearAccount, NearClient, NearError, SignedTransaction};

/// How long to ask. Each try may itself take as long as the network's time limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Tries; at least one is made.
    pub tries: u32,
    /// Time between the first two; it doubles each time up to [`Self::MAX_PAUSE`].
    pub pause: Duration,
}

impl Patience {
    /// The longest time between two tries.
    pub const MAX_PAUSE: Duration = Duration::from_secs(30);

    fn pauses(self) -> impl Iterator<Item = Duration> {
        let doubled = |pause: &Duration| Some((*pause * 2).min(Self::MAX_PAUSE));
        let tries = usize::try_from(self.tries.max(1)).unwrap_or(usize::MAX);
        std::iter::successors(Some(self.pause.min(Self::MAX_PAUSE)), doubled).take(tries)
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 8, pause: Duration::from_millis(500) }
    }
}

/// Why a transaction has not done what it was for.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// It ran, and failed; for good.
    #[error(transparent)]
    Failed(NearError),
    /// The node judged it and will not take it, and its nonce is free: whatever is signed next takes that
    /// nonce, so that never both run.
    #[error("the network refuses the transaction: {0}")]
    Refused(NearError),
    /// Its nonce is used and no node knows it: another transaction of the same key came first, or it ran so
    /// long ago that nodes forgot. The contract's state tells.
    #[error(
        "another transaction of the same key took nonce {nonce}, or the node has forgotten this one: \
         give the prover a key that nothing else uses"
    )]
    Displaced {
        /// The nonce.
        nonce: u64,
    },
    /// Not known yet: it may run later, or have run.
    #[error("it is not known whether the transaction ran: {0}")]
    Open(NearError),
}

/// What the chain knows of a transaction.
enum Fate {
    Ran(Result<CallOutcome, NearError>),
    Unknown { nonce_used: bool },
}

impl NearClient {
    /// Sends a signed transaction, again and again where need be, until the chain says what became of it.
    ///
    /// # Errors
    /// [`SettleError`]; all but [`SettleError::Open`] are final.
    pub async fn settle(
        &self,
        account: &NearAccount,
        signed: &SignedTransaction,
        patience: Patience,
    ) -> Result<CallOutcome, SettleError> {
        let mut displaced = 0;
        let mut last = NearError::Pending { what: describe(signed) };
        for pause in patience.pauses() {
            let refusal = match self.broadcast(account, signed).await {
                Ok(outcome) => return Ok(outcome),
                Err(error @ NearError::Failed { .. }) => return Err(SettleError::Failed(error)),
                Err(error) => error,
            };
            tracing::debug!(hash = %signed.hash(), error = %refusal, "asking the chain what became of it");
            match self.fate(account, signed).await {
                Ok(Fate::Ran(Ok(outcome))) => return Ok(outcome),
                Ok(Fate::Ran(Err(error @ NearError::Failed { .. }))) => {
                    return Err(SettleError::Failed(error));
                }
                // One node may lag behind another: twice in a row, not once.
                Ok(Fate::Unknown { nonce_used: true }) => {
                    displaced += 1;
                    if displaced >= 2 {
                        return Err(SettleError::Displaced { nonce: signed.nonce() });
                    }
                }
                Ok(Fate::Unknown { nonce_used: false }) if refusal.is_invalid_transaction() => {
                    return Err(SettleError::Refused(refusal));
                }
                Ok(_) | Err(_) => displaced = 0,
            }
            last = refusal;
            tokio::time::sleep(pause).await;
        }
        Err(SettleError::Open(last))
    }

    async fn broadcast(
        &self,
        account: &NearAccount,
        signed: &SignedTransaction,
    ) -> Result<CallOutcome, NearError> {
        let what = describe(signed);
        // near-api asks for the unsigned form too, and does not use it.
        let unsigned = PrepopulateTransaction::from(signed.inner());
        let unsigned = Transaction::construct(unsigned.signer_id, unsigned.receiver_id);
        let sent = ExecuteSignedTransaction {
            transaction: TransactionableOrSigned::Signed((signed.inner(), Box::new(unsigned))),
            signer: Arc::clone(&account.signer),
            wait_until: TxExecutionStatus::Final,
        };
        match sent.send_to(&self.network).await {
            Ok(result) => CallOutcome::read(what, result.into_full()),
            Err(error) => Err(NearError::send(what, error)),
        }
    }

    async fn fate(
        &self,
        account: &NearAccount,
        signed: &SignedTransaction,
    ) -> Result<Fate, NearError> {
        // The nonce first: were it read last, the transaction could run in between and seem displaced.
        let nonce_used = self.final_nonce(account).await? >= signed.nonce();
        let status = Transaction::status_with_options(
            signed.signer_id().clone(),
            signed.hash(),
            TxExecutionStatus::Final,
        );
        match status.fetch_from(&self.network).await {
            Ok(result) => Ok(Fate::Ran(CallOutcome::read(describe(signed), Some(result)))),
            Err(error) if NearError::is_unknown_transaction(&error) => {
                Ok(Fate::Unknown { nonce_used })
            }
            Err(error) => Err(NearError::Status { hash: signed.hash(), reason: error.to_string() }),
        }
    }
}

fn describe(signed: &SignedTransaction) -> String {
    let (from, to) = (signed.signer_id(), signed.receiver_id());
    format!("transaction {} of {from} to {to}", signed.hash())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn patience_should_try_at_least_once_and_never_pause_longer_than_it_may(
            tries in 0_u32..40, pause_ms in 0_u64..100_000,
        ) {
            let patience = Patience { tries, pause: Duration::from_millis(pause_ms) };
            let pauses: Vec<_> = patience.pauses().collect();
            prop_assert_eq!(pauses.len(), tries.max(1) as usize);
            prop_assert!(pauses.iter().all(|pause| *pause <= Patience::MAX_PAUSE));
            prop_assert!(pauses.is_sorted());
        }
    }
}
