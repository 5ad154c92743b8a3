//! Provers: what they say to the market and what it knows of them.

use borsh::{BorshDeserialize, BorshSerialize};
use near_account_id::AccountId;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

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
    /// Weight in the draw trees of the circuits it serves.
    pub weight: u32,
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
    /// From then on anyone may execute it, unless it was appealed.
    pub execute_after: u64,
    /// After an appeal: the arbiter must confirm by then, or the case lapses.
    pub confirm_before: Option<u64>,
    /// The arbiter confirmed it.
    pub confirmed: bool,
}
