//! Contract calls: the VM's context, one run, and its errors in the chain's own types.

use super::ext::{Ext, NewReceipt, Resumption};
use super::receipts::{ActionResult, ReceiptScope};
use super::state::YieldTimeout;
use super::{AccountState, Applier, BlockContext, Runtime, RuntimeError};
use near_crypto::{KeyType, PublicKey};
use near_primitives::account::Account;
use near_primitives::action::FunctionCallAction;
use near_primitives::errors::{
    ActionErrorKind, CompilationError, FunctionCallError, MethodResolveError,
};
use near_primitives::hash::CryptoHash;
use near_primitives::profile_data_v3::ProfileDataV3;
use near_primitives::receipt::{ActionReceiptV2, DataReceipt, Receipt, ReceiptEnum, ReceiptV0};
use near_primitives::types::{AccountId, Balance, Gas};
use near_primitives::utils::create_random_seed;
use near_primitives_core::config::ViewConfig;
use near_vm_runner::logic::errors::{
    CompilationError as VmCompilationError, FunctionCallError as VmError,
    MethodResolveError as VmMethodResolveError, VMRunnerError,
};
use near_vm_runner::logic::types::PromiseResult;
use near_vm_runner::logic::{GasCounter, VMContext, VMOutcome};
use near_vm_runner::{Contract, ContractCode};
use std::sync::Arc;

/// What a view call returned.
#[derive(Debug, Clone)]
pub(crate) struct ViewOutcome {
    pub(crate) value: Vec<u8>,
    pub(crate) logs: Vec<String>,
    pub(crate) gas_burnt: Gas,
}

/// Who calls, on whose behalf, with which results of earlier promises.
struct Caller<'a> {
    signer: &'a AccountId,
    public_key: &'a PublicKey,
    predecessor: &'a AccountId,
    refund_to: &'a AccountId,
    promise_results: Arc<[PromiseResult]>,
    output_data_receivers: Vec<AccountId>,
}

/// One finished run: the VM's verdict and what the call asked the chain to do.
struct Run {
    outcome: VMOutcome,
    receipts: Vec<NewReceipt>,
    resumptions: Vec<Resumption>,
}

struct AccountCode<'a>(&'a AccountState);

impl Contract for AccountCode<'_> {
    fn hash(&self) -> CryptoHash {
        self.0.code.as_ref().map(|code| *code.hash()).unwrap_or_default()
    }

    fn get_code(&self) -> Option<Arc<ContractCode>> {
        self.0.code.clone()
    }
}

/// The VM's error in the type that outcomes carry.
fn convert_error(error: VmError, account_id: &AccountId) -> FunctionCallError {
    match error {
        VmError::CompilationError(error) => FunctionCallError::CompilationError(match error {
            VmCompilationError::CodeDoesNotExist { .. } => {
                CompilationError::CodeDoesNotExist { account_id: account_id.clone() }
            }
            VmCompilationError::PrepareError(error) => {
                // Both enums share their borsh form.
                match borsh::to_vec(&error).and_then(|bytes| borsh::from_slice(&bytes)) {
                    Ok(error) => CompilationError::PrepareError(error),
                    Err(_) => CompilationError::WasmerCompileError { msg: format!("{error:?}") },
                }
            }
            VmCompilationError::WasmerCompileError { msg }
            | VmCompilationError::WasmtimeCompileError { msg } => {
                CompilationError::WasmerCompileError { msg }
            }
        }),
        VmError::MethodResolveError(error) => FunctionCallError::MethodResolveError(match error {
            VmMethodResolveError::MethodEmptyName => MethodResolveError::MethodEmptyName,
            VmMethodResolveError::MethodNotFound => MethodResolveError::MethodNotFound,
            VmMethodResolveError::MethodInvalidSignature => {
                MethodResolveError::MethodInvalidSignature
            }
        }),
        VmError::LinkError { msg } => {
            FunctionCallError::ExecutionError(format!("Link Error: {msg}"))
        }
        other => FunctionCallError::ExecutionError(other.to_string()),
    }
}

/// A fault of the VM itself, as the outcome of the call that hit it: the chain goes on.
fn vm_fault(error: &VMRunnerError) -> FunctionCallError {
    FunctionCallError::ExecutionError(format!("near-devnode: the VM failed: {error}"))
}

impl Runtime {
    /// Runs a read-only call on the state of `block`.
    pub(crate) fn view(
        &self,
        block: &BlockContext,
        state: &AccountState,
        account: &Account,
        account_id: &AccountId,
        method: &str,
        args: &[u8],
    ) -> Result<ViewOutcome, FunctionCallError> {
        let gas = self.config.wasm_config.limit_config.max_gas_burnt;
        let call = FunctionCallAction {
            method_name: method.to_owned(),
            args: args.to_vec(),
            gas,
            deposit: Balance::ZERO,
        };
        let public_key = PublicKey::empty(KeyType::ED25519);
        let caller = Caller {
            signer: account_id,
            public_key: &public_key,
            predecessor: account_id,
            refund_to: account_id,
            promise_results: Vec::new().into(),
            output_data_receivers: Vec::new(),
        };
        let view_config = Some(ViewConfig { max_gas_burnt: gas });
        let hash = CryptoHash::default();
        let fault = |error: RuntimeError| FunctionCallError::ExecutionError(error.to_string());
        let context = self
            .context(block, account, account_id, caller, &call, hash, view_config)
            .map_err(fault)?;
        // The clone is O(1), and a view cannot write to it.
        let run = self.run(&mut state.clone(), &context, &call, hash);
        let outcome = run.map_err(|error| vm_fault(&error))?.outcome;
        match outcome.aborted {
            Some(error) => Err(convert_error(error, account_id)),
            None => Ok(ViewOutcome {
                value: outcome.return_data.as_value().unwrap_or_default(),
                logs: outcome.logs,
                gas_burnt: outcome.burnt_gas,
            }),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a VMContext have no common owner")]
    fn context(
        &self,
        block: &BlockContext,
        account: &Account,
        account_id: &AccountId,
        caller: Caller<'_>,
        call: &FunctionCallAction,
        action_hash: CryptoHash,
        view_config: Option<ViewConfig>,
    ) -> Result<VMContext, RuntimeError> {
        let signer_account_pk = borsh::to_vec(caller.public_key)
            .map_err(|_| RuntimeError::Invariant("a public key does not serialize"))?;
        Ok(VMContext {
            current_account_id: account_id.clone(),
            signer_account_id: caller.signer.clone(),
            signer_account_pk,
            predecessor_account_id: caller.predecessor.clone(),
            refund_to_account_id: caller.refund_to.clone(),
            input: call.args.clone().into(),
            promise_results: caller.promise_results,
            block_height: block.height,
            block_timestamp: block.time_ns,
            epoch_height: block.epoch_height,
            account_balance: account.amount(),
            account_locked_balance: account.locked(),
            storage_usage: account.storage_usage(),
            account_contract: account.contract().into_owned(),
            attached_deposit: call.deposit,
            prepaid_gas: call.gas,
            random_seed: create_random_seed(action_hash, block.random),
            view_config,
            output_data_receivers: caller.output_data_receivers,
        })
    }

    fn run(
        &self,
        state: &mut AccountState,
        context: &VMContext,
        call: &FunctionCallAction,
        action_hash: CryptoHash,
    ) -> Result<Run, VMRunnerError> {
        let config = self.config.wasm_config.clone();
        let counter = GasCounter::new(
            config.ext_costs.clone(),
            config.limit_config.max_gas_burnt,
            config.regular_op_cost,
            call.gas,
            context.is_view(),
        );
        let prepared = near_vm_runner::prepare(
            &AccountCode(state),
            config,
            Some(self.cache.get()),
            counter,
            &call.method_name,
        );
        let mut ext = Ext::new(state, self, action_hash, context.block_height);
        let fees = self.config.fees.clone();
        let mut outcome = match near_vm_runner::run(prepared, &mut ext, context, fees) {
            Err(VMRunnerError::ContractCodeNotPresent) => {
                let account_id = context.current_account_id.as_str().into();
                let error = VmCompilationError::CodeDoesNotExist { account_id };
                VMOutcome::nop_outcome(VmError::CompilationError(error))
            }
            other => other?,
        };
        if outcome.aborted.is_none() {
            let unused = call.gas.saturating_sub(outcome.used_gas);
            outcome.used_gas = outcome.used_gas.saturating_add(ext.distribute_gas(unused));
        }
        Ok(Run { outcome, receipts: ext.receipts, resumptions: ext.resumptions })
    }
}

impl Applier<'_> {
    /// Executes one function call action on `state`, which is left as it was when the call fails.
    pub(super) fn function_call(
        &self,
        call: &FunctionCallAction,
        is_last: bool,
        state: &mut AccountState,
        scope: &ReceiptScope<'_>,
        action_hash: CryptoHash,
        result: &mut ActionResult,
    ) -> Result<(), RuntimeError> {
        let Some(mut account) = state.account.clone() else {
            return Err(RuntimeError::Invariant("a call runs on an account that does not exist"));
        };
        let account_id = scope.receipt.receiver_id();
        let outputs = scope.action.output_data_receivers();
        let caller = Caller {
            signer: scope.action.signer_id(),
            public_key: scope.action.signer_public_key(),
            predecessor: scope.receipt.predecessor_id(),
            refund_to: scope.receipt.balance_refund_receiver(),
            promise_results: scope.inputs.clone(),
            output_data_receivers: match is_last {
                true => outputs.iter().map(|output| output.receiver_id.clone()).collect(),
                false => Vec::new(),
            },
        };
        let context = self.runtime.context(
            self.block,
            &account,
            account_id,
            caller,
            call,
            action_hash,
            None,
        )?;
        let before = state.clone();
        let run = match self.runtime.run(state, &context, call, action_hash) {
            Ok(run) => run,
            Err(error) => {
                *state = before;
                result.fail(ActionErrorKind::FunctionCallError(vm_fault(&error)));
                return Ok(());
            }
        };
        let outcome = run.outcome;
        result.charge_call(outcome.burnt_gas, outcome.used_gas)?;
        result.logs = outcome.logs;
        *result.profile = ProfileDataV3 {
            actions_profile: outcome.profile.actions_profile,
            wasm_ext_profile: outcome.profile.wasm_ext_profile,
            wasm_gas: outcome.profile.wasm_gas,
        };
        if let Some(error) = outcome.aborted {
            *state = before;
            let error = convert_error(error, account_id);
            result.fail(ActionErrorKind::FunctionCallError(error));
            return Ok(());
        }
        account.set_amount(outcome.balance);
        account.set_storage_usage(outcome.storage_usage);
        state.account = Some(account);
        result.subsidized = outcome.subsidized_amount;
        result.result = Ok(outcome.return_data);
        self.record_receipts(run.receipts, run.resumptions, scope, result)
    }

    /// Turns what a call recorded into receipts and yield timeouts.
    fn record_receipts(
        &self,
        receipts: Vec<NewReceipt>,
        resumptions: Vec<Resumption>,
        scope: &ReceiptScope<'_>,
        result: &mut ActionResult,
    ) -> Result<(), RuntimeError> {
        let account_id = scope.receipt.receiver_id();
        let receipt = |receiver_id: AccountId, receipt: ReceiptEnum| {
            Receipt::V0(ReceiptV0 {
                predecessor_id: account_id.clone(),
                receiver_id,
                receipt_id: CryptoHash::default(),
                receipt,
            })
        };
        let limits = &self.runtime.config.wasm_config.limit_config;
        for new in receipts {
            if new.is_yield {
                let data_id =
                    *new.inputs.first().ok_or(RuntimeError::Invariant("a yield has no data id"))?;
                result.timeouts.push(YieldTimeout {
                    height: self.block.height.saturating_add(limits.yield_timeout_length_in_blocks),
                    account_id: account_id.clone(),
                    data_id,
                });
            }
            let action = ActionReceiptV2 {
                signer_id: scope.action.signer_id().clone(),
                refund_to: new.refund_to,
                signer_public_key: scope.action.signer_public_key().clone(),
                gas_price: scope.action.gas_price(),
                output_data_receivers: new.outputs,
                input_data_ids: new.inputs,
                actions: new.actions,
            };
            let body = match new.is_yield {
                true => ReceiptEnum::PromiseYieldV2(action),
                false => ReceiptEnum::ActionV2(action),
            };
            result.receipts.push(receipt(new.receiver, body));
        }
        for resumption in resumptions {
            let data = DataReceipt { data_id: resumption.data_id, data: Some(resumption.data) };
            let body = match resumption.same_call {
                true => ReceiptEnum::Data(data),
                false => ReceiptEnum::PromiseResume(data),
            };
            result.receipts.push(receipt(account_id.clone(), body));
        }
        Ok(())
    }
}
