//! Provers as they are shown.

use near_sdk::AccountId;
use proofrail_near_interface::rules::reputation::day_of;
use proofrail_near_interface::{Capacity, Hex, ProverState, ProverView, UnstakeView};

use crate::market::Market;
use crate::market::records::{Presence, Prover};

impl Market {
    pub(crate) fn prover_view(&self, account: &AccountId, now: u64) -> Option<ProverView> {
        self.seat_view(*self.seats.get(account)?, now)
    }

    /// Provers from seat `from` on, out of the next `limit` seats.
    pub(crate) fn prover_views(&self, from: u32, limit: u32, now: u64) -> Vec<ProverView> {
        let end = from.saturating_add(limit).min(self.next_seat);
        (from..end).filter_map(|seat| self.seat_view(seat, now)).collect()
    }

    /// Whether the account may never be a prover again.
    pub(crate) fn is_banned(&self, account: &AccountId) -> bool {
        let prover = self.seats.get(account).and_then(|seat| self.prover_at(*seat));
        prover.is_some_and(|prover| prover.presence == Presence::Banned)
    }

    fn prover_state(&self, prover: &Prover) -> ProverState {
        match prover.presence {
            Presence::Banned => ProverState::Banned,
            _ if prover.open_cases > 0 => ProverState::Accused,
            _ if prover.stake < self.params.min_stake => ProverState::Leaving,
            Presence::Offline => ProverState::Offline,
            Presence::Online if self.on_probation(prover) => ProverState::Probation,
            Presence::Online => ProverState::Active,
        }
    }

    fn seat_view(&self, seat: u32, now: u64) -> Option<ProverView> {
        let prover = self.prover_at(seat)?;
        let unstaking = prover.unstaking.iter();
        Some(ProverView {
            account_id: prover.account_id.clone(),
            seat,
            state: self.prover_state(prover),
            statement_key: Hex(prover.statement_key),
            stake: prover.stake,
            locked: prover.locked,
            weight: prover.weight,
            tee_weight: prover.tee_weight,
            unstaking: unstaking
                .map(|entry| UnstakeView { amount: entry.amount, available_at: entry.available_at })
                .collect(),
            open_jobs: prover.open_jobs,
            capacity: self.capacity_view(prover),
            reputation_bps: prover.track.score_bps_at(day_of(now)),
            proofs_accepted: prover.successes,
            deadlines_missed: prover.misses,
            invalid_proofs: prover.invalid_proofs,
            last_heartbeat: prover.last_heartbeat,
            attestation: prover.attestation.as_ref().map(|attestation| attestation.view.clone()),
            attestation_nonce: prover.attestation_nonce,
            open_cases: prover.open_cases,
            epoch_volume: self.volume_now(prover, now),
            claimable: self.claimable(&prover.account_id),
        })
    }

    fn capacity_view(&self, prover: &Prover) -> Capacity {
        let circuits = prover.circuits.iter();
        let circuits = circuits.filter_map(|index| self.circuit_ids.get(u32::from(*index)));
        Capacity {
            parallel_jobs: prover.capacity,
            circuits: circuits.copied().collect(),
            endpoint: prover.endpoint.clone(),
            x25519_key: Hex(prover.x25519_key),
        }
    }
}
