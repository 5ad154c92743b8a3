//! What a transaction did, in a form that tests can ask.

use super::ChainError;
use near_primitives::errors::TxExecutionError;
use near_primitives::hash::CryptoHash;
use near_primitives::transaction::ExecutionStatus;
use near_primitives::types::{AccountId, Balance, Gas};
use near_primitives::views::FinalExecutionStatus;
use serde::de::DeserializeOwned;

/// What one receipt did.
#[derive(Debug, Clone)]
pub struct ReceiptOutcome {
    /// The receipt.
    pub receipt_id: CryptoHash,
    /// Height of the block it ran in.
    pub block_height: u64,
    /// Who sent it; `system` for refunds.
    pub predecessor_id: AccountId,
    /// The account it ran on.
    pub executor_id: AccountId,
    /// How it ended.
    pub status: ExecutionStatus,
    /// What the contract logged, also when it failed.
    pub logs: Vec<String>,
    /// Gas burnt, the fees of its actions included.
    pub gas_burnt: Gas,
    /// Tokens burnt for it.
    pub tokens_burnt: Balance,
}

impl ReceiptOutcome {
    /// Whether this is a refund of gas or deposits.
    pub fn is_refund(&self) -> bool {
        self.predecessor_id.is_system()
    }

    /// Whether the receipt was executed without an error.
    pub fn is_success(&self) -> bool {
        matches!(
            self.status,
            ExecutionStatus::SuccessValue(_) | ExecutionStatus::SuccessReceiptId(_)
        )
    }
}

/// What one transaction did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The transaction.
    pub transaction_hash: CryptoHash,
    /// Its result; `Started` while a yielded promise is open.
    pub status: FinalExecutionStatus,
    /// Gas burnt by turning the transaction into a receipt.
    pub transaction_gas_burnt: Gas,
    /// The price of that gas.
    pub transaction_tokens_burnt: Balance,
    /// Its receipts in depth-first order, refunds included.
    pub receipts: Vec<ReceiptOutcome>,
}

impl Outcome {
    /// Whether the final receipt succeeded. Other receipts may have failed:
    /// see [`Outcome::failed_receipts`].
    pub fn is_success(&self) -> bool {
        matches!(self.status, FinalExecutionStatus::SuccessValue(_))
    }

    /// The returned bytes.
    pub fn value(&self) -> Option<&[u8]> {
        match &self.status {
            FinalExecutionStatus::SuccessValue(value) => Some(value),
            _ => None,
        }
    }

    /// The error of the final receipt.
    pub fn failure(&self) -> Option<&TxExecutionError> {
        match &self.status {
            FinalExecutionStatus::Failure(error) => Some(error),
            _ => None,
        }
    }

    /// The outcome itself when it succeeded, else its error.
    pub fn into_result(self) -> Result<Self, ChainError> {
        match self.failure() {
            None => Ok(self),
            Some(error) => Err(ChainError::Failed {
                transaction: self.transaction_hash,
                error: Box::new(error.clone()),
            }),
        }
    }

    /// The returned value as JSON.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, ChainError> {
        let outcome = self.into_result()?;
        Ok(serde_json::from_slice(outcome.value().unwrap_or_default())?)
    }

    /// All logs, in the order of the receipts.
    pub fn logs(&self) -> impl Iterator<Item = &str> {
        self.receipts.iter().flat_map(|receipt| receipt.logs.iter().map(String::as_str))
    }

    /// Receipts that failed.
    pub fn failed_receipts(&self) -> impl Iterator<Item = &ReceiptOutcome> {
        self.receipts.iter().filter(|receipt| !receipt.is_success())
    }

    /// Gas burnt by the transaction and all its receipts.
    pub fn gas_burnt(&self) -> Gas {
        let receipts = self.receipts.iter().map(|receipt| receipt.gas_burnt);
        receipts.fold(self.transaction_gas_burnt, Gas::saturating_add)
    }

    /// Tokens burnt by the transaction and all its receipts.
    pub fn tokens_burnt(&self) -> Balance {
        let receipts = self.receipts.iter().map(|receipt| receipt.tokens_burnt);
        receipts.fold(self.transaction_tokens_burnt, Balance::saturating_add)
    }
}
