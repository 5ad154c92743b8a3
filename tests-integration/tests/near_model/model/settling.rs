//! Proofs, commitments, opinions on the input, and the payment of a job.

use proofrail_near_interface::rules::slashing::Fault;
use proofrail_near_interface::{ErrorCode as E, split_fee};

use super::stake::Ending;
use super::{Assignment, Challenge, Model, Status, Told, Verdict, near, reasons};
use crate::op::{Proof, Who, Yocto};

impl Model {
    fn submittable(&self, who: Who, job_id: u64, told: &Told) -> Result<Assignment, Vec<E>> {
        let Some(job) = self.jobs.get(&job_id) else { return Err(vec![E::JobUnknown]) };
        let Status::Assigned(assignment) = &job.status else { return Err(vec![E::JobState]) };
        reasons([
            (who != assignment.prover, E::NotDrawnProver),
            (told.now > assignment.deadline, E::DeadlinePassed),
            (self.stopped[job.circuit], E::CircuitStopped),
        ])?;
        Ok(assignment.clone())
    }

    pub(super) fn submit(&mut self, who: Who, job_id: u64, proof: Proof, told: &Told) -> Verdict {
        let assignment = self.submittable(who, job_id, told)?;
        reasons([
            (proof == Proof::Other, E::ProofInvalid),
            (proof == Proof::Malformed, E::ProofMalformed),
        ])?;
        self.settle(job_id, &assignment, proof, told.now, told);
        Ok(Vec::new())
    }

    pub(super) fn commit(&mut self, who: Who, job_id: u64, proof: Proof, told: &Told) -> Verdict {
        let checked = self.submittable(who, job_id, told);
        let forbidden = self.jobs.get(&job_id).is_some_and(|job| !job.commitment);
        let assignment = match checked {
            Ok(assignment) => assignment,
            Err(mut codes) => {
                codes.extend(forbidden.then_some(E::CommitmentNotAllowed));
                return Err(codes);
            }
        };
        reasons([(forbidden, E::CommitmentNotAllowed)])?;
        let challenge_before = told.now + self.params.challenge_window_s;
        self.job_mut(job_id).status = Status::Committed {
            assignment,
            proof,
            at: told.now,
            challenge_before,
            challenge: None,
        };
        Ok(Vec::new())
    }

    /// Pays a job that was proved at `at`.
    pub(super) fn settle(
        &mut self,
        job_id: u64,
        assignment: &Assignment,
        proof: Proof,
        at: u64,
        told: &Told,
    ) {
        let prover = assignment.prover;
        // Who said that there is no proof is slashed, for the one who made it.
        if let Some((doubter, _, collateral)) = self.job_mut(job_id).doubt.take() {
            self.forfeit(job_id, doubter, collateral, None, told);
            self.release(doubter, collateral);
        }
        self.release(prover, assignment.collateral);
        let job = self.job_mut(job_id);
        let (fee, reward) = (job.fee, std::mem::take(&mut job.reward));
        job.status = Status::Proved { assignment: assignment.clone(), at: told.now, proof };
        self.pay_fee(prover, fee, told.now);
        self.purses.fees -= reward;
        self.credit(prover, reward);
        let latency_s = at - assignment.at;
        let deadline_s = assignment.deadline - assignment.at;
        self.note(prover, &Ending::Success { latency_s, deadline_s }, told.now);
    }

    /// Slashes a job's collateral; part of it waits for whoever finishes the job.
    pub(super) fn forfeit(
        &mut self,
        job_id: u64,
        who: Who,
        collateral: Yocto,
        reporter: Option<Who>,
        told: &Told,
    ) {
        let split = self.slash(who, Fault::MissedDeadline, collateral, reporter, told.now);
        self.note(who, &Ending::Miss, told.now);
        let job = self.job_mut(job_id);
        job.reward += split.next_prover.as_yoctonear();
        job.harm += split.insurance.as_yoctonear();
    }

    pub(super) fn settle_commitment(&mut self, job_id: u64, told: &Told) -> Verdict {
        let Some(job) = self.jobs.get(&job_id) else { return Err(vec![E::JobUnknown]) };
        let stopped = self.stopped[job.circuit];
        let Status::Committed { assignment, proof, at, challenge_before, challenge: None } =
            job.status.clone()
        else {
            return Err([E::JobState]
                .into_iter()
                .chain(stopped.then_some(E::CircuitStopped))
                .collect());
        };
        reasons([(stopped, E::CircuitStopped), (told.now <= challenge_before, E::ChallengeOpen)])?;
        self.settle(job_id, &assignment, proof, at, told);
        Ok(Vec::new())
    }

    pub(super) fn challenge(
        &mut self,
        who: Who,
        job_id: u64,
        attached: Yocto,
        told: &Told,
    ) -> Verdict {
        let Some(job) = self.jobs.get(&job_id) else { return Err(vec![E::JobUnknown]) };
        let stopped = self.stopped[job.circuit];
        let Status::Committed { challenge_before, challenge: None, .. } = job.status else {
            return Err([E::JobState]
                .into_iter()
                .chain(stopped.then_some(E::CircuitStopped))
                .collect());
        };
        let bond = self.params.challenge_bond.as_yoctonear();
        reasons([
            (stopped, E::CircuitStopped),
            (told.now > challenge_before, E::ChallengeTooLate),
            (attached < bond, E::DepositTooSmall),
        ])?;
        let (left, _) = self.charge(who, attached, bond, told);
        self.purses.bonds += bond;
        let reveal_before = told.now + self.params.reveal_window_s;
        if let Status::Committed { challenge, .. } = &mut self.job_mut(job_id).status {
            *challenge = Some(Challenge { by: who, bond, reveal_before });
        }
        Ok(vec![(who, left)])
    }

    pub(super) fn reveal(
        &mut self,
        who: Who,
        job_id: u64,
        shown: Proof,
        told: &Told,
    ) -> Result<Verdict, String> {
        let Some(job) = self.jobs.get(&job_id) else { return Ok(Err(vec![E::JobUnknown])) };
        let stopped = self.stopped[job.circuit];
        let Status::Committed { assignment, proof, at, challenge, .. } = job.status.clone() else {
            let codes = [E::JobState].into_iter().chain(stopped.then_some(E::CircuitStopped));
            return Ok(Err(codes.collect()));
        };
        let late = challenge.as_ref().is_some_and(|open| told.now > open.reveal_before);
        let checked = reasons([
            (stopped, E::CircuitStopped),
            (shown != proof, E::HashMismatch),
            (late, E::DeadlinePassed),
        ]);
        if let Err(codes) = checked {
            return Ok(Err(codes));
        }
        if proof != Proof::True {
            let reporter = challenge.map_or(who, |challenge| challenge.by);
            self.condemn(job_id, &assignment, reporter, told)?;
            return Ok(Ok(Vec::new()));
        }
        if let Some(challenge) = challenge {
            self.purses.bonds -= challenge.bond;
            self.credit(assignment.prover, challenge.bond);
        }
        self.settle(job_id, &assignment, proof, at, told);
        Ok(Ok(Vec::new()))
    }

    pub(super) fn doubt_input(
        &mut self,
        who: Who,
        job_id: u64,
        told: &Told,
    ) -> Result<Verdict, String> {
        let assignment = match self.submittable(who, job_id, told) {
            Ok(assignment) => assignment,
            Err(codes) => return Ok(Err(codes)),
        };
        if self.jobs[&job_id].doubt.is_some() {
            self.release(who, assignment.collateral);
            self.close_input_invalid(job_id, Some((who, assignment.seat)), told);
            return Ok(Ok(Vec::new()));
        }
        let job = self.job_mut(job_id);
        job.doubt = Some((who, assignment.seat, assignment.collateral));
        job.excluded.push(assignment.seat);
        self.reopen(job_id, told)?;
        Ok(Ok(Vec::new()))
    }

    pub(super) fn accept_invalid(&mut self, who: Who, job_id: u64, told: &Told) -> Verdict {
        let Some(job) = self.jobs.get(&job_id) else { return Err(vec![E::JobUnknown]) };
        reasons([
            (job.client != who, E::NotClient),
            (job.doubt.is_none(), E::NotDoubted),
            (!matches!(job.status, Status::Funded { .. }), E::JobState),
        ])?;
        self.close_input_invalid(job_id, None, told);
        Ok(Vec::new())
    }

    /// Pays the one or two provers that called the input invalid.
    fn close_input_invalid(&mut self, job_id: u64, second: Option<(Who, u32)>, told: &Told) {
        self.reward_to_insurance(job_id);
        let job = self.job_mut(job_id);
        let Some((first, seat, collateral)) = job.doubt.take() else { return };
        let fee = job.fee;
        job.status = Status::InputInvalid {
            first: seat,
            second: second.map(|(_, seat)| seat),
            at: told.now,
        };
        self.release(first, collateral);
        // An opinion is no proof: it counts for no bonus.
        let split = split_fee(near(fee));
        let share = split.prover.as_yoctonear();
        let half = second.map_or(0, |_| share / 2);
        self.purses.fees -= fee;
        self.purses.treasury += split.treasury.as_yoctonear();
        self.purses.insurance += split.insurance.as_yoctonear();
        self.credit(first, share - half);
        if let Some((second, _)) = second {
            self.credit(second, half);
        }
    }
}
