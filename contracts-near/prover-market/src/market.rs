//! The market's state and rules.
//!
//! Money is held in purses (`ledger`). Every rule moves amounts between purses or out of one of them; a
//! payment is refused if the account would then hold less than all of them together.

mod attestation;
mod auctions;
mod balances;
mod bonus;
mod changes;
mod circuits;
mod commitments;
mod council;
mod downtime;
mod draws;
mod governance;
mod insurance;
mod jobs;
mod ledger;
mod legacy;
mod local;
mod misses;
mod opinions;
mod platforms;
mod provers;
mod records;
mod reports;
mod settling;
mod slashing;
mod storage;
mod treasury;
mod tree;

use near_sdk::store::{IterableMap, Lazy, LookupMap, Vector};
use near_sdk::{AccountId, env, near};
use proofrail_near_groth16::VerifyingKey;
use proofrail_near_interface::attestation::SnpVcek;
use proofrail_near_interface::{AttestationPolicy, ConfigView, Hex, Params};

use crate::MarketError;
use crate::market::attestation::Measurement;
use crate::market::changes::ChangeRecord;
use crate::market::governance::Governance;
use crate::market::ledger::Purses;
use crate::market::records::{
    AccountRecord, CaseRecord, CircuitRecord, Epochs, EpochsRecord, JobRecord, ProverRecord, Pulse,
    Retired,
};
use crate::market::storage::StorageKey;
use crate::market::tree::Tree;

pub use attestation::Question;
pub(crate) use circuits::{CircuitId, CircuitToAdd};
pub(crate) use council::Accusation;
pub(crate) use governance::StagedUpgrade;
pub(crate) use jobs::JobRequest;
pub(crate) use provers::{Offer, Registration};
pub(crate) use reports::Evidence;

/// All of the market. The root record has a nearly fixed size, so that no call pays for its growth.
#[near(serializers = [borsh])]
#[derive(Debug)]
pub struct Market {
    treasury_id: AccountId,
    verifier_id: Option<AccountId>,
    params: Params,
    purses: Purses,
    accounts: LookupMap<AccountId, AccountRecord>,

    circuits: IterableMap<CircuitId, CircuitRecord>,
    keys: LookupMap<CircuitId, VerifyingKey>,
    /// By index, for provers' lists.
    circuit_ids: Vector<CircuitId>,

    provers: LookupMap<u32, ProverRecord>,
    seats: LookupMap<AccountId, u32>,
    /// Seats below this were given at least once.
    next_seat: u32,
    /// Provers that are registered and not banned.
    prover_count: u32,
    /// Whose statement key it is; a key stands for one prover.
    statement_keys: LookupMap<[u8; 32], u32>,
    pulse: Pulse,
    epochs: Lazy<EpochsRecord>,
    /// Seats of provers that left, oldest first.
    free_seats: Vector<Retired>,
    tree: Tree,

    jobs: LookupMap<u64, JobRecord>,
    next_job_id: u64,
    /// Statements that somebody proved by itself.
    statements: LookupMap<[u8; 32], ()>,

    policy: AttestationPolicy,
    measurements: IterableMap<Hex<32>, Measurement>,
    banned_platforms: LookupMap<Hex<32>, ()>,
    /// Keys of AMD's chips, by chip id.
    vceks: LookupMap<Hex<64>, SnpVcek>,

    cases: LookupMap<u64, CaseRecord>,
    next_case_id: u64,

    changes: LookupMap<u64, ChangeRecord>,
    governance: Governance,
}

impl Market {
    pub(crate) fn new(
        treasury_id: AccountId,
        verifier_id: Option<AccountId>,
        params: Params,
        policy: AttestationPolicy,
        delay_floor_s: Option<u64>,
    ) -> Result<Self, MarketError> {
        params.check().map_err(MarketError::BadParams)?;
        policy.check().map_err(MarketError::BadPolicy)?;
        let governance = Governance::new(delay_floor_s);
        Ok(Self {
            treasury_id,
            verifier_id,
            params,
            purses: Purses::default(),
            accounts: LookupMap::new(StorageKey::Accounts),
            circuits: IterableMap::new(StorageKey::Circuits),
            keys: LookupMap::new(StorageKey::Keys),
            circuit_ids: Vector::new(StorageKey::CircuitIds),
            provers: LookupMap::new(StorageKey::Provers),
            seats: LookupMap::new(StorageKey::Seats),
            next_seat: 0,
            prover_count: 0,
            statement_keys: LookupMap::new(StorageKey::StatementKeys),
            pulse: Pulse::default(),
            epochs: Lazy::new(StorageKey::Epoch, Epochs::new(&params).into()),
            free_seats: Vector::new(StorageKey::FreeSeats),
            tree: Tree::new(),
            jobs: LookupMap::new(StorageKey::Jobs),
            next_job_id: 1,
            statements: LookupMap::new(StorageKey::Statements),
            policy,
            measurements: IterableMap::new(StorageKey::Measurements),
            banned_platforms: LookupMap::new(StorageKey::Platforms),
            vceks: LookupMap::new(StorageKey::Vceks),
            cases: LookupMap::new(StorageKey::Cases),
            next_case_id: 1,
            changes: LookupMap::new(StorageKey::Changes),
            governance,
        })
    }

    pub(crate) fn config(&self, upgrade_delay_s: u64) -> ConfigView {
        ConfigView {
            treasury_id: self.treasury_id.clone(),
            verifier_id: self.verifier_id.clone(),
            params: self.params,
            upgrade_delay_s,
            delay_floor_s: self.governance.delay_floor_s,
            payments_halted_until: self.governance.halted_until,
        }
    }

    pub(crate) const fn verifier_id(&self) -> Option<&AccountId> {
        self.verifier_id.as_ref()
    }

    pub(crate) const fn timelock_s(&self) -> u64 {
        self.params.timelock_s
    }

    /// The market itself holds money that is not its own to stake.
    fn require_unreserved(&self, account: &AccountId) -> Result<(), MarketError> {
        if *account == env::current_account_id() {
            return Err(MarketError::ReservedAccount(account.clone()));
        }
        Ok(())
    }
}
