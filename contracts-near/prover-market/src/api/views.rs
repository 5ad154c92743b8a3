//! For everyone.

use near_sdk::{AccountId, NearToken, env, near};
use proofrail_near_interface::{
    AccountingView, CircuitView, ConfigView, CostView, DrawReplayView, Hex, JobView, ProverView,
};

use crate::api::parse_hex;
use crate::host::Call;
use crate::{MarketError, ProverMarket, ProverMarketExt};

/// Most items that a list returns.
const MAX_PAGE: u64 = 50;

#[near]
impl ProverMarket {
    /// The market's accounts and parameters.
    pub fn config(&self) -> ConfigView {
        self.market().config()
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

    /// A prover.
    pub fn prover(&self, account_id: AccountId) -> Option<ProverView> {
        self.market().prover_view(&account_id)
    }

    /// Provers from seat `from` on.
    pub fn provers(&self, from: Option<u64>, limit: Option<u64>) -> Vec<ProverView> {
        let from = u32::try_from(from.unwrap_or(0)).unwrap_or(u32::MAX);
        self.market().prover_views(from, page(limit))
    }

    /// A job.
    pub fn job(&self, job_id: u64) -> Option<JobView> {
        self.market().job_view(job_id)
    }

    /// Jobs from id `from` on.
    pub fn jobs(&self, from: Option<u64>, limit: Option<u64>) -> Vec<JobView> {
        self.market().job_views(from.unwrap_or(0), page(limit))
    }

    /// The id that the next job will get.
    pub fn next_job_id(&self) -> u64 {
        self.market().next_job_id()
    }

    /// All that is needed to replay a job's draw.
    pub fn draw_replay(&self, job_id: u64) -> Option<DrawReplayView> {
        self.market().draw_replay(job_id)
    }

    /// What `claim` would pay the account, storage of a stranded credit aside.
    pub fn claimable(&self, account_id: AccountId) -> NearToken {
        self.market().claimable(&account_id)
    }

    /// What `fund_job` takes from `client_id`.
    #[handle_result]
    pub fn fund_cost(
        &self,
        circuit_id: String,
        client_id: AccountId,
        fee: Option<NearToken>,
    ) -> Result<CostView, MarketError> {
        let circuit_id = Hex(parse_hex("circuit_id", &circuit_id)?);
        // A view has neither caller nor deposit.
        let call = Call {
            caller: client_id,
            deposit: NearToken::ZERO,
            now: env::block_timestamp() / 1_000_000_000,
            height: env::block_height(),
        };
        self.market().fund_cost(&call, circuit_id, fee)
    }

    /// What `register_prover` takes from `account_id` at least.
    #[handle_result]
    pub fn register_cost(&self, account_id: AccountId) -> Result<CostView, MarketError> {
        self.market().register_cost(&account_id)
    }

    /// The market's books.
    pub fn accounting(&self) -> AccountingView {
        self.market().accounting()
    }
}

fn page(limit: Option<u64>) -> usize {
    limit.unwrap_or(MAX_PAGE).min(MAX_PAGE) as usize
}
