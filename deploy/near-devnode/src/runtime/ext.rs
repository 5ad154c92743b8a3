//! The host side of a contract call: the account's storage and the receipts that the call creates.

use super::{AccountState, Runtime};
use near_crypto::PublicKey;
use near_primitives::account::{AccessKey, AccessKeyPermission, FunctionCallPermission};
use near_primitives::action::{
    AddKeyAction, CreateAccountAction, DeleteAccountAction, DeleteKeyAction, DeployContractAction,
    DeployGlobalContractAction, DeterministicStateInitAction, FunctionCallAction, StakeAction,
    TransferAction, TransferToGasKeyAction, UniversalStateInitAction, UseGlobalContractAction,
};
use near_primitives::hash::{CryptoHash, YieldId};
use near_primitives::receipt::DataReceiver;
use near_primitives::transaction::Action;
use near_primitives::types::{AccountId, Balance, Gas, GasWeight, Nonce, NonceIndex};
use near_primitives::universal_state_init::{UniversalStateInit, state_init_send_counts};
use near_primitives::utils::create_receipt_id_from_action_hash;
use near_primitives_core::deterministic_account_id::{
    DeterministicAccountStateInit, DeterministicAccountStateInitV1,
};
use near_primitives_core::universal_state_init::{
    DecodeMode, RawStateInit, StateInitError, UniversalStateInitCounts,
};
use near_primitives_core::version::ProtocolFeature;
use near_vm_runner::logic::types::{
    ActionIndex, GlobalContractDeployMode, GlobalContractIdentifier, ReceiptIndex,
};
use near_vm_runner::logic::{External, HostError, StorageAccessTracker, VMLogicError, ValuePtr};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Trie nodes charged per storage write. There is no trie here; a small contract's path on a real
/// chain has about this many nodes. Reads go through flat storage and touch none.
const TRIE_NODES_PER_WRITE: u64 = 8;

type HostResult<T> = Result<T, VMLogicError>;

/// A receipt created by the call, not yet numbered.
#[derive(Debug)]
pub(super) struct NewReceipt {
    pub(super) receiver: AccountId,
    pub(super) outputs: Vec<DataReceiver>,
    pub(super) inputs: Vec<CryptoHash>,
    pub(super) actions: Vec<Action>,
    pub(super) is_yield: bool,
    pub(super) refund_to: Option<AccountId>,
}

/// Data that resolves a yielded promise.
#[derive(Debug)]
pub(super) struct Resumption {
    pub(super) data_id: CryptoHash,
    pub(super) data: Vec<u8>,
    /// The yield was created by this very call, so plain data resolves it.
    pub(super) same_call: bool,
}

/// A function call that takes part in the distribution of unused gas.
#[derive(Debug)]
struct WeightedCall {
    receipt: usize,
    action: usize,
    weight: u64,
}

/// One contract call's view of the chain and record of its effects.
#[derive(Debug)]
pub(super) struct Ext<'a> {
    account: &'a mut AccountState,
    chain_id: &'a str,
    validators: &'a BTreeMap<AccountId, Balance>,
    action_hash: CryptoHash,
    height: u64,
    post_quantum_keys: bool,
    data_ids: u64,
    weights: Vec<WeightedCall>,
    pub(super) receipts: Vec<NewReceipt>,
    pub(super) resumptions: Vec<Resumption>,
}

struct StoredValue(Arc<[u8]>);

impl ValuePtr for StoredValue {
    fn len(&self) -> u32 {
        self.0.len() as u32
    }

    fn deref(&self, _: &mut dyn StorageAccessTracker) -> HostResult<Vec<u8>> {
        Ok(self.0.to_vec())
    }
}

impl<'a> Ext<'a> {
    pub(super) fn new(
        account: &'a mut AccountState,
        runtime: &'a Runtime,
        action_hash: CryptoHash,
        height: u64,
    ) -> Self {
        let version = runtime.protocol_version;
        Self {
            account,
            chain_id: &runtime.chain_id,
            validators: &runtime.validators,
            action_hash,
            height,
            post_quantum_keys: ProtocolFeature::PostQuantumSignatures.enabled(version),
            data_ids: 0,
            weights: Vec::new(),
            receipts: Vec::new(),
            resumptions: Vec::new(),
        }
    }

    /// Gives unused gas to the weighted calls in proportion, the remainder to the last one, and
    /// returns what was given (nearcore's `receipt_manager.rs`).
    pub(super) fn distribute_gas(&mut self, unused: Gas) -> Gas {
        let total: u128 = self.weights.iter().map(|call| u128::from(call.weight)).sum();
        let unused = unused.as_gas();
        if total == 0 || unused == 0 {
            return Gas::ZERO;
        }
        let mut left = unused;
        for (index, call) in self.weights.iter().enumerate() {
            let is_last = index + 1 == self.weights.len();
            // A share of `unused`, so it fits.
            let share = u128::from(unused) * u128::from(call.weight) / total;
            let gas = if is_last { left } else { u64::try_from(share).unwrap_or(left).min(left) };
            left -= gas;
            let action = &mut self.receipts[call.receipt].actions[call.action];
            if let Action::FunctionCall(call) = action {
                call.gas = call.gas.saturating_add(Gas::from_gas(gas));
            }
        }
        Gas::from_gas(unused)
    }

    /// Appends an action. The VM passes only indices that this object returned.
    fn append(&mut self, receipt: ReceiptIndex, action: impl Into<Action>) -> usize {
        let actions = &mut self.receipts[receipt as usize].actions;
        actions.push(action.into());
        actions.len() - 1
    }

    fn push_receipt(
        &mut self,
        receiver: AccountId,
        inputs: Vec<CryptoHash>,
        is_yield: bool,
    ) -> u64 {
        self.receipts.push(NewReceipt {
            receiver,
            outputs: Vec::new(),
            inputs,
            actions: Vec::new(),
            is_yield,
            refund_to: None,
        });
        self.receipts.len() as u64 - 1
    }
}

fn add_key(public_key: PublicKey, nonce: Nonce, permission: AccessKeyPermission) -> AddKeyAction {
    AddKeyAction { public_key, access_key: AccessKey { nonce, permission } }
}

fn function_call_permission(
    allowance: Option<Balance>,
    receiver_id: AccountId,
    method_names: Vec<Vec<u8>>,
) -> HostResult<FunctionCallPermission> {
    let method_names = method_names
        .into_iter()
        .map(|name| String::from_utf8(name).map_err(|_| HostError::InvalidMethodName.into()))
        .collect::<HostResult<_>>()?;
    Ok(FunctionCallPermission { allowance, receiver_id: receiver_id.into(), method_names })
}

impl External for Ext<'_> {
    fn storage_set(
        &mut self,
        tracker: &mut dyn StorageAccessTracker,
        key: &[u8],
        value: &[u8],
    ) -> HostResult<Option<Vec<u8>>> {
        let old = self.account.data.get(key).map(|value| value.to_vec());
        if let Some(old) = &old {
            tracker.deref_write_evicted_value_bytes(old.len() as u64)?;
        }
        tracker.trie_node_touched(TRIE_NODES_PER_WRITE)?;
        self.account.data.insert(key.to_vec(), value.into());
        Ok(old)
    }

    fn storage_get<'a>(
        &'a self,
        _: &mut dyn StorageAccessTracker,
        key: &[u8],
    ) -> HostResult<Option<Box<dyn ValuePtr + 'a>>> {
        let value = self.account.data.get(key).cloned();
        Ok(value.map(|value| Box::new(StoredValue(value)) as Box<dyn ValuePtr>))
    }

    fn storage_remove(
        &mut self,
        tracker: &mut dyn StorageAccessTracker,
        key: &[u8],
    ) -> HostResult<Option<Vec<u8>>> {
        let old = self.account.data.remove(key).map(|value| value.to_vec());
        if let Some(old) = &old {
            tracker.deref_removed_value_bytes(old.len() as u64)?;
        }
        tracker.trie_node_touched(TRIE_NODES_PER_WRITE)?;
        Ok(old)
    }

    fn storage_has_key(
        &mut self,
        _: &mut dyn StorageAccessTracker,
        key: &[u8],
    ) -> HostResult<bool> {
        Ok(self.account.data.contains_key(key))
    }

    fn generate_data_id(&mut self) -> CryptoHash {
        let id = create_receipt_id_from_action_hash(&self.action_hash, self.height, self.data_ids);
        self.data_ids += 1;
        id
    }

    // Storage proofs are not recorded, so their size limit never applies.
    fn get_recorded_storage_size(&self) -> usize {
        0
    }

    fn storage_proof_size_before_receipt(&self) -> usize {
        0
    }

    fn validator_stake(&self, account_id: &AccountId) -> HostResult<Option<Balance>> {
        Ok(self.validators.get(account_id).copied())
    }

    fn validator_total_stake(&self) -> HostResult<Balance> {
        Ok(self.validators.values().fold(Balance::ZERO, |sum, stake| sum.saturating_add(*stake)))
    }

    fn chain_id(&self) -> String {
        self.chain_id.to_owned()
    }

    fn create_action_receipt(
        &mut self,
        receipt_indices: Vec<ReceiptIndex>,
        receiver_id: AccountId,
    ) -> HostResult<ReceiptIndex> {
        let mut inputs = Vec::with_capacity(receipt_indices.len());
        for receipt_index in receipt_indices {
            let data_id = self.generate_data_id();
            let receipt = self
                .receipts
                .get_mut(receipt_index as usize)
                .ok_or(HostError::InvalidReceiptIndex { receipt_index })?;
            receipt.outputs.push(DataReceiver { data_id, receiver_id: receiver_id.clone() });
            inputs.push(data_id);
        }
        Ok(self.push_receipt(receiver_id, inputs, false))
    }

    fn create_promise_yield_receipt(
        &mut self,
        receiver_id: AccountId,
    ) -> HostResult<(ReceiptIndex, CryptoHash)> {
        let data_id = self.generate_data_id();
        Ok((self.push_receipt(receiver_id, vec![data_id], true), data_id))
    }

    fn create_promise_yield_receipt_with_id(
        &mut self,
        receiver_id: AccountId,
        user_yield_id: YieldId,
    ) -> HostResult<Option<(ReceiptIndex, CryptoHash)>> {
        if self.account.yield_ids.contains_key(&user_yield_id) {
            return Ok(None);
        }
        let (index, data_id) = self.create_promise_yield_receipt(receiver_id)?;
        self.account.yield_ids.insert(user_yield_id, data_id);
        Ok(Some((index, data_id)))
    }

    fn submit_promise_resume_data(
        &mut self,
        data_id: CryptoHash,
        data: Vec<u8>,
    ) -> HostResult<bool> {
        if self.account.yields.contains_key(&data_id) {
            let first = self.account.resumed.insert(data_id).is_none();
            if first {
                self.resumptions.push(Resumption { data_id, data, same_call: false });
            }
            return Ok(first);
        }
        let created = self
            .receipts
            .iter_mut()
            .find(|receipt| receipt.is_yield && receipt.inputs == [data_id]);
        let Some(receipt) = created else { return Ok(false) };
        receipt.is_yield = false;
        self.account.forget_yield_id(&data_id);
        self.resumptions.push(Resumption { data_id, data, same_call: true });
        Ok(true)
    }

    fn submit_promise_resume_data_with_yield_id(
        &mut self,
        user_yield_id: YieldId,
        data: Vec<u8>,
    ) -> HostResult<bool> {
        match self.account.yield_ids.get(&user_yield_id).copied() {
            Some(data_id) => self.submit_promise_resume_data(data_id, data),
            None => Ok(false),
        }
    }

    fn append_action_create_account(&mut self, receipt_index: ReceiptIndex) {
        self.append(receipt_index, CreateAccountAction {});
    }

    fn append_action_deploy_contract(&mut self, receipt_index: ReceiptIndex, code: Vec<u8>) {
        self.append(receipt_index, DeployContractAction { code });
    }

    // Actions that this chain does not execute are recorded like the others: the validation of new
    // receipts then fails the call with a typed error that names the feature.
    fn append_action_deploy_global_contract(
        &mut self,
        receipt_index: ReceiptIndex,
        code: Vec<u8>,
        mode: GlobalContractDeployMode,
    ) {
        use near_primitives::action::GlobalContractDeployMode as Mode;
        let deploy_mode = match mode {
            GlobalContractDeployMode::CodeHash => Mode::CodeHash,
            GlobalContractDeployMode::AccountId => Mode::AccountId,
        };
        let action = DeployGlobalContractAction { code: code.into(), deploy_mode };
        self.append(receipt_index, Action::DeployGlobalContract(action));
    }

    fn append_action_use_global_contract(
        &mut self,
        receipt_index: ReceiptIndex,
        contract_id: GlobalContractIdentifier,
    ) {
        let action = UseGlobalContractAction { contract_identifier: contract_id.into() };
        self.append(receipt_index, Action::UseGlobalContract(Box::new(action)));
    }

    fn append_action_deterministic_state_init(
        &mut self,
        receipt_index: ReceiptIndex,
        contract_id: GlobalContractIdentifier,
        amount: Balance,
    ) -> ActionIndex {
        let state_init = DeterministicAccountStateInit::V1(DeterministicAccountStateInitV1 {
            code: contract_id.into(),
            data: BTreeMap::new(),
        });
        let action = DeterministicStateInitAction { state_init, deposit: amount };
        self.append(receipt_index, Action::DeterministicStateInit(Box::new(action))) as u64
    }

    fn set_deterministic_state_init_data_entry(
        &mut self,
        receipt_index: ReceiptIndex,
        action_index: ActionIndex,
        key: Vec<u8>,
        value: Vec<u8>,
    ) -> HostResult<()> {
        let action = self
            .receipts
            .get_mut(receipt_index as usize)
            .and_then(|receipt| receipt.actions.get_mut(action_index as usize));
        let Some(Action::DeterministicStateInit(action)) = action else {
            return Err(HostError::InvalidActionIndex { receipt_index, action_index }.into());
        };
        match action.state_init.data_mut().insert(key, value) {
            None => Ok(()),
            Some(_) => Err(HostError::DataEntryAlreadyExists.into()),
        }
    }

    fn check_state_init(&self, state_init: &RawStateInit) -> Result<(), StateInitError> {
        UniversalStateInit::from_raw_strict(state_init).map(drop)
    }

    fn state_init_send_counts(
        &self,
        state_init: &RawStateInit,
        mode: DecodeMode,
    ) -> UniversalStateInitCounts {
        state_init_send_counts(state_init, mode)
    }

    fn append_action_universal_state_init(
        &mut self,
        receipt_index: ReceiptIndex,
        state_init: RawStateInit,
        amount: Balance,
    ) {
        let action = UniversalStateInitAction { state_init, deposit: amount };
        self.append(receipt_index, Action::UniversalStateInit(Box::new(action)));
    }

    fn append_action_function_call_weight(
        &mut self,
        receipt_index: ReceiptIndex,
        method_name: Vec<u8>,
        args: Vec<u8>,
        attached_deposit: Balance,
        prepaid_gas: Gas,
        gas_weight: GasWeight,
    ) -> HostResult<()> {
        let method_name =
            String::from_utf8(method_name).map_err(|_| HostError::InvalidMethodName)?;
        let call =
            FunctionCallAction { method_name, args, gas: prepaid_gas, deposit: attached_deposit };
        let action = self.append(receipt_index, call);
        if gas_weight.0 > 0 {
            let receipt = receipt_index as usize;
            self.weights.push(WeightedCall { receipt, action, weight: gas_weight.0 });
        }
        Ok(())
    }

    fn append_action_transfer(&mut self, receipt_index: ReceiptIndex, deposit: Balance) {
        self.append(receipt_index, TransferAction { deposit });
    }

    fn append_action_transfer_to_gas_key(
        &mut self,
        receipt_index: ReceiptIndex,
        public_key: PublicKey,
        deposit: Balance,
    ) {
        let action = TransferToGasKeyAction { public_key, deposit };
        self.append(receipt_index, Action::TransferToGasKey(Box::new(action)));
    }

    fn append_action_add_gas_key_with_full_access(
        &mut self,
        receipt_index: ReceiptIndex,
        public_key: PublicKey,
        num_nonces: NonceIndex,
    ) {
        let access_key = AccessKey::gas_key_full_access(num_nonces);
        self.append(receipt_index, AddKeyAction { public_key, access_key });
    }

    fn append_action_add_gas_key_with_function_call(
        &mut self,
        receipt_index: ReceiptIndex,
        public_key: PublicKey,
        num_nonces: NonceIndex,
        allowance: Option<Balance>,
        receiver_id: AccountId,
        method_names: Vec<Vec<u8>>,
    ) -> HostResult<()> {
        let permission = function_call_permission(allowance, receiver_id, method_names)?;
        let access_key = AccessKey::gas_key_function_call(num_nonces, permission);
        self.append(receipt_index, AddKeyAction { public_key, access_key });
        Ok(())
    }

    fn append_action_stake(
        &mut self,
        receipt_index: ReceiptIndex,
        stake: Balance,
        public_key: PublicKey,
    ) {
        self.append(receipt_index, StakeAction { stake, public_key });
    }

    fn append_action_add_key_with_full_access(
        &mut self,
        receipt_index: ReceiptIndex,
        public_key: PublicKey,
        nonce: Nonce,
    ) {
        self.append(receipt_index, add_key(public_key, nonce, AccessKeyPermission::FullAccess));
    }

    fn append_action_add_key_with_function_call(
        &mut self,
        receipt_index: ReceiptIndex,
        public_key: PublicKey,
        nonce: Nonce,
        allowance: Option<Balance>,
        receiver_id: AccountId,
        method_names: Vec<Vec<u8>>,
    ) -> HostResult<()> {
        let permission = function_call_permission(allowance, receiver_id, method_names)?;
        let permission = AccessKeyPermission::FunctionCall(permission);
        self.append(receipt_index, add_key(public_key, nonce, permission));
        Ok(())
    }

    fn append_action_delete_key(&mut self, receipt_index: ReceiptIndex, public_key: PublicKey) {
        self.append(receipt_index, DeleteKeyAction { public_key });
    }

    fn append_action_delete_account(
        &mut self,
        receipt_index: ReceiptIndex,
        beneficiary_id: AccountId,
    ) {
        self.append(receipt_index, DeleteAccountAction { beneficiary_id });
    }

    fn get_receipt_receiver(&self, receipt_index: ReceiptIndex) -> &AccountId {
        &self.receipts[receipt_index as usize].receiver
    }

    fn set_refund_to(&mut self, receipt_index: ReceiptIndex, refund_to: AccountId) {
        self.receipts[receipt_index as usize].refund_to = Some(refund_to);
    }

    fn post_quantum_keys_enabled(&self) -> bool {
        self.post_quantum_keys
    }
}
