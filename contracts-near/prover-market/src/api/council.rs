//! For the council, the arbiter, and whoever a case concerns.

use near_sdk::{AccountId, NearToken, near};
use proofrail_near_interface::{CaseKind, CaseView, SlashSplit};

use crate::api::parse_hex;
use crate::host::Call;
use crate::market::Accusation;
use crate::{MarketError, ProverMarket, ProverMarketExt, Role};

/// Most items that a list returns.
const MAX_PAGE: u64 = 50;

#[near]
impl ProverMarket {
    /// Opens a case against a prover; returns its id.
    #[payable]
    #[handle_result]
    pub fn propose_slash(
        &mut self,
        prover_id: AccountId,
        kind: CaseKind,
        evidence: String,
        jobs: Option<Vec<u64>>,
        reporter_id: Option<AccountId>,
    ) -> Result<u64, MarketError> {
        let call = Call::current();
        self.require_role(Role::Council, &call.caller)?;
        let evidence = parse_hex("evidence", &evidence)?;
        let jobs = jobs.unwrap_or_default();
        let accusation = Accusation { prover_id, kind, evidence, jobs, reporter_id };
        let (case_id, left) = self.market_mut().propose_slash(&call, accusation)?;
        self.pay(&call.caller, left)?;
        Ok(case_id)
    }

    /// The accused asks the arbiter to judge.
    #[handle_result]
    pub fn appeal_slash(&mut self, case_id: u64) -> Result<(), MarketError> {
        self.market_mut().appeal_slash(&Call::current(), case_id)
    }

    /// The arbiter judges against the accused.
    #[handle_result]
    pub fn confirm_slash(&mut self, case_id: u64) -> Result<(), MarketError> {
        let call = Call::current();
        self.require_role(Role::Arbiter, &call.caller)?;
        self.market_mut().confirm_slash(&call, case_id)
    }

    /// Council, arbiter or guardian take a case back.
    #[handle_result]
    pub fn cancel_slash(&mut self, case_id: u64) -> Result<(), MarketError> {
        let call = Call::current();
        self.require_role(Role::Council, &call.caller)
            .or_else(|_| self.require_role(Role::Arbiter, &call.caller))
            .or_else(|_| self.require_role(Role::Guardian, &call.caller))?;
        self.market_mut().cancel_slash(&call, case_id)
    }

    /// Slashes and bans the accused of a case whose time has come; returns who got what.
    #[handle_result]
    pub fn execute_slash(&mut self, case_id: u64) -> Result<SlashSplit, MarketError> {
        self.market_mut().execute_slash(&Call::current(), case_id)
    }

    /// Closes a case that has lapsed.
    #[handle_result]
    pub fn close_case(&mut self, case_id: u64) -> Result<(), MarketError> {
        self.market_mut().close_case(&Call::current(), case_id)
    }

    /// Credits the caller what the insurance pool pays for its job; returns it.
    #[handle_result]
    pub fn claim_insurance(&mut self, job_id: u64) -> Result<NearToken, MarketError> {
        self.market_mut().claim_insurance(&Call::current(), job_id)
    }

    /// An open case.
    pub fn case(&self, case_id: u64) -> Option<CaseView> {
        self.market().case_view(case_id)
    }

    /// Open cases, out of the next `limit` ids.
    pub fn cases(&self, from: Option<u64>, limit: Option<u64>) -> Vec<CaseView> {
        self.market().case_views(from.unwrap_or(0), limit.unwrap_or(MAX_PAGE).min(MAX_PAGE))
    }
}
