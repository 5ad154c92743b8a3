//! Storage balances, NEP-145: what accounts deposited for the records that the market keeps for them.

use near_sdk::{AccountId, NearToken};
use proofrail_near_interface::{MarketEvent, StorageBalance};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Account, AccountRecord};
use crate::market::storage::{RECORD_OVERHEAD, borsh_len, storage_cost};

/// Bytes of the longest account id, as borsh writes it.
const ACCOUNT_ID_BYTES: u64 = 4 + 64;

impl Market {
    /// Adds the deposit to an account's storage balance; returns the balance and what goes back to the caller.
    pub(crate) fn deposit_storage(
        &mut self,
        call: &Call,
        account_id: &AccountId,
        registration_only: bool,
    ) -> Result<(StorageBalance, NearToken), MarketError> {
        let is_open = self.account(account_id).is_some();
        let opening = if is_open { NearToken::ZERO } else { self.account_cost(account_id)? };
        let need = if is_open { NearToken::ZERO } else { self.storage_min()? };
        if call.deposit < need || call.deposit.is_zero() {
            return Err(MarketError::DepositTooSmall {
                attached: call.deposit.as_yoctonear(),
                need: need.as_yoctonear().max(1),
            });
        }
        let taken = if registration_only { need } else { call.deposit };
        if !is_open {
            self.accounts.insert(account_id.clone(), AccountRecord::from(Account::default()));
        }
        let account = self.account_mut(account_id)?;
        account.storage_total = add(account.storage_total, taken)?;
        account.storage_used = add(account.storage_used, opening)?;
        let balance = balance_of(account);
        self.purses.storage_deposits = add(self.purses.storage_deposits, taken)?;
        if !taken.is_zero() {
            let account_id = account_id.clone();
            emit(MarketEvent::StorageDeposited { account_id, amount: taken });
        }
        Ok((balance, sub(call.deposit, taken)?))
    }

    /// Takes `amount`, or all, of what is free of the caller's storage balance; returns the balance and what is to be
    /// paid.
    pub(crate) fn withdraw_storage(
        &mut self,
        call: &Call,
        amount: Option<NearToken>,
    ) -> Result<(StorageBalance, NearToken), MarketError> {
        let account = self.account_mut(&call.caller)?;
        let available = balance_of(account).available;
        let amount = amount.unwrap_or(available);
        if amount > available {
            return Err(MarketError::StorageTooSmall {
                amount: amount.as_yoctonear(),
                available: available.as_yoctonear(),
            });
        }
        account.storage_total = sub(account.storage_total, amount)?;
        let balance = balance_of(account);
        self.purses.storage_deposits = sub(self.purses.storage_deposits, amount)?;
        emit(MarketEvent::StorageWithdrawn { account_id: call.caller.clone(), amount });
        Ok((balance, amount))
    }

    /// Closes the caller's account; returns what is to be paid, or nothing where there is none.
    pub(crate) fn close_account(&mut self, call: &Call) -> Result<Option<NearToken>, MarketError> {
        let Some(account) = self.account(&call.caller).cloned() else { return Ok(None) };
        let busy = |what| Err(MarketError::AccountBusy { account_id: call.caller.clone(), what });
        if !account.credit.is_zero() {
            return busy("has credit; claim it first");
        }
        if self.seats.contains_key(&call.caller) {
            return busy("is a prover; unregister_prover first");
        }
        // Accounts of the first state may have paid less than their record costs now.
        if account.storage_used > self.account_cost(&call.caller)? {
            return busy("pays for records that are in use");
        }
        self.accounts.remove(&call.caller);
        let amount = account.storage_total;
        self.purses.storage_deposits = sub(self.purses.storage_deposits, amount)?;
        emit(MarketEvent::AccountClosed { account_id: call.caller.clone(), amount });
        Ok(Some(amount))
    }

    /// What opens an account with the longest id.
    pub(crate) fn storage_min(&self) -> Result<NearToken, MarketError> {
        let record = AccountRecord::from(Account::default());
        storage_cost(RECORD_OVERHEAD + 1 + ACCOUNT_ID_BYTES + borsh_len(&record))
    }

    pub(crate) fn storage_balance(&self, account_id: &AccountId) -> Option<StorageBalance> {
        self.account(account_id).map(balance_of)
    }
}

fn balance_of(account: &Account) -> StorageBalance {
    StorageBalance {
        total: account.storage_total,
        available: account.storage_total.saturating_sub(account.storage_used),
    }
}
