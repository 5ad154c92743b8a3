//! Credits, and what stands between the purses and every payment.

use near_sdk::{AccountId, NearToken, env};
use proofrail_near_interface::{AccountingView, MarketEvent};

use crate::MarketError;
use crate::error::{add, sub};
use crate::events::emit;
use crate::host::Call;
use crate::market::Market;
use crate::market::records::Credit;
use crate::market::storage::storage_cost;

impl Market {
    /// Takes the caller's credit; returns the amount to pay.
    pub(crate) fn claim(&mut self, call: &Call) -> Result<NearToken, MarketError> {
        let nothing = || MarketError::NothingToClaim(call.caller.clone());
        let credit = self.credits.get_mut(&call.caller).ok_or_else(nothing)?;
        let Credit { amount, storage_deposit } = *credit;
        if amount.is_zero() {
            return Err(nothing());
        }
        credit.amount = NearToken::ZERO;
        self.purses.credits = sub(self.purses.credits, amount)?;
        let mut paid = amount;
        if !storage_deposit.is_zero() {
            self.credits.remove(&call.caller);
            self.purses.storage_deposits = sub(self.purses.storage_deposits, storage_deposit)?;
            paid = add(amount, storage_deposit)?;
        }
        emit(MarketEvent::Claimed { account_id: call.caller.clone(), amount: paid });
        Ok(paid)
    }

    /// Credits `account`. An account without a record gets one, whose storage comes out of the amount;
    /// an amount too small for that goes to the treasury.
    pub(crate) fn credit(
        &mut self,
        account: &AccountId,
        amount: NearToken,
    ) -> Result<(), MarketError> {
        if let Some(credit) = self.credits.get_mut(account) {
            credit.amount = add(credit.amount, amount)?;
            self.purses.credits = add(self.purses.credits, amount)?;
            return Ok(());
        }
        let (_, bytes) =
            self.measured(|market| market.credits.insert(account.clone(), Credit::default()));
        let storage = storage_cost(bytes)?;
        match amount.checked_sub(storage) {
            Some(left) if !left.is_zero() => {
                self.credits
                    .insert(account.clone(), Credit { amount: left, storage_deposit: storage });
                self.purses.credits = add(self.purses.credits, left)?;
                self.purses.storage_deposits = add(self.purses.storage_deposits, storage)?;
                Ok(())
            }
            _ => {
                self.credits.remove(account);
                let treasury = self.treasury_id.clone();
                self.credit(&treasury, amount)
            }
        }
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
        let books = self.accounting();
        let owed = books.liabilities().ok_or(MarketError::AmountOverflow)?;
        if books.balance < add(owed, amount)? {
            return Err(MarketError::Insolvent { amount: amount.as_yoctonear() });
        }
        Ok(())
    }

    pub(crate) fn claimable(&self, account: &AccountId) -> NearToken {
        self.credits.get(account).map_or(NearToken::ZERO, |credit| credit.amount)
    }

    pub(crate) fn accounting(&self) -> AccountingView {
        AccountingView {
            stakes: self.purses.stakes,
            fees: self.purses.fees,
            credits: self.purses.credits,
            storage_deposits: self.purses.storage_deposits,
            balance: env::account_balance(),
        }
    }
}
