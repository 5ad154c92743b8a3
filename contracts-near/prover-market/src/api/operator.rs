//! For prover operators.

use near_sdk::{NearToken, near};

use crate::host::Call;
use crate::{MarketError, ProverMarket, ProverMarketExt};

#[near]
impl ProverMarket {
    /// Pays the caller its credit; returns the amount.
    #[handle_result]
    pub fn claim(&mut self) -> Result<NearToken, MarketError> {
        let call = Call::current();
        self.market_mut().adopt_credit(&call.caller)?;
        let amount = self.market_mut().claim(&call)?;
        self.pay(&call.caller, amount)?;
        Ok(amount)
    }
}
