//! Missed deadlines and false proofs.

use proofrail_near_interface::ErrorCode as E;
use proofrail_near_interface::rules::slashing::Fault;

use super::stake::Ending;
use super::{Assignment, Model, Status, Told, Verdict, reasons};
use crate::op::{Op, Proof, Signed, Who};

/// Longest evidence.
const LONGEST: u16 = 4_096;

impl Model {
    pub(super) fn poke(&mut self, who: Who, job_id: u64, told: &Told) -> Result<Verdict, String> {
        let Some(job) = self.jobs.get(&job_id) else { return Ok(Err(vec![E::JobUnknown])) };
        let stopped = (self.stopped[job.circuit], E::CircuitStopped);
        match job.status.clone() {
            Status::Assigned(assignment) => {
                let missed = told.now > assignment.deadline;
                if let Err(codes) = reasons([stopped, (!missed, E::NotMissed)]) {
                    return Ok(Err(codes));
                }
                let Assignment { prover, collateral, .. } = assignment;
                self.forfeit(job_id, prover, collateral, Some(who), told);
                self.dismiss(job_id, &assignment);
                self.reopen(job_id, told)?;
            }
            Status::Committed { assignment, challenge: Some(challenge), .. } => {
                let missed = told.now > challenge.reveal_before;
                if let Err(codes) = reasons([stopped, (!missed, E::NotMissed)]) {
                    return Ok(Err(codes));
                }
                self.condemn(job_id, &assignment, challenge.by, told)?;
            }
            _ => return Ok(reasons([stopped, (true, E::JobState)]).map(|()| Vec::new())),
        }
        Ok(Ok(Vec::new()))
    }

    /// A committed proof is false, or was not shown.
    pub(super) fn condemn(
        &mut self,
        job_id: u64,
        assignment: &Assignment,
        reporter: Who,
        told: &Told,
    ) -> Result<(), String> {
        if let Status::Committed { challenge: Some(challenge), .. } =
            self.jobs[&job_id].status.clone()
        {
            self.purses.bonds -= challenge.bond;
            self.credit(challenge.by, challenge.bond);
        }
        self.punish(job_id, assignment.prover, assignment.seat, reporter, told);
        self.dismiss(job_id, assignment);
        self.reopen(job_id, told)
    }

    /// Slashes for a false proof, once a job.
    fn punish(&mut self, job_id: u64, prover: Who, seat: u32, reporter: Who, told: &Told) {
        let job = self.job_mut(job_id);
        if job.invalid_by.contains(&seat) {
            return;
        }
        job.invalid_by.push(seat);
        let split = self.slash(prover, Fault::InvalidProof, 0, Some(reporter), told.now);
        self.note(prover, &Ending::Invalid, told.now);
        self.job_mut(job_id).harm += split.insurance.as_yoctonear();
    }

    pub(super) fn report_proof(&mut self, op: &Op, told: &Told) -> Result<Verdict, String> {
        let Op::ReportProof { who, job: job_id, prover, proof, signed } = op else {
            return Err("no report".to_owned());
        };
        let (job_id, prover) = (*job_id, *prover);
        let too_long = matches!(proof, Proof::Bytes(length) if *length > LONGEST);
        let seat = self.provers.get(&prover).map(|prover| prover.seat);
        let job = self.jobs.get(&job_id);
        let early = reasons([
            (too_long, E::EvidenceTooLong),
            (seat.is_none(), E::ProverUnknown),
            (job.is_none(), E::JobUnknown),
        ]);
        let (Some(seat), Some(job), Ok(())) = (seat, job, early.clone()) else {
            return Ok(early.map(|()| Vec::new()));
        };
        let window = self.params.challenge_window_s;
        let late = job.status.closed_at().is_some_and(|closed| told.now > closed + window);
        let assigned = job.status.assignment().filter(|assignment| assignment.seat == seat);
        let hashed = match &job.status {
            Status::Committed { proof, .. } | Status::Proved { proof, .. } => Some(*proof),
            _ => None,
        };
        let by_hash = assigned.is_some() && hashed == Some(*proof);
        let by_signature =
            *signed == Signed::Own && (assigned.is_some() || job.excluded.contains(&seat));
        let checked = reasons([
            (late, E::ReportTooLate),
            (job.invalid_by.contains(&seat), E::SlashedAlready),
            (!by_hash && !by_signature, E::NotBound),
            (*proof == Proof::True, E::ProofHolds),
        ]);
        if let Err(codes) = checked {
            return Ok(Err(codes));
        }
        let at_work = matches!(job.status, Status::Assigned(_) | Status::Committed { .. });
        match assigned.filter(|_| at_work).cloned() {
            Some(assignment) => self.condemn(job_id, &assignment, *who, told)?,
            None => self.punish(job_id, prover, seat, *who, told),
        }
        Ok(Ok(Vec::new()))
    }
}
