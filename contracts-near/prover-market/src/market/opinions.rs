//! Opinions that a job's input is invalid, so that nobody can prove it.
//!
//! What is no statement of the circuit cannot be shown on chain, so a second prover, drawn apart, is
//! asked: if it agrees, both are paid and nobody is blamed; if it proves the job, the first is slashed as
//! for a miss. The client may agree at once. Where nobody else decides, the client is refunded and the
//! first prover goes unharmed and unpaid.

use near_sdk::NearToken;
use proofrail_near_interface::{MarketEvent, split_fee};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Doubt, Status};

impl Market {
    /// Takes the assigned prover's opinion that the input is invalid, before its deadline.
    pub(crate) fn report_invalid_input(
        &mut self,
        call: &Call,
        job_id: u64,
    ) -> Result<(), MarketError> {
        let assignment = self.submittable(call, job_id)?;
        let (seat, prover_id) = (assignment.seat, assignment.prover_id.clone());
        emit(MarketEvent::InputDoubted { job_id, prover_id });
        let job = self.job_mut(job_id)?;
        if job.doubt.is_some() {
            self.release(seat, assignment.collateral)?;
            self.close_input_invalid(call, job_id, Some(seat))?;
            return Ok(());
        }
        // Its collateral stays locked until somebody else decides.
        job.doubt = Some(Doubt { seat, collateral: assignment.collateral });
        job.excluded.push(seat);
        self.reopen(call, job_id)
    }

    /// The client agrees with the one prover that called its input invalid. Not while another prover is at
    /// work on the job: its work would be for nothing.
    pub(crate) fn accept_invalid_input(
        &mut self,
        call: &Call,
        job_id: u64,
    ) -> Result<(), MarketError> {
        let job = self.job(job_id)?;
        if call.caller != job.client_id {
            return Err(MarketError::NotClient(job.client_id.clone()));
        }
        match job.status {
            Status::Funded { .. } | Status::Drawing { .. } if job.doubt.is_some() => {
                self.close_input_invalid(call, job_id, None)
            }
            _ if job.doubt.is_none() => Err(MarketError::NotDoubted(job_id)),
            _ => Err(MarketError::JobState { job_id, state: job.status.name() }),
        }
    }

    /// Pays the prover's share to the one or two provers that called the input invalid; the odd yocto is
    /// the first's. What earlier provers forfeited goes to the insurance pool: nobody served the job.
    fn close_input_invalid(
        &mut self,
        call: &Call,
        job_id: u64,
        second: Option<u32>,
    ) -> Result<(), MarketError> {
        self.reward_to_insurance(job_id)?;
        let job = self.job_mut(job_id)?;
        let Some(doubt) = job.doubt.take() else { return Err(MarketError::NotDoubted(job_id)) };
        let (fee, first) = (job.fee, doubt.seat);
        job.status = Status::InputInvalid { first, second, closed_at: call.now };
        self.release(first, doubt.collateral)?;
        let split = split_fee(fee);
        self.purses.fees = sub(self.purses.fees, fee)?;
        self.purses.treasury = add(self.purses.treasury, split.treasury)?;
        self.purses.insurance = add(self.purses.insurance, split.insurance)?;
        let half = second.map_or(NearToken::ZERO, |_| split.prover.saturating_div(2));
        self.credit_seat(first, sub(split.prover, half)?)?;
        if let Some(second) = second {
            self.credit_seat(second, half)?;
        }
        emit(MarketEvent::InputInvalid { job_id, first, second, split });
        Ok(())
    }

    fn credit_seat(&mut self, seat: u32, amount: NearToken) -> Result<(), MarketError> {
        let prover = self.prover_at(seat).ok_or(MarketError::SeatEmpty(seat))?;
        let prover_id = prover.account_id.clone();
        self.credit(&prover_id, amount)
    }
}
