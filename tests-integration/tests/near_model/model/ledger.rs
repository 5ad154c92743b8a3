//! Accounts, credits and storage balances.

use std::collections::btree_map::Entry;

use proofrail_near_interface::ErrorCode as E;

use super::{Account, Model, Told, Verdict, reasons};
use crate::op::{NAMES, Who, Yocto};

/// Price of a byte of storage.
pub const BYTE: Yocto = 10_000_000_000_000_000_000;
/// What keeps an account: the record's fixed part, with prefix, overhead and the length of its id.
const ACCOUNT_BYTES: u128 = 98;
/// The longest account id.
const LONGEST_ID: u128 = 64;

/// What the record of an account costs.
pub fn opening(who: Who) -> Yocto {
    let id = NAMES[usize::from(who)].len() + ".test.near".len();
    (ACCOUNT_BYTES + id as u128) * BYTE
}

impl Model {
    /// Takes `need` and storage from what is attached; returns the rest and what the record's storage costs.
    /// `None` where it cannot be enough.
    pub(super) fn charge(
        &mut self,
        who: Who,
        attached: Yocto,
        need: Yocto,
        told: &Told,
    ) -> (Yocto, Yocto) {
        let open = match self.accounts.entry(who) {
            Entry::Occupied(_) => 0,
            Entry::Vacant(entry) => {
                entry.insert(Account::default());
                opening(who)
            }
        };
        let account = self.accounts.get_mut(&who).expect("it was opened");
        let free = account.total - account.used;
        let cost = told.used.saturating_sub(account.used);
        let bought = cost.saturating_sub(free);
        account.used += cost;
        account.total += bought;
        self.purses.storage += bought;
        (attached.saturating_sub(need + bought), cost.saturating_sub(open))
    }

    /// What a record held is free again.
    pub(super) fn release_storage(&mut self, who: Who, cost: Yocto) {
        if let Some(account) = self.accounts.get_mut(&who) {
            account.used = account.used.checked_sub(cost).expect("storage was held");
        }
    }

    /// Credits an account, opening it out of the amount.
    pub(super) fn credit(&mut self, who: Who, amount: Yocto) {
        if amount == 0 {
            return;
        }
        let open = if self.accounts.contains_key(&who) { 0 } else { opening(who) };
        let Some(left) = amount.checked_sub(open) else {
            self.purses.treasury += amount;
            return;
        };
        let account = self.accounts.entry(who).or_default();
        account.credit += left;
        account.total += open;
        account.used += open;
        self.purses.credits += left;
        self.purses.storage += open;
    }

    /// A payment did not arrive.
    pub fn restore(&mut self, who: Who, amount: Yocto) {
        self.credit(who, amount);
    }

    pub(super) fn claim(&mut self, who: Who) -> Verdict {
        let credit = self.accounts.get(&who).map_or(0, |account| account.credit);
        reasons([(credit == 0, E::NothingToClaim)])?;
        self.accounts.entry(who).or_default().credit = 0;
        self.purses.credits -= credit;
        Ok(vec![(who, credit)])
    }

    pub(super) fn storage_deposit(
        &mut self,
        who: Who,
        of: Who,
        amount: Yocto,
        registration_only: bool,
    ) -> Verdict {
        let is_new = !self.accounts.contains_key(&of);
        let min = if is_new { (ACCOUNT_BYTES + LONGEST_ID) * BYTE } else { 0 };
        reasons([(amount == 0 || amount < min, E::DepositTooSmall)])?;
        let taken = if registration_only { min } else { amount };
        let account = self.accounts.entry(of).or_default();
        account.total += taken;
        account.used += if is_new { opening(of) } else { 0 };
        self.purses.storage += taken;
        Ok(vec![(who, amount - taken)])
    }

    pub(super) fn storage_withdraw(&mut self, who: Who, amount: Option<Yocto>) -> Verdict {
        let Some(account) = self.accounts.get_mut(&who) else {
            return Err(vec![E::AccountUnknown]);
        };
        let free = account.total - account.used;
        let amount = amount.unwrap_or(free);
        reasons([(amount > free, E::StorageTooSmall)])?;
        account.total -= amount;
        self.purses.storage -= amount;
        // The attached yocto is a proof of a full-access key, and kept.
        self.left_behind += 1;
        Ok(vec![(who, amount)])
    }

    pub(super) fn storage_unregister(&mut self, who: Who) -> Verdict {
        let Some(account) = self.accounts.get(&who) else {
            self.left_behind += 1;
            return Ok(Vec::new());
        };
        let busy =
            account.credit > 0 || account.used > opening(who) || self.provers.contains_key(&who);
        reasons([(busy, E::AccountBusy)])?;
        let total = account.total;
        self.accounts.remove(&who);
        self.purses.storage -= total;
        self.left_behind += 1;
        Ok(vec![(who, total)])
    }
}
