//! Proofs: verification and the split of the fee.

use proofrail_near_groth16::{Proof, Verdict, verify};
use proofrail_near_interface::{FeeSplit, MarketEvent, split_fee};

use crate::MarketError;
use crate::error::sub;
use crate::events::emit;
use crate::host::{Call, HostCurve};
use crate::market::Market;
use crate::market::records::{Draw, Job, Status};

impl Market {
    /// Verifies the drawn prover's proof, closes the job and credits the shares of its fee.
    pub(crate) fn submit_proof(
        &mut self,
        call: &Call,
        job_id: u64,
        proof: &[u8; 256],
    ) -> Result<FeeSplit, MarketError> {
        let job = self.job(job_id)?;
        let draw = check_submittable(job, job_id, call)?.clone();
        self.running_circuit(&job.circuit_id)?;
        self.verify_proof(job, proof)?;
        let (circuit_id, fee) = (job.circuit_id, job.fee);

        let split = split_fee(fee);
        self.purses.fees = sub(self.purses.fees, fee)?;
        self.credit(&draw.prover_id, split.prover)?;
        self.credit(&self.treasury_id.clone(), split.treasury)?;
        self.credit(&self.insurance_id.clone(), split.insurance)?;
        let prover = self.prover_mut(&draw.prover_id)?;
        prover.open_jobs -= 1;
        prover.proofs_accepted += 1;
        let prover_id = draw.prover_id.clone();
        self.job_mut(job_id)?.status = Status::Proved { draw, proved_at: call.now };
        emit(MarketEvent::ProofAccepted { job_id, prover_id, circuit_id, split });
        Ok(split)
    }

    fn verify_proof(&self, job: &Job, proof: &[u8; 256]) -> Result<(), MarketError> {
        let proof = Proof::from_eip197(proof)?;
        let key = self
            .keys
            .get(&job.circuit_id)
            .ok_or_else(|| MarketError::CircuitUnknown(job.circuit_id.to_string()))?;
        let verdict = verify(&HostCurve, key, &proof, &job.public_inputs).map_err(|count| {
            MarketError::InputCount { expected: count.expected, got: count.got }
        })?;
        match verdict {
            Verdict::Valid => Ok(()),
            Verdict::Invalid => Err(MarketError::ProofInvalid),
        }
    }
}

fn check_submittable<'a>(job: &'a Job, job_id: u64, call: &Call) -> Result<&'a Draw, MarketError> {
    let Status::Assigned(draw) = &job.status else {
        return Err(MarketError::JobState { job_id, state: job.status.name() });
    };
    if call.caller != draw.prover_id {
        let prover_id = draw.prover_id.clone();
        return Err(MarketError::NotDrawnProver { job_id, prover_id });
    }
    if call.now > draw.deadline {
        return Err(MarketError::DeadlinePassed { deadline: draw.deadline, now: call.now });
    }
    Ok(draw)
}
