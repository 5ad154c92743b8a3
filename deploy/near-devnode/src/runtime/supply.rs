//! Token conservation: what the accounts hold, plus what is under way, plus what was burnt, is
//! what was minted. nearcore's balance checker does the same after every chunk.

use super::fees::{deposits, gas_to_tokens};
use super::{Runtime, RuntimeError, State};
use near_primitives::receipt::{Receipt, VersionedReceiptEnum};

impl State {
    /// Everything that the accounts hold, locked tokens included, in yoctoNEAR; `None` when the
    /// sum does not fit.
    pub(crate) fn account_balances(&self) -> Option<u128> {
        self.accounts.values().filter_map(|entry| entry.account.as_ref()).try_fold(
            0u128,
            |sum, account| {
                sum.checked_add(account.amount().as_yoctonear())?
                    .checked_add(account.locked().as_yoctonear())
            },
        )
    }
}

impl Runtime {
    /// Tokens that exist according to the state: `minted - burnt` when nothing got lost.
    pub(crate) fn circulating(&self, state: &State) -> Result<u128, RuntimeError> {
        let overflow = RuntimeError::Overflow("the token supply");
        let mut sum = state.account_balances().ok_or(overflow.clone())?;
        let waiting = state.accounts.values().flat_map(|entry| {
            entry.postponed.values().map(|p| &p.receipt).chain(entry.yields.values())
        });
        for receipt in state.queue.iter().chain(waiting) {
            sum = sum.checked_add(self.receipt_value(receipt)?).ok_or(overflow.clone())?;
        }
        Ok(sum)
    }

    /// Deposits and bought gas that travel with a receipt. Refunds carry tokens only.
    fn receipt_value(&self, receipt: &Receipt) -> Result<u128, RuntimeError> {
        let action = match receipt.versioned_receipt() {
            VersionedReceiptEnum::Action(action) | VersionedReceiptEnum::PromiseYield(action) => {
                action
            }
            _ => return Ok(0),
        };
        let tokens = deposits(action.actions())?;
        if receipt.predecessor_id().is_system() {
            return Ok(tokens.as_yoctonear());
        }
        let gas = self.bought_gas(action.actions(), receipt.receiver_id())?;
        gas_to_tokens(action.gas_price(), gas)?
            .as_yoctonear()
            .checked_add(tokens.as_yoctonear())
            .ok_or(RuntimeError::Overflow("the value of a receipt"))
    }
}
