//! `sandbox_patch_state`: writes records into the state, past all rules.

use super::{Chain, ChainError};
use near_primitives::account::AccountContract;
use near_primitives::state_record::StateRecord;
use near_vm_runner::ContractCode;
use std::sync::Arc;

impl Chain {
    /// Writes `records` into the state and makes a block. The token supply follows the new
    /// balances. All records are written, or none.
    pub fn patch_state(&mut self, records: Vec<StateRecord>) -> Result<(), ChainError> {
        let before = self.state.clone();
        let result = records
            .into_iter()
            .try_for_each(|record| self.patch_record(record))
            .and_then(|()| self.adopt_supply())
            .and_then(|()| self.produce_block());
        if result.is_err() {
            self.state = before;
        }
        result
    }

    /// Takes what the patched balances add or remove as minted or burnt.
    fn adopt_supply(&mut self) -> Result<(), ChainError> {
        self.state.account_balances().ok_or(ChainError::SupplyOverflow)?;
        let circulating = self.runtime.circulating(&self.state)?;
        self.state.ledger.minted =
            circulating.checked_add(self.state.ledger.burnt).ok_or(ChainError::SupplyOverflow)?;
        Ok(())
    }

    fn patch_record(&mut self, record: StateRecord) -> Result<(), ChainError> {
        let unsupported = |record, reason| Err(ChainError::UnsupportedRecord { record, reason });
        match record {
            StateRecord::Account { account_id, account } => {
                if account.contract().identifier_storage_usage() > 0 {
                    let reason = "global contracts are not supported by near-devnode";
                    return unsupported("an account", reason);
                }
                self.state.accounts.entry(account_id).or_default().account = Some(account);
            }
            StateRecord::Data { account_id, data_key, value } => {
                let (key, value): (Vec<u8>, Vec<u8>) = (data_key.into(), value.into());
                let entry = self.state.accounts.entry(account_id).or_default();
                entry.data.insert(key, value.into());
            }
            StateRecord::Contract { account_id, code } => {
                let code = Arc::new(ContractCode::new(code, None));
                let entry = self.state.accounts.entry(account_id).or_default();
                let Some(account) = &mut entry.account else {
                    return unsupported("a contract", "its account does not exist; patch it first");
                };
                if account.set_contract(AccountContract::Local(*code.hash())).is_err() {
                    return unsupported("a contract", "its account is not initialized");
                }
                entry.code = Some(code);
            }
            StateRecord::AccessKey { account_id, public_key, access_key } => {
                if access_key.gas_key_info().is_some() {
                    let reason = "gas keys are not supported by near-devnode";
                    return unsupported("an access key", reason);
                }
                let entry = self.state.accounts.entry(account_id).or_default();
                entry.keys.insert(public_key, access_key);
            }
            StateRecord::ReceivedData { account_id, data_id, data } => {
                let entry = self.state.accounts.entry(account_id).or_default();
                entry.received.insert(data_id, data);
            }
            StateRecord::PostponedReceipt(_) => {
                return unsupported("a postponed receipt", "receipts cannot be patched");
            }
            StateRecord::DelayedReceipt(_) => {
                return unsupported("a delayed receipt", "receipts cannot be patched");
            }
            StateRecord::GasKeyNonce { .. } => {
                let reason = "gas keys are not supported by near-devnode";
                return unsupported("a gas key nonce", reason);
            }
        }
        Ok(())
    }
}
