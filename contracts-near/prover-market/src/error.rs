//! Why a call was refused.

mod code;

use near_sdk::{AccountId, NearToken};
use proofrail_near_groth16::{KeyError, Malformed};
use proofrail_near_interface::rules::ParamError;
use proofrail_near_interface::{HexError, SkipReason};

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
    /// The caller holds none of the offices that the call needs.
    #[error("{caller} does not hold the office of {roles}")]
    NotPermitted {
        /// Who called.
        caller: AccountId,
        /// The offices that would do.
        roles: String,
    },
    /// The guardian paused it.
    #[error(
        "`{0}` is paused by the guardian; what is yours can be claimed and withdrawn meanwhile"
    )]
    Paused(&'static str),
    /// The guardian halted all payments.
    #[error("all payments are halted until unix time {until}; nothing is lost, try again then")]
    PaymentsHalted {
        /// The last second of the halt.
        until: u64,
    },
    /// Payments were halted a short while ago.
    #[error("payments may be halted again from unix time {0} on")]
    HaltTooSoon(u64),
    /// Payments are not halted.
    #[error("payments are not halted")]
    NotHalted,
    /// A change is malformed or could not take effect.
    #[error("the change cannot be made: {0}")]
    BadChange(String),
    /// The change is unknown.
    #[error("no change {0} waits: never scheduled, executed or cancelled")]
    ChangeUnknown(u64),
    /// Too early for the change.
    #[error("change {change_id} may be executed from unix time {execute_after} on, it is {now}")]
    ChangeTooEarly {
        /// The change.
        change_id: u64,
        /// When its time comes.
        execute_after: u64,
        /// The block's time.
        now: u64,
    },
    /// Too late for the change.
    #[error(
        "change {change_id} was to be executed until unix time {execute_before}; schedule it anew"
    )]
    ChangeExpired {
        /// The change.
        change_id: u64,
        /// The last second.
        execute_before: u64,
    },
    /// As many changes wait as may wait.
    #[error("{0} changes wait already; execute or cancel some")]
    ChangesFull(usize),
    /// The office cannot be revoked like this.
    #[error("{0}")]
    OfficeProtected(&'static str),
    /// No code, or not the code meant.
    #[error("{0}")]
    BadUpgrade(String),
    /// Too early for the upgrade.
    #[error("the staged code may be deployed from unix time {deploy_after} on, it is {now}")]
    UpgradeTooEarly {
        /// When its time comes.
        deploy_after: u64,
        /// The block's time.
        now: u64,
    },
    /// The state cannot be migrated.
    #[error("the state cannot be migrated: {0}")]
    BadMigration(String),
    /// The treasury holds less.
    #[error(
        "cannot withdraw {amount} yoctoNEAR: the treasury may spend {held}, and nothing is not withdrawn"
    )]
    TreasuryTooSmall {
        /// The amount asked for.
        amount: u128,
        /// What may be spent.
        held: u128,
    },
    /// Not exactly 1 yoctoNEAR is attached.
    #[error("attach exactly 1 yoctoNEAR, {0} are attached: only a full-access key can attach any")]
    OneYocto(u128),
    /// The storage balance has less to spare.
    #[error("cannot withdraw {amount} yoctoNEAR: {available} of the storage balance are free")]
    StorageTooSmall {
        /// The amount asked for.
        amount: u128,
        /// What is free.
        available: u128,
    },
    /// The account holds money or records.
    #[error("{account_id} {what}; an account is only closed when it is empty")]
    AccountBusy {
        /// The account.
        account_id: AccountId,
        /// What it still holds.
        what: &'static str,
    },
    /// The circuit cannot be stopped by a proof.
    #[error("circuit {0} has no impossible statement")]
    NoImpossibleStatement(String),
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
    /// The evidence cannot be read.
    #[error("the evidence {0}")]
    BadEvidence(&'static str),
    /// The attestation policy is out of range.
    #[error("attestation policy: {0}")]
    BadPolicy(ParamError),
    /// The evidence is of another quote.
    #[error("{0} has no accepted attestation that rests on this quote")]
    NotTheQuote(AccountId),
    /// There is no verifier to ask.
    #[error("the market has no attestation verifier; the Dao can set one")]
    NoVerifier,
    /// The chip's key is not here.
    #[error("the key of chip {0} is not known; register_vcek first")]
    VcekUnknown(String),
    /// The measurement is not known.
    #[error("measurement {0} is not known")]
    MeasurementUnknown(String),
    /// The measurement is a tombstone.
    #[error("measurement {0} is revoked for good")]
    MeasurementRevoked(String),
    /// Too many measurements.
    #[error("the market knows {0} measurements and takes no more")]
    MeasurementsFull(u32),
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
    #[error("no prover that serves the circuit could be drawn; try later")]
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
    /// The deadline is not over.
    #[error("job {job_id} has time until unix time {until}: nothing was missed")]
    NotMissed {
        /// The job.
        job_id: u64,
        /// The last second of the deadline.
        until: u64,
    },
    /// The job may still be judged or claimed for.
    #[error("job {job_id} may still be judged: prune it after unix time {after}")]
    NotPrunable {
        /// The job.
        job_id: u64,
        /// The last second of its windows.
        after: u64,
    },
    /// The ramp of an auction falls.
    #[error("auction: {0}")]
    BadAuction(ParamError),
    /// The ramp of an auction is too long.
    #[error("`ramp_s` is {ramp_s}, the longest ramp takes {most} seconds")]
    AuctionTooLong {
        /// The length asked for.
        ramp_s: u64,
        /// The longest.
        most: u64,
    },
    /// The auction is over.
    #[error("the auction of job {job_id} closed at unix time {close_at}: refund_job")]
    AuctionClosed {
        /// The job.
        job_id: u64,
        /// Its last second.
        close_at: u64,
    },
    /// The caller could not be drawn for the job either.
    #[error("you cannot take job {job_id} now: {}", reason_text(*.reason))]
    ProverUnfit {
        /// The job.
        job_id: u64,
        /// Why.
        reason: SkipReason,
    },
    /// The prover has no attestation that counts.
    #[error("{0} has no attestation that counts now: update_attestation before the deadline")]
    NotAttested(AccountId),
    /// The client wants a proof.
    #[error("the client of job {0} takes no commitment: submit_proof")]
    CommitmentNotAllowed(u64),
    /// The window is over.
    #[error("the commitment could be challenged until unix time {0}: settle_commitment")]
    ChallengeTooLate(u64),
    /// The window is open.
    #[error("the commitment of job {job_id} may be challenged until unix time {until}")]
    ChallengeOpen {
        /// The job.
        job_id: u64,
        /// The last second of the window.
        until: u64,
    },
    /// Another proof was committed to.
    #[error("this is not the proof whose hash was submitted for job {job_id}")]
    HashMismatch {
        /// The job.
        job_id: u64,
    },
    /// The evidence is too long.
    #[error("`proof` has {got} bytes, at most 4,096 are judged")]
    EvidenceTooLong {
        /// Its length.
        got: usize,
    },
    /// The prover was slashed for this job already.
    #[error("{prover_id} was slashed for a false proof of job {job_id} already")]
    SlashedAlready {
        /// The job.
        job_id: u64,
        /// The prover.
        prover_id: AccountId,
    },
    /// Neither hash nor signature binds the prover to the evidence.
    #[error(
        "{prover_id} does not stand for this proof of job {job_id}: neither its signature nor the \
         hash that it submitted says so"
    )]
    NotBound {
        /// The job.
        job_id: u64,
        /// The prover.
        prover_id: AccountId,
    },
    /// The proof reported is a good one.
    #[error("the proof holds for job {job_id}: nothing to report")]
    ProofHolds {
        /// The job.
        job_id: u64,
    },
    /// The job was closed too long ago.
    #[error("false proofs of job {job_id} could be reported until unix time {until}")]
    ReportTooLate {
        /// The job.
        job_id: u64,
        /// The last second.
        until: u64,
    },
    /// No prover called the input invalid.
    #[error("no prover called the input of job {0} invalid")]
    NotDoubted(u64),
    /// Somebody proved this before.
    #[error("this statement was proved here before; it counts once")]
    StatementKnown,
}

const fn reason_text(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Busy => "all your capacity is in use",
        SkipReason::Offline => "you are offline: go_online, or send a heartbeat",
        SkipReason::Left => "you are leaving the market",
        SkipReason::NotServing => "you do not serve the circuit: set_capacity",
        SkipReason::Unattested => "you have no attestation that counts now: update_attestation",
        SkipReason::Banned => "you are banned",
        SkipReason::Excluded => "you were removed from this job before",
        SkipReason::UnderStake => "your free stake does not cover the collateral: add_stake",
        SkipReason::FeeCap => "the fee is above what you may take in probation",
    }
}

fn next_release(next: &Option<u64>) -> String {
    next.map_or_else(String::new, |time| format!(", the next is at {time}"))
}

/// `a + b` in checked integers.
pub(crate) fn add(a: NearToken, b: NearToken) -> Result<NearToken, MarketError> {
    a.checked_add(b).ok_or(MarketError::AmountOverflow)
}

/// `a - b` in checked integers.
pub(crate) fn sub(a: NearToken, b: NearToken) -> Result<NearToken, MarketError> {
    a.checked_sub(b).ok_or(MarketError::AmountOverflow)
}
