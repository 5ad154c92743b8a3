//! Transactions to receipts to outcomes: nearcore's state transition for one shard.

mod actions;
mod contract_cache;
mod ext;
mod fees;
mod function_call;
mod receipts;
mod state;
mod supply;
mod verify;

pub(crate) use state::{AccountState, State};

use contract_cache::ContractCache;
use near_parameters::{RuntimeConfig, RuntimeConfigStore};
use near_primitives::hash::CryptoHash;
use near_primitives::receipt::Receipt;
use near_primitives::transaction::{
    ExecutionMetadata, ExecutionOutcome, ExecutionOutcomeWithId, ExecutionStatus, SignedTransaction,
};
use near_primitives::types::{AccountId, Balance, Gas};
use near_primitives::utils::create_receipt_id_from_transaction;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Price at which gas is burnt, in yoctoNEAR: nearcore's usual floor, held constant.
pub(crate) const GAS_PRICE: Balance = Balance::from_yoctonear(100_000_000);

/// Gas one block may burn before the rest of its receipts is delayed (nearcore's chunk limit).
pub(crate) const BLOCK_GAS_LIMIT: Gas = Gas::from_teragas(1_000);

/// Why a block could not be applied. Bad transactions and failing contracts never cause this:
/// they end as failed outcomes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuntimeError {
    /// A sum left its integer's range, although every input was bounded beforehand.
    #[error("integer overflow while computing {0}")]
    Overflow(&'static str),
    /// An action that this chain does not execute reached execution.
    #[error("{0} is not supported by near-devnode")]
    Unsupported(&'static str),
    /// The state contradicts itself.
    #[error("broken invariant: {0}; this is a bug in near-devnode, please report it")]
    Invariant(&'static str),
}

/// The rules of one protocol version, shared by all blocks of a chain.
#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) chain_id: String,
    pub(crate) protocol_version: u32,
    pub(crate) config: Arc<RuntimeConfig>,
    pub(crate) validators: BTreeMap<AccountId, Balance>,
    cache: ContractCache,
}

/// What a receipt sees of the block it runs in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockContext {
    pub(crate) height: u64,
    pub(crate) time_ns: u64,
    pub(crate) random: CryptoHash,
    pub(crate) epoch_height: u64,
}

/// Everything that one block produced.
#[derive(Debug, Default)]
pub(crate) struct BlockOutput {
    pub(crate) outcomes: Vec<ExecutionOutcomeWithId>,
    pub(crate) receipts: Vec<Receipt>,
    pub(crate) gas_burnt: Gas,
}

/// One block being applied: the receipts' methods live in `receipts`, `actions` and `function_call`.
struct Applier<'a> {
    runtime: &'a Runtime,
    block: &'a BlockContext,
    state: &'a mut State,
    output: BlockOutput,
}

impl Runtime {
    pub(crate) fn new(
        chain_id: String,
        protocol_version: u32,
        validators: BTreeMap<AccountId, Balance>,
    ) -> Self {
        let config = RuntimeConfigStore::new(None).get_config(protocol_version).clone();
        Self { chain_id, protocol_version, config, validators, cache: ContractCache::new() }
    }

    /// Applies one block in nearcore's order: transactions, local receipts, delayed and incoming
    /// receipts up to the gas limit, then yield timeouts.
    pub(crate) fn apply_block(
        &self,
        state: &mut State,
        block: &BlockContext,
        transactions: &[SignedTransaction],
    ) -> Result<BlockOutput, RuntimeError> {
        let incoming = std::mem::take(&mut state.queue);
        let mut applier = Applier { runtime: self, block, state, output: BlockOutput::default() };
        let mut local = Vec::new();
        for transaction in transactions {
            if let Some(receipt) = applier.convert(transaction)? {
                local.push(receipt);
            }
        }
        let mut delayed = imbl::Vector::new();
        for receipt in local.into_iter().chain(incoming) {
            if applier.output.gas_burnt >= BLOCK_GAS_LIMIT {
                delayed.push_back(receipt);
            } else {
                applier.run_receipt(receipt)?;
            }
        }
        applier.expire_yields();
        let output = applier.output;
        let created = std::mem::take(&mut state.queue);
        delayed.append(created);
        state.queue = delayed;
        Ok(output)
    }
}

impl Applier<'_> {
    /// Charges a transaction and turns it into its first receipt; returns the receipt when it is
    /// local, that is when it runs in this very block.
    fn convert(&mut self, signed: &SignedTransaction) -> Result<Option<Receipt>, RuntimeError> {
        let charge = match self.runtime.verify(self.state, signed, self.block.height) {
            Ok(charge) => charge,
            Err(error) => {
                self.output.outcomes.push(ExecutionOutcomeWithId::failed(signed, *error));
                return Ok(None);
            }
        };
        let transaction = &signed.transaction;
        let (signer, receiver) = (transaction.signer_id(), transaction.receiver_id());
        let entry = self.state.accounts.entry(signer.clone()).or_default();
        entry.account = Some(charge.account);
        entry.keys.insert(transaction.public_key().into(), charge.key);
        self.state.ledger.burn(charge.cost.burnt)?;

        let id = create_receipt_id_from_transaction(&signed.get_hash(), self.block.height);
        let receipt = Receipt::from_tx(
            id,
            signer.clone(),
            receiver.clone(),
            transaction.public_key().clone(),
            charge.cost.gas_price,
            transaction.actions().to_vec(),
        );
        self.output.gas_burnt = self.output.gas_burnt.saturating_add(charge.cost.gas_burnt);
        self.output.outcomes.push(ExecutionOutcomeWithId {
            id: signed.get_hash(),
            outcome: ExecutionOutcome {
                status: ExecutionStatus::SuccessReceiptId(id),
                logs: Vec::new(),
                receipt_ids: vec![id],
                gas_burnt: charge.cost.gas_burnt,
                compute_usage: Some(charge.cost.gas_burnt.as_gas()),
                tokens_burnt: charge.cost.burnt,
                executor_id: signer.clone(),
                metadata: ExecutionMetadata::V1,
            },
        });
        self.output.receipts.push(receipt.clone());
        if signer == receiver {
            return Ok(Some(receipt));
        }
        self.state.queue.push_back(receipt);
        Ok(None)
    }
}
