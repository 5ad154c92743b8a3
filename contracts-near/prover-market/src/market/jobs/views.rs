//! Views of jobs, their draws and their costs.

use near_sdk::{AccountId, NearToken, env};
use proofrail_near_interface::{CostView, DrawReplayView, FrozenSetView, FundJobArgs, JobView};

use crate::MarketError;
use crate::error::add;
use crate::market::jobs::size::job_bytes;
use crate::market::jobs::{new_job, ramp, read_inputs};
use crate::market::records::{JobRecord, Status};
use crate::market::storage::storage_cost;
use crate::market::{CircuitId, Market};

/// Lowest nodes of the tree that one page of a set reads: up to 2,048 seats.
const PAGE_NODES: u32 = 64;

impl Market {
    pub(crate) const fn next_job_id(&self) -> u64 {
        self.next_job_id
    }

    pub(crate) fn job_view(&self, job_id: u64) -> Option<JobView> {
        self.jobs.get(&job_id).map(|record| record.latest().view(job_id))
    }

    /// Jobs from id `from` on.
    pub(crate) fn job_views(&self, from: u64, limit: usize) -> Vec<JobView> {
        // Pruned ids are bounded by what a view's gas can look up.
        (from..self.next_job_id).filter_map(|job_id| self.job_view(job_id)).take(limit).collect()
    }

    /// All that is needed to replay the draw of a job's present or last assignment.
    pub(crate) fn draw_replay(&self, job_id: u64) -> Option<DrawReplayView> {
        let job = self.jobs.get(&job_id).map(JobRecord::latest)?;
        let assignment = job.status.assignment()?;
        let draw = assignment.draw_view(job.round())?;
        Some(DrawReplayView {
            market_id: env::current_account_id(),
            job_id,
            circuit_id: job.circuit_id,
            seat: assignment.seat,
            set_is_live: self.tree.is_live(draw.set),
            draw,
        })
    }

    /// A page of a circuit's seats in a live set; `None` where the set is not live.
    pub(crate) fn frozen_set(
        &self,
        circuit_id: &CircuitId,
        set: u32,
        from: u32,
    ) -> Result<Option<FrozenSetView>, MarketError> {
        let circuit = self.registered_circuit(circuit_id)?;
        if !self.tree.is_live(set) {
            return Ok(None);
        }
        let (seats, next) = self.tree.seats(circuit.index, set, from, PAGE_NODES);
        let next = next.filter(|next| *next < self.next_seat);
        Ok(Some(FrozenSetView { seats, next }))
    }

    /// What `fund_job` would take from a client for this job.
    pub(crate) fn fund_cost(
        &self,
        client_id: AccountId,
        args: FundJobArgs,
    ) -> Result<CostView, MarketError> {
        let circuit = self.running_circuit(&args.circuit_id)?;
        let ramp = ramp(circuit, args.fee, args.auction)?;
        let inputs: Vec<[u8; 32]> = args.public_inputs.iter().map(|input| input.0).collect();
        let inputs = read_inputs(circuit, &inputs)?;
        let status = Status::Refunded { refunded_at: 0 };
        let job = new_job(&client_id, args.circuit_id, inputs, ramp.max, false, status);
        let amount = job.fee;
        let storage = self.storage_due(&client_id, job_bytes(&job))?;
        Ok(CostView { amount, storage, total: add(amount, storage)? })
    }

    /// What `bytes` of storage would take from an account's deposit: beyond what is free in its storage
    /// balance, and with the record of an account that has none.
    fn storage_due(&self, account_id: &AccountId, bytes: u64) -> Result<NearToken, MarketError> {
        let cost = storage_cost(bytes)?;
        match self.account(account_id) {
            Some(account) => {
                let free = account.storage_total.saturating_sub(account.storage_used);
                Ok(cost.saturating_sub(free))
            }
            None => add(cost, self.account_cost(account_id)?),
        }
    }

    /// Statements that the account proved by itself.
    pub(crate) fn privacy_score(&self, account_id: &AccountId) -> u32 {
        self.account(account_id).map_or(0, |account| account.privacy_score)
    }
}
