//! Taking over the state of release 0.1.0.
//!
//! Circuits and provers, at most 100, are taken over by `migrate`. Jobs and credits, of which there may be any number,
//! follow one by one, by `adopt_job` and `adopt_credit`, which anyone may call and `claim` does by itself. Every amount
//! stays with whom it belongs to; what the new records take in storage beyond the old ones is the market's own expense.

mod records;

use near_sdk::store::LookupMap;
use near_sdk::{AccountId, NearToken, borsh, env};
use proofrail_near_interface::rules::reputation::{Track, day_of};
use proofrail_near_interface::rules::weight::draw_weight;
use proofrail_near_interface::{Constitution, MarketEvent};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::ledger::Purses;
use crate::market::records::{
    Account, AccountRecord, Assignment, Circuit, EpochRecord, Job, MAX_SERVED, Origin, Presence,
    Prover, Status,
};
use crate::market::storage::{StorageKey, storage_cost};
use records::{
    LegacyCircuitRecord, LegacyCredit, LegacyDraw, LegacyJob, LegacyJobRecord, LegacyMarket,
    LegacyProver, LegacyProverRecord, LegacyStatus,
};

/// Provers of release 0.1.0 send no heartbeats: they have this long to run newer software before silence counts.
const GRACE_S: u64 = 7 * 24 * 3_600;
/// Jobs that they take at a time until they say otherwise.
const PARALLEL_JOBS: u32 = 4;
/// Stands for a statement key that was never given: no point of the curve, so that no signature verifies under it.
pub(crate) const NO_STATEMENT_KEY: [u8; 32] = {
    let mut key = [0; 32];
    key[0] = 2;
    key
};

impl Market {
    /// Takes over circuits and provers of release 0.1.0, whose root record follows its version byte in `state`.
    pub(crate) fn from_legacy(
        call: &Call,
        state: &[u8],
        constitution: &Constitution,
    ) -> Result<Self, MarketError> {
        let legacy: LegacyMarket = borsh::from_slice(state)
            .map_err(|error| MarketError::BadMigration(format!("it cannot be read: {error}")))?;
        let mut market = Self::new(
            legacy.treasury_id.clone(),
            constitution.verifier_id.clone(),
            constitution.params.unwrap_or_default(),
            constitution.attestation_policy(),
            constitution.delay_floor_s,
        )?;
        market.purses = Purses {
            stakes: legacy.purses.stakes,
            fees: legacy.purses.fees,
            credits: legacy.purses.credits,
            storage_deposits: legacy.purses.storage_deposits,
            ..Purses::default()
        };
        market.next_seat = legacy.next_seat;
        market.prover_count = legacy.prover_count;
        market.next_job_id = legacy.next_job_id;
        market.adopt_circuits(legacy)?;
        market.adopt_provers(call)?;
        Ok(market)
    }

    fn adopt_circuits(&mut self, mut legacy: LegacyMarket) -> Result<(), MarketError> {
        let circuits: Vec<_> = legacy
            .circuits
            .iter()
            .map(|(circuit_id, LegacyCircuitRecord::V1(circuit))| (*circuit_id, circuit.clone()))
            .collect();
        // The new records go to the same places.
        legacy.circuits.clear();
        legacy.circuits.flush();
        legacy.roster.get_mut().clear();
        drop(legacy);
        env::storage_remove(&borsh_key(StorageKey::LegacyRoster));
        for (index, (circuit_id, old)) in (0..).zip(circuits) {
            let circuit = Circuit {
                index,
                name: old.name,
                public_inputs: old.public_inputs,
                base_fee: old.base_fee,
                deadline_s: old.deadline_s,
                tee: false,
                impossible: Vec::new(),
                stopped: old.stopped,
            };
            self.circuits.insert(circuit_id, circuit.into());
            self.circuit_ids.push(circuit_id);
        }
        let (longest, needed) =
            (self.params.longest_deadline_s(), self.longest_running_deadline_s());
        if longest < needed {
            return Err(MarketError::BadMigration(format!(
                "a running circuit has a deadline of {needed} seconds, the parameters allow {longest}"
            )));
        }
        Ok(())
    }

    fn adopt_provers(&mut self, call: &Call) -> Result<(), MarketError> {
        let running = self.circuits.values().map(|record| record.latest());
        let mut served: Vec<u16> =
            running.filter(|circuit| !circuit.stopped).map(|circuit| circuit.index).collect();
        served.sort_unstable();
        served.truncate(MAX_SERVED);
        let mut old: LookupMap<u32, LegacyProverRecord> = LookupMap::new(StorageKey::LegacyProvers);
        for seat in 0..self.next_seat {
            let Some(LegacyProverRecord::V1(prover)) = old.remove(&seat) else { continue };
            let storage_bytes = self.adopt_storage(&prover.account_id, prover.storage_deposit)?;
            let prover = self.new_prover(call, prover, served.clone(), storage_bytes);
            for circuit in &prover.circuits {
                if prover.weight > 0 {
                    self.tree.set_weight(*circuit, seat, prover.weight);
                }
            }
            self.provers.insert(seat, prover.into());
        }
        Ok(())
    }

    fn new_prover(
        &self,
        call: &Call,
        old: LegacyProver,
        circuits: Vec<u16>,
        storage_bytes: u64,
    ) -> Prover {
        let track = Track::new(day_of(call.now));
        let probation = old.proofs_accepted < u64::from(self.params.probation_proofs);
        let weight = if old.stake < self.params.min_stake {
            0
        } else {
            draw_weight(old.stake, self.params.weight_cap, track.score_bps(), probation)
        };
        Prover {
            account_id: old.account_id,
            statement_key: NO_STATEMENT_KEY,
            presence: Presence::Online,
            stake: old.stake,
            locked: NearToken::ZERO,
            unstaking: old.unstaking,
            open_jobs: old.open_jobs,
            capacity: PARALLEL_JOBS.max(old.open_jobs),
            circuits,
            endpoint: String::new(),
            x25519_key: [0; 32],
            track,
            successes: old.proofs_accepted,
            misses: old.deadlines_missed,
            invalid_proofs: 0,
            last_heartbeat: call.now.saturating_add(GRACE_S),
            outage_slashed: false,
            epochs: [EpochRecord::default(); 2],
            attestation: None,
            attestation_nonce: 0,
            open_cases: 0,
            weight,
            tee_weight: 0,
            counted_until: call.now,
            storage_bytes,
        }
    }

    /// Takes over a job, with its rules from here on. One that was not drawn yet is drawn from the present set: the
    /// draw's seed is still that of a later block.
    pub(crate) fn adopt_job(&mut self, call: &Call, job_id: u64) -> Result<(), MarketError> {
        let mut old: LookupMap<u64, LegacyJobRecord> = LookupMap::new(StorageKey::LegacyJobs);
        let Some(LegacyJobRecord::V1(job)) = old.remove(&job_id) else {
            return Err(MarketError::JobUnknown(job_id));
        };
        let storage_bytes = self.adopt_storage(&job.client_id, job.storage_deposit)?;
        let status = self.new_status(call, &job);
        let rounds = u8::from(matches!(status, Status::Assigned(_) | Status::Proved { .. }));
        let job = Job {
            client_id: job.client_id,
            circuit_id: job.circuit_id,
            public_inputs: job.public_inputs,
            fee: job.fee,
            commitment_allowed: false,
            storage_bytes,
            rounds,
            excluded: Vec::new(),
            invalid_by: Vec::new(),
            doubt: None,
            reward: NearToken::ZERO,
            harm: NearToken::ZERO,
            leaked_at: None,
            insured: false,
            status,
        };
        self.jobs.insert(job_id, job.into());
        emit(MarketEvent::JobAdopted { job_id });
        Ok(())
    }

    fn new_status(&mut self, call: &Call, job: &LegacyJob) -> Status {
        match &job.status {
            LegacyStatus::Funded | LegacyStatus::Drawing { .. } => {
                let window_s = self.params.draw_window_s;
                let set = self.tree.freeze(call.now, self.params.set_interval_s(), window_s);
                // The set is known no longer than this.
                let draw_before = job.draw_before.min(call.now.saturating_add(window_s));
                Status::Funded { set, draw_before, frozen_height: call.height }
            }
            LegacyStatus::Assigned(draw) => Status::Assigned(self.new_assignment(job, draw)),
            LegacyStatus::Proved { draw, proved_at } => Status::Proved {
                assignment: self.new_assignment(job, draw),
                proved_at: *proved_at,
                proof_hash: [0; 32],
            },
            LegacyStatus::Refunded { refunded_at, .. } => {
                Status::Refunded { refunded_at: *refunded_at }
            }
        }
    }

    fn new_assignment(&self, job: &LegacyJob, draw: &LegacyDraw) -> Assignment {
        // The first state kept the deadline, which was always so long after the draw.
        let given_s = self.registered_circuit(&job.circuit_id).map_or(0, |it| it.deadline_s);
        Assignment {
            prover_id: draw.prover_id.clone(),
            seat: draw.seat,
            assigned_at: draw.deadline.saturating_sub(given_s),
            deadline: draw.deadline,
            collateral: NearToken::ZERO,
            origin: Origin::Legacy { seed: draw.seed, block_height: draw.block_height },
        }
    }

    /// Takes over an account's credit, if it has one; returns how much.
    pub(crate) fn adopt_credit(
        &mut self,
        account_id: &AccountId,
    ) -> Result<NearToken, MarketError> {
        let mut old: LookupMap<AccountId, LegacyCredit> = LookupMap::new(StorageKey::LegacyCredits);
        let Some(LegacyCredit { amount, storage_deposit }) = old.remove(account_id) else {
            return Ok(NearToken::ZERO);
        };
        let had_account = self.account(account_id).is_some();
        self.adopt_storage(account_id, storage_deposit)?;
        let account = self.account_mut(account_id)?;
        if had_account {
            // It kept the credit's own record, which is gone.
            account.storage_used = sub(account.storage_used, storage_deposit)?;
        }
        account.credit = add(account.credit, amount)?;
        emit(MarketEvent::CreditAdopted { account_id: account_id.clone(), amount });
        Ok(amount)
    }

    /// A credit that was not taken over yet.
    pub(crate) fn legacy_credit(&self, account_id: &AccountId) -> NearToken {
        let old: LookupMap<AccountId, LegacyCredit> = LookupMap::new(StorageKey::LegacyCredits);
        old.get(account_id).map_or(NearToken::ZERO, |credit| credit.amount)
    }

    /// Puts a deposit of the first state, already in its purse, into the account's storage balance, all of it in use.
    /// Returns the bytes that a record other than the account's own holds of it.
    fn adopt_storage(
        &mut self,
        account_id: &AccountId,
        deposit: NearToken,
    ) -> Result<u64, MarketError> {
        let own = if self.account(account_id).is_some() {
            NearToken::ZERO
        } else {
            self.accounts.insert(account_id.clone(), AccountRecord::from(Account::default()));
            self.account_cost(account_id)?.min(deposit)
        };
        let account = self.account_mut(account_id)?;
        account.storage_total = add(account.storage_total, deposit)?;
        account.storage_used = add(account.storage_used, deposit)?;
        bytes_of(sub(deposit, own)?)
    }
}

/// How many bytes an amount keeps in storage.
fn bytes_of(amount: NearToken) -> Result<u64, MarketError> {
    let price = storage_cost(1)?.as_yoctonear().max(1);
    u64::try_from(amount.as_yoctonear() / price).map_err(|_| MarketError::AmountOverflow)
}

/// The key of a record that is no collection.
fn borsh_key(key: StorageKey) -> Vec<u8> {
    near_sdk::IntoStorageKey::into_storage_key(key)
}
