//! What actions cost: nearcore's `config.rs` on top of `near-parameters`.

use super::{GAS_PRICE, Runtime, RuntimeError};
use near_crypto::PublicKeyHandle;
use near_parameters::{ActionCosts, transfer_exec_fee, transfer_send_fee};
use near_primitives::account::AccessKey;
use near_primitives::transaction::{Action, Transaction};
use near_primitives::types::{AccountId, Balance, Gas};

/// What a transaction costs its signer up front.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TransactionCost {
    /// Gas burnt by turning the transaction into a receipt.
    pub(crate) gas_burnt: Gas,
    /// The price of `gas_burnt`.
    pub(crate) burnt: Balance,
    /// Price at which the receipt's gas was bought.
    pub(crate) gas_price: Balance,
    /// Everything: burnt gas, bought gas, deposits.
    pub(crate) total: Balance,
}

/// Which half of an action's fee is meant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FeePart {
    /// Paid where the receipt is created; cheaper when it stays on the account.
    Send { sender_is_receiver: bool },
    /// Paid where the receipt runs.
    Exec,
}

fn add(left: Gas, right: Gas) -> Result<Gas, RuntimeError> {
    left.checked_add(right).ok_or(RuntimeError::Overflow("gas"))
}

/// `gas` at `price` per unit.
pub(crate) fn gas_to_tokens(price: Balance, gas: Gas) -> Result<Balance, RuntimeError> {
    price.checked_mul(gas.as_gas().into()).ok_or(RuntimeError::Overflow("the price of gas"))
}

/// Gas attached to the function calls of a receipt, those of delegated actions included.
pub(crate) fn prepaid_gas(actions: &[Action]) -> Result<Gas, RuntimeError> {
    actions.iter().try_fold(Gas::ZERO, |sum, action| {
        let gas = match action {
            Action::Delegate(signed) => prepaid_gas(&signed.delegate_action.get_actions())?,
            other => other.get_prepaid_gas(),
        };
        add(sum, gas)
    })
}

/// Tokens attached to the actions of a receipt, those of delegated actions included.
pub(crate) fn deposits(actions: &[Action]) -> Result<Balance, RuntimeError> {
    actions.iter().try_fold(Balance::ZERO, |sum, action| {
        let deposit = match action {
            Action::Delegate(signed) => deposits(&signed.delegate_action.get_actions())?,
            other => other.get_deposit_balance(),
        };
        sum.checked_add(deposit).ok_or(RuntimeError::Overflow("deposits"))
    })
}

impl Runtime {
    /// The flat part of a fee.
    pub(crate) fn base_fee(&self, cost: ActionCosts, part: FeePart) -> Gas {
        let fee = self.config.fees.fee(cost);
        match part {
            FeePart::Send { sender_is_receiver } => fee.send_fee(sender_is_receiver).gas,
            FeePart::Exec => fee.exec_fee().gas,
        }
    }

    fn sized_fee(
        &self,
        base: ActionCosts,
        per_byte: ActionCosts,
        bytes: usize,
        part: FeePart,
    ) -> Result<Gas, RuntimeError> {
        let bytes = self
            .base_fee(per_byte, part)
            .checked_mul(bytes as u64)
            .ok_or(RuntimeError::Overflow("gas per byte"))?;
        add(self.base_fee(base, part), bytes)
    }

    fn transfer_fee(&self, receiver: &AccountId, part: FeePart) -> Gas {
        let (fees, wasm) = (&self.config.fees, &self.config.wasm_config);
        let (eth, universal) = (wasm.eth_implicit_accounts, wasm.universal_accounts);
        let kind = receiver.get_account_type();
        match part {
            FeePart::Send { sender_is_receiver } => {
                transfer_send_fee(fees, sender_is_receiver, eth, universal, kind).gas
            }
            FeePart::Exec => transfer_exec_fee(fees, eth, universal, kind).gas,
        }
    }

    /// One half of one action's fee. The execution half of a delegated action leaves out its inner
    /// actions: these are executed, and paid, by the receipt that the delegate action creates.
    pub(crate) fn action_fee(
        &self,
        action: &Action,
        receiver: &AccountId,
        part: FeePart,
    ) -> Result<Gas, RuntimeError> {
        use ActionCosts as Cost;
        match action {
            Action::CreateAccount(_) => Ok(self.base_fee(Cost::create_account, part)),
            Action::DeployContract(deploy) => self.sized_fee(
                Cost::deploy_contract_base,
                Cost::deploy_contract_byte,
                deploy.code.len(),
                part,
            ),
            Action::FunctionCall(call) => self.sized_fee(
                Cost::function_call_base,
                Cost::function_call_byte,
                call.method_name.len() + call.args.len(),
                part,
            ),
            Action::Transfer(_) => Ok(self.transfer_fee(receiver, part)),
            Action::Stake(_) => Ok(self.base_fee(Cost::stake, part)),
            Action::AddKey(add_key) => {
                match add_key.access_key.permission.function_call_permission() {
                    None => Ok(self.base_fee(Cost::add_full_access_key, part)),
                    Some(permission) => self.sized_fee(
                        Cost::add_function_call_key_base,
                        Cost::add_function_call_key_byte,
                        // Names are stored null-terminated.
                        permission.method_names.iter().map(|name| name.len() + 1).sum(),
                        part,
                    ),
                }
            }
            Action::DeleteKey(_) => Ok(self.base_fee(Cost::delete_key, part)),
            Action::DeleteAccount(_) => Ok(self.base_fee(Cost::delete_account, part)),
            Action::Delegate(signed) => {
                let base = self.base_fee(Cost::delegate, part);
                match part {
                    FeePart::Exec => Ok(base),
                    FeePart::Send { .. } => {
                        let inner = &signed.delegate_action;
                        add(base, self.fees(&inner.get_actions(), &inner.receiver_id, part)?)
                    }
                }
            }
            other => Err(RuntimeError::Unsupported(super::verify::unsupported(other))),
        }
    }

    /// One half of the fees of several actions.
    pub(crate) fn fees(
        &self,
        actions: &[Action],
        receiver: &AccountId,
        part: FeePart,
    ) -> Result<Gas, RuntimeError> {
        actions
            .iter()
            .try_fold(Gas::ZERO, |sum, action| add(sum, self.action_fee(action, receiver, part)?))
    }

    /// Execution fees bought with a receipt, those of the receipts of delegated actions included.
    pub(crate) fn prepaid_exec_fees(
        &self,
        actions: &[Action],
        receiver: &AccountId,
    ) -> Result<Gas, RuntimeError> {
        actions.iter().try_fold(Gas::ZERO, |sum, action| {
            let mut fee = self.action_fee(action, receiver, FeePart::Exec)?;
            if let Action::Delegate(signed) = action {
                let inner = &signed.delegate_action;
                let actions = inner.get_actions();
                fee = add(fee, self.prepaid_exec_fees(&actions, &inner.receiver_id)?)?;
                fee = add(fee, self.base_fee(ActionCosts::new_action_receipt, FeePart::Exec))?;
            }
            add(sum, fee)
        })
    }

    /// Send fees bought in advance for the inner actions of a delegate action.
    pub(crate) fn prepaid_send_fees(&self, actions: &[Action]) -> Result<Gas, RuntimeError> {
        actions.iter().try_fold(Gas::ZERO, |sum, action| {
            let Action::Delegate(signed) = action else { return Ok(sum) };
            let inner = &signed.delegate_action;
            let part = FeePart::Send { sender_is_receiver: inner.sender_id == inner.receiver_id };
            add(sum, self.fees(&inner.get_actions(), &inner.receiver_id, part)?)
        })
    }

    /// All gas that was bought with a receipt.
    pub(crate) fn bought_gas(
        &self,
        actions: &[Action],
        receiver: &AccountId,
    ) -> Result<Gas, RuntimeError> {
        let gas = add(prepaid_gas(actions)?, self.prepaid_send_fees(actions)?)?;
        let gas = add(gas, self.prepaid_exec_fees(actions, receiver)?)?;
        add(gas, self.base_fee(ActionCosts::new_action_receipt, FeePart::Exec))
    }

    /// What a transaction costs. From protocol 85 on gas is bought above its burning price and the
    /// difference comes back as a refund (`AccountCostIncrease`).
    pub(crate) fn transaction_cost(
        &self,
        transaction: &Transaction,
    ) -> Result<TransactionCost, RuntimeError> {
        let (receiver, actions) = (transaction.receiver_id(), transaction.actions());
        let part = FeePart::Send { sender_is_receiver: receiver == transaction.signer_id() };
        let gas_burnt = add(
            self.base_fee(ActionCosts::new_action_receipt, part),
            self.fees(actions, receiver, part)?,
        )?;
        let gas_price = GAS_PRICE.max(self.config.min_gas_purchase_price);
        let burnt = gas_to_tokens(GAS_PRICE, gas_burnt)?;
        let total = gas_to_tokens(gas_price, self.bought_gas(actions, receiver)?)?
            .checked_add(burnt)
            .and_then(|sum| sum.checked_add(deposits(actions).ok()?))
            .ok_or(RuntimeError::Overflow("the cost of a transaction"))?;
        Ok(TransactionCost { gas_burnt, burnt, gas_price, total })
    }

    /// Storage that one access key occupies, in bytes.
    pub(crate) fn key_storage(
        &self,
        handle: &PublicKeyHandle,
        key: &AccessKey,
    ) -> Result<u64, RuntimeError> {
        let key = borsh::object_length(key)
            .map_err(|_| RuntimeError::Invariant("an access key does not serialize"))?;
        let record = self.config.fees.storage_usage_config.num_extra_bytes_record;
        Ok((handle.trie_id_len() + key) as u64 + record)
    }
}
