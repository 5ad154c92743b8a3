//! Whether a transaction may enter a block: nearcore's `verifier.rs`, in its order of checks.

use super::fees::{TransactionCost, prepaid_gas};
use super::{Runtime, State};
use near_crypto::PublicKeyHandle;
use near_primitives::account::{AccessKey, Account, FunctionCallPermission};
use near_primitives::errors::{
    ActionsValidationError, InvalidAccessKeyError, InvalidTxError, ReceiptValidationError,
};
use near_primitives::receipt::{Receipt, VersionedReceiptEnum};
use near_primitives::transaction::{
    Action, AddKeyAction, NonceMode, SignedTransaction, Transaction, ValidatedTransaction,
};
use near_primitives::types::{AccountId, Balance, Gas};
use near_primitives_core::version::ProtocolFeature;

/// Accounts up to this size in bytes need no storage stake (NEP-448).
const ZERO_BALANCE_ACCOUNT_STORAGE_LIMIT: u64 = 770;

/// A new access key's nonce and the bound of nonces grow by this much per block.
const NONCE_RANGE: u64 = AccessKey::ACCESS_KEY_NONCE_RANGE_MULTIPLIER;

/// The signer's side of an accepted transaction: write both records back, burn the cost.
#[derive(Debug)]
pub(crate) struct Charge {
    pub(crate) cost: TransactionCost,
    pub(crate) account: Account,
    pub(crate) key: AccessKey,
}

/// Nonce that a key added in block `height` starts with.
pub(crate) fn initial_nonce(height: u64) -> u64 {
    height.saturating_sub(1).saturating_mul(NONCE_RANGE)
}

/// Smallest nonce that is too large for block `height`.
pub(crate) fn nonce_upper_bound(height: u64) -> u64 {
    height.saturating_mul(NONCE_RANGE)
}

/// Name of the protocol feature behind an action that this chain does not execute.
pub(crate) fn unsupported(action: &Action) -> &'static str {
    match action {
        Action::DeployGlobalContract(_) | Action::UseGlobalContract(_) => "global contracts",
        Action::DeterministicStateInit(_) => "deterministic account state init",
        Action::UniversalStateInit(_) => "universal account state init",
        Action::TransferToGasKey(_) | Action::WithdrawFromGasKey(_) => "gas keys",
        Action::DelegateV2(_) => "delegate action v2",
        Action::AddKey(key) if key.access_key.gas_key_info().is_some() => "gas keys",
        _ => "this action",
    }
}

/// The error for something that real nodes execute and this one does not.
pub(crate) fn unsupported_error(what: &str, protocol_version: u32) -> ActionsValidationError {
    ActionsValidationError::UnsupportedProtocolFeature {
        protocol_feature: format!("{what} (not supported by near-devnode)"),
        version: protocol_version,
    }
}

/// Checks what a function-call key may do: one call, no deposit, its receiver, its methods.
pub(crate) fn check_function_call_key(
    permission: &FunctionCallPermission,
    receiver: &AccountId,
    actions: &[Action],
) -> Result<(), InvalidAccessKeyError> {
    let [Action::FunctionCall(call)] = actions else {
        return Err(InvalidAccessKeyError::RequiresFullAccess);
    };
    if !call.deposit.is_zero() {
        return Err(InvalidAccessKeyError::DepositWithFunctionCall);
    }
    if receiver.as_str() != permission.receiver_id {
        return Err(InvalidAccessKeyError::ReceiverMismatch {
            tx_receiver: receiver.clone(),
            ak_receiver: permission.receiver_id.clone(),
        });
    }
    if !permission.method_names.is_empty() && !permission.method_names.contains(&call.method_name) {
        return Err(InvalidAccessKeyError::MethodNameMismatch {
            method_name: call.method_name.clone(),
        });
    }
    Ok(())
}

impl Runtime {
    /// Tokens missing for the storage of `account` if it held `balance`; `None` when it is covered.
    pub(crate) fn missing_storage_stake(
        &self,
        account: &Account,
        balance: Balance,
    ) -> Option<Balance> {
        if account.storage_usage() <= ZERO_BALANCE_ACCOUNT_STORAGE_LIMIT {
            return None;
        }
        let needed =
            self.config.storage_amount_per_byte().saturating_mul(account.storage_usage().into());
        let held = balance.saturating_add(account.locked());
        needed.checked_sub(held).filter(|missing| !missing.is_zero())
    }

    /// Checks a transaction against the state for block `height` and returns what to charge.
    pub(crate) fn verify(
        &self,
        state: &State,
        signed: &SignedTransaction,
        height: u64,
    ) -> Result<Charge, Box<InvalidTxError>> {
        self.validate_actions(signed.transaction.actions())
            .map_err(InvalidTxError::ActionsValidation)?;
        let validated =
            ValidatedTransaction::new(&self.config, signed.clone(), self.protocol_version)
                .map_err(|(error, _)| error)?;
        self.charge(state, validated.to_tx(), height).map_err(Box::new)
    }

    fn charge(
        &self,
        state: &State,
        transaction: &Transaction,
        height: u64,
    ) -> Result<Charge, InvalidTxError> {
        let signer = transaction.signer_id();
        let entry = state.accounts.get(signer);
        let (entry, mut account) = entry
            .and_then(|entry| Some((entry, entry.account.clone()?)))
            .ok_or_else(|| InvalidTxError::SignerDoesNotExist { signer_id: signer.clone() })?;
        let public_key = || Box::new(transaction.public_key().clone());
        let handle = PublicKeyHandle::from(transaction.public_key());
        let mut key = entry.keys.get(&handle).cloned().ok_or_else(|| {
            InvalidTxError::InvalidAccessKeyError(InvalidAccessKeyError::AccessKeyNotFound {
                account_id: signer.clone(),
                public_key: public_key(),
            })
        })?;
        let nonce = check_nonce(transaction, &key, height)?;

        let cost = self.transaction_cost(transaction).map_err(|_| InvalidTxError::CostOverflow)?;
        let left = account.amount().checked_sub(cost.total).ok_or_else(|| {
            InvalidTxError::NotEnoughBalance {
                signer_id: signer.clone(),
                balance: account.amount(),
                cost: cost.total,
            }
        })?;
        let permission = key.permission.function_call_permission_mut();
        if let Some(allowance) = permission.and_then(|p| p.allowance.as_mut()) {
            *allowance = allowance.checked_sub(cost.total).ok_or_else(|| {
                InvalidTxError::InvalidAccessKeyError(InvalidAccessKeyError::NotEnoughAllowance {
                    account_id: signer.clone(),
                    public_key: public_key(),
                    allowance: *allowance,
                    cost: cost.total,
                })
            })?;
        }
        if let Some(amount) = self.missing_storage_stake(&account, left) {
            return Err(InvalidTxError::LackBalanceForState { signer_id: signer.clone(), amount });
        }
        if let Some(permission) = key.permission.function_call_permission() {
            check_function_call_key(permission, transaction.receiver_id(), transaction.actions())
                .map_err(InvalidTxError::InvalidAccessKeyError)?;
        }
        key.nonce = nonce;
        account.set_amount(left);
        Ok(Charge { cost, account, key })
    }

    /// Checks that need the actions alone.
    pub(crate) fn validate_actions(
        &self,
        actions: &[Action],
    ) -> Result<(), ActionsValidationError> {
        let limits = &self.config.wasm_config.limit_config;
        if actions.len() as u64 > limits.max_actions_per_receipt {
            return Err(ActionsValidationError::TotalNumberOfActionsExceeded {
                total_number_of_actions: actions.len() as u64,
                limit: limits.max_actions_per_receipt,
            });
        }
        let is_deploy = |action: &&Action| {
            matches!(action, Action::DeployContract(_) | Action::DeployGlobalContract(_))
        };
        let deploys = actions.iter().filter(is_deploy).count() as u64;
        if deploys > limits.max_deploy_actions_per_receipt {
            return Err(ActionsValidationError::TotalNumberOfDeployActionsExceeded {
                number_of_deploy_actions: deploys,
                limit: limits.max_deploy_actions_per_receipt,
            });
        }
        if actions.iter().filter(|action| action.is_delegate()).count() > 1 {
            return Err(ActionsValidationError::DelegateActionMustBeOnlyOne);
        }
        for (index, action) in actions.iter().enumerate() {
            if matches!(action, Action::DeleteAccount(_)) && index + 1 < actions.len() {
                return Err(ActionsValidationError::DeleteActionMustBeFinal);
            }
            self.validate_action(action)?;
        }
        let gas = prepaid_gas(actions).map_err(|_| ActionsValidationError::IntegerOverflow)?;
        if gas > limits.max_total_prepaid_gas {
            return Err(ActionsValidationError::TotalPrepaidGasExceeded {
                total_prepaid_gas: gas,
                limit: limits.max_total_prepaid_gas,
            });
        }
        Ok(())
    }

    fn validate_action(&self, action: &Action) -> Result<(), ActionsValidationError> {
        let limits = &self.config.wasm_config.limit_config;
        match action {
            Action::FunctionCall(call) => {
                if call.gas == Gas::ZERO {
                    return Err(ActionsValidationError::FunctionCallZeroAttachedGas);
                }
                let reject_empty =
                    ProtocolFeature::RejectEmptyMethodName.enabled(self.protocol_version);
                if reject_empty && call.method_name.is_empty() {
                    return Err(ActionsValidationError::FunctionCallEmptyMethodName);
                }
                let (name, args) = (call.method_name.len() as u64, call.args.len() as u64);
                if name > limits.max_length_method_name {
                    return Err(ActionsValidationError::FunctionCallMethodNameLengthExceeded {
                        length: name,
                        limit: limits.max_length_method_name,
                    });
                }
                if args > limits.max_arguments_length {
                    return Err(ActionsValidationError::FunctionCallArgumentsLengthExceeded {
                        length: args,
                        limit: limits.max_arguments_length,
                    });
                }
                Ok(())
            }
            Action::DeployContract(deploy) => {
                let size = deploy.code.len() as u64;
                if size > limits.max_contract_size {
                    return Err(ActionsValidationError::ContractSizeExceeded {
                        size,
                        limit: limits.max_contract_size,
                    });
                }
                Ok(())
            }
            Action::Stake(stake) => {
                if near_crypto::key_conversion::is_valid_staking_key(&stake.public_key) {
                    return Ok(());
                }
                let public_key = Box::new(stake.public_key.clone());
                Err(ActionsValidationError::UnsuitableStakingKey { public_key })
            }
            Action::AddKey(add_key) => self.validate_add_key(add_key),
            Action::Delegate(signed) => {
                self.validate_actions(&signed.delegate_action.get_actions())
            }
            Action::CreateAccount(_)
            | Action::Transfer(_)
            | Action::DeleteKey(_)
            | Action::DeleteAccount(_) => Ok(()),
            other => Err(unsupported_error(unsupported(other), self.protocol_version)),
        }
    }

    fn validate_add_key(&self, add_key: &AddKeyAction) -> Result<(), ActionsValidationError> {
        if add_key.access_key.gas_key_info().is_some() {
            return Err(unsupported_error("gas keys", self.protocol_version));
        }
        let Some(permission) = add_key.access_key.permission.function_call_permission() else {
            return Ok(());
        };
        if permission.receiver_id.parse::<AccountId>().is_err() {
            return Err(ActionsValidationError::InvalidAccountId {
                account_id: permission.receiver_id.clone(),
            });
        }
        let limits = &self.config.wasm_config.limit_config;
        let mut total = 0u64;
        for name in &permission.method_names {
            let length = name.len() as u64;
            if length > limits.max_length_method_name {
                return Err(ActionsValidationError::AddKeyMethodNameLengthExceeded {
                    length,
                    limit: limits.max_length_method_name,
                });
            }
            total = total.checked_add(length + 1).ok_or(ActionsValidationError::IntegerOverflow)?;
        }
        if total > limits.max_number_bytes_method_names {
            return Err(ActionsValidationError::AddKeyMethodNamesNumberOfBytesExceeded {
                total_number_of_bytes: total,
                limit: limits.max_number_bytes_method_names,
            });
        }
        Ok(())
    }

    /// Checks a receipt that a contract created.
    pub(crate) fn validate_new_receipt(
        &self,
        receipt: &Receipt,
    ) -> Result<(), ReceiptValidationError> {
        let limits = &self.config.wasm_config.limit_config;
        let size = borsh::object_length(receipt).unwrap_or(usize::MAX) as u64;
        if size > limits.max_receipt_size {
            return Err(ReceiptValidationError::ReceiptSizeExceeded {
                size,
                limit: limits.max_receipt_size,
            });
        }
        match receipt.versioned_receipt() {
            VersionedReceiptEnum::Action(action) | VersionedReceiptEnum::PromiseYield(action) => {
                let inputs = action.input_data_ids().len() as u64;
                if inputs > limits.max_number_input_data_dependencies {
                    return Err(ReceiptValidationError::NumberInputDataDependenciesExceeded {
                        number_of_input_data_dependencies: inputs,
                        limit: limits.max_number_input_data_dependencies,
                    });
                }
                self.validate_actions(action.actions())
                    .map_err(ReceiptValidationError::ActionsValidation)
            }
            VersionedReceiptEnum::Data(data) | VersionedReceiptEnum::PromiseResume(data) => {
                let length = data.data.as_ref().map_or(0, |data| data.len() as u64);
                if length > limits.max_length_returned_data {
                    return Err(ReceiptValidationError::ReturnedValueLengthExceeded {
                        length,
                        limit: limits.max_length_returned_data,
                    });
                }
                Ok(())
            }
            VersionedReceiptEnum::GlobalContractDistribution(_) => {
                let error = unsupported_error("global contracts", self.protocol_version);
                Err(ReceiptValidationError::ActionsValidation(error))
            }
        }
    }
}

/// Checks the nonce of a transaction and returns the one that the key takes over.
fn check_nonce(
    transaction: &Transaction,
    key: &AccessKey,
    height: u64,
) -> Result<u64, InvalidTxError> {
    // Gas keys cannot be added to this chain, so no key has indexed nonces.
    if let Some(index) = transaction.nonce().nonce_index() {
        return Err(InvalidTxError::InvalidNonceIndex {
            tx_nonce_index: Some(index),
            num_nonces: 0,
        });
    }
    let nonce = transaction.nonce().nonce();
    let used = match transaction.nonce_mode() {
        NonceMode::Monotonic => nonce <= key.nonce,
        NonceMode::Strict => Some(nonce) != key.nonce.checked_add(1),
    };
    if used {
        return Err(InvalidTxError::InvalidNonce { tx_nonce: nonce, ak_nonce: key.nonce });
    }
    let upper_bound = nonce_upper_bound(height);
    if nonce >= upper_bound {
        return Err(InvalidTxError::NonceTooLarge { tx_nonce: nonce, upper_bound });
    }
    Ok(nonce)
}
