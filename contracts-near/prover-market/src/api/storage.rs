//! Storage balances, NEP-145.

use near_sdk::{AccountId, NearToken, near};
use proofrail_near_interface::{StorageBalance, StorageBalanceBounds};

use crate::host::Call;
use crate::{MarketError, ProverMarket, ProverMarketExt};

#[near]
impl ProverMarket {
    /// Adds the deposit to an account's storage balance, opening the account where there is none. With
    /// `registration_only`, takes only what opens it and returns the rest, or all for an open account.
    #[payable]
    #[handle_result]
    pub fn storage_deposit(
        &mut self,
        account_id: Option<AccountId>,
        registration_only: Option<bool>,
    ) -> Result<StorageBalance, MarketError> {
        let call = Call::current();
        let account_id = account_id.unwrap_or_else(|| call.caller.clone());
        let only_open = registration_only.unwrap_or(false);
        let (balance, left) = self.market_mut().deposit_storage(&call, &account_id, only_open)?;
        self.pay(&call.caller, left)?;
        Ok(balance)
    }

    /// Pays the caller `amount`, or all, of what is free of its storage balance.
    #[payable]
    #[handle_result]
    pub fn storage_withdraw(
        &mut self,
        amount: Option<NearToken>,
    ) -> Result<StorageBalance, MarketError> {
        let call = Call::current();
        call.require_one_yocto()?;
        let (balance, paid) = self.market_mut().withdraw_storage(&call, amount)?;
        self.pay(&call.caller, paid)?;
        Ok(balance)
    }

    /// Closes the caller's account and pays it its storage balance; `false` where there is none. An account with
    /// money or records in it is not closed, forced or not.
    #[payable]
    #[handle_result]
    pub fn storage_unregister(&mut self, force: Option<bool>) -> Result<bool, MarketError> {
        let call = Call::current();
        call.require_one_yocto()?;
        let _ = force;
        let Some(paid) = self.market_mut().close_account(&call)? else { return Ok(false) };
        self.pay(&call.caller, paid)?;
        Ok(true)
    }

    /// What opens an account; more can always be deposited.
    #[handle_result]
    pub fn storage_balance_bounds(&self) -> Result<StorageBalanceBounds, MarketError> {
        Ok(StorageBalanceBounds { min: self.market().storage_min()?, max: None })
    }

    /// An account's storage balance.
    pub fn storage_balance_of(&self, account_id: AccountId) -> Option<StorageBalance> {
        self.market().storage_balance(&account_id)
    }
}
