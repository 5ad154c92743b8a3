//! Slashing: taking stake and handing it on.

use near_sdk::{AccountId, NearToken};
use proofrail_near_interface::MarketEvent;
use proofrail_near_interface::rules::slashing::{Fault, SlashSplit};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::Prover;

impl Market {
    /// Slashes a prover for `fault`: a share of all that is slashable (stake, locked collateral, queue), floored, so
    /// that never more than the share is taken; or the job's `collateral`, which is unlocked by the caller afterwards.
    /// Pays the reporter its share and the insurance pool its own; the next prover's share stays in the fees purse
    /// for the caller to put aside for the job. Returns what went where; the parts add up to what was taken.
    pub(crate) fn slash(
        &mut self,
        call: &Call,
        seat: u32,
        fault: Fault,
        collateral: NearToken,
        reporter: Option<&AccountId>,
    ) -> Result<SlashSplit, MarketError> {
        let rules = self.params.slashing;
        let prover = self.known_mut(seat)?;
        let prover_id = prover.account_id.clone();
        let amount = rules.amount(fault, prover.slashable()?, collateral);
        prover.take(amount, collateral)?;
        // Who reports itself is no reporter. An alias is, and loses all the same: `rules::slashing` says why.
        let reporter_id = reporter.filter(|account| **account != prover_id).cloned();
        let split = rules.split(amount, fault, reporter_id.is_some());

        self.purses.stakes = sub(self.purses.stakes, amount)?;
        self.purses.fees = add(self.purses.fees, split.next_prover)?;
        self.purses.insurance = add(self.purses.insurance, split.insurance)?;
        if let Some(account) = &reporter_id {
            self.credit(account, split.reporter)?;
        }
        self.refresh_weight(seat, call.now);
        emit(MarketEvent::ProverSlashed { prover_id, fault, amount, split, reporter_id });
        Ok(split)
    }
}

impl Prover {
    /// Takes `amount`, at most all that is slashable: first of the stake that other jobs do not hold, then of the queue,
    /// newest entry first, then of the stake that other jobs hold. So the collateral of other jobs is the last to go,
    /// and the newest requests, perhaps made to flee, go before older ones.
    fn take(&mut self, amount: NearToken, own: NearToken) -> Result<(), MarketError> {
        let held_by_others = self.locked.saturating_sub(own);
        let free = self.stake.saturating_sub(held_by_others);
        let first = amount.min(free);
        self.stake = sub(self.stake, first)?;
        let mut due = sub(amount, first)?;
        for entry in self.unstaking.iter_mut().rev() {
            let part = due.min(entry.amount);
            entry.amount = sub(entry.amount, part)?;
            due = sub(due, part)?;
        }
        self.unstaking.retain(|entry| !entry.amount.is_zero());
        self.stake = sub(self.stake, due)?;
        Ok(())
    }
}
