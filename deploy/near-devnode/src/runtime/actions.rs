//! What each action does to its receiver's account (nearcore's `actions.rs`).

use super::fees::{FeePart, prepaid_gas};
use super::receipts::{ActionResult, ReceiptScope};
use super::verify::{check_function_call_key, initial_nonce, nonce_upper_bound, unsupported_error};
use super::{AccountState, Applier, RuntimeError};
use near_crypto::{PublicKey, PublicKeyHandle};
use near_parameters::ActionCosts;
use near_primitives::account::{AccessKey, AccessKeyPermission, Account, AccountContract};
use near_primitives::action::delegate::SignedDelegateAction;
use near_primitives::action::{
    AddKeyAction, DeleteAccountAction, DeleteKeyAction, DeployContractAction, StakeAction,
    TransferAction,
};
use near_primitives::errors::{ActionErrorKind, InvalidAccessKeyError, ReceiptValidationError};
use near_primitives::hash::CryptoHash;
use near_primitives::receipt::Receipt;
use near_primitives::transaction::Action;
use near_primitives::types::{AccountId, Balance};
use near_primitives_core::account::id::AccountType;
use near_vm_runner::ContractCode;
use std::sync::Arc;

/// Why an action stopped: it failed, which is an outcome, or the chain did.
enum Stop {
    Failed(ActionErrorKind),
    Fault(RuntimeError),
}

impl From<ActionErrorKind> for Stop {
    fn from(error: ActionErrorKind) -> Self {
        Self::Failed(error)
    }
}

impl From<RuntimeError> for Stop {
    fn from(error: RuntimeError) -> Self {
        Self::Fault(error)
    }
}

/// The account that an action runs on; its existence was checked before.
fn existing(state: &mut AccountState) -> Result<&mut Account, RuntimeError> {
    state.account.as_mut().ok_or(RuntimeError::Invariant("an action runs on a missing account"))
}

/// Adds to and subtracts from an account's storage usage, in bytes.
fn resize_storage(account: &mut Account, added: u64, removed: u64) -> Result<(), RuntimeError> {
    let usage = account
        .storage_usage()
        .saturating_sub(removed)
        .checked_add(added)
        .ok_or(RuntimeError::Overflow("storage usage"))?;
    account.set_storage_usage(usage);
    Ok(())
}

fn deposit(account: &mut Account, amount: Balance) -> Result<(), RuntimeError> {
    let total = account.amount().checked_add(amount).ok_or(RuntimeError::Overflow("a balance"))?;
    account.set_amount(total);
    Ok(())
}

impl Applier<'_> {
    /// Runs one action of a receipt.
    pub(super) fn run_action(
        &self,
        action: &Action,
        index: usize,
        state: &mut AccountState,
        actor: &mut AccountId,
        scope: &ReceiptScope<'_>,
        action_hash: CryptoHash,
    ) -> Result<ActionResult, RuntimeError> {
        let account_id = scope.receipt.receiver_id();
        let fee = self.runtime.action_fee(action, account_id, FeePart::Exec)?;
        let mut result = ActionResult::new(fee);
        let done = self
            .check_existence(action, state, scope)
            .and_then(|()| check_permission(action, account_id, actor))
            .map_err(Stop::Failed)
            .and_then(|()| match action {
                Action::CreateAccount(_) => self.create_account(state, actor, scope),
                Action::Transfer(transfer) => self.transfer(transfer, state, actor, scope),
                Action::DeployContract(deploy) => deploy_contract(deploy, state),
                Action::FunctionCall(call) => {
                    let is_last = index + 1 == scope.action.actions().len();
                    self.function_call(call, is_last, state, scope, action_hash, &mut result)
                        .map_err(Stop::Fault)
                }
                Action::Stake(stake) => self::stake(stake, state, account_id),
                Action::AddKey(add_key) => self.add_key(add_key, state, account_id),
                Action::DeleteKey(delete) => self.delete_key(delete, state, account_id),
                Action::DeleteAccount(delete) => {
                    delete_account(delete, state, account_id, &mut result)
                }
                Action::Delegate(signed) => self.delegate(signed, state, scope, &mut result),
                other => Err(RuntimeError::Unsupported(super::verify::unsupported(other)).into()),
            });
        match done {
            Ok(()) => {}
            Err(Stop::Failed(error)) => result.fail(error),
            Err(Stop::Fault(error)) => return Err(error),
        }
        Ok(result)
    }

    fn check_existence(
        &self,
        action: &Action,
        state: &AccountState,
        scope: &ReceiptScope<'_>,
    ) -> Result<(), ActionErrorKind> {
        let account_id = scope.receipt.receiver_id().clone();
        let exists = state.account.is_some();
        let kind = account_id.get_account_type();
        match action {
            Action::CreateAccount(_) if exists => {
                Err(ActionErrorKind::AccountAlreadyExists { account_id })
            }
            Action::CreateAccount(_) if kind != AccountType::NamedAccount => {
                Err(ActionErrorKind::OnlyImplicitAccountCreationAllowed { account_id })
            }
            Action::CreateAccount(_) => Ok(()),
            _ if exists => Ok(()),
            Action::Transfer(_)
                if kind != AccountType::NamedAccount
                    && scope.action.actions().len() == 1
                    && !scope.is_refund =>
            {
                let missing = match kind {
                    AccountType::NearImplicitAccount => return Ok(()),
                    AccountType::EthImplicitAccount => "creating an ETH-implicit account",
                    _ => "creating a deterministic or universal account",
                };
                let error = unsupported_error(missing, self.runtime.protocol_version);
                Err(ActionErrorKind::NewReceiptValidationError(
                    ReceiptValidationError::ActionsValidation(error),
                ))
            }
            _ => Err(ActionErrorKind::AccountDoesNotExist { account_id }),
        }
    }

    fn create_account(
        &self,
        state: &mut AccountState,
        actor: &mut AccountId,
        scope: &ReceiptScope<'_>,
    ) -> Result<(), Stop> {
        let account_id = scope.receipt.receiver_id();
        let predecessor = scope.receipt.predecessor_id();
        let config = &self.runtime.config;
        let rules = &config.account_creation_config;
        if account_id.is_top_level() {
            let is_short =
                account_id.len() < usize::from(rules.min_allowed_top_level_account_length);
            if is_short && predecessor != &rules.registrar_account_id {
                return Err(ActionErrorKind::CreateAccountOnlyByRegistrar {
                    account_id: account_id.clone(),
                    registrar_account_id: rules.registrar_account_id.clone(),
                    predecessor_id: predecessor.clone(),
                }
                .into());
            }
        } else if !account_id.is_sub_account_of(predecessor) {
            return Err(ActionErrorKind::CreateAccountNotAllowed {
                account_id: account_id.clone(),
                predecessor_id: predecessor.clone(),
            }
            .into());
        }
        *actor = account_id.clone();
        state.account = Some(Account::new(
            Balance::ZERO,
            Balance::ZERO,
            AccountContract::None,
            config.fees.storage_usage_config.num_bytes_account,
        ));
        Ok(())
    }

    fn transfer(
        &self,
        transfer: &TransferAction,
        state: &mut AccountState,
        actor: &mut AccountId,
        scope: &ReceiptScope<'_>,
    ) -> Result<(), Stop> {
        let account_id = scope.receipt.receiver_id();
        if let Some(account) = &mut state.account {
            deposit(account, transfer.deposit)?;
            if scope.is_refund && scope.action.signer_id() == account_id {
                restore_allowance(state, scope.action.signer_public_key(), transfer.deposit);
            }
            return Ok(());
        }
        let public_key = PublicKey::from_near_implicit_account(account_id)
            .map_err(|_| RuntimeError::Invariant("an implicit account id is no public key"))?;
        let handle = PublicKeyHandle::from(&public_key);
        let key = AccessKey {
            nonce: initial_nonce(self.block.height),
            permission: AccessKeyPermission::FullAccess,
        };
        let account_storage = self.runtime.config.fees.storage_usage_config.num_bytes_account;
        let storage = account_storage + self.runtime.key_storage(&handle, &key)?;
        state.keys.insert(handle, key);
        state.account =
            Some(Account::new(transfer.deposit, Balance::ZERO, AccountContract::None, storage));
        *actor = account_id.clone();
        Ok(())
    }

    fn add_key(
        &self,
        add_key: &AddKeyAction,
        state: &mut AccountState,
        account_id: &AccountId,
    ) -> Result<(), Stop> {
        let handle = PublicKeyHandle::from(&add_key.public_key);
        if state.keys.contains_key(&handle) {
            return Err(ActionErrorKind::AddKeyAlreadyExists {
                account_id: account_id.clone(),
                public_key: Box::new(add_key.public_key.clone()),
            }
            .into());
        }
        // The nonce in the action is ignored, so that a deleted key cannot replay transactions.
        let mut key = add_key.access_key.clone();
        key.nonce = initial_nonce(self.block.height);
        let storage = self.runtime.key_storage(&handle, &key)?;
        resize_storage(existing(state)?, storage, 0)?;
        state.keys.insert(handle, key);
        Ok(())
    }

    fn delete_key(
        &self,
        delete: &DeleteKeyAction,
        state: &mut AccountState,
        account_id: &AccountId,
    ) -> Result<(), Stop> {
        let handle = PublicKeyHandle::from(&delete.public_key);
        let Some(key) = state.keys.remove(&handle) else {
            return Err(ActionErrorKind::DeleteKeyDoesNotExist {
                account_id: account_id.clone(),
                public_key: Box::new(delete.public_key.clone()),
            }
            .into());
        };
        let storage = self.runtime.key_storage(&handle, &key)?;
        Ok(resize_storage(existing(state)?, 0, storage)?)
    }

    /// A meta transaction (NEP-366): checks what the sender signed and sends it on in their name;
    /// the relayer stays the signer, so gas refunds go to them.
    fn delegate(
        &self,
        signed: &SignedDelegateAction,
        state: &mut AccountState,
        scope: &ReceiptScope<'_>,
        result: &mut ActionResult,
    ) -> Result<(), Stop> {
        let inner = &signed.delegate_action;
        let height = self.block.height;
        if !signed.verify() {
            return Err(ActionErrorKind::DelegateActionInvalidSignature.into());
        }
        if height > inner.max_block_height {
            return Err(ActionErrorKind::DelegateActionExpired.into());
        }
        if &inner.sender_id != scope.receipt.receiver_id() {
            return Err(ActionErrorKind::DelegateActionSenderDoesNotMatchTxReceiver {
                sender_id: inner.sender_id.clone(),
                receiver_id: scope.receipt.receiver_id().clone(),
            }
            .into());
        }
        let Some(key) = state.keys.get_mut(&PublicKeyHandle::from(&inner.public_key)) else {
            let error = InvalidAccessKeyError::AccessKeyNotFound {
                account_id: inner.sender_id.clone(),
                public_key: Box::new(inner.public_key.clone()),
            };
            return Err(ActionErrorKind::DelegateActionAccessKeyError(error).into());
        };
        if inner.nonce <= key.nonce {
            return Err(ActionErrorKind::DelegateActionInvalidNonce {
                delegate_nonce: inner.nonce,
                ak_nonce: key.nonce,
            }
            .into());
        }
        let upper_bound = nonce_upper_bound(height);
        if inner.nonce >= upper_bound {
            return Err(ActionErrorKind::DelegateActionNonceTooLarge {
                delegate_nonce: inner.nonce,
                upper_bound,
            }
            .into());
        }
        let actions = inner.get_actions();
        if let Some(permission) = key.permission.function_call_permission() {
            check_function_call_key(permission, &inner.receiver_id, &actions)
                .map_err(ActionErrorKind::DelegateActionAccessKeyError)?;
        }
        key.nonce = inner.nonce;
        let overflow = || RuntimeError::Overflow("gas");
        let send = self.runtime.prepaid_send_fees(scope.action.actions())?;
        let handed_on = self
            .runtime
            .prepaid_exec_fees(&actions, &inner.receiver_id)?
            .checked_add(prepaid_gas(&actions)?)
            .and_then(|gas| {
                let fee = self.runtime.base_fee(ActionCosts::new_action_receipt, FeePart::Exec);
                gas.checked_add(fee)
            })
            .ok_or_else(overflow)?;
        result.charge(send, handed_on.checked_add(send).ok_or_else(overflow)?)?;
        let mut receipt = Receipt::from_tx(
            CryptoHash::default(),
            scope.action.signer_id().clone(),
            inner.receiver_id.clone(),
            scope.action.signer_public_key().clone(),
            scope.action.gas_price(),
            actions,
        );
        receipt.set_predecessor_id(inner.sender_id.clone());
        result.receipts.push(receipt);
        Ok(())
    }
}

/// Only the account itself, or whoever just created it, may change its contract, keys and stake.
fn check_permission(
    action: &Action,
    account_id: &AccountId,
    actor: &AccountId,
) -> Result<(), ActionErrorKind> {
    let is_administrative = matches!(
        action,
        Action::DeployContract(_)
            | Action::Stake(_)
            | Action::AddKey(_)
            | Action::DeleteKey(_)
            | Action::DeleteAccount(_)
    );
    if is_administrative && actor != account_id {
        return Err(ActionErrorKind::ActorNoPermission {
            account_id: account_id.clone(),
            actor_id: actor.clone(),
        });
    }
    Ok(())
}

/// A gas refund gives a function-call key's allowance back what the transaction took from it.
fn restore_allowance(state: &mut AccountState, public_key: &PublicKey, amount: Balance) {
    let Some(key) = state.keys.get_mut(&PublicKeyHandle::from(public_key)) else { return };
    let permission = key.permission.function_call_permission_mut();
    if let Some(allowance) = permission.and_then(|permission| permission.allowance.as_mut()) {
        *allowance = allowance.saturating_add(amount);
    }
}

fn deploy_contract(deploy: &DeployContractAction, state: &mut AccountState) -> Result<(), Stop> {
    let code = Arc::new(ContractCode::new(deploy.code.clone(), None));
    let removed = state.code_len();
    let account = existing(state)?;
    resize_storage(account, deploy.code.len() as u64, removed)?;
    account
        .set_contract(AccountContract::Local(*code.hash()))
        .map_err(|_| RuntimeError::Invariant("code is deployed to an uninitialized account"))?;
    state.code = Some(code);
    Ok(())
}

/// Locks stake at once. Epochs are not modelled, so unlocking never completes.
fn stake(
    stake: &StakeAction,
    state: &mut AccountState,
    account_id: &AccountId,
) -> Result<(), Stop> {
    let account = existing(state)?;
    let locked = account.locked();
    let increase = stake.stake.saturating_sub(locked);
    let Some(left) = account.amount().checked_sub(increase) else {
        return Err(ActionErrorKind::TriesToStake {
            account_id: account_id.clone(),
            stake: stake.stake,
            locked,
            balance: account.amount(),
        }
        .into());
    };
    if locked.is_zero() && stake.stake.is_zero() {
        return Err(ActionErrorKind::TriesToUnstake { account_id: account_id.clone() }.into());
    }
    if !increase.is_zero() {
        account.set_amount(left);
        account
            .set_locked(stake.stake)
            .map_err(|_| RuntimeError::Invariant("an uninitialized account stakes"))?;
    }
    Ok(())
}

fn delete_account(
    delete: &DeleteAccountAction,
    state: &mut AccountState,
    account_id: &AccountId,
    result: &mut ActionResult,
) -> Result<(), Stop> {
    let code_len = state.code_len();
    let account = existing(state)?;
    if !account.locked().is_zero() {
        return Err(ActionErrorKind::DeleteAccountStaking { account_id: account_id.clone() }.into());
    }
    if account.storage_usage().saturating_sub(code_len)
        > Account::MAX_ACCOUNT_DELETION_STORAGE_USAGE
    {
        let account_id = account_id.clone();
        return Err(ActionErrorKind::DeleteAccountWithLargeState { account_id }.into());
    }
    if !account.amount().is_zero() {
        let refund = Receipt::new_balance_refund(&delete.beneficiary_id, account.amount());
        result.receipts.push(refund);
    }
    state.account = None;
    state.code = None;
    state.keys = imbl::OrdMap::new();
    state.data = imbl::OrdMap::new();
    Ok(())
}
