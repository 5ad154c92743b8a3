//! Nonces below ours that nobody fills: they came from transactions that a node forgot or a reorganisation undid, and
//! everything above them waits for ever unless they are filled.

use alloy::eips::BlockId;

use super::{Account, Submitter, drive::no_op};
use crate::{progress::Interrupt, reason::HoldReason, store::Intent};

/// More than this is no gap but a wrong key or a wrong database.
const MAX_GAP: u64 = 16;

impl Submitter {
    /// Fills what is missing between the chain's nonce and the lowest one that is ours: with the very bytes that once
    /// had that nonce where we have them, with a no-op where we do not. An endpoint that lags answers "nonce too low",
    /// which changes nothing.
    pub(super) async fn close_gap(
        &self,
        intent: &Intent,
        account: &Account,
    ) -> Result<(), Interrupt> {
        let signer = intent.draft.signer;
        let chain_nonce = account.chain.nonce(signer, BlockId::latest()).await?;
        let Some(missing) = intent.nonce.checked_sub(chain_nonce).filter(|gap| *gap > 0) else {
            return Ok(());
        };
        let chain_id = account.chain.id();
        let gap = HoldReason::NonceGap { chain_id, signer, chain_nonce, nonce: intent.nonce };
        if missing > MAX_GAP {
            return Err(gap.into());
        }
        for nonce in chain_nonce..intent.nonce {
            let raw = match self.store.signed_for_nonce(chain_id, signer, nonce).await? {
                Some(form) => form.raw,
                None => {
                    let fees = account.opening_fees().await?;
                    account.signer.sign(&no_op(chain_id, nonce, fees, signer)).await?.1
                }
            };
            if let Err(error) = account.chain.broadcast(&raw).await {
                tracing::warn!(%signer, nonce, %error, "a nonce below ours could not be filled");
            }
        }
        Err(gap.into())
    }
}
