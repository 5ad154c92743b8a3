//! Provers and their stake.

use near_sdk::{AccountId, NearToken};
use proofrail_near_interface::{
    CostView, MarketEvent, ProverView, Seat, UnstakeView, rules::weight::stake_units,
};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{
    Credit, MAX_UNSTAKING, PROVER_GROWTH, Prover, ProverRecord, Unstaking,
};
use crate::market::storage::{borsh_len, record_bytes, storage_cost};

impl Market {
    /// Registers the caller with `stake`, or with all that is attached less storage; returns what is
    /// left of the deposit.
    pub(crate) fn register_prover(
        &mut self,
        call: &Call,
        stake: Option<NearToken>,
    ) -> Result<NearToken, MarketError> {
        self.check_may_register(&call.caller)?;
        let seat = self.next_seat;
        let ((), bytes) = self.measured(|market| market.insert_prover(&call.caller, seat));
        let storage = storage_cost(bytes + PROVER_GROWTH)?;
        let stake = stake.unwrap_or_else(|| call.deposit.saturating_sub(storage));
        self.require_min_stake(stake)?;
        let need = add(stake, storage)?;
        if call.deposit < need {
            return Err(MarketError::DepositTooSmall {
                attached: call.deposit.as_yoctonear(),
                need: need.as_yoctonear(),
            });
        }
        let prover = self.prover_mut(&call.caller)?;
        prover.stake = stake;
        prover.storage_deposit = storage;
        self.next_seat += 1;
        self.prover_count += 1;
        self.purses.stakes = add(self.purses.stakes, stake)?;
        self.purses.storage_deposits = add(self.purses.storage_deposits, storage)?;
        self.update_roster(seat, stake);
        emit(MarketEvent::ProverRegistered { prover_id: call.caller.clone(), seat, stake });
        sub(call.deposit, need)
    }

    fn check_may_register(&self, account: &AccountId) -> Result<(), MarketError> {
        self.require_unreserved(account)?;
        if self.seats.contains_key(account) {
            return Err(MarketError::ProverExists(account.clone()));
        }
        // Its record would be removed by the claim, under the prover that relies on it.
        if self.credits.contains_key(account) {
            return Err(MarketError::ClaimFirst(account.clone()));
        }
        if self.prover_count >= self.params.max_provers {
            return Err(MarketError::ProversFull(self.params.max_provers));
        }
        Ok(())
    }

    fn insert_prover(&mut self, account: &AccountId, seat: u32) {
        self.provers.insert(seat, new_prover(account).into());
        self.seats.insert(account.clone(), seat);
        self.credits.insert(account.clone(), Credit::default());
        self.roster.get_mut().push(Seat { seat, weight: 0 });
    }

    fn require_min_stake(&self, stake: NearToken) -> Result<(), MarketError> {
        if stake < self.params.min_stake {
            return Err(MarketError::StakeTooSmall {
                stake: stake.as_yoctonear(),
                min: self.params.min_stake.as_yoctonear(),
            });
        }
        Ok(())
    }

    /// Adds the whole deposit to the caller's stake.
    pub(crate) fn add_stake(&mut self, call: &Call) -> Result<NearToken, MarketError> {
        if call.deposit.is_zero() {
            return Err(MarketError::DepositTooSmall { attached: 0, need: 1 });
        }
        let seat = self.seat_of(&call.caller)?;
        let prover = self.prover_mut(&call.caller)?;
        prover.stake = add(prover.stake, call.deposit)?;
        let stake = prover.stake;
        self.require_min_stake(stake)?;
        self.purses.stakes = add(self.purses.stakes, call.deposit)?;
        self.update_roster(seat, stake);
        emit(MarketEvent::StakeAdded {
            prover_id: call.caller.clone(),
            amount: call.deposit,
            stake,
        });
        Ok(stake)
    }

    /// Moves `amount` from the caller's stake into its queue; returns when it may be withdrawn.
    pub(crate) fn request_unstake(
        &mut self,
        call: &Call,
        amount: NearToken,
    ) -> Result<u64, MarketError> {
        let min = self.params.min_stake;
        let available_at = call.now + self.params.unstake_delay_s;
        let seat = self.seat_of(&call.caller)?;
        let prover = self.prover_mut(&call.caller)?;
        if prover.unstaking.len() >= MAX_UNSTAKING {
            return Err(MarketError::UnstakeQueueFull(MAX_UNSTAKING));
        }
        let left = prover
            .stake
            .checked_sub(amount)
            .filter(|left| !amount.is_zero() && (left.is_zero() || *left >= min));
        let Some(left) = left else {
            return Err(MarketError::BadUnstakeAmount {
                amount: amount.as_yoctonear(),
                stake: prover.stake.as_yoctonear(),
                min: min.as_yoctonear(),
            });
        };
        prover.stake = left;
        prover.unstaking.push(Unstaking { amount, available_at });
        self.update_roster(seat, left);
        emit(MarketEvent::UnstakeRequested {
            prover_id: call.caller.clone(),
            amount,
            stake: left,
            available_at,
        });
        Ok(available_at)
    }

    /// Takes what the caller's queue has released; returns the amount to pay.
    pub(crate) fn withdraw_stake(&mut self, call: &Call) -> Result<NearToken, MarketError> {
        let prover = self.prover_mut(&call.caller)?;
        let (released, waiting): (Vec<_>, Vec<_>) =
            prover.unstaking.iter().partition(|entry| entry.available_at <= call.now);
        if released.is_empty() {
            let next = waiting.iter().map(|entry: &Unstaking| entry.available_at).min();
            return Err(MarketError::NothingReleased { now: call.now, next });
        }
        prover.unstaking = waiting;
        let mut amount = NearToken::ZERO;
        for entry in released {
            amount = add(amount, entry.amount)?;
        }
        self.purses.stakes = sub(self.purses.stakes, amount)?;
        emit(MarketEvent::StakeWithdrawn { prover_id: call.caller.clone(), amount });
        Ok(amount)
    }

    /// Removes the caller; returns its storage deposit and unclaimed credit, to be paid.
    pub(crate) fn unregister_prover(&mut self, call: &Call) -> Result<NearToken, MarketError> {
        let seat = self.seat_of(&call.caller)?;
        let prover = self.prover_mut(&call.caller)?;
        if !prover.stake.is_zero() || !prover.unstaking.is_empty() || prover.open_jobs > 0 {
            return Err(MarketError::ProverBusy(call.caller.clone()));
        }
        let storage = prover.storage_deposit;
        self.provers.remove(&seat);
        self.seats.remove(&call.caller);
        self.prover_count -= 1;
        let credit = self.credits.remove(&call.caller).unwrap_or_default().amount;
        self.purses.credits = sub(self.purses.credits, credit)?;
        self.purses.storage_deposits = sub(self.purses.storage_deposits, storage)?;
        emit(MarketEvent::ProverUnregistered { prover_id: call.caller.clone() });
        add(storage, credit)
    }

    /// Puts the seat's weight into the set that the next funding freezes, or takes the seat out.
    fn update_roster(&mut self, seat: u32, stake: NearToken) {
        let weight = self.weight(stake);
        let roster = self.roster.get_mut();
        roster.retain(|entry| entry.seat != seat);
        if weight > 0 {
            roster.push(Seat { seat, weight });
        }
    }

    fn weight(&self, stake: NearToken) -> u32 {
        if stake < self.params.min_stake {
            return 0;
        }
        stake_units(stake, self.params.weight_cap)
    }

    pub(crate) fn seat_of(&self, account: &AccountId) -> Result<u32, MarketError> {
        let seat = self.seats.get(account).copied();
        seat.ok_or_else(|| MarketError::ProverUnknown(account.clone()))
    }

    pub(crate) fn prover_mut(&mut self, account: &AccountId) -> Result<&mut Prover, MarketError> {
        let seat = self.seat_of(account)?;
        let record = self.provers.get_mut(&seat).map(ProverRecord::latest_mut);
        record.ok_or_else(|| MarketError::ProverUnknown(account.clone()))
    }

    pub(crate) fn prover_view(&self, account: &AccountId) -> Option<ProverView> {
        self.seat_view(*self.seats.get(account)?)
    }

    /// Provers from seat `from` on.
    pub(crate) fn prover_views(&self, from: u32, limit: usize) -> Vec<ProverView> {
        (from..self.next_seat).filter_map(|seat| self.seat_view(seat)).take(limit).collect()
    }

    fn seat_view(&self, seat: u32) -> Option<ProverView> {
        let prover = self.provers.get(&seat)?.latest();
        let unstaking = prover.unstaking.iter();
        Some(ProverView {
            account_id: prover.account_id.clone(),
            seat,
            stake: prover.stake,
            weight: self.weight(prover.stake),
            unstaking: unstaking
                .map(|entry| UnstakeView { amount: entry.amount, available_at: entry.available_at })
                .collect(),
            open_jobs: prover.open_jobs,
            proofs_accepted: prover.proofs_accepted,
            deadlines_missed: prover.deadlines_missed,
            claimable: self.claimable(&prover.account_id),
            storage_deposit: prover.storage_deposit,
        })
    }

    /// What `register_prover` takes from `account` at least.
    pub(crate) fn register_cost(&self, account: &AccountId) -> Result<CostView, MarketError> {
        let seat = self.next_seat;
        let bytes = record_bytes(&seat, borsh_len(&ProverRecord::from(new_prover(account))))
            + record_bytes(account, borsh_len(&seat))
            + record_bytes(account, borsh_len(&Credit::default()))
            + borsh_len(&Seat { seat, weight: 0 });
        let storage = storage_cost(bytes + PROVER_GROWTH)?;
        let amount = self.params.min_stake;
        Ok(CostView { amount, storage, total: add(amount, storage)? })
    }
}

fn new_prover(account: &AccountId) -> Prover {
    Prover {
        account_id: account.clone(),
        stake: NearToken::ZERO,
        unstaking: Vec::new(),
        open_jobs: 0,
        proofs_accepted: 0,
        deadlines_missed: 0,
        storage_deposit: NearToken::ZERO,
    }
}
