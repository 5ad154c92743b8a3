//! What a prover has earned: bonuses when an epoch ends, fees when enough is owed.

use proofrail_near_client::Head;
use proofrail_near_interface::{ClaimBonusArgs, NearToken, ProverView, method_names};
use serde_json::json;

use super::Runner;
use crate::operator::sender::SendError;

/// Between two looks at the market's epochs, seconds.
const LOOK_S: u64 = 60;

/// Which epoch's bonus has been asked for.
#[derive(Debug, Default)]
pub(super) struct BonusWatch {
    look_at: u64,
    asked: Option<u32>,
}

impl Runner {
    /// Claims the bonus of the epoch that ended last, once.
    pub(super) async fn claim_bonus(&mut self, head: Head) {
        if head.unix_s < self.bonus.look_at {
            return;
        }
        self.bonus.look_at = head.unix_s.saturating_add(LOOK_S);
        let last = match self.market.epochs().await {
            Ok(epochs) => epochs.last,
            Err(error) => return tracing::debug!(%error, "could not read the epochs"),
        };
        if self.bonus.asked == Some(last.epoch) || last.reserve.is_zero() {
            return;
        }
        let call = ClaimBonusArgs { epoch: last.epoch };
        match self.send(method_names::CLAIM_BONUS, None, call).await {
            Ok(()) => tracing::info!(epoch = last.epoch, "credited the bonus"),
            Err(SendError::Refused { error, .. }) => {
                tracing::debug!(epoch = last.epoch, %error, "no bonus");
            }
            // Not known: the next look asks again.
            Err(error) => return tracing::warn!(%error, "could not claim the bonus"),
        }
        self.bonus.asked = Some(last.epoch);
    }

    pub(super) async fn claim(&mut self, me: &ProverView) {
        let due = !me.claimable.is_zero() && me.claimable >= self.policy.claim_above;
        if !due || self.policy.claim_above == NearToken::from_yoctonear(u128::MAX) {
            return;
        }
        match self.send(method_names::CLAIM, None, json!({})).await {
            Ok(()) => tracing::info!(amount = %me.claimable, "claimed"),
            Err(error) => tracing::warn!(%error, "could not claim"),
        }
    }
}
