//! Proofs: verification, and the payment of a job that was proved.

use near_sdk::{NearToken, env};
use proofrail_near_groth16::{Proof, Verdict};
use proofrail_near_interface::rules::slashing::Fault;
use proofrail_near_interface::{FeeSplit, MarketEvent};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::provers::Ending;
use crate::market::records::{Assignment, Job, Status};

impl Market {
    /// Verifies the assigned prover's proof, closes the job and credits the shares of its fee. A refused
    /// proof changes nothing.
    pub(crate) fn submit_proof(
        &mut self,
        call: &Call,
        job_id: u64,
        proof: &[u8; 256],
    ) -> Result<FeeSplit, MarketError> {
        let assignment = self.submittable(call, job_id)?;
        let job = self.job(job_id)?;
        let parsed = Proof::from_eip197(proof)?;
        match self.judge(&job.circuit_id, &job.public_inputs, &parsed)? {
            Verdict::Valid => {}
            Verdict::Invalid => return Err(MarketError::ProofInvalid),
        }
        let proof_hash = env::sha256_array(proof);
        self.settle(call, job_id, assignment, proof_hash, call.now)
    }

    /// The caller's open assignment, before its deadline, of a running circuit; where the circuit asks
    /// for a TEE, with an attestation that counts now.
    pub(crate) fn submittable(&self, call: &Call, job_id: u64) -> Result<Assignment, MarketError> {
        let job = self.job(job_id)?;
        let Status::Assigned(assignment) = &job.status else {
            return Err(MarketError::JobState { job_id, state: job.status.name() });
        };
        if call.caller != assignment.prover_id {
            let prover_id = assignment.prover_id.clone();
            return Err(MarketError::NotDrawnProver { job_id, prover_id });
        }
        let deadline = assignment.deadline;
        if call.now > deadline {
            return Err(MarketError::DeadlinePassed { deadline, now: call.now });
        }
        let circuit = self.running_circuit(&job.circuit_id)?;
        let prover = self.prover_at(assignment.seat);
        if circuit.tee && !prover.is_some_and(|prover| self.attested(prover, call.now)) {
            return Err(MarketError::NotAttested(call.caller.clone()));
        }
        Ok(assignment.clone())
    }

    /// Closes a proved job: pays the shares of its fee and what earlier provers forfeited, frees the
    /// prover, and slashes whoever called the input invalid. The proof was there at `proved_at`.
    pub(crate) fn settle(
        &mut self,
        call: &Call,
        job_id: u64,
        assignment: Assignment,
        proof_hash: [u8; 32],
        proved_at: u64,
    ) -> Result<FeeSplit, MarketError> {
        self.refute_doubt(call, job_id)?;
        let job = self.job_mut(job_id)?;
        let (circuit_id, fee) = (job.circuit_id, job.fee);
        let reward = core::mem::take(&mut job.reward);
        let deadline_s = assignment.deadline.saturating_sub(assignment.assigned_at);
        let latency_s = proved_at.saturating_sub(assignment.assigned_at);
        let (seat, prover_id) = (assignment.seat, assignment.prover_id.clone());
        self.release(seat, assignment.collateral)?;
        let split = self.pay_shares(call, seat, fee)?;
        self.purses.fees = sub(self.purses.fees, reward)?;
        self.credit(&prover_id, reward)?;
        self.note(call, seat, Ending::Success { latency_s, deadline_s })?;
        self.job_mut(job_id)?.status =
            Status::Proved { assignment, proved_at: call.now, proof_hash };
        emit(MarketEvent::ProofAccepted { job_id, prover_id, circuit_id, split, reward });
        Ok(split)
    }

    /// A proof shows that the input was valid: the prover that denied it is slashed as for a miss, for the
    /// one that proved it.
    fn refute_doubt(&mut self, call: &Call, job_id: u64) -> Result<(), MarketError> {
        let Some(doubt) = self.job_mut(job_id)?.doubt.take() else { return Ok(()) };
        self.forfeit(call, job_id, doubt.seat, doubt.collateral, false)?;
        self.release(doubt.seat, doubt.collateral)
    }

    /// Slashes a job's collateral as for a missed deadline; the caller is paid for reporting it, if it did.
    /// The next prover's share is set aside for whoever finishes the job.
    pub(crate) fn forfeit(
        &mut self,
        call: &Call,
        job_id: u64,
        seat: u32,
        collateral: NearToken,
        reported: bool,
    ) -> Result<(), MarketError> {
        let reporter = reported.then_some(&call.caller);
        let split = self.slash(call, seat, Fault::MissedDeadline, collateral, reporter)?;
        self.note(call, seat, Ending::Miss)?;
        let job = self.job_mut(job_id)?;
        job.reward = add(job.reward, split.next_prover)?;
        job.harm = add(job.harm, split.insurance)?;
        Ok(())
    }
}

/// SHA-256 of a job's public inputs, each 32 bytes big-endian, in order.
pub(crate) fn inputs_hash(job: &Job) -> [u8; 32] {
    let bytes: Vec<u8> = job.public_inputs.iter().flat_map(|input| input.to_be_bytes()).collect();
    env::sha256_array(bytes)
}
