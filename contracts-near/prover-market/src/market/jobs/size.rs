//! What a job's storage may grow to: its client pays for all of it at the funding.

use proofrail_near_interface::MAX_ROUNDS;

use crate::market::records::{Job, JobRecord};
use crate::market::storage::{borsh_len, record_bytes};

/// Length of the longest status: a challenged commitment of a drawn prover with the longest account id
/// after the most attempts, challenged by an account with the longest id.
const LONGEST_STATUS: u64 = 350;
/// Each round excludes at most one seat and finds at most one proof false; a doubt has seat and
/// collateral; a leak has its time.
const LISTS: u64 = 2 * 4 * MAX_ROUNDS as u64 + 4 + 16 + 8;

/// Bytes of the record of a job that is being funded, with room for all that it may become.
pub(crate) fn job_bytes(job: &Job) -> u64 {
    let fixed = borsh_len(&JobRecord::from(job.clone())).saturating_sub(borsh_len(&job.status));
    record_bytes(&u64::MAX, fixed + LONGEST_STATUS + LISTS)
}

#[cfg(test)]
mod tests {
    use near_sdk::{AccountId, NearToken};
    use proofrail_near_groth16::Scalar;
    use proofrail_near_interface::rules::draw::MAX_ATTEMPTS;
    use proofrail_near_interface::{Hex, Ramp, SkipReason, SkippedSeat};

    use super::*;
    use crate::market::records::{Assignment, Challenge, Doubt, Origin, Status};

    fn longest_account() -> AccountId {
        "p".repeat(64).parse().unwrap()
    }

    fn longest_assignment() -> Assignment {
        let skipped = SkippedSeat { seat: u32::MAX, reason: SkipReason::FeeCap };
        Assignment {
            prover_id: longest_account(),
            seat: u32::MAX,
            assigned_at: u64::MAX,
            deadline: u64::MAX,
            collateral: NearToken::MAX,
            origin: Origin::Draw {
                seed: [0xff; 32],
                block_height: u64::MAX,
                set: u32::MAX,
                before: u64::MAX,
                weight: u32::MAX,
                total: u64::MAX,
                skipped: vec![skipped; usize::from(MAX_ATTEMPTS) - 1],
            },
        }
    }

    fn statuses() -> Vec<Status> {
        let challenge = Challenge {
            challenger_id: longest_account(),
            bond: NearToken::MAX,
            reveal_before: u64::MAX,
        };
        let ramp = Ramp::flat(NearToken::MAX);
        vec![
            Status::Funded { set: u32::MAX, draw_before: u64::MAX, frozen_height: u64::MAX },
            Status::Drawing { set: u32::MAX, draw_before: u64::MAX, requested_height: u64::MAX },
            Status::Auction { opened_at: u64::MAX, close_at: u64::MAX, ramp },
            Status::Assigned(longest_assignment()),
            Status::Committed {
                assignment: longest_assignment(),
                proof_hash: [0xff; 32],
                committed_at: u64::MAX,
                challenge_before: u64::MAX,
                challenge: Some(challenge),
            },
            Status::Proved {
                assignment: longest_assignment(),
                proved_at: u64::MAX,
                proof_hash: [0xff; 32],
            },
            Status::InputInvalid { first: u32::MAX, second: Some(u32::MAX), closed_at: u64::MAX },
            Status::Refunded { refunded_at: u64::MAX },
        ]
    }

    fn job(status: Status) -> Job {
        Job {
            client_id: longest_account(),
            circuit_id: Hex([0xff; 32]),
            public_inputs: vec![Scalar::ZERO; 3],
            fee: NearToken::MAX,
            commitment_allowed: true,
            storage_bytes: u64::MAX,
            rounds: 0,
            excluded: Vec::new(),
            invalid_by: Vec::new(),
            doubt: None,
            reward: NearToken::ZERO,
            harm: NearToken::ZERO,
            leaked_at: None,
            insured: false,
            status,
        }
    }

    #[test]
    fn longest_status_should_be_that_of_a_challenged_commitment() {
        let longest = statuses().iter().map(borsh_len).max();
        assert_eq!(longest, Some(LONGEST_STATUS));
    }

    #[test]
    fn job_bytes_should_cover_all_that_a_job_may_become() {
        let rounds = usize::from(MAX_ROUNDS);
        let grown = |status| Job {
            rounds: MAX_ROUNDS,
            excluded: vec![u32::MAX; rounds],
            invalid_by: vec![u32::MAX; rounds],
            doubt: Some(Doubt { seat: u32::MAX, collateral: NearToken::MAX }),
            reward: NearToken::MAX,
            harm: NearToken::MAX,
            leaked_at: Some(u64::MAX),
            insured: true,
            ..job(status)
        };
        let largest = statuses()
            .into_iter()
            .map(|status| record_bytes(&u64::MAX, borsh_len(&JobRecord::from(grown(status)))))
            .max();
        for status in statuses() {
            assert_eq!(Some(job_bytes(&job(status))), largest);
        }
    }
}
