//! Governance: offices, timelocked changes, upgrades.

use near_account_id::AccountId;
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use crate::{AttestationPolicy, Hex, NewCircuit, Params, Platform};

/// Least time that a change or an upgrade waits, unless `new` fixed another floor: one day.
pub const DEFAULT_DELAY_FLOOR_S: u64 = 24 * 3_600;
/// How long an upgrade waits unless `new` says otherwise: a day more than unstaking takes by default, so that
/// whoever dislikes the new code is out before it runs.
pub const DEFAULT_UPGRADE_DELAY_S: u64 = 15 * 24 * 3_600;
/// Most changes waiting at a time.
pub const MAX_PENDING_CHANGES: usize = 32;
/// How long the guardian may halt payments at a time.
pub const HALT_S: u64 = 3 * 24 * 3_600;
/// From the beginning of a halt until the next one may begin.
pub const HALT_AGAIN_S: u64 = 30 * 24 * 3_600;

/// An office that accounts hold. `Market` is the contract itself and is never granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Office {
    /// Schedules changes, revokes offices, lifts pauses.
    Dao,
    /// Pauses, stops circuits, halts payments, cancels changes and upgrades, revokes offices.
    Guardian,
    /// Proposes slashes.
    Council,
    /// Judges appeals.
    Arbiter,
    /// Withdraws what the treasury may spend, to the treasury's account only.
    Treasurer,
    /// Stages the code of an upgrade.
    CodeStager,
    /// Deploys staged code when its time has come.
    CodeDeployer,
}

/// Who holds which office at first. One account may hold several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offices {
    /// As [`Office::Dao`].
    pub dao: AccountId,
    /// As [`Office::Guardian`].
    pub guardian: AccountId,
    /// As [`Office::Council`].
    pub council: AccountId,
    /// As [`Office::Arbiter`].
    pub arbiter: AccountId,
    /// As [`Office::Treasurer`].
    pub treasurer: AccountId,
    /// As [`Office::CodeStager`].
    pub code_stager: AccountId,
    /// As [`Office::CodeDeployer`].
    pub code_deployer: AccountId,
}

impl Offices {
    /// One account in every office: for development networks.
    pub fn all_held_by(account: &AccountId) -> Self {
        Self {
            dao: account.clone(),
            guardian: account.clone(),
            council: account.clone(),
            arbiter: account.clone(),
            treasurer: account.clone(),
            code_stager: account.clone(),
            code_deployer: account.clone(),
        }
    }
}

/// How the market is governed, fixed at its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constitution {
    /// Who holds which office.
    pub offices: Offices,
    /// The network's name, such as `mainnet`: every quote of a TEE is bound to it.
    pub network: String,
    /// Defaults to [`AttestationPolicy::of_network`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestation: Option<AttestationPolicy>,
    /// Code that may run in provers' TEEs from the beginning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<ApprovedCode>,
    /// Circuits from the beginning, when nothing is at stake yet; later ones wait in the timelock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub circuits: Vec<NewCircuit>,
    /// Asked for verdicts on attestations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verifier_id: Option<AccountId>,
    /// Defaults to [`Params::default`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Params>,
    /// From staging an upgrade until it may be deployed; defaults to [`DEFAULT_UPGRADE_DELAY_S`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgrade_delay_s: Option<u64>,
    /// No delay is ever set below this; defaults to [`DEFAULT_DELAY_FLOOR_S`]. Less is for development
    /// networks; everybody can read it in [`crate::ConfigView`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_floor_s: Option<u64>,
}

impl Constitution {
    /// The policy over attestations, the network's default unless there is another.
    pub fn attestation_policy(&self) -> AttestationPolicy {
        let policy = self.attestation.clone();
        policy.unwrap_or_else(|| AttestationPolicy::of_network(&self.network))
    }
}

/// Code that may run in a prover's TEE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovedCode {
    /// The kind of TEE.
    pub platform: Platform,
    /// Hash of the code and its configuration.
    pub measurement: Hex<32>,
}

/// Arguments of `new`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewArgs {
    /// Paid what is withdrawn from the treasury.
    pub treasury_id: AccountId,
    /// How the market is governed.
    pub constitution: Constitution,
}

/// Arguments of `set_statement_key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementKeyArgs {
    /// Ed25519 public key of the statements that the prover will sign.
    pub statement_key: Hex<32>,
}

/// Arguments of `migrate`, the call that follows the deployment of new code in the same receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrateArgs {
    /// Needed from release 0.1.0, which had an owner; refused afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constitution: Option<Constitution>,
}

/// A change that waits in the timelock before anyone may execute it.
#[allow(clippy::large_enum_variant, reason = "one value at a time, read from JSON and used up")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// New parameters. `epoch_s` stays as it is.
    Params(Params),
    /// Adds a circuit.
    AddCircuit(NewCircuit),
    /// New terms of a circuit for jobs that are not yet funded.
    CircuitTerms(CircuitTerms),
    /// Closes a circuit for good; its id is never given again.
    RetireCircuit {
        /// The circuit.
        circuit_id: Hex<32>,
    },
    /// Approves code for provers' TEEs.
    ApproveMeasurement(ApprovedCode),
    /// There is newer code: this one counts for a grace period after the change is executed.
    SupersedeMeasurement {
        /// Hash of the code.
        measurement: Hex<32>,
        /// Seconds, at most 366 days.
        grace_s: u64,
    },
    /// Another policy over attestations.
    AttestationPolicy(AttestationPolicy),
    /// Another attestation verifier, or none.
    SetVerifier {
        /// Its account.
        verifier_id: Option<AccountId>,
    },
    /// Another account for what is withdrawn from the treasury.
    SetTreasury {
        /// The account.
        treasury_id: AccountId,
    },
    /// Another delay of upgrades. Waits at least the present one.
    UpgradeDelay {
        /// Seconds.
        delay_s: u64,
    },
    /// Gives an account an office.
    GrantOffice {
        /// The office.
        office: Office,
        /// Who gets it.
        account_id: AccountId,
    },
    /// Takes an office away. Only for `Dao` and `Guardian`; the others are revoked at once.
    RevokeOffice {
        /// The office.
        office: Office,
        /// Who loses it.
        account_id: AccountId,
    },
}

/// New terms of a circuit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitTerms {
    /// The circuit.
    pub circuit_id: Hex<32>,
    /// Smallest fee of a job.
    pub base_fee: NearToken,
    /// Seconds that a prover has to submit the proof.
    pub deadline_s: u64,
    /// The impossible statement of a circuit that has none yet (one of release 0.1.0).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impossible_inputs: Option<Vec<Hex<32>>>,
}

impl Change {
    /// The variant's name, as events write it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Params(_) => "params",
            Self::AddCircuit(_) => "add_circuit",
            Self::CircuitTerms(_) => "circuit_terms",
            Self::RetireCircuit { .. } => "retire_circuit",
            Self::ApproveMeasurement(_) => "approve_measurement",
            Self::SupersedeMeasurement { .. } => "supersede_measurement",
            Self::AttestationPolicy(_) => "attestation_policy",
            Self::SetVerifier { .. } => "set_verifier",
            Self::SetTreasury { .. } => "set_treasury",
            Self::UpgradeDelay { .. } => "upgrade_delay",
            Self::GrantOffice { .. } => "grant_office",
            Self::RevokeOffice { .. } => "revoke_office",
        }
    }
}

/// Arguments of `schedule_change`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleChangeArgs {
    /// What is to change.
    pub change: Change,
}

/// Arguments of `execute_change`, `cancel_change` and `change`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeArgs {
    /// The change meant.
    pub change_id: u64,
}

/// A change that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    /// From 1, in order of scheduling.
    pub change_id: u64,
    /// What is to change.
    pub change: Change,
    /// Who scheduled it.
    pub proposer_id: AccountId,
    /// From then on anyone may execute it.
    pub execute_after: u64,
    /// The last second in which it may be executed.
    pub execute_before: u64,
}

/// Arguments of `revoke_office`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeOfficeArgs {
    /// The office.
    pub office: Office,
    /// Who loses it.
    pub account_id: AccountId,
}

/// Arguments of `withdraw_treasury`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawTreasuryArgs {
    /// How much.
    pub amount: NearToken,
}

/// Arguments of `deploy_upgrade`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeployUpgradeArgs {
    /// SHA-256 of the staged code.
    pub code_hash: Hex<32>,
    /// Passed on to `migrate`.
    #[serde(default)]
    pub migrate: MigrateArgs,
    /// Gas of `migrate` in Tgas, default 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migrate_tgas: Option<u64>,
}

/// Code that waits to be deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpgradeView {
    /// SHA-256 of the code.
    pub code_hash: Hex<32>,
    /// Who staged it and gets its storage back.
    pub stager_id: AccountId,
    /// From then on it may be deployed.
    pub deploy_after: u64,
}
