//! Views of provers and epochs, for everyone.

use near_sdk::{AccountId, env, near};
use proofrail_near_interface::{CostView, EpochsView, ProverView};

use crate::{MarketError, ProverMarket, ProverMarketExt};

/// Most seats that a list looks at.
const MAX_PAGE: u64 = 50;

#[near]
impl ProverMarket {
    /// A prover.
    pub fn prover(&self, account_id: AccountId) -> Option<ProverView> {
        self.market().prover_view(&account_id, now())
    }

    /// Provers by seat: those on the next `limit` seats.
    pub fn provers(&self, from: Option<u64>, limit: Option<u64>) -> Vec<ProverView> {
        let from = u32::try_from(from.unwrap_or(0)).unwrap_or(u32::MAX);
        let limit = limit.unwrap_or(MAX_PAGE).min(MAX_PAGE) as u32;
        self.market().prover_views(from, limit, now())
    }

    /// What `register_prover` takes from an account at least.
    #[handle_result]
    pub fn register_cost(
        &self,
        account_id: AccountId,
        circuits: Option<u32>,
    ) -> Result<CostView, MarketError> {
        self.market().register_cost(&account_id, circuits)
    }

    /// Whether the account may never be a prover again.
    pub fn banned(&self, account_id: AccountId) -> bool {
        self.market().is_banned(&account_id)
    }

    /// The present epoch of bonuses and the last.
    pub fn epochs(&self) -> EpochsView {
        self.market().epochs_view(now())
    }
}

fn now() -> u64 {
    env::block_timestamp() / 1_000_000_000
}
