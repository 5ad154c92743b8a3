//! For everyone.

use near_sdk::{AccountId, NearToken, near};
use proofrail_near_interface::{
    AccountingView, CircuitView, ConfigView, CostView, DrawReplayView, FrozenSetView, FundJobArgs,
    Hex, JobView,
};

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

    /// All that is needed to replay the draw of a job's present or last assignment.
    pub fn draw_replay(&self, job_id: u64) -> Option<DrawReplayView> {
        self.market().draw_replay(job_id)
    }

    /// A page of a circuit's seats in a frozen set; nothing where no job can be drawn from it any more.
    #[handle_result]
    pub fn frozen_set(
        &self,
        circuit_id: String,
        set: u32,
        from: Option<u32>,
    ) -> Result<Option<FrozenSetView>, MarketError> {
        let circuit_id = Hex(parse_hex("circuit_id", &circuit_id)?);
        self.market().frozen_set(&circuit_id, set, from.unwrap_or(0))
    }

    /// What `fund_job` would take from `client_id`.
    #[handle_result]
    pub fn fund_cost(
        &self,
        client_id: AccountId,
        job: FundJobArgs,
    ) -> Result<CostView, MarketError> {
        self.market().fund_cost(client_id, job)
    }

    /// Statements that the account proved by itself.
    pub fn privacy_score(&self, account_id: AccountId) -> u32 {
        self.market().privacy_score(&account_id)
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
