//! Requests that send or await transactions, and the answers to them.

use super::{named, parse};
use crate::chain::{Chain, ChainError, TransactionStatus};
use near_jsonrpc_primitives::errors::RpcError;
use near_jsonrpc_primitives::types::transactions::{
    RpcSendTransactionRequest, RpcTransactionError, RpcTransactionResponse,
    RpcTransactionStatusRequest, TimeoutErrorCause,
};
use near_primitives::hash::CryptoHash;
use near_primitives::transaction::SignedTransaction;
use near_primitives::views::{
    FinalExecutionOutcomeViewEnum, FinalExecutionOutcomeWithReceiptView, ReceiptView,
    TxExecutionStatus,
};
use serde_json::Value;

/// A request about a transaction, whichever method it came by.
#[derive(Debug)]
pub(crate) enum TransactionRequest {
    /// Send, answer with the hash.
    SendAsync { transaction: Box<SignedTransaction> },
    /// Send, wait, answer with the outcome.
    Send { transaction: Box<SignedTransaction>, wait_until: TxExecutionStatus },
    /// Wait, answer with the outcome.
    Status { id: CryptoHash, wait_until: TxExecutionStatus, with_receipts: bool },
}

/// Reads the request when `method` is about transactions.
pub(crate) fn request(
    method: &str,
    params: &Value,
) -> Option<Result<TransactionRequest, RpcError>> {
    let send = || parse::<RpcSendTransactionRequest>(named(params.clone(), &["signed_tx_base64"]));
    let boxed = |request: RpcSendTransactionRequest| Box::new(request.signed_transaction);
    Some(match method {
        "send_tx" => send().map(|request| TransactionRequest::Send {
            wait_until: request.wait_until.clone(),
            transaction: boxed(request),
        }),
        "broadcast_tx_commit" => send().map(|request| TransactionRequest::Send {
            transaction: boxed(request),
            wait_until: TxExecutionStatus::Executed,
        }),
        "broadcast_tx_async" => {
            send().map(|request| TransactionRequest::SendAsync { transaction: boxed(request) })
        }
        "tx" | "tx_status" | "EXPERIMENTAL_tx_status" => {
            status_request(params.clone(), method == "EXPERIMENTAL_tx_status")
        }
        _ => return None,
    })
}

fn status_request(params: Value, with_receipts: bool) -> Result<TransactionRequest, RpcError> {
    let is_signed = params.as_array().is_some_and(|values| values.len() == 1);
    let names: &[&str] =
        if is_signed { &["signed_tx_base64"] } else { &["tx_hash", "sender_account_id"] };
    let request: RpcTransactionStatusRequest = parse(named(params, names))?;
    let (id, _) = request.transaction_info.to_tx_hash_and_account();
    Ok(TransactionRequest::Status { id, wait_until: request.wait_until, with_receipts })
}

/// The chain's refusal in the RPC's terms.
pub(crate) fn refusal(error: ChainError) -> RpcTransactionError {
    match error {
        ChainError::InvalidTransaction(context) => {
            RpcTransactionError::InvalidTransaction { context: *context }
        }
        other => RpcTransactionError::InternalError { debug_info: other.to_string() },
    }
}

/// The answer once `wanted` is reached; `None` while it is not.
pub(crate) fn outcome_at(
    chain: &Chain,
    id: &CryptoHash,
    wanted: &TxExecutionStatus,
    with_receipts: bool,
) -> Result<Option<RpcTransactionResponse>, RpcTransactionError> {
    let status = chain
        .transaction_status(id)
        .ok_or(RpcTransactionError::UnknownTransaction { requested_transaction_hash: *id })?;
    Ok(status.satisfies(wanted).then(|| response(chain, id, status, with_receipts)))
}

/// What a caller learns whose patience ended first.
pub(crate) fn timeout(chain: &Chain, id: &CryptoHash) -> RpcTransactionError {
    let cause = match chain.transaction_status(id) {
        None => TimeoutErrorCause::NotObserved,
        Some(status) => {
            let status = Box::new(response(chain, id, status, false));
            TimeoutErrorCause::Pending { status }
        }
    };
    RpcTransactionError::TimeoutError(Some(cause))
}

fn response(
    chain: &Chain,
    id: &CryptoHash,
    status: TransactionStatus,
    with_receipts: bool,
) -> RpcTransactionResponse {
    let outcome = chain.final_outcome_view(id).map(|final_outcome| {
        if !with_receipts {
            return FinalExecutionOutcomeViewEnum::FinalExecutionOutcome(final_outcome);
        }
        let receipts = final_outcome.receipts_outcome.iter();
        let receipts = receipts.filter_map(|outcome| chain.receipt(&outcome.id));
        let receipts = receipts.map(|receipt| ReceiptView::from(receipt.clone())).collect();
        let with_receipts = FinalExecutionOutcomeWithReceiptView { final_outcome, receipts };
        FinalExecutionOutcomeViewEnum::FinalExecutionOutcomeWithReceipt(with_receipts)
    });
    RpcTransactionResponse {
        final_execution_outcome: outcome,
        final_execution_status: status.level(),
    }
}
