//! Records as they are stored. Each is an enum of versions, so that old records stay readable.

use near_sdk::{AccountId, NearToken, near};
use proofrail_near_groth16::Scalar;
use proofrail_near_interface::rules::bonus::{BonusParams, Leaderboard};
use proofrail_near_interface::rules::reputation::Track;
use proofrail_near_interface::{AttestationView, CaseKind, Ramp, SkippedSeat};

use crate::market::CircuitId;

/// Most entries in a prover's unstaking queue.
pub(crate) const MAX_UNSTAKING: usize = 8;
/// Most circuits that a prover serves.
pub(crate) const MAX_SERVED: usize = 8;
/// Longest endpoint.
pub(crate) const MAX_ENDPOINT: usize = 128;

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

versioned!(AccountRecord, Account);
versioned!(CircuitRecord, Circuit);
versioned!(ProverRecord, Prover);
versioned!(JobRecord, Job);
versioned!(CaseRecord, Case);
versioned!(EpochsRecord, Epochs);

/// What the market keeps for an account: its credit and its storage balance (NEP-145).
#[near(serializers = [borsh])]
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    /// Owed to the account, pulled by `claim`.
    pub(crate) credit: NearToken,
    /// Deposited for storage.
    pub(crate) storage_total: NearToken,
    /// The part of it that records in use hold, this one included.
    pub(crate) storage_used: NearToken,
    /// Statements that the account proved by itself.
    pub(crate) privacy_score: u32,
}

/// A circuit; its key lies in a record of its own, which only a verification reads.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Circuit {
    /// Its number in the draw tree and in provers' lists, given once.
    pub(crate) index: u16,
    pub(crate) name: String,
    pub(crate) public_inputs: Vec<String>,
    pub(crate) base_fee: NearToken,
    pub(crate) deadline_s: u64,
    /// Only attested provers are drawn.
    pub(crate) tee: bool,
    /// A statement that no honest witness satisfies: whoever proves it stops the circuit.
    pub(crate) impossible: Vec<Scalar>,
    /// A tombstone: no new jobs and no proofs, open jobs are refunded.
    pub(crate) stopped: bool,
}

/// Stake on its way out.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unstaking {
    pub(crate) amount: NearToken,
    pub(crate) available_at: u64,
}

/// Whether a prover wants work.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Online,
    Offline,
    /// For ever, with the platform of its TEE.
    Banned,
}

/// What a prover did in one epoch of bonuses.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EpochRecord {
    pub(crate) epoch: u32,
    /// Prover shares earned.
    pub(crate) volume: NearToken,
    /// Seconds that were not up.
    pub(crate) down_s: u64,
    /// The bonus was claimed.
    pub(crate) claimed: bool,
}

/// An attestation that the policy accepted.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Attestation {
    pub(crate) view: AttestationView,
    /// The X25519 key that the quote is bound to.
    pub(crate) enclave_key: [u8; 32],
    /// The number that the quote is bound to.
    pub(crate) nonce: u64,
}

/// A prover.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Prover {
    pub(crate) account_id: AccountId,
    /// Ed25519 key with which the prover signs statements and to which its attestation is bound.
    pub(crate) statement_key: [u8; 32],
    pub(crate) presence: Presence,
    /// Counts in the draw; `locked` is a part of it.
    pub(crate) stake: NearToken,
    /// Collateral of open jobs.
    pub(crate) locked: NearToken,
    pub(crate) unstaking: Vec<Unstaking>,
    pub(crate) open_jobs: u32,
    /// Most open jobs at a time.
    pub(crate) capacity: u32,
    /// Indices of the circuits served, ascending.
    pub(crate) circuits: Vec<u16>,
    pub(crate) endpoint: String,
    pub(crate) x25519_key: [u8; 32],
    pub(crate) track: Track,
    pub(crate) successes: u64,
    pub(crate) misses: u64,
    pub(crate) invalid_proofs: u64,
    pub(crate) last_heartbeat: u64,
    /// Time before this is counted as up or down in `epochs`.
    pub(crate) counted_until: u64,
    /// The present outage was slashed already.
    pub(crate) outage_slashed: bool,
    /// This epoch and the one before.
    pub(crate) epochs: [EpochRecord; 2],
    pub(crate) attestation: Option<Attestation>,
    /// The next attestation must be bound to this number.
    pub(crate) attestation_nonce: u64,
    /// Open cases of the council; they block withdrawals and draws.
    pub(crate) open_cases: u32,
    /// The weight that the trees of circuits without a TEE hold; 0 for a prover that is not drawn.
    pub(crate) weight: u32,
    /// The weight that the trees of circuits with a TEE hold: `weight` while attested, else 0.
    pub(crate) tee_weight: u32,
    /// Bytes charged to the account for this prover.
    pub(crate) storage_bytes: u64,
}

/// How a prover came to a job.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// Drawn: all that a check of the draw needs.
    Draw {
        seed: [u8; 32],
        block_height: u64,
        set: u32,
        before: u64,
        weight: u32,
        total: u64,
        skipped: Vec<SkippedSeat>,
    },
    /// Took it in its fee auction.
    Auction,
    /// Drawn before the market's second state.
    Legacy { seed: [u8; 32], block_height: u64 },
}

/// A prover at work on a job.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) prover_id: AccountId,
    pub(crate) seat: u32,
    pub(crate) assigned_at: u64,
    /// The last second in which the proof is taken.
    pub(crate) deadline: u64,
    /// Locked of the prover's stake.
    pub(crate) collateral: NearToken,
    pub(crate) origin: Origin,
}

/// Somebody doubts a proof of which only the hash is known.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    pub(crate) challenger_id: AccountId,
    pub(crate) bond: NearToken,
    /// The last second in which the prover may reveal the proof.
    pub(crate) reveal_before: u64,
}

/// A prover calls a job's input invalid. Its collateral stays locked until somebody else decides.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doubt {
    pub(crate) seat: u32,
    pub(crate) collateral: NearToken,
}

/// Where a job stands.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) enum Status {
    /// To be drawn from the frozen set until `draw_before`.
    Funded {
        set: u32,
        draw_before: u64,
        frozen_height: u64,
    },
    /// A draw is under way.
    Drawing {
        set: u32,
        draw_before: u64,
        requested_height: u64,
    },
    /// The fee rises until somebody takes the job.
    Auction {
        opened_at: u64,
        close_at: u64,
        ramp: Ramp,
    },
    Assigned(Assignment),
    /// Only the proof's hash was submitted.
    Committed {
        assignment: Assignment,
        proof_hash: [u8; 32],
        committed_at: u64,
        /// The last second in which it may be challenged.
        challenge_before: u64,
        challenge: Option<Challenge>,
    },
    Proved {
        assignment: Assignment,
        proved_at: u64,
        proof_hash: [u8; 32],
    },
    /// Two provers, drawn apart, or one and the client say that the input is invalid; the provers were
    /// paid.
    InputInvalid {
        first: u32,
        second: Option<u32>,
        closed_at: u64,
    },
    Refunded {
        refunded_at: u64,
    },
}

/// A job.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) client_id: AccountId,
    pub(crate) circuit_id: CircuitId,
    pub(crate) public_inputs: Vec<Scalar>,
    /// What an accepted proof pays.
    pub(crate) fee: NearToken,
    /// The client takes a hash that may be challenged for a proof.
    pub(crate) commitment_allowed: bool,
    pub(crate) storage_bytes: u64,
    /// Draws that led to an assignment.
    pub(crate) rounds: u8,
    /// Seats that missed the job, gave an invalid proof or an opinion on its input.
    pub(crate) excluded: Vec<u32>,
    /// Seats slashed for a false proof of this job.
    pub(crate) invalid_by: Vec<u32>,
    /// The prover that first called the input invalid.
    pub(crate) doubt: Option<Doubt>,
    /// Collateral of earlier misses, for the prover that finishes the job.
    pub(crate) reward: NearToken,
    /// What slashes on account of this job brought the insurance pool.
    pub(crate) harm: NearToken,
    /// The pool has paid for it.
    pub(crate) insured: bool,
    /// When a slash for disclosing this job's data was executed.
    pub(crate) leaked_at: Option<u64>,
    pub(crate) status: Status,
}

/// A proposal of the council to slash and ban.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) seat: u32,
    pub(crate) prover_id: AccountId,
    pub(crate) kind: CaseKind,
    /// SHA-256 of the evidence.
    pub(crate) evidence: [u8; 32],
    /// Jobs whose clients were harmed.
    pub(crate) jobs: Vec<u64>,
    /// Named with the proposal, paid a bounded share.
    pub(crate) reporter_id: Option<AccountId>,
    pub(crate) proposer_id: AccountId,
    pub(crate) stage: CaseStage,
}

/// Where a case stands. Each stage fixes its times when it begins, so that no change of parameters moves them.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaseStage {
    /// May be appealed before `execute_after`, and executed from then on until `lapses_at`.
    Proposed { execute_after: u64, lapses_at: u64 },
    /// Lapses unless the arbiter confirms it by then.
    Appealed { confirm_before: u64 },
    /// May be executed until it lapses.
    Confirmed { lapses_at: u64 },
}

/// One epoch of bonuses; its length and terms are fixed when it begins.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Epoch {
    pub(crate) number: u32,
    pub(crate) starts_at: u64,
    pub(crate) length_s: u64,
    pub(crate) bonus: BonusParams,
    pub(crate) board: Leaderboard,
}

/// The present epoch and the one before, as of the last time that anybody looked.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
pub(crate) struct Epochs {
    pub(crate) this: Epoch,
    pub(crate) last: Epoch,
}

/// When the market last heard of any prover. A silence of all of them is the chain's own, and nobody's outage.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pulse {
    pub(crate) last: u64,
    /// The end of the last silence of everybody.
    pub(crate) resumed_at: u64,
}

/// A seat whose prover left; it may be given again when no live set knows it.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retired {
    pub(crate) seat: u32,
    pub(crate) retired_at: u64,
}
