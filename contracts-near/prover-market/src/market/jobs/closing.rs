//! The end of a job without a proof: it is drawn anew or its fee goes back; and the removal of a job.

use near_sdk::NearToken;
use proofrail_near_interface::MarketEvent;

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Assignment, Status};
use crate::market::storage::storage_cost;

impl Market {
    /// Gives a job whose assignment has ended to another prover, or refunds it: after its last round,
    /// where nobody could be drawn, or where its circuit was stopped.
    ///
    /// The set is frozen anew. The old one may be long gone, and provers that joined since would wait for
    /// nothing; the seed is that of a still later block, so that nobody can choose the set by it.
    pub(crate) fn reopen(&mut self, call: &Call, job_id: u64) -> Result<(), MarketError> {
        let job = self.job(job_id)?;
        let rounds = job.rounds;
        let circuit = self.registered_circuit(&job.circuit_id)?;
        let (index, stopped) = (circuit.index, circuit.stopped);
        if stopped || rounds >= self.params.max_rounds {
            return self.close_refunded(call, job_id);
        }
        let Some(status) = self.freeze(call, index) else {
            return self.close_refunded(call, job_id);
        };
        if let Status::Funded { set, draw_before, .. } = status {
            emit(MarketEvent::JobReopened { job_id, round: rounds, set, draw_before });
        }
        self.job_mut(job_id)?.status = status;
        Ok(())
    }

    /// Closes a job that nobody served: the whole fee is credited to its client, what was set aside for
    /// the next prover goes to the insurance pool, and a prover that doubted the input goes unharmed.
    pub(crate) fn close_refunded(&mut self, call: &Call, job_id: u64) -> Result<(), MarketError> {
        self.reward_to_insurance(job_id)?;
        let job = self.job_mut(job_id)?;
        job.status = Status::Refunded { refunded_at: call.now };
        let (client_id, fee, doubt) = (job.client_id.clone(), job.fee, job.doubt);
        if let Some(doubt) = doubt {
            self.release(doubt.seat, doubt.collateral)?;
        }
        self.purses.fees = sub(self.purses.fees, fee)?;
        self.credit(&client_id, fee)?;
        emit(MarketEvent::JobRefunded { job_id, client_id, amount: fee });
        Ok(())
    }

    /// Collateral of earlier misses for which no next prover came.
    pub(crate) fn reward_to_insurance(&mut self, job_id: u64) -> Result<(), MarketError> {
        let job = self.job_mut(job_id)?;
        let reward = core::mem::take(&mut job.reward);
        job.harm = add(job.harm, reward)?;
        self.purses.fees = sub(self.purses.fees, reward)?;
        self.purses.insurance = add(self.purses.insurance, reward)?;
        Ok(())
    }

    /// Ends an assignment: the prover is free of the job and cannot be drawn for it again.
    pub(crate) fn dismiss(
        &mut self,
        job_id: u64,
        assignment: &Assignment,
    ) -> Result<(), MarketError> {
        self.release(assignment.seat, assignment.collateral)?;
        self.job_mut(job_id)?.excluded.push(assignment.seat);
        Ok(())
    }

    /// Refunds a job that was not drawn or taken in time, or whose circuit was stopped; in the latter case
    /// a prover at work on it goes unharmed, and so does whoever challenged it. Returns the fee.
    pub(crate) fn refund_job(
        &mut self,
        call: &Call,
        job_id: u64,
    ) -> Result<NearToken, MarketError> {
        let job = self.job(job_id)?;
        let (fee, status) = (job.fee, job.status.clone());
        let stopped = self.registered_circuit(&job.circuit_id)?.stopped;
        match status {
            Status::Funded { draw_before: until, .. }
            | Status::Drawing { draw_before: until, .. }
            | Status::Auction { close_at: until, .. } => {
                if !stopped && call.now <= until {
                    return Err(MarketError::NotRefundable { job_id, until });
                }
            }
            Status::Assigned(assignment) if stopped => self.dismiss(job_id, &assignment)?,
            Status::Committed { assignment, challenge, .. } if stopped => {
                self.dismiss(job_id, &assignment)?;
                if let Some(challenge) = challenge {
                    let to = challenge.challenger_id.clone();
                    self.close_challenge(job_id, &challenge, &to)?;
                }
            }
            other => return Err(MarketError::JobState { job_id, state: other.name() }),
        }
        self.close_refunded(call, job_id)?;
        Ok(fee)
    }

    /// Removes the client's closed job once nobody can judge or claim anything on its account; its
    /// storage is free in the client's storage balance again. Returns what it cost.
    pub(crate) fn prune_job(&mut self, call: &Call, job_id: u64) -> Result<NearToken, MarketError> {
        let job = self.job(job_id)?;
        if call.caller != job.client_id {
            return Err(MarketError::NotClient(job.client_id.clone()));
        }
        let Some(closed_at) = job.status.closed_at() else {
            return Err(MarketError::JobState { job_id, state: job.status.name() });
        };
        let windows = self.params.challenge_window_s.max(self.params.insurance_window_s);
        let after = closed_at.saturating_add(windows);
        if call.now <= after {
            return Err(MarketError::NotPrunable { job_id, after });
        }
        let bytes = job.storage_bytes;
        self.jobs.remove(&job_id);
        self.release_storage(&call.caller, bytes)?;
        let released = storage_cost(bytes)?;
        emit(MarketEvent::JobPruned { job_id, released });
        Ok(released)
    }
}
