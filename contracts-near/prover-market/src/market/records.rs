//! Records as they are stored. Each is an enum of versions, so that old records stay readable.

use near_sdk::{AccountId, NearToken, near};
use proofrail_near_groth16::Scalar;
use proofrail_near_interface::{DrawView, Hex, JobStatus, Seat, split_fee};

use crate::market::CircuitId;

/// Most provers at a time: each costs a funding 8 bytes of storage.
pub(crate) const MAX_PROVERS: u32 = 100;
/// Most entries in a prover's unstaking queue.
pub(crate) const MAX_UNSTAKING: usize = 8;
/// Longest account id, as borsh writes it.
const ACCOUNT_ID_BYTES: u64 = 4 + 64;
/// Bytes of a [`Draw`] with the longest account id.
const DRAW_BYTES: u64 = ACCOUNT_ID_BYTES + 4 + 32 + 8 + 8;
/// Bytes by which a job's status may outgrow `Funded`: a refund after a draw is the longest.
pub(crate) const JOB_GROWTH: u64 = 1 + DRAW_BYTES + 8;
/// Bytes of a full unstaking queue.
pub(crate) const PROVER_GROWTH: u64 = MAX_UNSTAKING as u64 * (16 + 8);

/// Declares the stored form of a record, with its present version behind accessors.
macro_rules! versioned {
    ($record:ident, $latest:ident) => {
        #[doc = concat!("A stored [`", stringify!($latest), "`].")]
        #[near(serializers = [borsh])]
        #[derive(Clone, Debug)]
        pub(crate) enum $record {
            V1($latest),
        }

        impl $record {
            pub(crate) const fn latest(&self) -> &$latest {
                match self {
                    Self::V1(latest) => latest,
                }
            }

            pub(crate) const fn latest_mut(&mut self) -> &mut $latest {
                match self {
                    Self::V1(latest) => latest,
                }
            }
        }

        impl From<$latest> for $record {
            fn from(latest: $latest) -> Self {
                Self::V1(latest)
            }
        }
    };
}

versioned!(CircuitRecord, Circuit);
versioned!(ProverRecord, Prover);
versioned!(JobRecord, Job);

/// A circuit; its key lies in a record of its own, which only a verification reads.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Circuit {
    pub(crate) name: String,
    pub(crate) public_inputs: Vec<String>,
    pub(crate) base_fee: NearToken,
    pub(crate) deadline_s: u64,
    pub(crate) stopped: bool,
}

/// Stake on its way out.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unstaking {
    pub(crate) amount: NearToken,
    pub(crate) available_at: u64,
}

/// A prover.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Prover {
    pub(crate) account_id: AccountId,
    pub(crate) stake: NearToken,
    pub(crate) unstaking: Vec<Unstaking>,
    pub(crate) open_jobs: u32,
    pub(crate) proofs_accepted: u64,
    pub(crate) deadlines_missed: u64,
    pub(crate) storage_deposit: NearToken,
}

/// An account's credit.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Credit {
    pub(crate) amount: NearToken,
    /// What the record's storage took from a failed payment; nothing where someone else pays for it.
    pub(crate) storage_deposit: NearToken,
}

/// The outcome of a draw.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    pub(crate) prover_id: AccountId,
    pub(crate) seat: u32,
    pub(crate) seed: [u8; 32],
    pub(crate) block_height: u64,
    pub(crate) deadline: u64,
}

impl Draw {
    pub(crate) fn view(&self) -> DrawView {
        DrawView {
            prover_id: self.prover_id.clone(),
            seat: self.seat,
            seed: Hex(self.seed),
            block_height: self.block_height,
            deadline: self.deadline,
        }
    }
}

/// Where a job stands.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) enum Status {
    Funded,
    Drawing { requested_height: u64 },
    Assigned(Draw),
    Proved { draw: Draw, proved_at: u64 },
    Refunded { draw: Option<Draw>, refunded_at: u64 },
}

impl Status {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Funded => "funded and not yet drawn",
            Self::Drawing { .. } => "being drawn",
            Self::Assigned(_) => "assigned and open",
            Self::Proved { .. } => "proved and closed",
            Self::Refunded { .. } => "refunded and closed",
        }
    }

    pub(crate) const fn draw(&self) -> Option<&Draw> {
        match self {
            Self::Funded | Self::Drawing { .. } => None,
            Self::Assigned(draw) | Self::Proved { draw, .. } => Some(draw),
            Self::Refunded { draw, .. } => draw.as_ref(),
        }
    }

    pub(crate) const fn is_closed(&self) -> bool {
        matches!(self, Self::Proved { .. } | Self::Refunded { .. })
    }
}

/// A job.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) client_id: AccountId,
    pub(crate) circuit_id: CircuitId,
    pub(crate) public_inputs: Vec<Scalar>,
    pub(crate) fee: NearToken,
    pub(crate) storage_deposit: NearToken,
    pub(crate) funded_height: u64,
    pub(crate) draw_before: u64,
    pub(crate) seats: Vec<Seat>,
    pub(crate) status: Status,
}

impl Job {
    pub(crate) fn status_view(&self) -> JobStatus {
        match &self.status {
            Status::Funded => JobStatus::Funded,
            Status::Drawing { requested_height } => {
                JobStatus::Drawing { requested_height: *requested_height }
            }
            Status::Assigned(draw) => JobStatus::Assigned { draw: draw.view() },
            Status::Proved { draw, proved_at } => JobStatus::Proved {
                draw: draw.view(),
                proved_at: *proved_at,
                split: split_fee(self.fee),
            },
            Status::Refunded { draw, refunded_at } => JobStatus::Refunded {
                draw: draw.as_ref().map(Draw::view),
                refunded_at: *refunded_at,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use near_sdk::borsh;

    use super::*;

    fn length(value: &impl borsh::BorshSerialize) -> u64 {
        borsh::object_length(value).unwrap() as u64
    }

    fn longest_draw() -> Draw {
        Draw {
            prover_id: "p".repeat(64).parse().unwrap(),
            seat: u32::MAX,
            seed: [0xff; 32],
            block_height: u64::MAX,
            deadline: u64::MAX,
        }
    }

    #[test]
    fn job_growth_should_be_that_of_the_longest_status() {
        let draw = longest_draw();
        let grown = [
            Status::Drawing { requested_height: u64::MAX },
            Status::Assigned(draw.clone()),
            Status::Proved { draw: draw.clone(), proved_at: u64::MAX },
            Status::Refunded { draw: None, refunded_at: u64::MAX },
            Status::Refunded { draw: Some(draw), refunded_at: u64::MAX },
        ]
        .map(|status| length(&status) - length(&Status::Funded));
        assert_eq!(grown.iter().max(), Some(&JOB_GROWTH));
    }

    #[test]
    fn prover_growth_should_be_a_full_queue() {
        let entry = Unstaking { amount: NearToken::from_near(1), available_at: u64::MAX };
        let queue = |entries| length(&vec![entry; entries]);
        assert_eq!(queue(MAX_UNSTAKING) - queue(0), PROVER_GROWTH);
    }
}
