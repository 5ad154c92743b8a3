//! Migration of the state, by `migrate` and, for what may be of any number, by whoever cares.

use near_sdk::{AccountId, NearToken, borsh, env, near};
use proofrail_near_interface::{Constitution, MarketEvent};

use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::{MarketError, ProverMarket, ProverMarketExt};

/// Where near-sdk keeps the contract's state.
const STATE_KEY: &[u8] = b"STATE";
/// First bytes of the states that this code can take over.
const LEGACY: u8 = 0;
const PRESENT: u8 = 1;

#[near]
impl ProverMarket {
    /// Takes the state over. Called by the market itself in the receipt that deploys this code, so that both happen or
    /// neither. `constitution` is needed from release 0.1.0 and refused otherwise.
    #[private]
    #[init(ignore_state)]
    #[handle_result]
    #[allow(clippy::use_self, reason = "the macro's expansion names the type")]
    pub fn migrate(constitution: Option<Constitution>) -> Result<Self, MarketError> {
        let state = env::storage_read(STATE_KEY)
            .ok_or_else(|| MarketError::BadMigration("there is none; call new".to_owned()))?;
        match (state.split_first(), constitution) {
            (Some((&LEGACY, legacy)), Some(constitution)) => {
                let call = Call::current();
                let market = Market::from_legacy(&call, legacy, &constitution)?;
                let mut contract = Self::from(market);
                contract.constitute(&constitution)?;
                emit(MarketEvent::Migrated { from: 1, to: 2 });
                Ok(contract)
            }
            (Some((&LEGACY, _)), None) => {
                Err(MarketError::BadMigration("release 0.1.0 needs a constitution".to_owned()))
            }
            (Some((&PRESENT, _)), None) => {
                let mut contract: Self = borsh::from_slice(&state)
                    .map_err(|error| MarketError::BadMigration(error.to_string()))?;
                contract.unstage()?;
                emit(MarketEvent::Migrated { from: 2, to: 2 });
                Ok(contract)
            }
            (Some((&PRESENT, _)), Some(_)) => {
                Err(MarketError::BadMigration("the market has a constitution already".to_owned()))
            }
            (version, _) => Err(MarketError::BadMigration(format!(
                "its version byte is {:?}, this code knows {LEGACY} and {PRESENT}",
                version.map(|(byte, _)| byte)
            ))),
        }
    }

    /// Takes over a job of release 0.1.0, so that it continues under the present rules.
    #[handle_result]
    pub fn adopt_job(&mut self, job_id: u64) -> Result<(), MarketError> {
        self.market_mut().adopt_job(&Call::current(), job_id)
    }

    /// Takes over an account's credit of release 0.1.0; returns how much. `claim` does it for the caller.
    #[handle_result]
    pub fn adopt_credit(&mut self, account_id: AccountId) -> Result<NearToken, MarketError> {
        self.market_mut().adopt_credit(&account_id)
    }
}
