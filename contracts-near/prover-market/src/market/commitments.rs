//! Commitments: the hash of a proof instead of the proof, for jobs whose proof goes straight to another
//! chain. A hash is cheap to submit and proves nothing, so it stays challengeable for a window: the
//! prover then shows the proof in time or is slashed as for a false one.

use near_sdk::{AccountId, NearToken, env};
use proofrail_near_groth16::{Proof, Verdict};
use proofrail_near_interface::{FeeSplit, Hex, MarketEvent, RevealView};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Assignment, Challenge, Status};

impl Market {
    /// Takes the hash of the assigned prover's proof; returns until when it may be challenged.
    pub(crate) fn submit_commitment(
        &mut self,
        call: &Call,
        job_id: u64,
        proof_hash: [u8; 32],
    ) -> Result<u64, MarketError> {
        let assignment = self.submittable(call, job_id)?;
        if !self.job(job_id)?.commitment_allowed {
            return Err(MarketError::CommitmentNotAllowed(job_id));
        }
        let challenge_before = call.now.saturating_add(self.params.challenge_window_s);
        let prover_id = assignment.prover_id.clone();
        self.job_mut(job_id)?.status = Status::Committed {
            assignment,
            proof_hash,
            committed_at: call.now,
            challenge_before,
            challenge: None,
        };
        let proof_hash = Hex(proof_hash);
        emit(MarketEvent::ProofCommitted { job_id, prover_id, proof_hash, challenge_before });
        Ok(challenge_before)
    }

    /// Demands the proof behind a commitment; the caller's bond is the prover's if it holds. Returns until
    /// when it must be revealed, and what is left of the deposit.
    pub(crate) fn challenge_commitment(
        &mut self,
        call: &Call,
        job_id: u64,
    ) -> Result<(u64, NearToken), MarketError> {
        let job = self.job(job_id)?;
        self.running_circuit(&job.circuit_id)?;
        match &job.status {
            Status::Committed { challenge: None, challenge_before, .. }
                if call.now > *challenge_before =>
            {
                return Err(MarketError::ChallengeTooLate(*challenge_before));
            }
            Status::Committed { challenge: None, .. } => {}
            other => return Err(MarketError::JobState { job_id, state: other.name() }),
        }
        let bond = self.params.challenge_bond;
        let left = self.charge(call, bond, 0)?;
        self.purses.bonds = add(self.purses.bonds, bond)?;
        let reveal_before = call.now.saturating_add(self.params.reveal_window_s);
        let challenger_id = call.caller.clone();
        if let Status::Committed { challenge, .. } = &mut self.job_mut(job_id)?.status {
            let challenger_id = challenger_id.clone();
            *challenge = Some(Challenge { challenger_id, bond, reveal_before });
        }
        emit(MarketEvent::CommitmentChallenged { job_id, challenger_id, bond, reveal_before });
        Ok((reveal_before, left))
    }

    /// Judges the proof behind a commitment, brought by anyone: one that holds is paid at once; for a
    /// false one the prover is slashed and the job drawn anew or refunded.
    pub(crate) fn reveal_proof(
        &mut self,
        call: &Call,
        job_id: u64,
        proof: &[u8; 256],
    ) -> Result<RevealView, MarketError> {
        let job = self.job(job_id)?;
        self.running_circuit(&job.circuit_id)?;
        let Status::Committed { assignment, proof_hash, committed_at, challenge, .. } =
            job.status.clone()
        else {
            return Err(MarketError::JobState { job_id, state: job.status.name() });
        };
        if env::sha256_array(proof) != proof_hash {
            return Err(MarketError::HashMismatch { job_id });
        }
        if let Some(challenge) = challenge.as_ref().filter(|c| call.now > c.reveal_before) {
            let deadline = challenge.reveal_before;
            return Err(MarketError::DeadlinePassed { deadline, now: call.now });
        }
        if !self.proof_holds(job_id, proof)? {
            let challenger = challenge.map(|challenge| challenge.challenger_id);
            self.condemn(call, job_id, &assignment, &challenger.unwrap_or(call.caller.clone()))?;
            return Ok(RevealView::False);
        }
        if let Some(challenge) = challenge {
            self.close_challenge(job_id, &challenge, &assignment.prover_id)?;
        }
        self.settle(call, job_id, assignment, proof_hash, committed_at).map(RevealView::Holds)
    }

    /// Whether these bytes are a proof of the job's statement.
    pub(crate) fn proof_holds(&self, job_id: u64, proof: &[u8]) -> Result<bool, MarketError> {
        let job = self.job(job_id)?;
        let parsed = <&[u8; 256]>::try_from(proof).ok().map(Proof::from_eip197);
        let Some(Ok(parsed)) = parsed else { return Ok(false) };
        let verdict = self.judge(&job.circuit_id, &job.public_inputs, &parsed)?;
        Ok(verdict == Verdict::Valid)
    }

    /// Pays a commitment that nobody challenged in its window as a proof.
    pub(crate) fn settle_commitment(
        &mut self,
        call: &Call,
        job_id: u64,
    ) -> Result<FeeSplit, MarketError> {
        let job = self.job(job_id)?;
        self.running_circuit(&job.circuit_id)?;
        let Status::Committed {
            assignment,
            proof_hash,
            committed_at,
            challenge_before,
            challenge: None,
        } = job.status.clone()
        else {
            return Err(MarketError::JobState { job_id, state: job.status.name() });
        };
        if call.now <= challenge_before {
            return Err(MarketError::ChallengeOpen { job_id, until: challenge_before });
        }
        self.settle(call, job_id, assignment, proof_hash, committed_at)
    }

    /// A committed proof is false or was not shown: slashes the prover, pays `reporter`, gives an open
    /// challenge's bond back, and draws the job anew or refunds it.
    pub(crate) fn condemn(
        &mut self,
        call: &Call,
        job_id: u64,
        assignment: &Assignment,
        reporter: &AccountId,
    ) -> Result<(), MarketError> {
        if let Status::Committed { challenge: Some(challenge), .. } = &self.job(job_id)?.status {
            let challenge = challenge.clone();
            self.close_challenge(job_id, &challenge, &challenge.challenger_id)?;
        }
        self.punish_false_proof(call, job_id, assignment.seat, reporter)?;
        self.dismiss(job_id, assignment)?;
        self.reopen(call, job_id)
    }

    /// Credits a challenge's bond to `to`.
    pub(crate) fn close_challenge(
        &mut self,
        job_id: u64,
        challenge: &Challenge,
        to: &AccountId,
    ) -> Result<(), MarketError> {
        self.purses.bonds = sub(self.purses.bonds, challenge.bond)?;
        self.credit(to, challenge.bond)?;
        emit(MarketEvent::ChallengeClosed {
            job_id,
            challenger_id: challenge.challenger_id.clone(),
            bond: challenge.bond,
            paid_to: to.clone(),
        });
        Ok(())
    }
}
