//! Provers: what other parts of the market ask of them.

use near_sdk::{AccountId, NearToken};
use proofrail_near_interface::SkipReason;

use crate::MarketError;
use crate::error::{add, sub};
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Circuit, Presence, Prover, ProverRecord};

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

    /// Whether the prover on a seat could take a job of this circuit, fee and collateral now.
    pub(crate) fn fitness(
        &self,
        seat: u32,
        circuit: &Circuit,
        fee: NearToken,
        collateral: NearToken,
        now: u64,
    ) -> Result<&Prover, SkipReason> {
        let prover = self.prover_at(seat).ok_or(SkipReason::Left)?;
        if prover.presence == Presence::Banned {
            return Err(SkipReason::Banned);
        }
        let _ = (circuit, fee, collateral, now);
        Ok(prover)
    }

    /// Brings the draw trees up to date with a prover's stake, reputation and state.
    pub(crate) fn refresh_weight(&mut self, seat: u32, now: u64) {
        let _ = (seat, now);
    }

    /// Locks a job's collateral and a place of the prover's capacity; returns its account.
    pub(crate) fn reserve(
        &mut self,
        seat: u32,
        collateral: NearToken,
    ) -> Result<AccountId, MarketError> {
        let prover = self.prover_at_mut(seat).ok_or(MarketError::SeatEmpty(seat))?;
        prover.locked = add(prover.locked, collateral)?;
        prover.open_jobs = prover.open_jobs.saturating_add(1);
        Ok(prover.account_id.clone())
    }

    /// Undoes `reserve` at the end of an assignment.
    pub(crate) fn release(&mut self, seat: u32, collateral: NearToken) -> Result<(), MarketError> {
        let prover = self.prover_at_mut(seat).ok_or(MarketError::SeatEmpty(seat))?;
        prover.locked = sub(prover.locked, collateral)?;
        prover.open_jobs = prover.open_jobs.saturating_sub(1);
        Ok(())
    }

    /// Notes in the prover's record how an assignment ended.
    pub(crate) fn note(
        &mut self,
        call: &Call,
        seat: u32,
        ending: Ending,
    ) -> Result<(), MarketError> {
        let _ = (call, seat, ending);
        Ok(())
    }

    /// Credits what a prover earned for a job and counts it for its bonus; `reserve` of the treasury's
    /// share is set aside for bonuses.
    pub(crate) fn pay_shares(
        &mut self,
        call: &Call,
        seat: u32,
        fee: NearToken,
    ) -> Result<proofrail_near_interface::FeeSplit, MarketError> {
        let _ = (call, seat);
        Ok(proofrail_near_interface::split_fee(fee))
    }
}
