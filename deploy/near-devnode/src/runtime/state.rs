//! The state of the chain. All maps are persistent: a clone is O(1), so a failed receipt is rolled
//! back by dropping a clone and every block keeps its own view of the state.

use super::RuntimeError;
use near_crypto::PublicKeyHandle;
use near_primitives::account::{AccessKey, Account};
use near_primitives::hash::{CryptoHash, YieldId};
use near_primitives::receipt::Receipt;
use near_primitives::types::{AccountId, Balance};
use near_vm_runner::ContractCode;
use std::sync::Arc;

/// A receipt that waits for `missing` more input data receipts.
#[derive(Debug, Clone)]
pub(crate) struct Postponed {
    pub(crate) missing: usize,
    pub(crate) receipt: Receipt,
}

/// Everything stored under one account id. Input data and waiting receipts outlive the account.
#[derive(Debug, Clone, Default)]
pub(crate) struct AccountState {
    pub(crate) account: Option<Account>,
    pub(crate) code: Option<Arc<ContractCode>>,
    pub(crate) keys: imbl::OrdMap<PublicKeyHandle, AccessKey>,
    pub(crate) data: imbl::OrdMap<Vec<u8>, Arc<[u8]>>,
    /// Input data by data id; `None` is the result of a failed promise.
    pub(crate) received: imbl::OrdMap<CryptoHash, Option<Vec<u8>>>,
    /// Data id to the receipt that waits for it.
    pub(crate) waiting: imbl::OrdMap<CryptoHash, CryptoHash>,
    pub(crate) postponed: imbl::OrdMap<CryptoHash, Postponed>,
    /// Yielded promises by data id.
    pub(crate) yields: imbl::OrdMap<CryptoHash, Receipt>,
    /// Yields named by their contract.
    pub(crate) yield_ids: imbl::OrdMap<YieldId, CryptoHash>,
    /// Yields whose resumption is on its way.
    pub(crate) resumed: imbl::OrdSet<CryptoHash>,
}

impl AccountState {
    /// Drops the contract's name of a yield that ended.
    pub(crate) fn forget_yield_id(&mut self, data_id: &CryptoHash) {
        let name = self.yield_ids.iter().find(|(_, id)| *id == data_id).map(|(name, _)| *name);
        if let Some(name) = name {
            self.yield_ids.remove(&name);
        }
    }

    /// Length in bytes of the account's own contract code.
    pub(crate) fn code_len(&self) -> u64 {
        self.code.as_ref().map_or(0, |code| code.code().len() as u64)
    }
}

/// A promise yield and the block in which it times out.
#[derive(Debug, Clone)]
pub(crate) struct YieldTimeout {
    pub(crate) height: u64,
    pub(crate) account_id: AccountId,
    pub(crate) data_id: CryptoHash,
}

/// Tokens that entered and left the accounts since before genesis, in yoctoNEAR.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ledger {
    pub(crate) minted: u128,
    pub(crate) burnt: u128,
}

impl Ledger {
    /// Tokens that exist.
    pub(crate) fn supply(&self) -> Balance {
        Balance::from_yoctonear(self.minted.saturating_sub(self.burnt))
    }

    pub(crate) fn mint(&mut self, amount: Balance) -> Result<(), RuntimeError> {
        self.minted = self
            .minted
            .checked_add(amount.as_yoctonear())
            .ok_or(RuntimeError::Overflow("minted tokens"))?;
        Ok(())
    }

    pub(crate) fn burn(&mut self, amount: Balance) -> Result<(), RuntimeError> {
        self.burnt = self
            .burnt
            .checked_add(amount.as_yoctonear())
            .ok_or(RuntimeError::Overflow("burnt tokens"))?;
        Ok(())
    }
}

/// The whole state after one block.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) accounts: imbl::HashMap<AccountId, AccountState>,
    /// Receipts of the next block, in order; delayed ones first.
    pub(crate) queue: imbl::Vector<Receipt>,
    /// In order of height: every yield waits equally long.
    pub(crate) timeouts: imbl::Vector<YieldTimeout>,
    pub(crate) ledger: Ledger,
}
