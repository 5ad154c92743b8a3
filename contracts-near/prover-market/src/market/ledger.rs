//! Accounts: credits and storage balances; and what stands between the purses and every payment.

use near_sdk::{AccountId, NearToken, env, near};
use proofrail_near_interface::{AccountingView, MarketEvent};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::{Account, AccountRecord};
use crate::market::storage::{borsh_len, record_bytes, storage_cost};

/// What the market owes, by purse. The sum never exceeds the balance.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Purses {
    /// Stakes, locked and queued ones included.
    pub(crate) stakes: NearToken,
    /// Fees of open jobs, and slashed collateral set aside for those who finish them.
    pub(crate) fees: NearToken,
    /// Bonds of open challenges.
    pub(crate) bonds: NearToken,
    /// Credits not yet claimed.
    pub(crate) credits: NearToken,
    /// Storage balances (NEP-145).
    pub(crate) storage_deposits: NearToken,
    /// The protocol's own, free to be withdrawn.
    pub(crate) treasury: NearToken,
    /// Set aside from the treasury's share for bonuses: this epoch's and the last one's.
    pub(crate) bonus_reserve: [NearToken; 2],
    /// For clients harmed by what was slashed.
    pub(crate) insurance: NearToken,
}

impl Purses {
    /// Sum of all purses.
    pub(crate) fn total(&self) -> Result<NearToken, MarketError> {
        let [this, last] = self.bonus_reserve;
        [
            self.fees,
            self.bonds,
            self.credits,
            self.storage_deposits,
            self.treasury,
            this,
            last,
            self.insurance,
        ]
        .into_iter()
        .try_fold(self.stakes, add)
    }
}

impl Market {
    /// Takes `need` and the storage of `bytes` from the caller: storage from what is free of its storage
    /// balance, the rest from the deposit. Opens the caller's account where there is none. Returns what
    /// is left of the deposit.
    pub(crate) fn charge(
        &mut self,
        call: &Call,
        need: NearToken,
        bytes: u64,
    ) -> Result<NearToken, MarketError> {
        let opening = self.open_account(&call.caller)?;
        let storage = add(storage_cost(bytes)?, opening)?;
        let account = self.account_mut(&call.caller)?;
        let free = account.storage_total.saturating_sub(account.storage_used);
        let bought = storage.saturating_sub(free);
        account.storage_used = add(account.storage_used, storage)?;
        account.storage_total = add(account.storage_total, bought)?;
        self.purses.storage_deposits = add(self.purses.storage_deposits, bought)?;
        let due = add(need, bought)?;
        call.deposit.checked_sub(due).ok_or_else(|| MarketError::DepositTooSmall {
            attached: call.deposit.as_yoctonear(),
            need: due.as_yoctonear(),
        })
    }

    /// Opens an account's record where there is none; returns what its storage costs, not yet paid.
    fn open_account(&mut self, account: &AccountId) -> Result<NearToken, MarketError> {
        if self.accounts.contains_key(account) {
            return Ok(NearToken::ZERO);
        }
        self.accounts.insert(account.clone(), Account::default().into());
        self.account_cost(account)
    }

    /// What the storage of an account's own record costs.
    pub(crate) fn account_cost(&self, account: &AccountId) -> Result<NearToken, MarketError> {
        let record = AccountRecord::from(Account::default());
        storage_cost(record_bytes(account, borsh_len(&record)))
    }

    /// Frees storage that the account held; it stays in its storage balance.
    pub(crate) fn release_storage(
        &mut self,
        account: &AccountId,
        bytes: u64,
    ) -> Result<(), MarketError> {
        let cost = storage_cost(bytes)?;
        let account = self.account_mut(account)?;
        account.storage_used = sub(account.storage_used, cost)?;
        Ok(())
    }

    /// The caller's account, if it has one.
    pub(crate) fn account(&self, account: &AccountId) -> Option<&Account> {
        self.accounts.get(account).map(AccountRecord::latest)
    }

    /// The account, which must exist.
    pub(crate) fn account_mut(&mut self, account: &AccountId) -> Result<&mut Account, MarketError> {
        let record = self.accounts.get_mut(account).map(AccountRecord::latest_mut);
        record.ok_or_else(|| MarketError::AccountUnknown(account.clone()))
    }

    /// Takes the caller's credit; returns the amount to pay.
    pub(crate) fn claim(&mut self, call: &Call) -> Result<NearToken, MarketError> {
        let nothing = || MarketError::NothingToClaim(call.caller.clone());
        let record = self.accounts.get_mut(&call.caller).ok_or_else(nothing)?;
        let amount = core::mem::take(&mut record.latest_mut().credit);
        if amount.is_zero() {
            return Err(nothing());
        }
        self.purses.credits = sub(self.purses.credits, amount)?;
        emit(MarketEvent::Claimed { account_id: call.caller.clone(), amount });
        Ok(amount)
    }

    /// Credits `account`. An account without a record gets one, whose storage comes out of the amount;
    /// an amount too small for that goes to the treasury.
    pub(crate) fn credit(
        &mut self,
        account: &AccountId,
        amount: NearToken,
    ) -> Result<(), MarketError> {
        if amount.is_zero() {
            return Ok(());
        }
        let cost = if self.accounts.contains_key(account) {
            NearToken::ZERO
        } else {
            self.account_cost(account)?
        };
        let Some(left) = amount.checked_sub(cost) else {
            self.purses.treasury = add(self.purses.treasury, amount)?;
            return Ok(());
        };
        self.open_account(account)?;
        let record = self.account_mut(account)?;
        record.credit = add(record.credit, left)?;
        record.storage_total = add(record.storage_total, cost)?;
        record.storage_used = add(record.storage_used, cost)?;
        self.purses.credits = add(self.purses.credits, left)?;
        self.purses.storage_deposits = add(self.purses.storage_deposits, cost)?;
        Ok(())
    }

    /// A payment came back.
    pub(crate) fn restore(
        &mut self,
        account: &AccountId,
        amount: NearToken,
    ) -> Result<(), MarketError> {
        self.credit(account, amount)?;
        emit(MarketEvent::TransferFailed { account_id: account.clone(), amount });
        Ok(())
    }

    /// Refuses a payment of `amount`, already taken out of its purse, that would touch what is owed.
    pub(crate) fn require_solvent(&self, amount: NearToken) -> Result<(), MarketError> {
        if env::account_balance() < add(self.purses.total()?, amount)? {
            return Err(MarketError::Insolvent { amount: amount.as_yoctonear() });
        }
        Ok(())
    }

    /// What `claim` would pay the account.
    pub(crate) fn claimable(&self, account: &AccountId) -> NearToken {
        let credit = self.account(account).map_or(NearToken::ZERO, |account| account.credit);
        credit.saturating_add(self.legacy_credit(account))
    }

    pub(crate) fn accounting(&self) -> AccountingView {
        let Purses {
            stakes,
            fees,
            bonds,
            credits,
            storage_deposits,
            treasury,
            bonus_reserve: [bonus_reserve, last_bonus_reserve],
            insurance,
        } = self.purses;
        AccountingView {
            stakes,
            fees,
            bonds,
            credits,
            storage_deposits,
            treasury,
            bonus_reserve,
            last_bonus_reserve,
            insurance,
            balance: env::account_balance(),
        }
    }
}
