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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::market::provers::new_prover;
    use crate::market::records::Unstaking;

    use super::*;

    fn prover(stake: u128, locked: u128, queue: &[u128]) -> Prover {
        let unstaking = queue.iter().map(|amount| Unstaking {
            amount: NearToken::from_yoctonear(*amount),
            available_at: 0,
        });
        Prover {
            stake: NearToken::from_yoctonear(stake),
            locked: NearToken::from_yoctonear(locked),
            unstaking: unstaking.collect(),
            ..new_prover(&"prover.near".parse().unwrap(), [1; 32], 0)
        }
    }

    /// What is left of stake and queue.
    fn taken(mut prover: Prover, amount: u128, own: u128) -> (u128, Vec<u128>) {
        let [amount, own] = [amount, own].map(NearToken::from_yoctonear);
        prover.take(amount, own).unwrap();
        let queue = prover.unstaking.iter().map(|entry| entry.amount.as_yoctonear());
        (prover.stake.as_yoctonear(), queue.collect())
    }

    #[test]
    fn take_should_spare_the_collateral_of_other_jobs_until_nothing_else_is_left() {
        let some = || prover(100, 60, &[10, 20, 30]);
        assert_eq!(taken(some(), 40, 0), (60, vec![10, 20, 30]), "what is free");
        assert_eq!(taken(some(), 45, 0), (60, vec![10, 20, 25]), "then the newest entry");
        assert_eq!(taken(some(), 75, 0), (60, vec![10, 15]), "an entry that is empty is gone");
        assert_eq!(taken(some(), 101, 0), (59, vec![]), "then what others hold");
        assert_eq!(taken(some(), 160, 0), (0, vec![]));
        assert_eq!(taken(some(), 50, 10), (50, vec![10, 20, 30]), "the job's own is free");
        assert_eq!(taken(some(), 0, 0), (100, vec![10, 20, 30]));
    }

    #[test]
    fn take_should_cope_with_more_locked_than_staked() {
        // An earlier slash took what open jobs count on.
        assert_eq!(taken(prover(5, 60, &[7]), 10, 20), (2, vec![]));
        assert_eq!(taken(prover(0, 60, &[]), 0, 20), (0, vec![]));
    }

    #[test]
    fn slashable_should_be_stake_and_queue() {
        let all = prover(100, 60, &[10, 20]).slashable().unwrap();
        assert_eq!(all, NearToken::from_yoctonear(130));
    }

    proptest! {
        #[test]
        fn take_should_take_exactly_what_it_is_asked_for(
            stake in 0..1_000_u128, locked in 0..2_000_u128, own in 0..2_000_u128,
            queue in proptest::collection::vec(1..1_000_u128, 0..8), share in 0..=1_000_u128,
        ) {
            let all = stake + queue.iter().sum::<u128>();
            let amount = all * share / 1_000;
            let (left, rest) = taken(prover(stake, locked, &queue), amount, own);
            prop_assert_eq!(left + rest.iter().sum::<u128>(), all - amount);
            prop_assert!(left <= stake && rest.len() <= queue.len());
            // While anything else is left, what other jobs hold is not touched.
            let others = locked.saturating_sub(own).min(stake);
            prop_assert!(left >= others || rest.is_empty());
        }
    }
}
