//! Events of the market, NEP-297.

use near_account_id::AccountId;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use crate::rules::slashing::{Fault, SlashSplit};
use crate::{
    AssignmentView, AttestationPolicy, AttestationView, CaseKind, CaseOutcome, FeeSplit, Hex,
    MeasurementState, Office, Platform, Ramp, SkippedSeat,
};

/// What a log line that carries an event begins with (NEP-297).
pub const EVENT_PREFIX: &str = "EVENT_JSON:";
/// The `standard` field of every event.
pub const STANDARD: &str = "proofrail";
/// The `version` field of every event.
pub const STANDARD_VERSION: &str = "1.0.0";

/// One event: its name and data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum MarketEvent {
    /// A circuit may be asked for.
    CircuitRegistered {
        /// Its id.
        circuit_id: Hex<32>,
        /// Its name and version.
        name: String,
    },
    /// A circuit is closed for good.
    CircuitStopped {
        /// Its id.
        circuit_id: Hex<32>,
        /// Who stopped it.
        by: AccountId,
        /// It was stopped by a proof of its impossible statement.
        by_proof: bool,
    },
    /// A circuit got new terms.
    CircuitTermsSet {
        /// Its id.
        circuit_id: Hex<32>,
        /// Smallest fee of a job.
        base_fee: NearToken,
        /// Seconds that a prover has.
        deadline_s: u64,
    },
    /// A change waits in the timelock.
    ChangeScheduled {
        /// Its id.
        change_id: u64,
        /// What kind of change.
        kind: String,
        /// SHA-256 of the change's JSON, which `change` shows.
        change_hash: Hex<32>,
        /// Who scheduled it.
        proposer_id: AccountId,
        /// From then on anyone may execute it.
        execute_after: u64,
        /// The last second in which it may be executed.
        execute_before: u64,
    },
    /// A change took effect.
    ChangeExecuted {
        /// Its id.
        change_id: u64,
        /// What kind of change.
        kind: String,
    },
    /// A change was cancelled, or removed after it expired.
    ChangeCancelled {
        /// Its id.
        change_id: u64,
        /// By whom.
        by: AccountId,
    },
    /// An account lost an office at once.
    OfficeRevoked {
        /// The office.
        office: Office,
        /// Who lost it.
        account_id: AccountId,
        /// By whom.
        by: AccountId,
    },
    /// All payments are halted.
    PaymentsHalted {
        /// By whom.
        by: AccountId,
        /// The last second of the halt.
        until: u64,
    },
    /// A halt was ended early.
    PaymentsResumed {
        /// By whom.
        by: AccountId,
    },
    /// Money left the treasury.
    TreasuryWithdrawn {
        /// To the treasury's account.
        treasury_id: AccountId,
        /// How much.
        amount: NearToken,
    },
    /// New code waits to be deployed.
    UpgradeStaged {
        /// SHA-256 of the code.
        code_hash: Hex<32>,
        /// Who staged it.
        stager_id: AccountId,
        /// From then on it may be deployed.
        deploy_after: u64,
    },
    /// Staged code was removed.
    UpgradeCancelled {
        /// SHA-256 of the code.
        code_hash: Hex<32>,
        /// By whom.
        by: AccountId,
    },
    /// The code that runs from now on has taken the state over.
    Migrated {
        /// Version of the state found.
        from: u32,
        /// Version of the state now.
        to: u32,
    },
    /// A job of release 0.1.0 continues under the present rules.
    JobAdopted {
        /// The job.
        job_id: u64,
    },
    /// A credit of release 0.1.0 is now the account's.
    CreditAdopted {
        /// The account.
        account_id: AccountId,
        /// How much.
        amount: NearToken,
    },
    /// A storage balance grew.
    StorageDeposited {
        /// Whose.
        account_id: AccountId,
        /// By how much.
        amount: NearToken,
    },
    /// Part of a storage balance was sent to its owner.
    StorageWithdrawn {
        /// Whose.
        account_id: AccountId,
        /// How much.
        amount: NearToken,
    },
    /// An account was closed and its storage balance sent to its owner.
    AccountClosed {
        /// Whose.
        account_id: AccountId,
        /// What was sent.
        amount: NearToken,
    },
    /// A prover joined.
    ProverRegistered {
        /// Its account.
        prover_id: AccountId,
        /// Its seat number.
        seat: u32,
        /// Its stake.
        stake: NearToken,
    },
    /// A prover added stake.
    StakeAdded {
        /// Its account.
        prover_id: AccountId,
        /// What was added.
        amount: NearToken,
        /// The stake after it.
        stake: NearToken,
    },
    /// Stake entered the queue.
    UnstakeRequested {
        /// The prover.
        prover_id: AccountId,
        /// What leaves.
        amount: NearToken,
        /// The stake that remains.
        stake: NearToken,
        /// When the amount may be withdrawn, unix seconds.
        available_at: u64,
    },
    /// Stake left the queue and was sent.
    StakeWithdrawn {
        /// The prover.
        prover_id: AccountId,
        /// What was sent.
        amount: NearToken,
    },
    /// A prover left.
    ProverUnregistered {
        /// Its account.
        prover_id: AccountId,
    },
    /// A prover's attestation counts.
    AttestationAccepted {
        /// The prover.
        prover_id: AccountId,
        /// What was accepted.
        attestation: AttestationView,
        /// Advisories that are open on the platform.
        advisory_ids: Vec<String>,
    },
    /// A prover's attestation does not count.
    AttestationRefused {
        /// The prover.
        prover_id: AccountId,
        /// Why.
        reason: String,
    },
    /// The verifier gave no verdict; nothing changed.
    AttestationUnjudged {
        /// The prover.
        prover_id: AccountId,
    },
    /// Code was approved, superseded or revoked.
    MeasurementChanged {
        /// Hash of the code and its configuration.
        measurement: Hex<32>,
        /// The kind of TEE.
        platform: Platform,
        /// Whether it may run.
        state: MeasurementState,
    },
    /// Another policy over attestations is in force.
    AttestationPolicyChanged {
        /// The policy.
        policy: AttestationPolicy,
    },
    /// A machine is banned for ever.
    PlatformBanned {
        /// Hash of its identity.
        platform_id: Hex<32>,
    },
    /// The key of an AMD chip is known.
    VcekRegistered {
        /// The chip.
        chip_id: Hex<64>,
        /// When its chain expires.
        expires_at: u64,
    },
    /// The chain of an AMD chip's key is worth nothing.
    VcekRefused {
        /// Why.
        reason: String,
    },
    /// A prover offers something else.
    CapacityChanged {
        /// The prover.
        prover_id: AccountId,
    },
    /// A prover went online or offline.
    PresenceChanged {
        /// The prover.
        prover_id: AccountId,
        /// It wants work.
        online: bool,
    },
    /// A prover was slashed.
    ProverSlashed {
        /// The prover.
        prover_id: AccountId,
        /// For what.
        fault: Fault,
        /// What was taken; the parts add up to it.
        amount: NearToken,
        /// Who got what. The next prover's part waits with the job.
        split: SlashSplit,
        /// Who was paid the reporter's part, if anybody reported but the prover itself.
        reporter_id: Option<AccountId>,
    },
    /// A prover is banned for ever.
    ProverBanned {
        /// The prover.
        prover_id: AccountId,
        /// The case of the council.
        case_id: u64,
    },
    /// The council proposes to slash and ban a prover.
    SlashProposed {
        /// The case.
        case_id: u64,
        /// The accused.
        prover_id: AccountId,
        /// Of what.
        kind: CaseKind,
        /// SHA-256 of the evidence.
        evidence: Hex<32>,
        /// The end of the time for an appeal, unix seconds.
        execute_after: u64,
    },
    /// The accused appealed.
    SlashAppealed {
        /// The case.
        case_id: u64,
        /// The last second in which the arbiter may confirm it.
        confirm_before: u64,
    },
    /// The arbiter confirmed a case that was appealed.
    SlashConfirmed {
        /// The case.
        case_id: u64,
        /// The last second in which it may be executed.
        lapses_at: u64,
    },
    /// A case ended and nothing was slashed.
    CaseClosed {
        /// The case.
        case_id: u64,
        /// The accused.
        prover_id: AccountId,
        /// How it ended.
        outcome: CaseOutcome,
    },
    /// A new epoch of bonuses.
    EpochBegan {
        /// Its number.
        epoch: u32,
        /// Set aside for bonuses that nobody can claim any more; the treasury's again.
        returned: NearToken,
    },
    /// A bonus was credited.
    BonusClaimed {
        /// The prover.
        prover_id: AccountId,
        /// The epoch that it is for.
        epoch: u32,
        /// The bonus.
        amount: NearToken,
    },
    /// The insurance pool paid a harmed client.
    InsurancePaid {
        /// The job.
        job_id: u64,
        /// Its client.
        client_id: AccountId,
        /// What was credited.
        amount: NearToken,
    },
    /// A job is paid for and its set of provers frozen.
    JobFunded {
        /// The job.
        job_id: u64,
        /// Who paid.
        client_id: AccountId,
        /// The circuit.
        circuit_id: Hex<32>,
        /// What an accepted proof pays.
        fee: NearToken,
        /// The frozen set.
        set: u32,
        /// The last second in which a draw may be asked for.
        draw_before: u64,
    },
    /// A job is paid for; its fee rises until a prover takes it.
    AuctionOpened {
        /// The job.
        job_id: u64,
        /// Who paid.
        client_id: AccountId,
        /// The circuit.
        circuit_id: Hex<32>,
        /// How the fee rises.
        ramp: Ramp,
        /// The last second in which it may be taken.
        close_at: u64,
    },
    /// A draw was asked for; a later block's seed decides.
    DrawRequested {
        /// The job.
        job_id: u64,
        /// Block of the request.
        requested_height: u64,
    },
    /// A prover was drawn, or took the job in its auction.
    JobAssigned {
        /// The job.
        job_id: u64,
        /// Who, and the draw with its seed.
        assignment: AssignmentView,
    },
    /// No seat that the tickets fell on could serve; the job stays undrawn.
    DrawVoid {
        /// The job.
        job_id: u64,
        /// The draw's number within the job, from 0.
        round: u8,
        /// The frozen set.
        set: u32,
        /// `random_seed` of the block of the draw.
        seed: Hex<32>,
        /// Height of that block.
        block_height: u64,
        /// The seats that the tickets fell on, in order; none where the set was not live any more.
        skipped: Vec<SkippedSeat>,
    },
    /// A proof was accepted and its fee split.
    ProofAccepted {
        /// The job.
        job_id: u64,
        /// Who proved.
        prover_id: AccountId,
        /// The circuit.
        circuit_id: Hex<32>,
        /// The shares.
        split: FeeSplit,
        /// Collateral of earlier misses, on top of the prover's share.
        reward: NearToken,
    },
    /// The hash of a proof was submitted.
    ProofCommitted {
        /// The job.
        job_id: u64,
        /// Who stands for the proof.
        prover_id: AccountId,
        /// SHA-256 of the proof.
        proof_hash: Hex<32>,
        /// The last second in which it may be challenged.
        challenge_before: u64,
    },
    /// Somebody demands the proof behind a hash.
    CommitmentChallenged {
        /// The job.
        job_id: u64,
        /// Who.
        challenger_id: AccountId,
        /// What it attached.
        bond: NearToken,
        /// The last second in which the proof may be revealed.
        reveal_before: u64,
    },
    /// A challenge ended and its bond was credited: to the prover if the proof holds, else to the
    /// challenger.
    ChallengeClosed {
        /// The job.
        job_id: u64,
        /// Who had challenged.
        challenger_id: AccountId,
        /// What it had attached.
        bond: NearToken,
        /// Who has the bond now.
        paid_to: AccountId,
    },
    /// A proof that a prover stood for is false, or was not shown when it was demanded.
    ProofRefuted {
        /// The job.
        job_id: u64,
        /// The prover.
        prover_id: AccountId,
        /// Who is paid for the evidence.
        reporter_id: AccountId,
    },
    /// An assignment ended without a proof; the job may be drawn again.
    JobReopened {
        /// The job.
        job_id: u64,
        /// The number that the next draw will have within the job.
        round: u8,
        /// The frozen set.
        set: u32,
        /// The last second in which a draw may be asked for.
        draw_before: u64,
    },
    /// A prover says that a job's input is invalid.
    InputDoubted {
        /// The job.
        job_id: u64,
        /// The prover.
        prover_id: AccountId,
    },
    /// Two provers, or one and the client, say so: the provers are paid.
    InputInvalid {
        /// The job.
        job_id: u64,
        /// The seat that said so first.
        first: u32,
        /// The seat that agreed; none where the client did.
        second: Option<u32>,
        /// The shares; the prover's was divided among the two.
        split: FeeSplit,
    },
    /// A user's own proof was verified.
    LocalProof {
        /// The user.
        account_id: AccountId,
        /// The circuit.
        circuit_id: Hex<32>,
        /// Its privacy score now.
        score: u32,
    },
    /// A drawn prover missed its deadline.
    DeadlineMissed {
        /// The job.
        job_id: u64,
        /// Who missed it.
        prover_id: AccountId,
    },
    /// The fee was credited to the client.
    JobRefunded {
        /// The job.
        job_id: u64,
        /// Who is paid back.
        client_id: AccountId,
        /// The fee.
        amount: NearToken,
    },
    /// A finished job's storage is free in its client's storage balance.
    JobPruned {
        /// The job.
        job_id: u64,
        /// What storage had cost.
        released: NearToken,
    },
    /// Credit was sent to its owner.
    Claimed {
        /// Whose credit.
        account_id: AccountId,
        /// What was sent.
        amount: NearToken,
    },
    /// A transfer failed; what was sent is the account's credit again.
    TransferFailed {
        /// The account that could not be paid.
        account_id: AccountId,
        /// What came back.
        amount: NearToken,
    },
}

/// An event as logged: standard, version, name and data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLog {
    /// Always [`STANDARD`].
    pub standard: String,
    /// Version of the schema.
    pub version: String,
    /// The event itself.
    #[serde(flatten)]
    pub event: MarketEvent,
}

impl From<MarketEvent> for EventLog {
    fn from(event: MarketEvent) -> Self {
        Self { standard: STANDARD.to_owned(), version: STANDARD_VERSION.to_owned(), event }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_log_should_have_the_shape_of_nep_297() {
        let log = EventLog::from(MarketEvent::DrawRequested { job_id: 7, requested_height: 9 });
        let json = serde_json::to_value(&log).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "standard": "proofrail",
                "version": "1.0.0",
                "event": "draw_requested",
                "data": {"job_id": 7, "requested_height": 9},
            })
        );
        assert_eq!(serde_json::from_value::<EventLog>(json).unwrap(), log);
    }
}
