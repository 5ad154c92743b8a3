//! Quotes shown to the market: once by `attest`, and again before they lapse while a prover runs.

use proofrail_near_client::{CallOutcome, NearError, NearToken};
use proofrail_near_interface::{
    AttestationOutcome, AttestationView, ProverView, UpdateAttestationArgs,
    attestation::{Binding, nonce_bytes},
    method_names,
};

use super::{CollateralSource, EvidenceError, QuoteSource, evidence};
use crate::operator::{
    market::Market,
    sender::{SendError, Sender},
};

/// After a refusal or a failure the next try waits so long, seconds: each costs gas.
const RETRY_S: u64 = 600;
/// A new quote is shown when less than this part of the old one's time is left.
const RENEWAL_PART: u64 = 3;

/// Why no attestation was shown.
#[derive(Debug, thiserror::Error)]
pub enum AttestError {
    /// The account is no prover.
    #[error("{0} is no prover in this market: `proofrail-prover register` first")]
    NoProver(String),
    /// There is nothing to show.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The market could not be asked.
    #[error(transparent)]
    Market(#[from] NearError),
    /// The transaction did not do its work.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The quote is not what the market's policy asks for.
    #[error("the market refuses the attestation: {0}")]
    Refused(String),
    /// Nothing was judged.
    #[error("the attestation verifier did not answer; nothing has changed, try again")]
    VerifierSilent,
}

/// An accepted attestation.
#[derive(Clone, Debug)]
pub struct Attested {
    /// Unix second from which on it counts no more.
    pub expires_at: u64,
    /// The transaction.
    pub outcome: CallOutcome,
}

/// Makes quotes of this machine and shows them to the market.
#[derive(Debug)]
pub struct Attestor {
    source: Box<dyn QuoteSource>,
    collateral: Option<CollateralSource>,
    retry_at: u64,
}

impl Attestor {
    /// Quotes from `source`, judged with `collateral` where the vendor demands it.
    pub fn new(source: Box<dyn QuoteSource>, collateral: Option<CollateralSource>) -> Self {
        Self { source, collateral, retry_at: 0 }
    }

    /// A fresh quote, bound to what the market knows of this prover; base64 of borsh.
    ///
    /// # Errors
    /// [`AttestError`].
    pub async fn evidence(&self, market: &Market, sender: &Sender) -> Result<String, AttestError> {
        let account = sender.account().id();
        let prover = market.prover(account).await?;
        let prover = prover.ok_or_else(|| AttestError::NoProver(account.to_string()))?;
        let policy = market.attestation_policy().await?;
        let binding = Binding {
            network: policy.network,
            contract: market.id().clone(),
            account: account.clone(),
            account_key: prover.statement_key,
            enclave_key: prover.capacity.x25519_key,
            nonce: nonce_bytes(prover.attestation_nonce),
        };
        Ok(evidence(&*self.source, self.collateral.as_ref(), &binding).await?)
    }

    /// Shows a fresh quote to the market.
    ///
    /// # Errors
    /// [`AttestError`].
    pub async fn show(&self, market: &Market, sender: &Sender) -> Result<Attested, AttestError> {
        let call = UpdateAttestationArgs { evidence: self.evidence(market, sender).await? };
        let method = method_names::UPDATE_ATTESTATION;
        let outcome = sender.call(method, None, call, NearToken::ZERO).await?;
        match outcome.json()? {
            AttestationOutcome::Accepted { expires_at } => Ok(Attested { expires_at, outcome }),
            AttestationOutcome::Refused { reason } => Err(AttestError::Refused(reason)),
            AttestationOutcome::Unreachable => Err(AttestError::VerifierSilent),
        }
    }

    /// Shows a fresh quote if the last one lapses soon or there is none; not again at once where that failed.
    pub(in crate::operator) async fn keep(
        &mut self,
        market: &Market,
        sender: &Sender,
        me: &ProverView,
        now: u64,
    ) {
        if now < self.retry_at || !is_due(me.attestation.as_ref(), now) {
            return;
        }
        match self.show(market, sender).await {
            Ok(Attested { expires_at, .. }) => tracing::info!(expires_at, "attested anew"),
            Err(error) => {
                self.retry_at = now.saturating_add(RETRY_S);
                let lapses = me.attestation.as_ref().map(|old| old.expires_at);
                tracing::error!(%error, lapses, retry_s = RETRY_S, "could not attest");
            }
        }
    }
}

/// Whether a new attestation is wanted.
fn is_due(old: Option<&AttestationView>, now: u64) -> bool {
    old.is_none_or(|old| {
        let life = old.expires_at.saturating_sub(old.verified_at);
        old.expires_at.saturating_sub(now) <= life / RENEWAL_PART
    })
}

#[cfg(test)]
mod tests {
    use proofrail_near_interface::{Hex, Platform};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_new_quote_should_be_shown_before_the_old_one_lapses_and_not_right_after(
            verified_at in 0_u64..1 << 40, life in 3_u64..1 << 24,
        ) {
            let view = AttestationView {
                platform: Platform::Tdx,
                platform_id: Hex([1; 32]),
                measurement: Hex([2; 32]),
                quote_hash: Hex([3; 32]),
                verified_at,
                expires_at: verified_at + life,
            };
            prop_assert!(is_due(None, verified_at));
            prop_assert!(!is_due(Some(&view), verified_at));
            prop_assert!(is_due(Some(&view), view.expires_at - 1));
            prop_assert!(is_due(Some(&view), view.expires_at + 1));
            prop_assert!(is_due(Some(&view), verified_at + life - life / 3));
        }
    }
}
