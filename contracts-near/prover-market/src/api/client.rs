//! For clients, and for anyone who keeps a job moving.

use near_sdk::{Gas, NearToken, Promise, env, near};
use proofrail_near_interface::{DrawView, Hex};

use crate::api::{parse_hex, parse_hex_list};
use crate::host::Call;
use crate::{MarketError, ProverMarket, ProverMarketExt};

/// Enough for the draw over the largest set.
const COMPLETE_DRAW_GAS: Gas = Gas::from_tgas(15);

#[near]
impl ProverMarket {
    /// Pays for a proof of `public_inputs` and freezes the set of provers; returns the job id. The
    /// deposit covers the fee and the job's storage; more is returned.
    #[payable]
    #[handle_result]
    pub fn fund_job(
        &mut self,
        circuit_id: String,
        public_inputs: Vec<String>,
        fee: Option<NearToken>,
    ) -> Result<u64, MarketError> {
        let call = Call::current();
        let circuit_id = Hex(parse_hex("circuit_id", &circuit_id)?);
        let inputs = parse_hex_list("public_inputs", &public_inputs)?;
        let (job_id, left) = self.market_mut().fund_job(&call, circuit_id, &inputs, fee)?;
        self.pay(&call.caller, left)?;
        Ok(job_id)
    }

    /// Asks for the draw, in a later block than the funding. The seed is that of a still later block;
    /// the call returns the draw made with it, or nothing where none was due.
    #[handle_result]
    pub fn draw(&mut self, job_id: u64) -> Result<Promise, MarketError> {
        self.market_mut().request_draw(&Call::current(), job_id)?;
        Ok(Self::ext(env::current_account_id())
            .with_static_gas(COMPLETE_DRAW_GAS)
            .with_unused_gas_weight(0)
            .complete_draw(job_id))
    }

    /// Draws with this block's seed.
    #[private]
    pub fn complete_draw(&mut self, job_id: u64) -> Option<DrawView> {
        self.market_mut().complete_draw(&Call::current(), job_id)
    }

    /// Pays the fee back to the client of a job that was not drawn or not proved in time, or whose
    /// circuit was stopped.
    #[handle_result]
    pub fn refund_job(&mut self, job_id: u64) -> Result<NearToken, MarketError> {
        let (client_id, fee) = self.market_mut().refund_job(&Call::current(), job_id)?;
        self.pay(&client_id, fee)?;
        Ok(fee)
    }

    /// Removes the caller's closed job and pays back what its storage cost; returns the amount.
    #[handle_result]
    pub fn prune_job(&mut self, job_id: u64) -> Result<NearToken, MarketError> {
        let call = Call::current();
        let released = self.market_mut().prune_job(&call, job_id)?;
        self.pay(&call.caller, released)?;
        Ok(released)
    }
}
