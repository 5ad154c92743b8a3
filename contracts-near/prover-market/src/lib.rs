//! The prover market: who may prove and what they have at stake, who is drawn for a job, on-chain
//! verification of the proof and the split of its fee.
//!
//! `api` holds the entry points by audience; `market` the rules behind them.

// `near` generates items without documentation; every item of our own has one.
#![allow(missing_docs)]

mod api;
mod error;
mod events;
mod host;
mod market;
mod roles;

use near_plugins::{AccessControlRole, AccessControllable, Pausable, Upgradable, access_control};
// The plugins' code names it.
use near_sdk::borsh::BorshDeserialize;
use near_sdk::{PanicOnDefault, near};

pub use crate::error::MarketError;
use crate::market::Market;

/// Who may do what (near-plugins' access control). Nobody is an administrator of any role: roles are granted through
/// the timelock, and revoked at once by `revoke_office`. The order is part of the stored state.
#[near(serializers = [json])]
#[derive(AccessControlRole, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The contract itself, the only one that may call the plugin's own methods for upgrades: called directly, they
    /// would deploy without a migration, or call any private method in the market's name.
    Market,
    /// Schedules changes, revokes offices, lifts pauses.
    Dao,
    /// Pauses, stops circuits, halts payments, cancels changes and upgrades, revokes offices.
    Guardian,
    /// Proposes slashes.
    Council,
    /// Judges appeals.
    Arbiter,
    /// Withdraws from the treasury to the treasury's account.
    Treasurer,
    /// Stages the code of an upgrade.
    CodeStager,
    /// Deploys staged code when its time has come.
    CodeDeployer,
}

/// The contract.
#[access_control(role_type(Role))]
#[near(
    contract_state,
    contract_metadata(
        standard(standard = "proofrail", version = "1.0.0"),
        standard(standard = "nep145", version = "1.0.0"),
        standard(standard = "nep297", version = "1.0.0")
    )
)]
#[derive(Debug, PanicOnDefault, Pausable, Upgradable)]
#[pausable(pause_roles(Role::Guardian), unpause_roles(Role::Dao))]
#[upgradable(access_control_roles(
    code_stagers(Role::Market),
    code_deployers(Role::Market),
    duration_initializers(Role::Market),
    duration_update_stagers(Role::Market),
    duration_update_appliers(Role::Market)
))]
pub struct ProverMarket {
    state: State,
}

/// The state by version. Only the present one is read in ordinary calls; `migrate` reads older ones, and code whose
/// state was not migrated answers nothing.
#[near(serializers = [borsh])]
#[borsh(use_discriminant = true)]
#[derive(Debug)]
#[repr(u8)]
enum State {
    V2(Market) = 1,
}

impl ProverMarket {
    const fn market(&self) -> &Market {
        match &self.state {
            State::V2(market) => market,
        }
    }

    const fn market_mut(&mut self) -> &mut Market {
        match &mut self.state {
            State::V2(market) => market,
        }
    }
}

impl From<Market> for ProverMarket {
    fn from(market: Market) -> Self {
        Self { state: State::V2(market) }
    }
}
