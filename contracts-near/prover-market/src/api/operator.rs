//! For prover operators.

use near_sdk::{NearToken, near};
use proofrail_near_interface::FeeSplit;

use crate::api::parse_hex;
use crate::host::Call;
use crate::{MarketError, ProverMarket, ProverMarketExt};

#[near]
impl ProverMarket {
    /// Registers the caller as a prover. All of the deposit less storage is staked; with `stake`, that
    /// much is staked and the rest returned.
    #[payable]
    #[handle_result]
    pub fn register_prover(&mut self, stake: Option<NearToken>) -> Result<(), MarketError> {
        let call = Call::current();
        let left = self.market_mut().register_prover(&call, stake)?;
        self.pay(&call.caller, left)
    }

    /// Adds the whole deposit to the caller's stake; returns the stake.
    #[payable]
    #[handle_result]
    pub fn add_stake(&mut self) -> Result<NearToken, MarketError> {
        self.market_mut().add_stake(&Call::current())
    }

    /// Takes `amount` out of the draw and into the queue; returns the unix second of its release.
    #[handle_result]
    pub fn request_unstake(&mut self, amount: NearToken) -> Result<u64, MarketError> {
        self.market_mut().request_unstake(&Call::current(), amount)
    }

    /// Pays the caller what its queue has released; returns the amount.
    #[handle_result]
    pub fn withdraw_stake(&mut self) -> Result<NearToken, MarketError> {
        let call = Call::current();
        let amount = self.market_mut().withdraw_stake(&call)?;
        self.pay(&call.caller, amount)?;
        Ok(amount)
    }

    /// Removes the caller and pays it its storage deposit and credit; returns the amount.
    #[handle_result]
    pub fn unregister_prover(&mut self) -> Result<NearToken, MarketError> {
        let call = Call::current();
        let amount = self.market_mut().unregister_prover(&call)?;
        self.pay(&call.caller, amount)?;
        Ok(amount)
    }

    /// Verifies the drawn prover's proof and splits the fee. A proof that is refused changes nothing:
    /// the prover may submit another until the deadline.
    #[handle_result]
    pub fn submit_proof(&mut self, job_id: u64, proof: String) -> Result<FeeSplit, MarketError> {
        let proof = parse_hex("proof", &proof)?;
        self.market_mut().submit_proof(&Call::current(), job_id, &proof)
    }

    /// Pays the caller its credit; returns the amount.
    #[handle_result]
    pub fn claim(&mut self) -> Result<NearToken, MarketError> {
        let call = Call::current();
        let amount = self.market_mut().claim(&call)?;
        self.pay(&call.caller, amount)?;
        Ok(amount)
    }
}
