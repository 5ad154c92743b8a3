//! For everyone.

use near_sdk::{AccountId, NearToken, near};
use proofrail_near_interface::{AccountingView, CircuitView, ConfigView, Hex};

use crate::api::parse_hex;
use crate::{MarketError, ProverMarket, ProverMarketExt};

/// Most items that a list returns.
const MAX_PAGE: u64 = 50;

#[near]
impl ProverMarket {
    /// The market's accounts and parameters.
    pub fn config(&self) -> ConfigView {
        self.market().config(self.upgrade_delay_s())
    }

    /// A circuit, stopped ones included.
    #[handle_result]
    pub fn circuit(&self, circuit_id: String) -> Result<Option<CircuitView>, MarketError> {
        Ok(self.market().circuit_view(&Hex(parse_hex("circuit_id", &circuit_id)?)))
    }

    /// Circuits in order of registration.
    pub fn circuits(&self, from: Option<u64>, limit: Option<u64>) -> Vec<CircuitView> {
        let from = usize::try_from(from.unwrap_or(0)).unwrap_or(usize::MAX);
        self.market().circuit_views(from, page(limit))
    }

    /// What `claim` would pay the account, storage of a stranded credit aside.
    pub fn claimable(&self, account_id: AccountId) -> NearToken {
        self.market().claimable(&account_id)
    }

    /// The market's books.
    pub fn accounting(&self) -> AccountingView {
        self.market().accounting()
    }
}

fn page(limit: Option<u64>) -> usize {
    limit.unwrap_or(MAX_PAGE).min(MAX_PAGE) as usize
}
