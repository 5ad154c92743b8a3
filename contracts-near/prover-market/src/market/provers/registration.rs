//! Joining and leaving.
//!
//! A prover sits on a seat, its number in the draw trees. The seat of one that left is given again as soon as no job
//! can be drawn any more from a set in which the seat had weight. What the entry of a free seat takes in storage is
//! paid by who leaves it behind, for good.

use near_sdk::{AccountId, NearToken};
use proofrail_near_interface::rules::reputation::{Track, day_of};
use proofrail_near_interface::{CostView, MAX_PROVERS, MarketEvent};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::provers::capacity::Offer;
use crate::market::records::{MAX_SERVED, Presence, Prover, Retired};
use crate::market::storage::{RECORD_OVERHEAD, record_bytes, storage_cost};
use crate::market::tree::SEAT_BYTES;

/// Length of the largest record of a prover, less its account id and what it serves.
const LARGEST_PROVER: u64 = 703;
/// One circuit in a prover's list and the seat's places in its tree.
const SERVED_BYTES: u64 = 2 + SEAT_BYTES;
/// An entry of `free_seats`: prefix, index, seat and time.
const RETIRED_BYTES: u64 = RECORD_OVERHEAD + 1 + 4 + 4 + 8;

/// A registration as it came.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub(crate) statement_key: [u8; 32],
    pub(crate) offer: Offer,
    pub(crate) stake: Option<NearToken>,
}

impl Market {
    /// Registers the caller with `stake`, or with all that is attached less storage; returns the stake and what is
    /// left of the deposit. The new prover is online and on probation.
    pub(crate) fn register_prover(
        &mut self,
        call: &Call,
        new: Registration,
    ) -> Result<(NearToken, NearToken), MarketError> {
        self.check_may_register(&call.caller, &new.statement_key)?;
        let accepted = self.check_offer(new.offer)?;
        let bytes = prover_bytes(&call.caller, accepted.circuits.len());
        let left = self.charge(call, new.stake.unwrap_or_default(), bytes)?;
        let (stake, left) = new.stake.map_or((left, NearToken::ZERO), |stake| (stake, left));
        self.require_min_stake(stake)?;
        self.purses.stakes = add(self.purses.stakes, stake)?;

        let seat = self.take_seat(call.now)?;
        let mut prover = new_prover(&call.caller, new.statement_key, call.now);
        prover.stake = stake;
        prover.storage_bytes = bytes;
        accepted.write_to(&mut prover);
        self.provers.insert(seat, prover.into());
        self.seats.insert(call.caller.clone(), seat);
        self.statement_keys.insert(new.statement_key, seat);
        self.prover_count = self.prover_count.saturating_add(1);
        emit(MarketEvent::ProverRegistered { prover_id: call.caller.clone(), seat, stake });
        self.go_online(call)?;
        Ok((stake, left))
    }

    fn check_may_register(
        &self,
        account: &AccountId,
        statement_key: &[u8; 32],
    ) -> Result<(), MarketError> {
        self.require_unreserved(account)?;
        if self.seats.contains_key(account) {
            return Err(MarketError::ProverExists(account.clone()));
        }
        if self.prover_count >= self.params.max_provers {
            return Err(MarketError::ProversFull(self.params.max_provers));
        }
        if *statement_key == [0; 32] || self.statement_keys.contains_key(statement_key) {
            return Err(MarketError::BadStatementKey);
        }
        Ok(())
    }

    /// The seat that was left last, if it is free by now, or the next new one. Seats left earlier are free the sooner.
    fn take_seat(&mut self, now: u64) -> Result<u32, MarketError> {
        // A set is frozen again within the interval, and its jobs are drawn within the window.
        let rest = self.params.draw_window_s.saturating_add(self.params.set_interval_s());
        let newest = self.free_seats.len().checked_sub(1);
        let newest = newest.and_then(|at| self.free_seats.get(at)).copied();
        let free = newest.filter(|seat| seat.retired_at.saturating_add(rest) < now);
        if let Some(Retired { seat, .. }) = free {
            self.free_seats.pop();
            return Ok(seat);
        }
        let seat = self.next_seat;
        if seat >= MAX_PROVERS {
            return Err(MarketError::ProversFull(MAX_PROVERS));
        }
        self.next_seat = seat.saturating_add(1);
        Ok(seat)
    }

    /// Removes the caller, which has withdrawn everything, and releases its storage. A ban is for ever, and the
    /// record is the ban: a banned prover's stays.
    pub(crate) fn unregister_prover(&mut self, call: &Call) -> Result<(), MarketError> {
        let seat = self.seat_in_good_standing(&call.caller)?;
        let prover = self.known(seat)?;
        let busy = !prover.stake.is_zero()
            || !prover.unstaking.is_empty()
            || prover.open_jobs > 0
            || prover.open_cases > 0;
        if busy {
            return Err(MarketError::ProverBusy(call.caller.clone()));
        }
        let (bytes, key) = (prover.storage_bytes, prover.statement_key);
        // Without stake it has had no weight since, so that no tree holds it.
        self.provers.remove(&seat);
        self.seats.remove(&call.caller);
        // One registered in the market's first state has no key, and zero is nobody's.
        self.statement_keys.remove(&key);
        self.prover_count = self.prover_count.saturating_sub(1);
        self.free_seats.push(Retired { seat, retired_at: call.now });
        self.release_storage(&call.caller, bytes)?;
        self.leave_behind(&call.caller, RETIRED_BYTES)?;
        emit(MarketEvent::ProverUnregistered { prover_id: call.caller.clone() });
        Ok(())
    }

    /// Takes the price of `bytes` out of an account's free storage balance: from then on it is nobody's money, and
    /// the balance that the protocol demands for the bytes.
    fn leave_behind(&mut self, account: &AccountId, bytes: u64) -> Result<(), MarketError> {
        let cost = storage_cost(bytes)?;
        let account = self.account_mut(account)?;
        account.storage_total = sub(account.storage_total, cost)?;
        self.purses.storage_deposits = sub(self.purses.storage_deposits, cost)?;
        Ok(())
    }

    /// What `register_prover` takes from `account` at least, for so many circuits served.
    pub(crate) fn register_cost(
        &self,
        account: &AccountId,
        circuits: Option<u32>,
    ) -> Result<CostView, MarketError> {
        let circuits = circuits.map_or(MAX_SERVED, |circuits| circuits as usize).min(MAX_SERVED);
        let record = storage_cost(prover_bytes(account, circuits))?;
        let storage = match self.account(account) {
            Some(known) => {
                record.saturating_sub(known.storage_total.saturating_sub(known.storage_used))
            }
            None => add(record, self.account_cost(account)?)?,
        };
        let amount = self.params.min_stake;
        Ok(CostView { amount, storage, total: add(amount, storage)? })
    }
}

/// The most storage that a prover can take: its record, the two that find it, and its places in the draw trees.
pub(super) fn prover_bytes(account: &AccountId, circuits: usize) -> u64 {
    let seat = 0_u32;
    record_bytes(&seat, LARGEST_PROVER + account.len() as u64)
        + record_bytes(account, 4)
        + record_bytes(&[0_u8; 32], 4)
        + SERVED_BYTES * circuits as u64
}

/// A prover that has not come online yet: the time until it does counts as down.
fn new_prover(account: &AccountId, statement_key: [u8; 32], now: u64) -> Prover {
    Prover {
        account_id: account.clone(),
        statement_key,
        presence: Presence::Offline,
        stake: NearToken::ZERO,
        locked: NearToken::ZERO,
        unstaking: Vec::new(),
        open_jobs: 0,
        capacity: 0,
        circuits: Vec::new(),
        endpoint: String::new(),
        x25519_key: [0; 32],
        track: Track::new(day_of(now)),
        successes: 0,
        misses: 0,
        invalid_proofs: 0,
        last_heartbeat: now,
        counted_until: 0,
        outage_slashed: false,
        epochs: Default::default(),
        attestation: None,
        attestation_nonce: 0,
        open_cases: 0,
        weight: 0,
        tee_weight: 0,
        storage_bytes: 0,
    }
}

#[cfg(test)]
mod tests {
    use proofrail_near_interface::{AttestationView, Hex, Platform};

    use super::*;
    use crate::market::records::{
        Attestation, MAX_ENDPOINT, MAX_UNSTAKING, ProverRecord, Unstaking,
    };
    use crate::market::storage::borsh_len;

    fn largest(account: &AccountId) -> Prover {
        let unstaking = Unstaking { amount: NearToken::MAX, available_at: u64::MAX };
        let view = AttestationView {
            platform: Platform::Sgx,
            platform_id: Hex([0; 32]),
            measurement: Hex([0; 32]),
            quote_hash: Hex([0; 32]),
            verified_at: 0,
            expires_at: 0,
        };
        Prover {
            unstaking: vec![unstaking; MAX_UNSTAKING],
            endpoint: "e".repeat(MAX_ENDPOINT),
            attestation: Some(Attestation { view, enclave_key: [0; 32], nonce: 0 }),
            ..new_prover(account, [1; 32], 0)
        }
    }

    #[test]
    fn prover_growth_should_be_paid_for_at_registration() {
        for name in ["ab", "prover.test.near", &"a".repeat(64)] {
            let account: AccountId = name.parse().unwrap();
            for served in [0, 1, MAX_SERVED] {
                let record = Prover { circuits: vec![7; served], ..largest(&account) };
                let record = record_bytes(&7_u32, borsh_len(&ProverRecord::from(record)));
                let index = record_bytes(&account, borsh_len(&7_u32));
                let key = record_bytes(&[1_u8; 32], borsh_len(&7_u32));
                let trees = SEAT_BYTES * served as u64;
                assert_eq!(prover_bytes(&account, served), record + index + key + trees);
            }
        }
    }

    #[test]
    fn retired_bytes_should_be_those_of_an_entry() {
        let entry = Retired { seat: 1, retired_at: 2 };
        assert_eq!(RETIRED_BYTES, record_bytes(&0_u32, borsh_len(&entry)));
    }
}
