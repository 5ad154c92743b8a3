//! The insurance pool's pay-outs.
//!
//! A client is harmed by a slashed event where
//! - its job was refunded after a slash: it lost time, 10 % of the fee;
//! - its job was paid for a proof that was judged false later: it lost the fee;
//! - an executed case of the council names its job as one whose data got out: it lost the fee.
//!
//! It may claim once for a job, within `insurance_window_s` of the job's end or of the case. Paid is the smallest of
//! the loss, a share of the pool, and half of what slashes on account of the job brought the pool.

use near_sdk::NearToken;
use proofrail_near_interface::MarketEvent;
use proofrail_near_interface::rules::bps::bps_of;
use proofrail_near_interface::rules::slashing::{DELAY_LOSS_BPS, insurance_payout};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Job, Status};

impl Market {
    /// Credits the caller what the pool pays for its job; returns it.
    pub(crate) fn claim_insurance(
        &mut self,
        call: &Call,
        job_id: u64,
    ) -> Result<NearToken, MarketError> {
        let job = self.job(job_id)?;
        if job.client_id != call.caller {
            return Err(MarketError::NotClient(job.client_id.clone()));
        }
        let not_insured = |why| MarketError::NotInsured { job_id, why };
        let ended_at = job.ended_at().ok_or(not_insured("it is still open"))?;
        let from = ended_at.max(job.leaked_at.unwrap_or_default());
        if job.insured {
            return Err(not_insured("it was paid for already"));
        }
        if call.now > from.saturating_add(self.params.insurance_window_s) {
            return Err(not_insured("the time to claim is over"));
        }
        let pool = self.purses.insurance;
        let amount = insurance_payout(job.loss(), job.harm, pool, &self.params.insurance);
        if amount.is_zero() {
            return Err(not_insured("no slash harmed it, or the pool is empty"));
        }
        self.job_mut(job_id)?.insured = true;
        self.purses.insurance = sub(self.purses.insurance, amount)?;
        self.credit(&call.caller, amount)?;
        emit(MarketEvent::InsurancePaid { job_id, client_id: call.caller.clone(), amount });
        Ok(amount)
    }

    /// Notes on the jobs of an executed case that their data got out, and divides among them what it brought the
    /// pool: equally and floored, so that all pay-outs of one event share its one limit. What is claimed for a job
    /// that is no more stays in the pool.
    pub(in crate::market) fn note_leak(
        &mut self,
        call: &Call,
        jobs: &[u64],
        brought: NearToken,
    ) -> Result<(), MarketError> {
        let Some(each) = brought.checked_div(jobs.len() as u128) else { return Ok(()) };
        for job_id in jobs {
            let Ok(job) = self.job_mut(*job_id) else { continue };
            job.leaked_at = Some(call.now);
            job.harm = add(job.harm, each)?;
        }
        Ok(())
    }
}

impl Job {
    /// What its client lost, by the rule above.
    fn loss(&self) -> NearToken {
        let judged_false = match &self.status {
            Status::Proved { assignment, .. } => self.invalid_by.contains(&assignment.seat),
            _ => false,
        };
        match self.status {
            _ if self.leaked_at.is_some() || judged_false => self.fee,
            Status::Refunded { .. } => bps_of(self.fee, DELAY_LOSS_BPS),
            _ => NearToken::ZERO,
        }
    }

    /// When it was closed.
    const fn ended_at(&self) -> Option<u64> {
        match &self.status {
            Status::Proved { proved_at, .. } => Some(*proved_at),
            Status::InputInvalid { closed_at, .. } => Some(*closed_at),
            Status::Refunded { refunded_at } => Some(*refunded_at),
            _ => None,
        }
    }
}
