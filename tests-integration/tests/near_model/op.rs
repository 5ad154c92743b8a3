//! The operations that the test makes, and who makes them.

use proofrail_near_interface::CaseKind;

/// Yocto-NEAR.
pub type Yocto = u128;
/// One NEAR.
pub const NEAR: Yocto = 1_000_000_000_000_000_000_000_000;
/// One thousandth of a NEAR.
pub const MILLI: Yocto = NEAR / 1_000;

/// An account, by its place in [`NAMES`].
pub type Who = u8;

/// Everybody: sixteen who may be provers, clients, strangers, and the offices.
pub const NAMES: [&str; 28] = [
    "p00",
    "p01",
    "p02",
    "p03",
    "p04",
    "p05",
    "p06",
    "p07",
    "p08",
    "p09",
    "p10",
    "p11",
    "p12",
    "p13",
    "p14",
    "p15",
    "c0",
    "c1",
    "c2",
    "c3",
    "s0",
    "s1",
    "dao",
    "guardian",
    "council",
    "arbiter",
    "treasurer",
    "treasury",
];
pub const PROVERS: Who = 16;
pub const CLIENTS: std::ops::Range<Who> = 16..20;
pub const STRANGERS: std::ops::Range<Who> = 20..22;
pub const DAO: Who = 22;
pub const GUARDIAN: Who = 23;
pub const COUNCIL: Who = 24;
pub const ARBITER: Who = 25;
pub const TREASURER: Who = 26;
pub const TREASURY: Who = 27;

/// Circuits of the test, by index. The impossible statement of the last one can be proved.
pub const CIRCUITS: usize = 3;
pub const BREAKABLE: usize = 2;
/// Statements with a proof, shared by all circuits.
pub const STATEMENTS: usize = 6;
/// The impossible statement of [`BREAKABLE`].
pub const IMPOSSIBLE: usize = 5;

/// What is submitted as the proof of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It holds.
    True,
    /// A proof of another statement.
    Other,
    /// 256 bytes that are no points.
    Malformed,
    /// So many bytes.
    Bytes(u16),
}

/// A signature under a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    No,
    /// By the prover's statement key.
    Own,
    /// By somebody else's.
    Other,
}

/// A change of one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tuning {
    MinStake(Yocto),
    WeightCap(Yocto),
    ProbationProofs(u32),
    MaxRounds(u8),
    ChallengeBond(Yocto),
    DrawWindow(u64),
    InvalidProofBps(u32),
    CollateralBps(u32),
    BonusBps(u32),
    PoolShareBps(u32),
    MaxProvers(u32),
    /// Out of range.
    Absurd,
}

/// What a guardian can pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    Registration,
    Funding,
    Draws,
}

impl Feature {
    pub const ALL: [Self; 3] = [Self::Registration, Self::Funding, Self::Draws];

    /// Its name in the market.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Funding => "funding",
            Self::Draws => "draws",
        }
    }
}

/// One operation, complete: it means the same wherever it stands in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    Pass {
        seconds: u64,
    },
    Register {
        who: Who,
        key: u8,
        stake: Option<Yocto>,
        jobs: u32,
        circuits: Vec<usize>,
        attached: Yocto,
    },
    AddStake {
        who: Who,
        amount: Yocto,
    },
    SetCapacity {
        who: Who,
        jobs: u32,
        circuits: Vec<usize>,
        attached: Yocto,
    },
    GoOnline {
        who: Who,
    },
    GoOffline {
        who: Who,
    },
    Heartbeat {
        who: Who,
    },
    Unstake {
        who: Who,
        amount: Yocto,
    },
    WithdrawStake {
        who: Who,
    },
    Unregister {
        who: Who,
    },
    ReportDowntime {
        who: Who,
        prover: Who,
    },
    ClaimBonus {
        who: Who,
        epoch: u32,
    },
    Fund {
        who: Who,
        circuit: usize,
        statement: usize,
        fee: Option<Yocto>,
        auction: Option<(Yocto, u64)>,
        commitment: bool,
        attached: Yocto,
    },
    Draw {
        who: Who,
        job: u64,
    },
    Take {
        who: Who,
        job: u64,
    },
    Submit {
        who: Who,
        job: u64,
        proof: Proof,
    },
    Commit {
        who: Who,
        job: u64,
        proof: Proof,
    },
    Settle {
        who: Who,
        job: u64,
    },
    Challenge {
        who: Who,
        job: u64,
        attached: Yocto,
    },
    Reveal {
        who: Who,
        job: u64,
        proof: Proof,
    },
    ReportProof {
        who: Who,
        job: u64,
        prover: Who,
        proof: Proof,
        signed: Signed,
    },
    Poke {
        who: Who,
        job: u64,
    },
    Refund {
        who: Who,
        job: u64,
    },
    DoubtInput {
        who: Who,
        job: u64,
    },
    AcceptInvalid {
        who: Who,
        job: u64,
    },
    Prune {
        who: Who,
        job: u64,
    },
    ClaimInsurance {
        who: Who,
        job: u64,
    },
    Propose {
        who: Who,
        prover: Who,
        kind: CaseKind,
        jobs: Vec<u64>,
        reporter: Option<Who>,
        attached: Yocto,
    },
    Appeal {
        who: Who,
        case: u64,
    },
    Confirm {
        who: Who,
        case: u64,
    },
    CancelCase {
        who: Who,
        case: u64,
    },
    Execute {
        who: Who,
        case: u64,
    },
    CloseCase {
        who: Who,
        case: u64,
    },
    Claim {
        who: Who,
    },
    StorageDeposit {
        who: Who,
        of: Who,
        amount: Yocto,
        registration_only: bool,
    },
    StorageWithdraw {
        who: Who,
        amount: Option<Yocto>,
    },
    StorageUnregister {
        who: Who,
    },
    Schedule {
        who: Who,
        tuning: Tuning,
        attached: Yocto,
    },
    ExecuteChange {
        who: Who,
        change: u64,
    },
    CancelChange {
        who: Who,
        change: u64,
    },
    WithdrawTreasury {
        who: Who,
        amount: Yocto,
    },
    VerifyLocal {
        who: Who,
        circuit: usize,
        statement: usize,
        proof: Proof,
        attached: Yocto,
    },
    StopCircuit {
        who: Who,
        circuit: usize,
    },
    StopByProof {
        who: Who,
        circuit: usize,
        proof: Proof,
    },
    Halt {
        who: Who,
    },
    Resume {
        who: Who,
    },
    /// By the guardian: near-plugins refuses others without a code.
    Pause {
        feature: Feature,
    },
    /// By the Dao.
    Unpause {
        feature: Feature,
    },
    /// The operation, whose caller's account is deleted before the market's payment arrives, and made anew.
    Vanish {
        op: Box<Self>,
    },
}

impl Op {
    /// Who calls; nobody lets time pass.
    pub fn who(&self) -> Option<Who> {
        use Op::*;
        match self {
            Pass { .. } => None,
            Vanish { op } => op.who(),
            Register { who, .. }
            | AddStake { who, .. }
            | SetCapacity { who, .. }
            | GoOnline { who }
            | GoOffline { who }
            | Heartbeat { who }
            | Unstake { who, .. }
            | WithdrawStake { who }
            | Unregister { who }
            | ReportDowntime { who, .. }
            | ClaimBonus { who, .. }
            | Fund { who, .. }
            | Draw { who, .. }
            | Take { who, .. }
            | Submit { who, .. }
            | Commit { who, .. }
            | Settle { who, .. }
            | Challenge { who, .. }
            | Reveal { who, .. }
            | ReportProof { who, .. }
            | Poke { who, .. }
            | Refund { who, .. }
            | DoubtInput { who, .. }
            | AcceptInvalid { who, .. }
            | Prune { who, .. }
            | ClaimInsurance { who, .. }
            | Propose { who, .. }
            | Appeal { who, .. }
            | Confirm { who, .. }
            | CancelCase { who, .. }
            | Execute { who, .. }
            | CloseCase { who, .. }
            | Claim { who }
            | StorageDeposit { who, .. }
            | StorageWithdraw { who, .. }
            | StorageUnregister { who }
            | Schedule { who, .. }
            | ExecuteChange { who, .. }
            | CancelChange { who, .. }
            | WithdrawTreasury { who, .. }
            | VerifyLocal { who, .. }
            | StopCircuit { who, .. }
            | StopByProof { who, .. }
            | Halt { who }
            | Resume { who } => Some(*who),
            Pause { .. } => Some(GUARDIAN),
            Unpause { .. } => Some(DAO),
        }
    }

    /// What is attached.
    pub fn attached(&self) -> Yocto {
        use Op::*;
        match self {
            Register { attached, .. }
            | SetCapacity { attached, .. }
            | Fund { attached, .. }
            | Challenge { attached, .. }
            | Propose { attached, .. }
            | Schedule { attached, .. }
            | VerifyLocal { attached, .. } => *attached,
            AddStake { amount, .. } | StorageDeposit { amount, .. } => *amount,
            StorageWithdraw { .. } | StorageUnregister { .. } => 1,
            Vanish { op } => op.attached(),
            _ => 0,
        }
    }

    /// The operation's name, for counts.
    pub fn name(&self) -> String {
        let text = format!("{self:?}");
        let end = text.find([' ', '(', '{']).unwrap_or(text.len());
        text[..end].to_owned()
    }

    /// The job it is about.
    pub fn job(&self) -> Option<u64> {
        use Op::*;
        match self {
            Draw { job, .. }
            | Take { job, .. }
            | Submit { job, .. }
            | Commit { job, .. }
            | Settle { job, .. }
            | Challenge { job, .. }
            | Reveal { job, .. }
            | ReportProof { job, .. }
            | Poke { job, .. }
            | Refund { job, .. }
            | DoubtInput { job, .. }
            | AcceptInvalid { job, .. }
            | Prune { job, .. }
            | ClaimInsurance { job, .. } => Some(*job),
            Vanish { op } => op.job(),
            _ => None,
        }
    }
}
