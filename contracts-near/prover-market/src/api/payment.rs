//! The one way by which money leaves.

use near_sdk::{AccountId, Gas, NearToken, Promise, PromiseError, env, near};

use crate::{MarketError, ProverMarket, ProverMarketExt};

/// Enough to restore a credit and to log it.
const ON_PAID_GAS: Gas = Gas::from_tgas(10);

#[near]
impl ProverMarket {
    /// Restores as a credit what could not be transferred; returns whether the transfer succeeded.
    #[private]
    #[handle_result]
    pub fn on_paid(
        &mut self,
        account_id: AccountId,
        amount: NearToken,
        #[callback_result] transfer: Result<(), PromiseError>,
    ) -> Result<bool, MarketError> {
        if transfer.is_err() {
            self.market_mut().restore(&account_id, amount)?;
        }
        Ok(transfer.is_ok())
    }
}

impl ProverMarket {
    /// Sends `amount`, already taken out of its purse, to `account`; nothing is sent of nothing.
    pub(crate) fn pay(&self, account: &AccountId, amount: NearToken) -> Result<(), MarketError> {
        if amount.is_zero() {
            return Ok(());
        }
        self.market().require_not_halted(env::block_timestamp() / 1_000_000_000)?;
        self.market().require_solvent(amount)?;
        Promise::new(account.clone())
            .transfer(amount)
            .then(
                Self::ext(env::current_account_id())
                    .with_static_gas(ON_PAID_GAS)
                    .with_unused_gas_weight(0)
                    .on_paid(account.clone(), amount),
            )
            .detach();
        Ok(())
    }
}
