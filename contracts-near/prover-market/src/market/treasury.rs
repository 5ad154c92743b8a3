//! The protocol's own money.

use near_sdk::{AccountId, NearToken};
use proofrail_near_interface::MarketEvent;

use crate::MarketError;
use crate::events::emit;
use crate::market::Market;

impl Market {
    /// Takes `amount` out of the treasury; returns the account that it must be paid to. What is set aside for bonuses
    /// lies in a purse of its own and cannot be withdrawn.
    pub(crate) fn withdraw_treasury(
        &mut self,
        amount: NearToken,
    ) -> Result<AccountId, MarketError> {
        let held = self.purses.treasury;
        let left = held.checked_sub(amount).filter(|_| !amount.is_zero());
        self.purses.treasury = left.ok_or_else(|| MarketError::TreasuryTooSmall {
            amount: amount.as_yoctonear(),
            held: held.as_yoctonear(),
        })?;
        let treasury_id = self.treasury_id.clone();
        emit(MarketEvent::TreasuryWithdrawn { treasury_id: treasury_id.clone(), amount });
        Ok(treasury_id)
    }
}
