//! Provers: what other parts of the market ask of them.

mod capacity;
mod presence;
mod registration;
mod stake;
mod views;
mod weights;

use near_sdk::{AccountId, NearToken};
use proofrail_near_interface::SkipReason;
use proofrail_near_interface::rules::reputation::day_of;

use crate::MarketError;
use crate::error::{add, sub};
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Circuit, Presence, Prover, ProverRecord};

pub(crate) use capacity::Offer;
pub(crate) use registration::Registration;
#[cfg(test)]
pub(in crate::market) use registration::new_prover;

/// How an assignment ended, for the prover's reputation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    /// A proof was accepted so long after the assignment, of so long a deadline.
    Success {
        latency_s: u64,
        deadline_s: u64,
    },
    Miss,
    InvalidProof,
}

impl Market {
    pub(crate) fn seat_of(&self, account: &AccountId) -> Result<u32, MarketError> {
        let seat = self.seats.get(account).copied();
        seat.ok_or_else(|| MarketError::ProverUnknown(account.clone()))
    }

    pub(crate) fn prover_at(&self, seat: u32) -> Option<&Prover> {
        self.provers.get(&seat).map(ProverRecord::latest)
    }

    pub(crate) fn prover_at_mut(&mut self, seat: u32) -> Option<&mut Prover> {
        self.provers.get_mut(&seat).map(ProverRecord::latest_mut)
    }

    fn known(&self, seat: u32) -> Result<&Prover, MarketError> {
        self.prover_at(seat).ok_or(MarketError::SeatEmpty(seat))
    }

    pub(in crate::market) fn known_mut(&mut self, seat: u32) -> Result<&mut Prover, MarketError> {
        self.prover_at_mut(seat).ok_or(MarketError::SeatEmpty(seat))
    }

    /// The caller's seat, unless it is banned.
    pub(in crate::market) fn seat_in_good_standing(
        &self,
        account: &AccountId,
    ) -> Result<u32, MarketError> {
        let seat = self.seat_of(account)?;
        if self.known(seat)?.presence == Presence::Banned {
            return Err(MarketError::ProverBanned(account.clone()));
        }
        Ok(seat)
    }

    /// Whether the prover on a seat could take a job of this circuit, fee and collateral now; if not, the first
    /// reason in this order.
    pub(crate) fn fitness(
        &self,
        seat: u32,
        circuit: &Circuit,
        fee: NearToken,
        collateral: NearToken,
        now: u64,
    ) -> Result<&Prover, SkipReason> {
        let prover = self.prover_at(seat).ok_or(SkipReason::Left)?;
        let silent = prover.last_heartbeat.saturating_add(self.params.downtime_s) < now;
        let away = prover.presence == Presence::Offline || silent || prover.open_cases > 0;
        let under_stake = prover.stake < self.params.min_stake || prover.free_stake() < collateral;
        let capped = self.on_probation(prover) && fee > self.params.probation_fee_cap;
        let reasons = [
            (prover.presence == Presence::Banned, SkipReason::Banned),
            (away, SkipReason::Offline),
            (prover.circuits.binary_search(&circuit.index).is_err(), SkipReason::NotServing),
            (prover.open_jobs >= prover.capacity, SkipReason::Busy),
            (under_stake, SkipReason::UnderStake),
            (capped, SkipReason::FeeCap),
            (circuit.tee && !self.attested(prover, now), SkipReason::Unattested),
        ];
        match reasons.into_iter().find(|(applies, _)| *applies) {
            Some((_, reason)) => Err(reason),
            None => Ok(prover),
        }
    }

    /// Locks a job's collateral and a place of the prover's capacity; returns its account.
    pub(crate) fn reserve(
        &mut self,
        seat: u32,
        collateral: NearToken,
    ) -> Result<AccountId, MarketError> {
        let prover = self.known_mut(seat)?;
        prover.locked = add(prover.locked, collateral)?;
        prover.open_jobs = prover.open_jobs.checked_add(1).ok_or(MarketError::AmountOverflow)?;
        Ok(prover.account_id.clone())
    }

    /// Undoes `reserve` at the end of an assignment. `locked` is at all times the exact sum of the collaterals of open
    /// assignments: what a slash took of the stake meanwhile does not change what is released, and while it is more
    /// than the stake nothing of the stake is free.
    pub(crate) fn release(&mut self, seat: u32, collateral: NearToken) -> Result<(), MarketError> {
        let prover = self.known_mut(seat)?;
        prover.locked = sub(prover.locked, collateral)?;
        prover.open_jobs = prover.open_jobs.checked_sub(1).ok_or(MarketError::AmountOverflow)?;
        Ok(())
    }

    /// Notes in the prover's record how an assignment ended.
    pub(crate) fn note(
        &mut self,
        call: &Call,
        seat: u32,
        ending: Ending,
    ) -> Result<(), MarketError> {
        let prover = self.known_mut(seat)?;
        let day = day_of(call.now);
        let count = match ending {
            Ending::Success { latency_s, deadline_s } => {
                prover.track = prover.track.success(day, latency_s, deadline_s);
                &mut prover.successes
            }
            Ending::Miss => {
                prover.track = prover.track.miss(day);
                &mut prover.misses
            }
            Ending::InvalidProof => {
                prover.track = prover.track.invalid(day);
                &mut prover.invalid_proofs
            }
        };
        *count = count.saturating_add(1);
        self.refresh_weight(seat, call.now);
        Ok(())
    }

    /// Whether the prover is drawn at a reduced weight and for small fees only.
    fn on_probation(&self, prover: &Prover) -> bool {
        prover.successes < u64::from(self.params.probation_proofs)
    }
}

impl Prover {
    /// The stake that no open job holds.
    pub(crate) const fn free_stake(&self) -> NearToken {
        self.stake.saturating_sub(self.locked)
    }
}
