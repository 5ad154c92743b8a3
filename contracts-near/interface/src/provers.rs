//! Provers: what they say to the market and what it knows of them.

use borsh::{BorshDeserialize, BorshSerialize};
use near_account_id::AccountId;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use crate::rules::bonus::BonusParams;
use crate::{Hex, Platform};

/// What a prover offers. Arguments of `set_capacity`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Most open jobs at a time.
    pub parallel_jobs: u32,
    /// Circuits served, at most 8.
    pub circuits: Vec<Hex<32>>,
    /// Where clients reach the prover: an `https://` URL of at most 128 bytes.
    pub endpoint: String,
    /// X25519 key that clients seal their inputs for (RFC 9180).
    pub x25519_key: Hex<32>,
}

/// Arguments of `register_prover`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterProverArgs {
    /// Ed25519 public key of the statements that the prover will sign; its attestation is bound to it.
    pub statement_key: Hex<32>,
    /// What it offers.
    pub capacity: Capacity,
    /// Stake this much and return the rest; without it, all that is attached less storage is staked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stake: Option<NearToken>,
    /// A quote and its collateral, needed for circuits that demand a TEE: borsh of
    /// [`crate::attestation::Evidence`], base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestation: Option<String>,
}

/// Arguments of `request_unstake`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestUnstakeArgs {
    /// What leaves: all of the stake, or so much that at least the smallest stake remains.
    pub amount: NearToken,
}

/// Arguments of `report_downtime`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProverArgs {
    /// The prover meant.
    pub prover_id: AccountId,
}

/// Arguments of `claim_bonus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimBonusArgs {
    /// The epoch, which must be the last one that ended.
    pub epoch: u32,
}

/// One entry of an unstaking queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnstakeView {
    /// What leaves.
    pub amount: NearToken,
    /// When it may be withdrawn.
    pub available_at: u64,
}

/// Where a prover stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProverState {
    /// Drawn at a reduced weight and for small fees until its hundredth proof.
    Probation,
    /// Drawn at its full weight.
    Active,
    /// Not drawn, by its own wish or after an outage.
    Offline,
    /// Its stake is below the minimum: not drawn, may leave.
    Leaving,
    /// Not drawn while the council judges it.
    Accused,
    /// For ever.
    Banned,
}

/// An accepted attestation.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct AttestationView {
    /// The kind of TEE.
    pub platform: Platform,
    /// Hash of the identity of the very machine: bans hold for it.
    pub platform_id: Hex<32>,
    /// Hash of the code and its configuration.
    pub measurement: Hex<32>,
    /// SHA-256 of the quote: whoever has it may have it judged anew.
    pub quote_hash: Hex<32>,
    /// When it was last accepted.
    pub verified_at: u64,
    /// From then on it counts no more.
    pub expires_at: u64,
}

/// A registered prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProverView {
    /// The prover's account.
    pub account_id: AccountId,
    /// Its number in frozen sets.
    pub seat: u32,
    /// Where it stands.
    pub state: ProverState,
    /// Ed25519 key of its statements.
    pub statement_key: Hex<32>,
    /// Stake that counts, locked collateral included.
    pub stake: NearToken,
    /// Collateral of open jobs.
    pub locked: NearToken,
    /// Weight in the draw trees of the circuits it serves; 0 for a prover that is not drawn.
    pub weight: u32,
    /// Weight in those of circuits that demand a TEE: as above while it is attested, else 0.
    pub tee_weight: u32,
    /// Stake on its way out.
    pub unstaking: Vec<UnstakeView>,
    /// Jobs assigned and not closed.
    pub open_jobs: u32,
    /// What it offers.
    pub capacity: Capacity,
    /// 0 to 10,000, as of now.
    pub reputation_bps: u16,
    /// Proofs accepted.
    pub proofs_accepted: u64,
    /// Deadlines missed.
    pub deadlines_missed: u64,
    /// Proofs that the market found false.
    pub invalid_proofs: u64,
    /// Unix seconds.
    pub last_heartbeat: u64,
    /// The accepted attestation, lapsed or not.
    pub attestation: Option<AttestationView>,
    /// What the next attestation must be bound to.
    pub attestation_nonce: u64,
    /// Cases of the council that are open.
    pub open_cases: u32,
    /// Earned in the present epoch.
    pub epoch_volume: NearToken,
    /// Fees earned and not yet claimed.
    pub claimable: NearToken,
}

/// What a case of the council is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[borsh(use_discriminant = false)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// Private inputs got out.
    DataLeak,
    /// An attestation was not what it said.
    ForgedAttestation,
}

/// Arguments of `propose_slash`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeSlashArgs {
    /// The prover accused.
    pub prover_id: AccountId,
    /// Of what.
    pub kind: CaseKind,
    /// SHA-256 of the evidence.
    pub evidence: Hex<32>,
    /// Jobs whose clients were harmed, at most 16.
    #[serde(default)]
    pub jobs: Vec<u64>,
    /// Who brought the evidence; fixed now, paid a bounded share when the slash is executed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter_id: Option<AccountId>,
}

/// Arguments of `appeal_slash`, `confirm_slash`, `cancel_slash`, `execute_slash` and `case`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseArgs {
    /// The case meant.
    pub case_id: u64,
}

/// A case of the council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseView {
    /// From 1, in order of proposal.
    pub case_id: u64,
    /// The accused.
    pub prover_id: AccountId,
    /// Of what.
    pub kind: CaseKind,
    /// SHA-256 of the evidence.
    pub evidence: Hex<32>,
    /// Jobs whose clients were harmed.
    pub jobs: Vec<u64>,
    /// Who brought the evidence.
    pub reporter_id: Option<AccountId>,
    /// Who proposed it.
    pub proposer_id: AccountId,
    /// Where it stands.
    pub stage: CaseStage,
}

/// Where a case of the council stands. All times are unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum CaseStage {
    /// The accused may appeal before `execute_after`; from then on anyone may execute the slash.
    Proposed {
        /// The end of the time for an appeal.
        execute_after: u64,
        /// The last second in which it may be executed.
        lapses_at: u64,
    },
    /// The case lapses unless the arbiter confirms it.
    Appealed {
        /// The last second in which the arbiter may.
        confirm_before: u64,
    },
    /// Anyone may execute the slash.
    Confirmed {
        /// The last second in which it may be executed.
        lapses_at: u64,
    },
}

/// How a case of the council ended without a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseOutcome {
    /// The council, the arbiter or a guardian took it back.
    Cancelled,
    /// Its time passed.
    Lapsed,
}

/// Arguments of `register_cost`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterCostArgs {
    /// Who would register.
    pub account_id: AccountId,
    /// How many circuits it would serve; without it, as many as a prover may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circuits: Option<u32>,
}

/// A place on the leaderboard of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaderView {
    /// The prover's seat.
    pub seat: u32,
    /// Who sits there now.
    pub prover_id: Option<AccountId>,
    /// What the seat's prover earned in the epoch.
    pub volume: NearToken,
}

/// An epoch of bonuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochView {
    /// Its number.
    pub epoch: u32,
    /// Its first second.
    pub starts_at: u64,
    /// The first second of the next.
    pub ends_at: u64,
    /// Its terms, fixed when it began.
    pub bonus: BonusParams,
    /// Set aside for its bonuses and not yet claimed.
    pub reserve: NearToken,
    /// The ten largest volumes, largest first.
    pub leaderboard: Vec<LeaderView>,
}

/// The epochs that count now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochsView {
    /// In which provers earn.
    pub this: EpochView,
    /// Whose bonuses may be claimed.
    pub last: EpochView,
}
