//! Why a call was refused.

use near_sdk::{AccountId, FunctionError, NearToken, env};
use proofrail_near_groth16::{KeyError, Malformed};
use proofrail_near_interface::rules::ParamError;
use proofrail_near_interface::{ErrorCode, HexError};

/// A refusal: what was wrong, the value found and what would do. A panic rolls the call back and
/// returns what was attached to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarketError {
    /// An argument is no hex text of the right length.
    #[error("`{field}` {error}")]
    BadHex {
        /// The argument.
        field: String,
        /// What is wrong with it.
        error: HexError,
    },
    /// A parameter is out of range.
    #[error("parameter {0}")]
    BadParams(ParamError),
    /// The market cannot be its own prover.
    #[error("{0} is the market itself and cannot be a prover")]
    ReservedAccount(AccountId),
    /// Too little is attached.
    #[error("attached {attached} yoctoNEAR, attach at least {need}")]
    DepositTooSmall {
        /// What was attached.
        attached: u128,
        /// What the call needs.
        need: u128,
    },
    /// The account has no record here.
    #[error("{0} has no account with the market; storage_deposit opens one")]
    AccountUnknown(AccountId),
    /// A sum exceeds 128 bits.
    #[error("an amount is larger than all NEAR in existence")]
    AmountOverflow,
    /// A payment would touch other people's money.
    #[error("paying {amount} yoctoNEAR would touch money owed to others; nothing was paid")]
    Insolvent {
        /// What was to be paid.
        amount: u128,
    },
    /// Nothing is credited.
    #[error("{0} has no credit")]
    NothingToClaim(AccountId),
    /// The id is not the hash of name and inputs.
    #[error("circuit id must be keccak256 of `{signature}`, which is {expected}")]
    CircuitIdMismatch {
        /// Name and inputs as they are hashed.
        signature: String,
        /// The hash.
        expected: String,
    },
    /// The id is taken.
    #[error("circuit {0} is registered already")]
    CircuitExists(String),
    /// The id is unknown.
    #[error("no circuit {0} is registered")]
    CircuitUnknown(String),
    /// The circuit is a tombstone.
    #[error("circuit {0} is stopped for good: open jobs are refunded by refund_job")]
    CircuitStopped(String),
    /// All circuit numbers are given.
    #[error("no more circuits can be added")]
    CircuitsFull,
    /// A circuit's description is out of range.
    #[error("{0}")]
    BadCircuit(String),
    /// The verifying key is malformed.
    #[error("the verifying key {0}")]
    BadVerifyingKey(#[from] KeyError),
    /// The account is registered already.
    #[error("{0} is a prover already; add_stake raises its stake")]
    ProverExists(AccountId),
    /// The account is not registered.
    #[error("{0} is no prover; register_prover first")]
    ProverUnknown(AccountId),
    /// Nobody sits there.
    #[error("no prover has seat {0}")]
    SeatEmpty(u32),
    /// The market is full.
    #[error("the market takes {0} provers and is full")]
    ProversFull(u32),
    /// The stake is below the minimum.
    #[error("stake of {stake} yoctoNEAR is below the minimum of {min} (storage comes on top)")]
    StakeTooSmall {
        /// The stake there would be.
        stake: u128,
        /// The smallest stake.
        min: u128,
    },
    /// The amount to unstake does not fit.
    #[error(
        "cannot unstake {amount} of {stake} yoctoNEAR, of which open jobs hold {locked}: take all, or leave the minimum of {min}"
    )]
    BadUnstakeAmount {
        /// The amount asked for.
        amount: u128,
        /// The stake there is.
        stake: u128,
        /// What open jobs hold of it.
        locked: u128,
        /// The smallest stake.
        min: u128,
    },
    /// The queue is full.
    #[error("{0} requests wait already; withdraw_stake what is released first")]
    UnstakeQueueFull(usize),
    /// Nothing is released.
    #[error("no unstaked amount is released at unix time {now}{}", next_release(.next))]
    NothingReleased {
        /// The block's time.
        now: u64,
        /// When the next entry is.
        next: Option<u64>,
    },
    /// The prover cannot leave yet.
    #[error("{0} still has stake, unstaking amounts or open jobs")]
    ProverBusy(AccountId),
    /// An offer is out of range.
    #[error("{0}")]
    BadCapacity(String),
    /// The statement key is zero or taken.
    #[error("`statement_key` is zero or another prover's: make a new one")]
    BadStatementKey,
    /// Nobody could judge an attestation.
    #[error("this market judges no attestations: register without `attestation`")]
    NoVerifier,
    /// The prover is banned.
    #[error("{0} is banned for ever; what is left of its stake may be unstaked and withdrawn")]
    ProverBanned(AccountId),
    /// An offline prover owes no heartbeats.
    #[error("{0} is offline; go_online first")]
    ProverOffline(AccountId),
    /// The prover's silence is no outage.
    #[error("{prover_id} is not down: {why}")]
    NotDown {
        /// The prover.
        prover_id: AccountId,
        /// Why its silence does not count.
        why: String,
    },
    /// Another epoch may be claimed.
    #[error("bonuses of epoch {epoch} cannot be claimed, those of epoch {claimable} can")]
    EpochNotClaimable {
        /// The epoch asked for.
        epoch: u32,
        /// The one that ended last.
        claimable: u32,
    },
    /// No bonus.
    #[error("{account} has no bonus in epoch {epoch}, or has claimed it")]
    NoBonus {
        /// The epoch.
        epoch: u32,
        /// The prover.
        account: AccountId,
    },
    /// The council judges the prover.
    #[error("a case against {0} is open: stake leaves when it is closed")]
    CaseOpen(AccountId),
    /// The case cannot be opened.
    #[error("{0}")]
    BadCase(String),
    /// The case is unknown.
    #[error("no case {0}: never proposed, or closed")]
    CaseUnknown(u64),
    /// Not now.
    #[error("case {case_id} cannot be {action} at unix time {now}: it is {stage}")]
    CaseStage {
        /// The case.
        case_id: u64,
        /// What was asked for.
        action: &'static str,
        /// The block's time.
        now: u64,
        /// Where it stands.
        stage: String,
    },
    /// The caller is not the accused.
    #[error("only the accused {0} may appeal")]
    NotAccused(AccountId),
    /// Nothing to pay.
    #[error("the insurance pool pays nothing for job {job_id}: {why}")]
    NotInsured {
        /// The job.
        job_id: u64,
        /// Which condition does not hold.
        why: &'static str,
    },
    /// A stranded credit must be claimed first.
    #[error("{0} holds credit of a payment that failed; claim it first")]
    ClaimFirst(AccountId),
    /// The job is unknown.
    #[error("no job {0}: never funded, or pruned")]
    JobUnknown(u64),
    /// The number of inputs is not the circuit's.
    #[error("`public_inputs` has {got} elements, the circuit takes {expected}")]
    InputCount {
        /// The circuit's number.
        expected: usize,
        /// The number given.
        got: usize,
    },
    /// An input is not reduced.
    #[error("`public_inputs[{0}]` is not below the BN254 scalar order")]
    InputNotReduced(usize),
    /// The fee is too small.
    #[error("fee of {fee} yoctoNEAR is below the circuit's base fee of {base_fee}")]
    FeeTooSmall {
        /// The fee offered.
        fee: u128,
        /// The least fee.
        base_fee: u128,
    },
    /// Nobody could be drawn.
    #[error("no prover has the minimum stake, so none could be drawn; try later")]
    NoProvers,
    /// Too early for a draw.
    #[error("the job was funded in block {0}: ask for the draw in a later one")]
    DrawTooEarly(u64),
    /// A draw is under way.
    #[error(
        "a draw was asked for in block {requested}; it may be asked for again after {retry_after}"
    )]
    DrawPending {
        /// Block of the request.
        requested: u64,
        /// The last block in which a new request is refused.
        retry_after: u64,
    },
    /// Too late for a draw.
    #[error("the draw window closed at unix time {0}: refund_job")]
    DrawTooLate(u64),
    /// The state does not allow it.
    #[error("job {job_id} is {state}")]
    JobState {
        /// The job.
        job_id: u64,
        /// Where it stands.
        state: &'static str,
    },
    /// Another prover was drawn.
    #[error("job {job_id} was drawn for {prover_id}")]
    NotDrawnProver {
        /// The job.
        job_id: u64,
        /// Who may submit.
        prover_id: AccountId,
    },
    /// Too late for the proof.
    #[error("the deadline was unix time {deadline}, it is {now}")]
    DeadlinePassed {
        /// The last second.
        deadline: u64,
        /// The block's time.
        now: u64,
    },
    /// The proof's bytes are no points.
    #[error("{0}; the job stays open until its deadline")]
    ProofMalformed(#[from] Malformed),
    /// The proof does not hold.
    #[error(
        "the proof does not hold for the job's public inputs; the job stays open until its deadline"
    )]
    ProofInvalid,
    /// The job is still alive.
    #[error("job {job_id} may be served until unix time {until}")]
    NotRefundable {
        /// The job.
        job_id: u64,
        /// The last second in which it may be drawn or proved.
        until: u64,
    },
    /// The caller is not the client.
    #[error("only the client {0} may call this")]
    NotClient(AccountId),
}

fn next_release(next: &Option<u64>) -> String {
    next.map_or_else(String::new, |time| format!(", the next is at {time}"))
}

impl MarketError {
    /// The stable code that begins the panic message.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::BadHex { .. } => ErrorCode::BadHex,
            Self::BadParams(_) => ErrorCode::BadParams,
            Self::AccountUnknown(_) => ErrorCode::AccountUnknown,
            Self::CircuitsFull => ErrorCode::CircuitsFull,
            Self::ReservedAccount(_) => ErrorCode::ReservedAccount,
            Self::DepositTooSmall { .. } => ErrorCode::DepositTooSmall,
            Self::AmountOverflow => ErrorCode::AmountOverflow,
            Self::Insolvent { .. } => ErrorCode::Insolvent,
            Self::NothingToClaim(_) => ErrorCode::NothingToClaim,
            Self::CircuitIdMismatch { .. } => ErrorCode::CircuitIdMismatch,
            Self::CircuitExists(_) => ErrorCode::CircuitExists,
            Self::CircuitUnknown(_) => ErrorCode::CircuitUnknown,
            Self::CircuitStopped(_) => ErrorCode::CircuitStopped,
            Self::BadCircuit(_) => ErrorCode::BadCircuit,
            Self::BadVerifyingKey(_) => ErrorCode::BadVerifyingKey,
            Self::ProverExists(_) => ErrorCode::ProverExists,
            Self::ProverUnknown(_) => ErrorCode::ProverUnknown,
            Self::SeatEmpty(_) => ErrorCode::ProverUnknown,
            Self::ProversFull(_) => ErrorCode::ProversFull,
            Self::StakeTooSmall { .. } => ErrorCode::StakeTooSmall,
            Self::BadUnstakeAmount { .. } => ErrorCode::BadUnstakeAmount,
            Self::UnstakeQueueFull(_) => ErrorCode::UnstakeQueueFull,
            Self::NothingReleased { .. } => ErrorCode::NothingReleased,
            Self::ProverBusy(_) => ErrorCode::ProverBusy,
            Self::BadCapacity(_) => ErrorCode::BadCapacity,
            Self::BadStatementKey => ErrorCode::BadStatementKey,
            Self::NoVerifier => ErrorCode::NoVerifier,
            Self::ProverBanned(_) => ErrorCode::ProverBanned,
            Self::ProverOffline(_) => ErrorCode::ProverOffline,
            Self::NotDown { .. } => ErrorCode::NotDown,
            Self::EpochNotClaimable { .. } => ErrorCode::EpochNotClaimable,
            Self::NoBonus { .. } => ErrorCode::NoBonus,
            Self::CaseOpen(_) => ErrorCode::CaseOpen,
            Self::BadCase(_) => ErrorCode::BadCase,
            Self::CaseUnknown(_) => ErrorCode::CaseUnknown,
            Self::CaseStage { .. } => ErrorCode::CaseStage,
            Self::NotAccused(_) => ErrorCode::NotAccused,
            Self::NotInsured { .. } => ErrorCode::NotInsured,
            Self::ClaimFirst(_) => ErrorCode::ClaimFirst,
            Self::JobUnknown(_) => ErrorCode::JobUnknown,
            Self::InputCount { .. } => ErrorCode::InputCount,
            Self::InputNotReduced(_) => ErrorCode::InputNotReduced,
            Self::FeeTooSmall { .. } => ErrorCode::FeeTooSmall,
            Self::NoProvers => ErrorCode::NoProvers,
            Self::DrawTooEarly(_) => ErrorCode::DrawTooEarly,
            Self::DrawPending { .. } => ErrorCode::DrawPending,
            Self::DrawTooLate(_) => ErrorCode::DrawTooLate,
            Self::JobState { .. } => ErrorCode::JobState,
            Self::NotDrawnProver { .. } => ErrorCode::NotDrawnProver,
            Self::DeadlinePassed { .. } => ErrorCode::DeadlinePassed,
            Self::ProofMalformed(_) => ErrorCode::ProofMalformed,
            Self::ProofInvalid => ErrorCode::ProofInvalid,
            Self::NotRefundable { .. } => ErrorCode::NotRefundable,
            Self::NotClient(_) => ErrorCode::NotClient,
        }
    }
}

impl FunctionError for MarketError {
    fn panic(&self) -> ! {
        env::panic_str(&format!("{}: {self}", self.code()))
    }
}

/// `a + b` in checked integers.
pub(crate) fn add(a: NearToken, b: NearToken) -> Result<NearToken, MarketError> {
    a.checked_add(b).ok_or(MarketError::AmountOverflow)
}

/// `a - b` in checked integers.
pub(crate) fn sub(a: NearToken, b: NearToken) -> Result<NearToken, MarketError> {
    a.checked_sub(b).ok_or(MarketError::AmountOverflow)
}
