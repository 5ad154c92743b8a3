//! One assigned job, from its input to its pay.

use std::sync::Arc;

use proofrail_near_client::Head;
use proofrail_near_interface::{
    AssignmentView, Hex, JobArgs, JobStatus, JobView, ProverView, SubmitCommitmentArgs,
    SubmitProofArgs, method_names,
};
use tokio::task::JoinHandle;

use super::{RoundError, RunError, Runner, scan::worker};
use crate::{
    operator::{
        inbox::Input,
        proving::{self, JobProofError},
        sender::SendError,
        statement::proof_hash,
    },
    proof::ProofFile,
};

/// What is being done for one job.
#[derive(Debug, Default)]
pub(super) struct Work {
    stage: Stage,
    /// The input that was refused: it is not tried twice.
    refused: Option<[u8; 32]>,
    /// Proofs that failed by the prover's own fault.
    attempts: u32,
    /// Said once, not every round.
    waiting_logged: bool,
    /// The deadline passed.
    missed: bool,
    /// Only the challenge window is waited for.
    committed: bool,
}

#[derive(Debug, Default)]
enum Stage {
    #[default]
    Input,
    Proving(JoinHandle<Result<ProofFile, JobProofError>>, [u8; 32]),
    Proved(Box<ProofFile>),
    /// Sent; the job's state tells when it is over.
    Submitted,
    /// The input was called invalid.
    Reported,
}

impl Work {
    /// Leaving now would cost collateral.
    pub(super) const fn is_urgent(&self) -> bool {
        !self.missed && !self.committed && !matches!(self.stage, Stage::Reported)
    }
}

impl Runner {
    /// Looks at every job of this prover and does the next thing for each.
    pub(super) async fn work_on_jobs(
        &mut self,
        me: &ProverView,
        head: Head,
    ) -> Result<(), RoundError> {
        // A prover without open jobs needs no list of all jobs.
        let jobs = if me.open_jobs == 0 && self.jobs.is_empty() {
            Vec::new()
        } else {
            let mut jobs = self.scan.open_jobs(&self.market).await?;
            jobs.retain(|job| worker(job) == Some(&me.account_id));
            jobs
        };
        self.close_finished(&jobs).await?;
        for job in jobs {
            match job.status.clone() {
                JobStatus::Assigned { assignment } => self.advance(&job, &assignment, head).await?,
                status @ JobStatus::Committed { .. } => self.watch(&job, &status, head).await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Forgets jobs that are this prover's no more, and learns how they ended.
    async fn close_finished(&mut self, open: &[JobView]) -> Result<(), RoundError> {
        let closed: Vec<u64> = self
            .jobs
            .keys()
            .copied()
            .filter(|id| !open.iter().any(|job| job.job_id == *id))
            .collect();
        for job_id in closed {
            let job = self.market.job(job_id).await?;
            self.jobs.remove(&job_id);
            let paid = job.as_ref().and_then(|job| match &job.status {
                JobStatus::Proved { assignment, split, .. } => Some((assignment, split)),
                _ => None,
            });
            match paid {
                Some((assignment, split))
                    if assignment.prover_id == *self.sender.account().id() =>
                {
                    tracing::info!(job_id, earned = %split.prover, "paid");
                    self.failures = 0;
                }
                _ => tracing::info!(job_id, "the job is not this prover's any more"),
            }
            self.state.forget_proof(job_id).map_err(RunError::State)?;
            if let Err(error) = self.inputs.discard(job_id) {
                tracing::warn!(job_id, %error, "a private input could not be removed: remove it by hand");
            }
        }
        Ok(())
    }

    /// The next step of a job that waits for its proof.
    async fn advance(
        &mut self,
        job: &JobView,
        assignment: &AssignmentView,
        head: Head,
    ) -> Result<(), RoundError> {
        let job_id = job.job_id;
        let mut work = self.jobs.remove(&job_id).unwrap_or_default();
        if head.unix_s > assignment.deadline {
            if !work.missed {
                work.missed = true;
                self.fail(job_id, "the deadline passed");
            }
            self.jobs.insert(job_id, work);
            return Ok(());
        }
        work.stage = match std::mem::take(&mut work.stage) {
            Stage::Input => self.begin(job, assignment, head, &mut work)?,
            Stage::Proving(task, fingerprint) if task.is_finished() => {
                let result = task.await;
                self.proved(job, result, fingerprint, &mut work)?
            }
            stage => stage,
        };
        // A proof just made is submitted in the same round: the deadline runs.
        work.stage = match std::mem::take(&mut work.stage) {
            Stage::Proved(proof) => self.submit(job, proof).await,
            Stage::Input if self.input_is_hopeless(&work, assignment, head) => {
                self.report_input(job_id).await
            }
            stage => stage,
        };
        self.jobs.insert(job_id, work);
        Ok(())
    }

    /// Takes a kept proof or starts on the input.
    fn begin(
        &mut self,
        job: &JobView,
        assignment: &AssignmentView,
        head: Head,
        work: &mut Work,
    ) -> Result<Stage, RoundError> {
        let job_id = job.job_id;
        let Some(key) = self.circuits.get(&job.circuit_id).map(Arc::clone) else {
            if !work.waiting_logged {
                work.waiting_logged = true;
                work.attempts = work.attempts.max(1);
                self.fail(job_id, "there is no proving key for the job's circuit");
            }
            return Ok(Stage::Input);
        };
        if let Some(text) = self.state.proof(job_id).map_err(RunError::State)? {
            let kept = ProofFile::from_json(&text).map_err(JobProofError::from);
            match kept.and_then(|proof| proving::check(&key, job, &proof).map(|()| proof)) {
                Ok(proof) => return Ok(Stage::Proved(Box::new(proof))),
                Err(error) => {
                    tracing::warn!(job_id, %error, "a kept proof is of no use; proving anew")
                }
            }
        }
        let input = match self.inputs.fetch(job_id) {
            Ok(input) => input.filter(|input| work.refused != Some(input.fingerprint)),
            Err(error) => {
                tracing::warn!(job_id, %error, "could not look for the input");
                work.attempts = work.attempts.max(1);
                None
            }
        };
        let Some(Input { text, fingerprint }) = input else {
            if !work.waiting_logged {
                work.waiting_logged = true;
                let left = assignment.deadline.saturating_sub(head.unix_s);
                tracing::info!(job_id, seconds_left = left, "assigned; waiting for its input");
            }
            return Ok(Stage::Input);
        };
        let busy = self.jobs.values().filter(|work| matches!(work.stage, Stage::Proving(..)));
        if busy.count() >= self.policy.parallel {
            return Ok(Stage::Input);
        }
        tracing::info!(job_id, circuit = key.circuit().name(), "proving");
        let job = job.clone();
        let task = tokio::task::spawn_blocking(move || proving::prove(&key, &job, &text));
        Ok(Stage::Proving(task, fingerprint))
    }

    fn proved(
        &mut self,
        job: &JobView,
        result: Result<Result<ProofFile, JobProofError>, tokio::task::JoinError>,
        fingerprint: [u8; 32],
        work: &mut Work,
    ) -> Result<Stage, RoundError> {
        let job_id = job.job_id;
        match result {
            Ok(Ok(proof)) => {
                tracing::info!(job_id, "proved");
                // Before its hash is known to anybody: a challenge asks for this very proof.
                self.state.set_proof(job_id, &proof.to_json()).map_err(RunError::State)?;
                Ok(Stage::Proved(Box::new(proof)))
            }
            Ok(Err(error)) if error.blames_input() => {
                tracing::warn!(job_id, %error, "the input is of no use");
                work.refused = Some(fingerprint);
                if matches!(error, JobProofError::InputInvalid(_)) {
                    work.attempts = u32::MAX;
                }
                Ok(Stage::Input)
            }
            Ok(Err(error)) => Ok(self.retry(job_id, &error.to_string(), work)),
            Err(error) => Ok(self.retry(job_id, &error.to_string(), work)),
        }
    }

    /// Counts the failure once a job, and tries again.
    fn retry(&mut self, job_id: u64, reason: &str, work: &mut Work) -> Stage {
        if work.attempts == 0 {
            self.fail(job_id, reason);
        }
        work.attempts = work.attempts.saturating_add(1);
        Stage::Input
    }

    fn input_is_hopeless(&self, work: &Work, assignment: &AssignmentView, head: Head) -> bool {
        // The prover's own failures are no verdict on the input.
        let own_fault = work.attempts > 0 && work.attempts < u32::MAX;
        let at = self.policy.report_input_at(assignment.assigned_at, assignment.deadline);
        work.attempts == u32::MAX || (!own_fault && head.unix_s >= at && self.waits_for_input(work))
    }

    /// Neither a busy machine nor a missing key is the input's fault.
    fn waits_for_input(&self, work: &Work) -> bool {
        let proving = self.jobs.values().filter(|work| matches!(work.stage, Stage::Proving(..)));
        work.refused.is_some() || proving.count() < self.policy.parallel
    }

    async fn report_input(&mut self, job_id: u64) -> Stage {
        match self.send(method_names::REPORT_INVALID_INPUT, Some(job_id), JobArgs { job_id }).await
        {
            Ok(()) => {
                tracing::warn!(job_id, "reported the input as invalid or missing");
                Stage::Reported
            }
            Err(error) => {
                tracing::error!(job_id, %error, "could not report the input");
                Stage::Input
            }
        }
    }

    async fn submit(&mut self, job: &JobView, proof: Box<ProofFile>) -> Stage {
        let job_id = job.job_id;
        let result = if job.commitment_allowed && self.policy.commitments {
            let args = SubmitCommitmentArgs { job_id, proof_hash: proof_hash(&proof) };
            self.send(method_names::SUBMIT_COMMITMENT, Some(job_id), args).await
        } else {
            let args = SubmitProofArgs { job_id, proof: Hex(proof.proof().to_bytes()) };
            self.send(method_names::SUBMIT_PROOF, Some(job_id), args).await
        };
        match result {
            Ok(()) => {
                tracing::info!(job_id, "submitted");
                self.failures = 0;
                Stage::Submitted
            }
            // What it did or did not do shows in the job's state at the next round, and a job that is still
            // assigned is submitted again: the same signed bytes, or a new nonce after the old one is dead.
            Err(error @ (SendError::Open { .. } | SendError::Displaced { .. })) => {
                tracing::warn!(job_id, %error, "asking the chain what became of it");
                Stage::Proved(proof)
            }
            Err(error) => self.submission_failed(job, proof, &error).await,
        }
    }

    /// Reads the job before it believes that the proof was not taken.
    async fn submission_failed(
        &mut self,
        job: &JobView,
        proof: Box<ProofFile>,
        error: &SendError,
    ) -> Stage {
        let job_id = job.job_id;
        let now = self.market.job(job_id).await;
        let still_open = match &now {
            Ok(Some(now)) => matches!(&now.status, JobStatus::Assigned { assignment }
                if assignment.prover_id == *self.sender.account().id()),
            Ok(None) => false,
            Err(_) => true,
        };
        if !still_open {
            tracing::info!(job_id, %error, "the job has moved on");
            return Stage::Submitted;
        }
        self.fail(job_id, &error.to_string());
        Stage::Proved(proof)
    }

    /// A job of which only the hash was submitted: answers a challenge, or closes it when its time is over.
    async fn watch(
        &mut self,
        job: &JobView,
        status: &JobStatus,
        head: Head,
    ) -> Result<(), RoundError> {
        let JobStatus::Committed { challenge, challenge_before, .. } = status else {
            return Ok(());
        };
        let job_id = job.job_id;
        let work = self.jobs.entry(job_id).or_default();
        work.committed = challenge.is_none();
        let result = match challenge {
            Some(challenge) if head.unix_s <= challenge.reveal_before => {
                let text = self.state.proof(job_id).map_err(RunError::State)?;
                let proof = text.and_then(|text| ProofFile::from_json(&text).ok());
                let Some(proof) = proof else {
                    self.fail(
                        job_id,
                        "a challenge asks for a proof that is not kept here any more",
                    );
                    return Ok(());
                };
                tracing::warn!(job_id, challenger = %challenge.challenger_id, "challenged: revealing the proof");
                let args = SubmitProofArgs { job_id, proof: Hex(proof.proof().to_bytes()) };
                self.send(method_names::REVEAL_PROOF, Some(job_id), args).await
            }
            None if head.unix_s > *challenge_before => {
                self.send(method_names::SETTLE_COMMITMENT, Some(job_id), JobArgs { job_id }).await
            }
            _ => return Ok(()),
        };
        if let Err(error) = result {
            tracing::error!(job_id, %error, "the commitment stays open");
        }
        Ok(())
    }

    fn fail(&mut self, job_id: u64, reason: &str) {
        self.failures = self.failures.saturating_add(1);
        tracing::error!(job_id, reason, failures_in_a_row = self.failures, "a job failed");
    }
}
