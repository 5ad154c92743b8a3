//! Stake: in, through the queue, out.

use near_sdk::NearToken;
use proofrail_near_interface::MarketEvent;

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{MAX_UNSTAKING, Prover, Unstaking};

impl Market {
    pub(super) fn require_min_stake(&self, stake: NearToken) -> Result<(), MarketError> {
        let min = self.params.min_stake;
        if stake < min {
            return Err(MarketError::StakeTooSmall {
                stake: stake.as_yoctonear(),
                min: min.as_yoctonear(),
            });
        }
        Ok(())
    }

    /// Adds the whole deposit to the caller's stake; returns the stake.
    pub(crate) fn add_stake(&mut self, call: &Call) -> Result<NearToken, MarketError> {
        if call.deposit.is_zero() {
            return Err(MarketError::DepositTooSmall { attached: 0, need: 1 });
        }
        let seat = self.seat_in_good_standing(&call.caller)?;
        let prover = self.known_mut(seat)?;
        let stake = add(prover.stake, call.deposit)?;
        prover.stake = stake;
        self.require_min_stake(stake)?;
        self.purses.stakes = add(self.purses.stakes, call.deposit)?;
        self.refresh_weight(seat, call.now);
        let prover_id = call.caller.clone();
        emit(MarketEvent::StakeAdded { prover_id, amount: call.deposit, stake });
        Ok(stake)
    }

    /// Moves `amount` from the caller's stake into its queue; returns when it may be withdrawn. The purse does not
    /// change: what waits can be slashed like what stays.
    pub(crate) fn request_unstake(
        &mut self,
        call: &Call,
        amount: NearToken,
    ) -> Result<u64, MarketError> {
        let min = self.params.min_stake;
        let available_at = call.now.saturating_add(self.params.unstake_delay_s);
        let seat = self.seat_of(&call.caller)?;
        let prover = self.known_mut(seat)?;
        if prover.unstaking.len() >= MAX_UNSTAKING {
            return Err(MarketError::UnstakeQueueFull(MAX_UNSTAKING));
        }
        let stake = prover.left_after(amount, min)?;
        prover.stake = stake;
        prover.unstaking.push(Unstaking { amount, available_at });
        self.refresh_weight(seat, call.now);
        let prover_id = call.caller.clone();
        emit(MarketEvent::UnstakeRequested { prover_id, amount, stake, available_at });
        Ok(available_at)
    }

    /// Takes what the caller's queue has released; returns the amount to pay. Nothing leaves while the council
    /// judges the prover.
    pub(crate) fn withdraw_stake(&mut self, call: &Call) -> Result<NearToken, MarketError> {
        let seat = self.seat_of(&call.caller)?;
        let prover = self.known_mut(seat)?;
        if prover.open_cases > 0 {
            return Err(MarketError::CaseOpen(call.caller.clone()));
        }
        let (released, waiting): (Vec<_>, Vec<_>) =
            prover.unstaking.iter().partition(|entry| entry.available_at <= call.now);
        if released.is_empty() {
            let next = waiting.iter().map(|entry: &Unstaking| entry.available_at).min();
            return Err(MarketError::NothingReleased { now: call.now, next });
        }
        prover.unstaking = waiting;
        let amounts = released.iter().map(|entry| entry.amount);
        let amount = amounts.into_iter().try_fold(NearToken::ZERO, add)?;
        self.purses.stakes = sub(self.purses.stakes, amount)?;
        emit(MarketEvent::StakeWithdrawn { prover_id: call.caller.clone(), amount });
        Ok(amount)
    }
}

impl Prover {
    /// The stake after `amount` has left: nothing or at least the minimum, and never less than open jobs hold.
    fn left_after(&self, amount: NearToken, min: NearToken) -> Result<NearToken, MarketError> {
        let fits = !amount.is_zero() && amount <= self.free_stake();
        let left = self.stake.checked_sub(amount).filter(|_| fits);
        left.filter(|left| left.is_zero() || *left >= min).ok_or_else(|| {
            MarketError::BadUnstakeAmount {
                amount: amount.as_yoctonear(),
                stake: self.stake.as_yoctonear(),
                locked: self.locked.as_yoctonear(),
                min: min.as_yoctonear(),
            }
        })
    }

    /// Stake and queue: all that a slash can take.
    pub(in crate::market) fn slashable(&self) -> Result<NearToken, MarketError> {
        self.unstaking.iter().map(|entry| entry.amount).try_fold(self.stake, add)
    }
}
