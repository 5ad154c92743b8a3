//! The life of a receipt: waiting for its inputs, running, refunding, handing on its result.

use super::fees::{FeePart, deposits, gas_to_tokens};
use super::state::{Postponed, YieldTimeout};
use super::{AccountState, Applier, GAS_PRICE, RuntimeError};
use near_parameters::ActionCosts;
use near_primitives::errors::{ActionError, ActionErrorKind, TxExecutionError};
use near_primitives::hash::CryptoHash;
use near_primitives::profile_data_v3::ProfileDataV3;
use near_primitives::receipt::{
    DataReceipt, Receipt, ReceiptEnum, ReceiptV0, VersionedActionReceipt, VersionedReceiptEnum,
};
use near_primitives::transaction::{
    ExecutionMetadata, ExecutionOutcome, ExecutionOutcomeWithId, ExecutionStatus,
};
use near_primitives::types::{AccountId, Balance, Gas};
use near_primitives::utils::{
    create_action_hash_from_receipt_id, create_receipt_id_from_receipt_id,
};
use near_vm_runner::logic::ReturnData;
use near_vm_runner::logic::types::PromiseResult;
use std::collections::VecDeque;
use std::sync::Arc;

/// The receipt that an action belongs to.
pub(super) struct ReceiptScope<'a> {
    pub(super) receipt: &'a Receipt,
    pub(super) action: &'a VersionedActionReceipt<'a>,
    pub(super) inputs: Arc<[PromiseResult]>,
    pub(super) is_refund: bool,
}

/// What one action, or all actions of a receipt so far, did.
pub(super) struct ActionResult {
    pub(super) gas_burnt: Gas,
    /// `gas_burnt` plus the gas handed on to new receipts.
    pub(super) gas_used: Gas,
    /// The part of `gas_burnt` that contract code burnt.
    pub(super) gas_burnt_by_calls: Gas,
    pub(super) result: Result<ReturnData, ActionError>,
    pub(super) logs: Vec<String>,
    pub(super) receipts: Vec<Receipt>,
    pub(super) timeouts: Vec<YieldTimeout>,
    pub(super) profile: Box<ProfileDataV3>,
    /// Tokens that the VM created for the deposits of zero-balance contracts.
    pub(super) subsidized: Balance,
}

/// What happens to the tokens around a finished receipt.
struct Settlement {
    tokens_burnt: Balance,
    deposit_refund: Balance,
    gas_refund: Balance,
    /// Share of the burnt gas that goes to the contract (protocols up to 86).
    reward: Balance,
}

fn sum(left: Gas, right: Gas) -> Result<Gas, RuntimeError> {
    left.checked_add(right).ok_or(RuntimeError::Overflow("gas"))
}

fn plus(left: Balance, right: Balance) -> Result<Balance, RuntimeError> {
    left.checked_add(right).ok_or(RuntimeError::Overflow("a balance"))
}

impl ActionResult {
    pub(super) fn new(gas: Gas) -> Self {
        Self {
            gas_burnt: gas,
            gas_used: gas,
            gas_burnt_by_calls: Gas::ZERO,
            result: Ok(ReturnData::None),
            logs: Vec::new(),
            receipts: Vec::new(),
            timeouts: Vec::new(),
            profile: Box::default(),
            subsidized: Balance::ZERO,
        }
    }

    pub(super) fn fail(&mut self, error: ActionErrorKind) {
        self.result = Err(error.into());
    }

    /// Adds gas that was burnt at once and gas that is spoken for.
    pub(super) fn charge(&mut self, burnt: Gas, used: Gas) -> Result<(), RuntimeError> {
        self.gas_burnt = sum(self.gas_burnt, burnt)?;
        self.gas_used = sum(self.gas_used, used)?;
        Ok(())
    }

    /// Adds the gas of a contract call.
    pub(super) fn charge_call(&mut self, burnt: Gas, used: Gas) -> Result<(), RuntimeError> {
        self.gas_burnt_by_calls = sum(self.gas_burnt_by_calls, burnt)?;
        self.charge(burnt, used)
    }

    /// Appends the next action's result. Effects of earlier actions are dropped when it failed.
    fn merge(&mut self, mut next: Self, index: usize) -> Result<(), RuntimeError> {
        self.charge(next.gas_burnt, next.gas_used)?;
        self.gas_burnt_by_calls = sum(self.gas_burnt_by_calls, next.gas_burnt_by_calls)?;
        self.logs.append(&mut next.logs);
        self.profile.merge(&next.profile);
        self.result = match next.result {
            Ok(ReturnData::ReceiptIndex(receipt)) => {
                Ok(ReturnData::ReceiptIndex(receipt + self.receipts.len() as u64))
            }
            Err(mut error) => {
                error.index = Some(index as u64);
                Err(error)
            }
            value => value,
        };
        self.receipts.append(&mut next.receipts);
        self.timeouts.append(&mut next.timeouts);
        self.subsidized = plus(self.subsidized, next.subsidized)?;
        Ok(())
    }
}

impl Applier<'_> {
    /// Runs a receipt and the instant receipts that it creates.
    pub(super) fn run_receipt(&mut self, receipt: Receipt) -> Result<(), RuntimeError> {
        let mut instant = VecDeque::from([receipt]);
        while let Some(receipt) = instant.pop_front() {
            self.deliver(receipt, &mut instant)?;
        }
        Ok(())
    }

    /// Resumes, without data, every yield whose time is over.
    pub(super) fn expire_yields(&mut self) {
        let mut index = 0;
        while self.state.timeouts.front().is_some_and(|t| t.height <= self.block.height) {
            let Some(timeout) = self.state.timeouts.pop_front() else { return };
            let entry = self.state.accounts.get(&timeout.account_id);
            if !entry.is_some_and(|entry| entry.yields.contains_key(&timeout.data_id)) {
                continue;
            }
            let height = self.block.height;
            let receipt_id = create_receipt_id_from_receipt_id(&timeout.data_id, height, index);
            index += 1;
            self.state.queue.push_back(Receipt::V0(ReceiptV0 {
                predecessor_id: timeout.account_id.clone(),
                receiver_id: timeout.account_id,
                receipt_id,
                receipt: ReceiptEnum::PromiseResume(DataReceipt {
                    data_id: timeout.data_id,
                    data: None,
                }),
            }));
        }
    }

    /// Stores a receipt or runs what it completes.
    fn deliver(
        &mut self,
        receipt: Receipt,
        instant: &mut VecDeque<Receipt>,
    ) -> Result<(), RuntimeError> {
        let entry = self.state.accounts.entry(receipt.receiver_id().clone()).or_default();
        let ready = match receipt.versioned_receipt() {
            VersionedReceiptEnum::Action(action) => {
                let missing: Vec<_> = action
                    .input_data_ids()
                    .iter()
                    .filter(|id| !entry.received.contains_key(*id))
                    .copied()
                    .collect();
                if missing.is_empty() {
                    Some(receipt.clone())
                } else {
                    for data_id in &missing {
                        entry.waiting.insert(*data_id, *receipt.receipt_id());
                    }
                    let postponed = Postponed { missing: missing.len(), receipt: receipt.clone() };
                    entry.postponed.insert(*receipt.receipt_id(), postponed);
                    None
                }
            }
            VersionedReceiptEnum::Data(data) => receive(entry, &data)?,
            VersionedReceiptEnum::PromiseYield(action) => {
                let data_id = *action
                    .input_data_ids()
                    .first()
                    .ok_or(RuntimeError::Invariant("a yield has no data id"))?;
                entry.yields.insert(data_id, receipt.clone());
                None
            }
            VersionedReceiptEnum::PromiseResume(data) => resume(entry, &data),
            VersionedReceiptEnum::GlobalContractDistribution(_) => {
                return Err(RuntimeError::Unsupported("global contracts"));
            }
        };
        match ready {
            Some(receipt) => self.apply(&receipt, instant),
            None => Ok(()),
        }
    }

    /// Runs an action receipt whose inputs are there.
    fn apply(
        &mut self,
        receipt: &Receipt,
        instant: &mut VecDeque<Receipt>,
    ) -> Result<(), RuntimeError> {
        let (VersionedReceiptEnum::Action(action) | VersionedReceiptEnum::PromiseYield(action)) =
            receipt.versioned_receipt()
        else {
            return Err(RuntimeError::Invariant("a receipt without actions was run"));
        };
        let account_id = receipt.receiver_id();
        let mut base = self.state.accounts.get(account_id).cloned().unwrap_or_default();
        let inputs = action.input_data_ids().iter().map(|id| match base.received.remove(id) {
            Some(Some(data)) => PromiseResult::Successful(data.into()),
            _ => PromiseResult::Failed,
        });
        let scope = ReceiptScope {
            receipt,
            action: &action,
            inputs: inputs.collect(),
            is_refund: receipt.predecessor_id().is_system(),
        };
        let existed = base.account.is_some();
        let mut after = base.clone();
        let mut result = self.run_actions(&scope, &mut after)?;
        let succeeded = result.result.is_ok();
        let created = succeeded && !existed && after.account.is_some();
        let settlement = self.settle(&scope, &result, created)?;

        // Consumed inputs stay consumed when the receipt fails.
        let mut after = if succeeded { after } else { base };
        let credited = self.reward(&mut after, settlement.reward)?;
        self.state.accounts.insert(account_id.clone(), after);
        self.book(&scope, &result, &settlement, credited)?;
        if succeeded {
            self.state.timeouts.extend(result.timeouts.drain(..));
        }
        if !settlement.deposit_refund.is_zero() {
            result.receipts.push(Receipt::new_balance_refund(
                receipt.balance_refund_receiver(),
                settlement.deposit_refund,
            ));
        }
        if !settlement.gas_refund.is_zero() {
            result.receipts.push(Receipt::new_gas_refund(
                action.signer_id(),
                settlement.gas_refund,
                action.signer_public_key().clone(),
            ));
        }
        forward_result(account_id, &action, &mut result)?;
        self.finish(&scope, result, settlement.tokens_burnt, instant);
        Ok(())
    }

    /// Runs the actions in order up to the first failure.
    fn run_actions(
        &self,
        scope: &ReceiptScope<'_>,
        state: &mut AccountState,
    ) -> Result<ActionResult, RuntimeError> {
        let receipt_fee = self.runtime.base_fee(ActionCosts::new_action_receipt, FeePart::Exec);
        let mut total = ActionResult::new(receipt_fee);
        let mut actor = scope.receipt.predecessor_id().clone();
        for (index, action) in scope.action.actions().iter().enumerate() {
            let hash = create_action_hash_from_receipt_id(
                scope.receipt.receipt_id(),
                self.block.height,
                index,
            );
            let mut result = self.run_action(action, index, state, &mut actor, scope, hash)?;
            if result.result.is_ok()
                && let Some(error) = result
                    .receipts
                    .iter()
                    .find_map(|receipt| self.runtime.validate_new_receipt(receipt).err())
            {
                result.fail(ActionErrorKind::NewReceiptValidationError(error));
            }
            total.merge(result, index)?;
            if total.result.is_err() {
                break;
            }
        }
        if let (Ok(_), Some(account)) = (&total.result, &state.account)
            && let Some(amount) = self.runtime.missing_storage_stake(account, account.amount())
        {
            let account_id = scope.receipt.receiver_id().clone();
            total.fail(ActionErrorKind::LackBalanceForState { account_id, amount });
        }
        if total.result.is_err() {
            total.receipts.clear();
            total.timeouts.clear();
            total.subsidized = Balance::ZERO;
        }
        Ok(total)
    }

    /// Refunds and burnt tokens. Gas is bought at the receipt's price and burnt at the block's;
    /// refund receipts are free.
    fn settle(
        &self,
        scope: &ReceiptScope<'_>,
        result: &ActionResult,
        created_account: bool,
    ) -> Result<Settlement, RuntimeError> {
        let invariant = |what| move || RuntimeError::Invariant(what);
        if scope.is_refund {
            return Ok(Settlement {
                tokens_burnt: Balance::ZERO,
                deposit_refund: Balance::ZERO,
                gas_refund: Balance::ZERO,
                reward: Balance::ZERO,
            });
        }
        let config = &self.runtime.config;
        let actions = scope.action.actions();
        let buy_price = scope.action.gas_price();
        let burn_price = buy_price.min(GAS_PRICE);
        let bought = self.runtime.bought_gas(actions, scope.receipt.receiver_id())?;
        let succeeded = result.result.is_ok();
        let spent = if succeeded { result.gas_used } else { result.gas_burnt };
        let unused = bought
            .checked_sub(spent)
            .ok_or_else(invariant("a receipt used more gas than was bought for it"))?;
        let penalty = gas_to_tokens(burn_price, config.fees.gas_penalty_for_gas_refund(unused))?;
        let unused = gas_to_tokens(buy_price, unused)?
            .checked_sub(penalty)
            .ok_or_else(invariant("the refund penalty exceeds the refund"))?;
        let price_difference = buy_price
            .checked_sub(burn_price)
            .ok_or_else(invariant("gas is burnt above its purchase price"))?;
        let surplus = gas_to_tokens(price_difference, result.gas_burnt)?;
        let charge = match created_account {
            true => {
                let fee = self.runtime.base_fee(ActionCosts::create_account, FeePart::Exec);
                config
                    .account_creation_charge
                    .saturating_sub(gas_to_tokens(burn_price, fee)?)
                    .min(surplus)
            }
            false => Balance::ZERO,
        };
        let surplus = surplus.saturating_sub(charge);
        let burnt = gas_to_tokens(burn_price, result.gas_burnt)?;
        let share = config.fees.burnt_gas_reward;
        let rewarded = u128::from(result.gas_burnt_by_calls.as_gas())
            * u128::from(share.numer().unsigned_abs())
            / u128::from(share.denom().unsigned_abs());
        Ok(Settlement {
            tokens_burnt: plus(plus(burnt, penalty)?, charge)?,
            deposit_refund: if succeeded { Balance::ZERO } else { deposits(actions)? },
            gas_refund: plus(unused, surplus)?,
            reward: burn_price
                .checked_mul(rewarded)
                .ok_or(RuntimeError::Overflow("the contract reward"))?,
        })
    }

    /// Credits the contract's share of the burnt gas and returns what was credited.
    fn reward(&self, state: &mut AccountState, reward: Balance) -> Result<Balance, RuntimeError> {
        let Some(account) = &mut state.account else { return Ok(Balance::ZERO) };
        account.set_amount(plus(account.amount(), reward)?);
        Ok(reward)
    }

    /// Books what left and entered circulation with a receipt.
    fn book(
        &mut self,
        scope: &ReceiptScope<'_>,
        result: &ActionResult,
        settlement: &Settlement,
        credited: Balance,
    ) -> Result<(), RuntimeError> {
        let burnt = settlement
            .tokens_burnt
            .checked_sub(credited)
            .ok_or(RuntimeError::Invariant("a contract earned more than was burnt"))?;
        self.state.ledger.burn(burnt)?;
        self.state.ledger.mint(result.subsidized)?;
        if scope.is_refund && result.result.is_err() {
            // A refund to an account that is gone is lost, on real nodes too.
            self.state.ledger.burn(deposits(scope.action.actions())?)?;
        }
        Ok(())
    }

    /// Numbers and queues the new receipts and records the outcome.
    fn finish(
        &mut self,
        scope: &ReceiptScope<'_>,
        mut result: ActionResult,
        tokens_burnt: Balance,
        instant: &mut VecDeque<Receipt>,
    ) {
        let id = *scope.receipt.receipt_id();
        let height = self.block.height;
        let mut receipt_ids = Vec::new();
        for (index, mut receipt) in result.receipts.drain(..).enumerate() {
            let new_id = create_receipt_id_from_receipt_id(&id, height, index);
            receipt.set_receipt_id(new_id);
            if matches!(
                receipt.versioned_receipt(),
                VersionedReceiptEnum::Action(_) | VersionedReceiptEnum::PromiseYield(_)
            ) {
                receipt_ids.push(new_id);
            }
            self.output.receipts.push(receipt.clone());
            if receipt.is_instant_receipt() {
                instant.push_back(receipt);
            } else {
                self.state.queue.push_back(receipt);
            }
        }
        let status = match result.result {
            Ok(ReturnData::ReceiptIndex(index)) => ExecutionStatus::SuccessReceiptId(
                create_receipt_id_from_receipt_id(&id, height, index as usize),
            ),
            Ok(ReturnData::Value(value)) => ExecutionStatus::SuccessValue(value),
            Ok(ReturnData::None) => ExecutionStatus::SuccessValue(Vec::new()),
            Err(error) => ExecutionStatus::Failure(TxExecutionError::ActionError(error)),
        };
        self.output.gas_burnt = self.output.gas_burnt.saturating_add(result.gas_burnt);
        self.output.outcomes.push(ExecutionOutcomeWithId {
            id,
            outcome: ExecutionOutcome {
                status,
                logs: result.logs,
                receipt_ids,
                gas_burnt: result.gas_burnt,
                compute_usage: Some(result.gas_burnt.as_gas()),
                tokens_burnt,
                executor_id: scope.receipt.receiver_id().clone(),
                metadata: ExecutionMetadata::V3(result.profile),
            },
        });
    }
}

/// Stores input data; returns the receipt that it completes.
fn receive(entry: &mut AccountState, data: &DataReceipt) -> Result<Option<Receipt>, RuntimeError> {
    entry.received.insert(data.data_id, data.data.clone());
    let Some(receipt_id) = entry.waiting.remove(&data.data_id) else { return Ok(None) };
    let Some(mut postponed) = entry.postponed.remove(&receipt_id) else {
        return Err(RuntimeError::Invariant("data is awaited by a receipt that is not postponed"));
    };
    if postponed.missing <= 1 {
        return Ok(Some(postponed.receipt));
    }
    postponed.missing -= 1;
    entry.postponed.insert(receipt_id, postponed);
    Ok(None)
}

/// Ends a yield; returns it unless it ended before or a timeout lost against a resumption.
fn resume(entry: &mut AccountState, data: &DataReceipt) -> Option<Receipt> {
    if data.data.is_none() && entry.resumed.contains(&data.data_id) {
        return None;
    }
    let receipt = entry.yields.remove(&data.data_id)?;
    entry.resumed.remove(&data.data_id);
    entry.forget_yield_id(&data.data_id);
    entry.received.insert(data.data_id, data.data.clone());
    Some(receipt)
}

/// Sends a receipt's result to whoever waits for it, or lets a returned promise do so later.
fn forward_result(
    account_id: &AccountId,
    action: &VersionedActionReceipt<'_>,
    result: &mut ActionResult,
) -> Result<(), RuntimeError> {
    let receivers = action.output_data_receivers();
    if receivers.is_empty() {
        return Ok(());
    }
    let data = match &result.result {
        Ok(ReturnData::ReceiptIndex(index)) => {
            let promise = result
                .receipts
                .get_mut(*index as usize)
                .ok_or(RuntimeError::Invariant("a returned promise has no receipt"))?;
            let outputs = match promise.receipt_mut() {
                ReceiptEnum::Action(action) | ReceiptEnum::PromiseYield(action) => {
                    &mut action.output_data_receivers
                }
                ReceiptEnum::ActionV2(action) | ReceiptEnum::PromiseYieldV2(action) => {
                    &mut action.output_data_receivers
                }
                _ => return Err(RuntimeError::Invariant("a returned promise is no action")),
            };
            outputs.extend_from_slice(receivers);
            return Ok(());
        }
        Ok(ReturnData::Value(value)) => Some(value.clone()),
        Ok(ReturnData::None) => Some(Vec::new()),
        Err(_) => None,
    };
    for receiver in receivers {
        let receipt =
            ReceiptEnum::Data(DataReceipt { data_id: receiver.data_id, data: data.clone() });
        result.receipts.push(Receipt::V0(ReceiptV0 {
            predecessor_id: account_id.clone(),
            receiver_id: receiver.receiver_id.clone(),
            receipt_id: CryptoHash::default(),
            receipt,
        }));
    }
    Ok(())
}
