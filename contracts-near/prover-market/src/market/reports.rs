//! Reports of false proofs, judged by the contract itself.
//!
//! A prover stands for a proof by the hash that it submitted or by its signature of a
//! [`ProofStatement`]. What it stood for is verified here: bytes that are no proof are a false proof, and
//! nothing in them can make the call trap.

use near_sdk::{AccountId, env};
use proofrail_near_interface::rules::slashing::Fault;
use proofrail_near_interface::{MarketEvent, ProofStatement};

use crate::MarketError;
use crate::error::add;
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::provers::Ending;
use crate::market::records::{Assignment, Job, Status};
use crate::market::settling::inputs_hash;

/// Longest proof that is judged.
pub(crate) const MAX_EVIDENCE: usize = 4_096;

/// A proof that a prover stood for.
#[derive(Debug)]
pub(crate) struct Evidence {
    pub(crate) prover_id: AccountId,
    pub(crate) proof: Vec<u8>,
    pub(crate) signature: Option<[u8; 64]>,
}

impl Market {
    /// Slashes a prover that stood for a false proof of a job it was assigned to, once a job; the caller
    /// is paid for the report. If the prover is still at work on the job, it is drawn anew or refunded.
    pub(crate) fn report_invalid_proof(
        &mut self,
        call: &Call,
        job_id: u64,
        evidence: &Evidence,
    ) -> Result<(), MarketError> {
        if evidence.proof.len() > MAX_EVIDENCE {
            return Err(MarketError::EvidenceTooLong { got: evidence.proof.len() });
        }
        let seat = self.seat_of(&evidence.prover_id)?;
        let job = self.job(job_id)?;
        self.require_judgeable(call, job_id, job)?;
        if job.invalid_by.contains(&seat) {
            return Err(MarketError::SlashedAlready {
                job_id,
                prover_id: evidence.prover_id.clone(),
            });
        }
        if !self.stands_for(job_id, job, seat, evidence) {
            return Err(MarketError::NotBound { job_id, prover_id: evidence.prover_id.clone() });
        }
        if self.proof_holds(job_id, &evidence.proof)? {
            return Err(MarketError::ProofHolds { job_id });
        }
        match self.job(job_id)?.status.clone() {
            Status::Assigned(assignment) | Status::Committed { assignment, .. }
                if assignment.seat == seat =>
            {
                self.condemn(call, job_id, &assignment, &call.caller)
            }
            _ => self.punish_false_proof(call, job_id, seat, &call.caller),
        }
    }

    /// A closed job may be judged for as long as a commitment may be challenged.
    fn require_judgeable(&self, call: &Call, job_id: u64, job: &Job) -> Result<(), MarketError> {
        let Some(closed_at) = job.status.closed_at() else { return Ok(()) };
        let until = closed_at.saturating_add(self.params.challenge_window_s);
        match call.now <= until {
            true => Ok(()),
            false => Err(MarketError::ReportTooLate { job_id, until }),
        }
    }

    /// Whether the prover on a seat, assigned to the job now or before, stands for the evidence.
    fn stands_for(&self, job_id: u64, job: &Job, seat: u32, evidence: &Evidence) -> bool {
        let proof_hash = env::sha256_array(&evidence.proof);
        let assigned = |assignment: &&Assignment| assignment.seat == seat;
        let is_assigned = job.status.assignment().filter(assigned).is_some();
        if is_assigned && job.status.proof_hash() == Some(&proof_hash) {
            return true;
        }
        let (true, Some(prover), Some(signature)) =
            (is_assigned || job.excluded.contains(&seat), self.prover_at(seat), evidence.signature)
        else {
            return false;
        };
        let statement = ProofStatement {
            market_id: &env::current_account_id(),
            job_id,
            circuit_id: job.circuit_id,
            inputs_hash: inputs_hash(job),
            proof_hash,
        };
        env::ed25519_verify(&signature, statement.message(), &prover.statement_key)
    }

    /// Slashes the prover on a seat for a false proof of a job, and notes it.
    pub(crate) fn punish_false_proof(
        &mut self,
        call: &Call,
        job_id: u64,
        seat: u32,
        reporter: &AccountId,
    ) -> Result<(), MarketError> {
        let job = self.job_mut(job_id)?;
        if job.invalid_by.contains(&seat) {
            return Ok(());
        }
        job.invalid_by.push(seat);
        let prover = self.prover_at(seat).ok_or(MarketError::SeatEmpty(seat))?;
        let prover_id = prover.account_id.clone();
        emit(MarketEvent::ProofRefuted { job_id, prover_id, reporter_id: reporter.clone() });
        let nothing = near_sdk::NearToken::ZERO;
        let split = self.slash(call, seat, Fault::InvalidProof, nothing, Some(reporter))?;
        self.note(call, seat, Ending::InvalidProof)?;
        let job = self.job_mut(job_id)?;
        job.harm = add(job.harm, split.insurance)?;
        Ok(())
    }
}
