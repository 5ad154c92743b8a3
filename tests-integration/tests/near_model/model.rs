//! The market as a plain program: maps, integers and the pure rules, nothing of the contract's code.
//!
//! [`Model::apply`] says what an operation does. A refusal lists every reason that holds, since the rules do not say
//! which of several is named. Four things are taken from the contract instead of foretold, and checked where
//! they are taken: the seed of a draw, the number of a frozen set, a new prover's seat, and what a record's storage
//! costs (which must come back to the yocto when the record goes).

#[path = "model/apply.rs"]
mod apply;
#[path = "model/cases.rs"]
mod cases;
#[path = "model/earnings.rs"]
mod earnings;
#[path = "model/governance.rs"]
mod governance;
#[path = "model/jobs.rs"]
mod jobs;
#[path = "model/ledger.rs"]
mod ledger;
#[path = "model/provers.rs"]
mod provers;
#[path = "model/reports.rs"]
mod reports;
#[path = "model/settling.rs"]
mod settling;
#[path = "model/stake.rs"]
mod stake;

use std::collections::{BTreeMap, BTreeSet};

use proofrail_near_interface::rules::bonus::{BonusParams, Leaderboard};
use proofrail_near_interface::rules::reputation::Track;
use proofrail_near_interface::{CaseKind, ErrorCode, NearToken, Params, Ramp, Seat, SkippedSeat};

use crate::op::{CIRCUITS, Feature, Proof, Who, Yocto};

/// What an operation did: payments on their way, or the reasons of its refusal.
pub type Verdict = Result<Vec<(Who, Yocto)>, Vec<ErrorCode>>;

/// Base fee of every circuit.
pub const BASE_FEE: Yocto = 100 * crate::op::MILLI;

/// Deadline of a circuit.
pub const fn deadline_s(circuit: usize) -> u64 {
    [600, 7_200, 900][circuit]
}

/// What the model is told of an operation.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Unix seconds and height of the block in which the call runs.
    pub now: u64,
    pub height: u64,
    /// Seed of the block after, in which a draw is completed.
    pub seed: Option<[u8; 32]>,
    /// The set that a job was funded or reopened with.
    pub set: Option<u32>,
    /// The seat that a prover was given.
    pub seat: Option<u32>,
    /// What of the caller's storage balance is in use afterwards.
    pub used: Yocto,
}

#[derive(Clone, Debug, Default)]
pub struct Account {
    pub credit: Yocto,
    pub total: Yocto,
    pub used: Yocto,
    pub privacy_score: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purses {
    pub stakes: Yocto,
    pub fees: Yocto,
    pub bonds: Yocto,
    pub credits: Yocto,
    pub storage: Yocto,
    pub treasury: Yocto,
    pub reserve: [Yocto; 2],
    pub insurance: Yocto,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Online,
    Offline,
    Banned,
}

#[derive(Clone, Debug)]
pub struct Prover {
    pub seat: u32,
    pub key: u8,
    pub presence: Presence,
    pub stake: Yocto,
    pub locked: Yocto,
    /// Amount and time of release.
    pub queue: Vec<(Yocto, u64)>,
    pub open_jobs: u32,
    pub capacity: u32,
    pub circuits: BTreeSet<usize>,
    pub track: Track,
    pub successes: u64,
    pub misses: u64,
    pub invalid: u64,
    pub last_heartbeat: u64,
    pub counted_until: u64,
    pub outage_slashed: bool,
    /// Seconds up, by epoch.
    pub up: BTreeMap<u32, u64>,
    /// Earned, by epoch.
    pub volume: BTreeMap<u32, Yocto>,
    pub bonus_claimed: BTreeSet<u32>,
    pub cases: u32,
    pub weight: u32,
    pub storage: Yocto,
}

#[derive(Clone, Debug)]
pub struct Assignment {
    pub prover: Who,
    pub seat: u32,
    pub at: u64,
    pub deadline: u64,
    pub collateral: Yocto,
    pub skipped: Vec<SkippedSeat>,
}

#[derive(Clone, Debug)]
pub struct Challenge {
    pub by: Who,
    pub bond: Yocto,
    pub reveal_before: u64,
}

#[derive(Clone, Debug)]
pub enum Status {
    Funded {
        set: u32,
        draw_before: u64,
        frozen_height: u64,
    },
    Auction {
        opened_at: u64,
        close_at: u64,
        ramp: Ramp,
    },
    Assigned(Assignment),
    Committed {
        assignment: Assignment,
        proof: Proof,
        at: u64,
        challenge_before: u64,
        challenge: Option<Challenge>,
    },
    Proved {
        assignment: Assignment,
        at: u64,
        proof: Proof,
    },
    InputInvalid {
        first: u32,
        second: Option<u32>,
        at: u64,
    },
    Refunded {
        at: u64,
    },
}

impl Status {
    pub fn closed_at(&self) -> Option<u64> {
        match self {
            Self::Proved { at, .. } | Self::InputInvalid { at, .. } | Self::Refunded { at } => {
                Some(*at)
            }
            _ => None,
        }
    }

    pub fn assignment(&self) -> Option<&Assignment> {
        match self {
            Self::Assigned(assignment)
            | Self::Committed { assignment, .. }
            | Self::Proved { assignment, .. } => Some(assignment),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Job {
    pub client: Who,
    pub circuit: usize,
    pub statement: usize,
    pub fee: Yocto,
    pub commitment: bool,
    pub storage: Yocto,
    pub rounds: u8,
    pub excluded: Vec<u32>,
    pub invalid_by: Vec<u32>,
    /// Who called the input invalid, with its seat and collateral.
    pub doubt: Option<(Who, u32, Yocto)>,
    pub reward: Yocto,
    pub harm: Yocto,
    pub insured: bool,
    pub leaked_at: Option<u64>,
    pub status: Status,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Proposed { execute_after: u64, lapses_at: u64 },
    Appealed { confirm_before: u64 },
    Confirmed { lapses_at: u64 },
}

impl Stage {
    pub fn lapses_at(self) -> u64 {
        match self {
            Self::Proposed { lapses_at, .. } | Self::Confirmed { lapses_at } => lapses_at,
            Self::Appealed { confirm_before } => confirm_before,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Case {
    pub prover: Who,
    pub kind: CaseKind,
    pub jobs: Vec<u64>,
    pub reporter: Option<Who>,
    pub proposer: Who,
    pub stage: Stage,
    pub storage: Yocto,
}

#[derive(Clone, Debug)]
pub struct Change {
    pub params: Params,
    pub proposer: Who,
    pub execute_after: u64,
    pub execute_before: u64,
    pub storage: Yocto,
}

#[derive(Clone, Debug)]
pub struct FrozenSet {
    pub number: u32,
    pub at: u64,
    /// When it was last given to a job.
    pub used_at: u64,
    /// Seats with weight, ascending, by circuit.
    pub seats: [Vec<Seat>; CIRCUITS],
}

#[derive(Clone, Debug)]
pub struct Model {
    pub params: Params,
    pub accounts: BTreeMap<Who, Account>,
    pub purses: Purses,
    pub provers: BTreeMap<Who, Prover>,
    /// Left behind for good by those who left.
    pub left_behind: Yocto,
    /// Weights of the present, by circuit and seat.
    pub weights: [BTreeMap<u32, u32>; CIRCUITS],
    pub sets: Vec<FrozenSet>,
    pub newest_set: Option<u32>,
    pub weights_changed: bool,
    pub jobs: BTreeMap<u64, Job>,
    pub next_job: u64,
    pub cases: BTreeMap<u64, Case>,
    pub next_case: u64,
    pub changes: BTreeMap<u64, Change>,
    pub next_change: u64,
    pub stopped: [bool; CIRCUITS],
    pub statements: BTreeSet<(usize, usize)>,
    /// The last sign of life of anybody, and the end of the last silence of everybody.
    pub pulse: (u64, u64),
    pub epoch: u32,
    pub boards: BTreeMap<u32, (Leaderboard, BonusParams)>,
    /// The last second of the halt of payments, and when the next one may begin.
    pub halt: (u64, u64),
    pub paused: BTreeSet<Feature>,
    /// What was ever credited and paid, for the last account.
    pub slashed: Yocto,
}

impl Model {
    pub fn new(params: Params) -> Self {
        Self {
            params,
            accounts: BTreeMap::new(),
            purses: Purses::default(),
            provers: BTreeMap::new(),
            left_behind: 0,
            weights: Default::default(),
            sets: Vec::new(),
            newest_set: None,
            weights_changed: false,
            jobs: BTreeMap::new(),
            next_job: 1,
            cases: BTreeMap::new(),
            next_case: 1,
            changes: BTreeMap::new(),
            next_change: 1,
            halt: (0, 0),
            paused: BTreeSet::new(),
            stopped: [false; CIRCUITS],
            statements: BTreeSet::new(),
            pulse: (0, 0),
            epoch: 0,
            boards: BTreeMap::from([(0, (Leaderboard::default(), params.bonus))]),
            slashed: 0,
        }
    }

    pub fn at_seat(&self, seat: u32) -> Option<Who> {
        self.provers.iter().find(|(_, prover)| prover.seat == seat).map(|(who, _)| *who)
    }

    /// The prover, which the caller has looked up before.
    pub fn known(&mut self, who: Who) -> &mut Prover {
        self.provers.get_mut(&who).expect("the prover is known")
    }
}

pub fn near(amount: Yocto) -> NearToken {
    NearToken::from_yoctonear(amount)
}

/// Refuses with all codes whose condition holds.
pub fn reasons<const N: usize>(conditions: [(bool, ErrorCode); N]) -> Result<(), Vec<ErrorCode>> {
    let holding: Vec<_> =
        conditions.into_iter().filter(|(holds, _)| *holds).map(|(_, code)| code).collect();
    if holding.is_empty() { Ok(()) } else { Err(holding) }
}
