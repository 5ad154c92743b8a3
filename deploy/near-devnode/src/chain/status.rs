//! How far a transaction got, and its outcome in RPC form.

use super::{Chain, Outcome, ReceiptOutcome};
use near_primitives::hash::CryptoHash;
use near_primitives::transaction::ExecutionStatus;
use near_primitives::views::{
    ExecutionOutcomeWithIdView, FinalExecutionOutcomeView, FinalExecutionStatus, TxExecutionStatus,
};

/// How far a transaction got. Blocks are final at once, so four of the RPC's six levels occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransactionStatus {
    /// Waits for a block.
    Pending,
    /// In a block; receipts are still to run.
    Included,
    /// All receipts but refunds ran.
    Executed,
    /// Everything ran.
    Final,
}

impl TransactionStatus {
    pub(crate) fn level(self) -> TxExecutionStatus {
        match self {
            Self::Pending => TxExecutionStatus::None,
            Self::Included => TxExecutionStatus::IncludedFinal,
            Self::Executed => TxExecutionStatus::Executed,
            Self::Final => TxExecutionStatus::Final,
        }
    }

    /// Whether a caller who waits for `wanted` can be answered.
    pub(crate) fn satisfies(self, wanted: &TxExecutionStatus) -> bool {
        match wanted {
            TxExecutionStatus::None => true,
            TxExecutionStatus::Included | TxExecutionStatus::IncludedFinal => self != Self::Pending,
            TxExecutionStatus::ExecutedOptimistic | TxExecutionStatus::Executed => {
                matches!(self, Self::Executed | Self::Final)
            }
            TxExecutionStatus::Final => self == Self::Final,
        }
    }
}

impl Chain {
    /// How far the transaction got; `None` when it is not known.
    pub(crate) fn transaction_status(&self, id: &CryptoHash) -> Option<TransactionStatus> {
        self.transaction(id)?;
        if !self.outcomes.contains_key(id) {
            return Some(TransactionStatus::Pending);
        }
        let mut status = TransactionStatus::Final;
        for receipt_id in self.descendants(id) {
            if self.outcomes.contains_key(&receipt_id) {
                continue;
            }
            let receipt = self.receipt(&receipt_id);
            if receipt.is_none_or(|receipt| !receipt.predecessor_id().is_system()) {
                return Some(TransactionStatus::Included);
            }
            status = TransactionStatus::Executed;
        }
        Some(status)
    }

    /// Receipts that came of a transaction or receipt, in depth-first order.
    fn descendants(&self, id: &CryptoHash) -> Vec<CryptoHash> {
        let mut found = Vec::new();
        let mut stack = vec![*id];
        while let Some(next) = stack.pop() {
            if next != *id {
                found.push(next);
            }
            if let Some((outcome, _)) = self.outcomes.get(&next) {
                stack.extend(outcome.outcome.receipt_ids.iter().rev());
            }
        }
        found
    }

    /// The result of the transaction: that of the last promise it returned.
    fn final_status(&self, id: &CryptoHash) -> FinalExecutionStatus {
        let mut next = *id;
        loop {
            match self.outcomes.get(&next).map(|(outcome, _)| &outcome.outcome.status) {
                Some(ExecutionStatus::SuccessReceiptId(receipt)) => next = *receipt,
                Some(ExecutionStatus::SuccessValue(value)) => {
                    return FinalExecutionStatus::SuccessValue(value.clone());
                }
                Some(ExecutionStatus::Failure(error)) => {
                    return FinalExecutionStatus::Failure(error.clone());
                }
                None | Some(ExecutionStatus::Unknown) => return FinalExecutionStatus::Started,
            }
        }
    }

    fn outcome_view(&self, id: &CryptoHash) -> Option<ExecutionOutcomeWithIdView> {
        let (outcome, block_hash) = self.outcomes.get(id)?;
        Some(ExecutionOutcomeWithIdView {
            proof: Vec::new(),
            block_hash: *block_hash,
            id: outcome.id,
            outcome: outcome.outcome.clone().into(),
        })
    }

    /// The outcome so far in RPC form; `None` before the transaction is in a block.
    pub(crate) fn final_outcome_view(&self, id: &CryptoHash) -> Option<FinalExecutionOutcomeView> {
        let receipts = self.descendants(id);
        Some(FinalExecutionOutcomeView {
            status: self.final_status(id),
            transaction: self.transaction(id)?.clone().into(),
            transaction_outcome: self.outcome_view(id)?,
            receipts_outcome: receipts.iter().filter_map(|id| self.outcome_view(id)).collect(),
        })
    }

    /// The outcome of a transaction so far; `None` before it is in a block.
    pub fn outcome(&self, id: &CryptoHash) -> Option<Outcome> {
        let (transaction, _) = self.outcomes.get(id)?;
        let receipts = self.descendants(id).into_iter().filter_map(|id| {
            let (outcome, block_hash) = self.outcomes.get(&id)?;
            let receipt = self.receipt(&id)?;
            let block = self.by_hash.get(block_hash).map(|index| &self.blocks[*index])?;
            Some(ReceiptOutcome {
                receipt_id: id,
                block_height: block.context.height,
                predecessor_id: receipt.predecessor_id().clone(),
                executor_id: outcome.outcome.executor_id.clone(),
                status: outcome.outcome.status.clone(),
                logs: outcome.outcome.logs.clone(),
                gas_burnt: outcome.outcome.gas_burnt,
                tokens_burnt: outcome.outcome.tokens_burnt,
            })
        });
        Some(Outcome {
            transaction_hash: *id,
            status: self.final_status(id),
            transaction_gas_burnt: transaction.outcome.gas_burnt,
            transaction_tokens_burnt: transaction.outcome.tokens_burnt,
            receipts: receipts.collect(),
        })
    }
}
