//! What a job's status says, and how it is shown.

use proofrail_near_interface::{
    AssignmentView, ChallengeView, DrawView, Hex, JobStatus, JobView, split_fee,
};

use crate::market::records::{Assignment, Challenge, Job, Origin, Status};

impl Status {
    /// For people.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Funded { .. } => "funded and not yet drawn",
            Self::Drawing { .. } => "being drawn",
            Self::Auction { .. } => "in its fee auction",
            Self::Assigned(_) => "assigned and open",
            Self::Committed { challenge: None, .. } => "committed and not challenged",
            Self::Committed { challenge: Some(_), .. } => "committed and challenged",
            Self::Proved { .. } => "proved and closed",
            Self::InputInvalid { .. } => "closed for its invalid input",
            Self::Refunded { .. } => "refunded and closed",
        }
    }

    /// The present or last assignment.
    pub(crate) const fn assignment(&self) -> Option<&Assignment> {
        match self {
            Self::Assigned(assignment)
            | Self::Committed { assignment, .. }
            | Self::Proved { assignment, .. } => Some(assignment),
            _ => None,
        }
    }

    /// The hash of the proof that the assigned prover stands for.
    pub(crate) const fn proof_hash(&self) -> Option<&[u8; 32]> {
        match self {
            Self::Committed { proof_hash, .. } | Self::Proved { proof_hash, .. } => {
                Some(proof_hash)
            }
            _ => None,
        }
    }

    /// When the job ended, if it did.
    pub(crate) const fn closed_at(&self) -> Option<u64> {
        match self {
            Self::Proved { proved_at: at, .. }
            | Self::InputInvalid { closed_at: at, .. }
            | Self::Refunded { refunded_at: at } => Some(*at),
            _ => None,
        }
    }
}

impl Assignment {
    /// `round` is the assignment's number within its job, from 0.
    pub(crate) fn view(&self, round: u8) -> AssignmentView {
        AssignmentView {
            prover_id: self.prover_id.clone(),
            seat: self.seat,
            assigned_at: self.assigned_at,
            deadline: self.deadline,
            collateral: self.collateral,
            draw: self.draw_view(round),
        }
    }

    /// The draw, if it was one of the present rule.
    pub(crate) fn draw_view(&self, round: u8) -> Option<DrawView> {
        match &self.origin {
            Origin::Draw { seed, block_height, set, before, weight, total, skipped } => {
                Some(DrawView {
                    seed: Hex(*seed),
                    block_height: *block_height,
                    round,
                    set: *set,
                    before: *before,
                    weight: *weight,
                    total: *total,
                    skipped: skipped.clone(),
                })
            }
            Origin::Auction | Origin::Legacy { .. } => None,
        }
    }
}

impl Challenge {
    fn view(&self) -> ChallengeView {
        ChallengeView {
            challenger_id: self.challenger_id.clone(),
            bond: self.bond,
            reveal_before: self.reveal_before,
        }
    }
}

impl Job {
    /// The number of the present or last assignment within the job, from 0.
    pub(crate) const fn round(&self) -> u8 {
        self.rounds.saturating_sub(1)
    }

    pub(crate) fn view(&self, job_id: u64) -> JobView {
        JobView {
            job_id,
            client_id: self.client_id.clone(),
            circuit_id: self.circuit_id,
            public_inputs: self.public_inputs.iter().map(|x| Hex(x.to_be_bytes())).collect(),
            fee: self.fee,
            commitment_allowed: self.commitment_allowed,
            rounds: self.rounds,
            excluded: self.excluded.clone(),
            doubted_by: self.doubt.map(|doubt| doubt.seat),
            reward: self.reward,
            harm: self.harm,
            status: self.status_view(),
        }
    }

    fn status_view(&self) -> JobStatus {
        match &self.status {
            Status::Funded { set, draw_before, .. } => {
                JobStatus::Funded { set: *set, draw_before: *draw_before }
            }
            Status::Drawing { set, requested_height, .. } => {
                JobStatus::Drawing { set: *set, requested_height: *requested_height }
            }
            Status::Auction { opened_at, close_at, ramp } => {
                JobStatus::Auction { opened_at: *opened_at, close_at: *close_at, ramp: *ramp }
            }
            Status::Assigned(assignment) => {
                JobStatus::Assigned { assignment: assignment.view(self.round()) }
            }
            Status::Committed { assignment, proof_hash, challenge_before, challenge, .. } => {
                JobStatus::Committed {
                    assignment: assignment.view(self.round()),
                    proof_hash: Hex(*proof_hash),
                    challenge_before: *challenge_before,
                    challenge: challenge.as_ref().map(Challenge::view),
                }
            }
            Status::Proved { assignment, proved_at, .. } => JobStatus::Proved {
                assignment: assignment.view(self.round()),
                proved_at: *proved_at,
                split: split_fee(self.fee),
            },
            Status::InputInvalid { first, second, closed_at } => {
                JobStatus::InputInvalid { first: *first, second: *second, closed_at: *closed_at }
            }
            Status::Refunded { refunded_at } => JobStatus::Refunded { refunded_at: *refunded_at },
        }
    }
}
