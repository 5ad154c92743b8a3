//! Sending and awaiting transactions.

use crate::{Service, encode, send_params};
use near_devnode::{Balance, NodeOptions};
use near_primitives::action::TransferAction;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn outcome_is_answered_at_the_level_that_was_reached() {
    let service = Service::impatient();
    let sent = service.call("ok", &[], "FINAL").await;
    assert_eq!(sent["final_execution_status"], "FINAL");
    assert_eq!(sent["status"]["SuccessValue"], "aGVsbG8=");

    // A yield keeps its transaction from being executed.
    let yielded = service.call("yield", &[], "INCLUDED_FINAL").await;
    assert_eq!(yielded["final_execution_status"], "INCLUDED_FINAL");
    let hash = &yielded["transaction"]["hash"];
    let status = |level: &str| json!({ "tx_hash": hash, "sender_account_id": "test.near", "wait_until": level });
    for level in ["EXECUTED_OPTIMISTIC", "EXECUTED", "FINAL"] {
        let error = service.error("tx", status(level)).await;
        assert_eq!(error["cause"]["name"], "TIMEOUT_ERROR", "{level}");
        assert_eq!(error["cause"]["info"]["cause"], "PENDING");
    }
    service.call("resume", &[], "FINAL").await;
    let done = service.ok("tx", status("FINAL")).await;
    assert_eq!(done["status"]["SuccessValue"], "MQ==");
}

#[tokio::test]
async fn transactions_wait_for_scheduled_blocks() {
    let block_time = Some(Duration::from_millis(5));
    let service = Service::new(NodeOptions { block_time, ..NodeOptions::default() });
    let transaction = service.sign_call("ok", &[]).await;
    let sent = service.ok("send_tx", send_params(&transaction, "NONE")).await;
    assert_eq!(sent, json!({ "final_execution_status": "NONE" }));
    let status = json!([transaction.get_hash(), "test.near"]);
    assert_eq!(
        service.ok("tx_status", named_none(&status)).await["final_execution_status"],
        "NONE"
    );

    let blocks = tokio::spawn(Arc::clone(&service.node).make_blocks());
    let done = service.ok("tx", status).await;
    assert_eq!(done["status"]["SuccessValue"], "aGVsbG8=");
    blocks.abort();
}

/// The positional status request, by name and without waiting.
fn named_none(status: &serde_json::Value) -> serde_json::Value {
    json!({ "tx_hash": status[0], "sender_account_id": status[1], "wait_until": "NONE" })
}

#[tokio::test]
async fn refused_transactions_carry_the_typed_reason() {
    let service = Service::impatient();
    let poor = service
        .sign("near", vec![TransferAction { deposit: Balance::from_near(10_000_000_000) }.into()])
        .await;
    let error = service.error("send_tx", send_params(&poor, "FINAL")).await;
    assert_eq!(error["name"], "HANDLER_ERROR");
    assert_eq!(error["cause"]["name"], "INVALID_TRANSACTION");
    let reason = &error["data"]["TxExecutionError"]["InvalidTxError"];
    assert_eq!(reason["NotEnoughBalance"]["signer_id"], "test.near", "{error}");

    let first = service.sign_call("ok", &[]).await;
    let same_nonce = service.sign_call("height", &[]).await;
    service.ok("send_tx", send_params(&first, "FINAL")).await;
    // Sending it again is not an error: clients repeat requests that timed out.
    service.ok("send_tx", send_params(&first, "FINAL")).await;
    let error = service.error("send_tx", send_params(&same_nonce, "FINAL")).await;
    assert!(error["data"].to_string().contains("InvalidNonce"), "{error}");
}

#[tokio::test]
async fn asynchronous_sending_answers_with_the_hash_whatever_happens() {
    let service = Service::impatient();
    let good = service.sign_call("ok", &[]).await;
    let stale = service.sign_call("height", &[]).await;
    for transaction in [&good, &stale] {
        let hash = service.ok("broadcast_tx_async", json!([encode(transaction)])).await;
        assert_eq!(hash, transaction.get_hash().to_string());
    }
    let status = |hash: String| json!({ "tx_hash": hash, "sender_account_id": "test.near" });
    let done = service.ok("tx", status(good.get_hash().to_string())).await;
    assert_eq!(done["final_execution_status"], "FINAL");
    let error = service.error("tx", status(stale.get_hash().to_string())).await;
    assert_eq!(error["cause"]["name"], "UNKNOWN_TRANSACTION");
}

#[tokio::test]
async fn receipts_are_listed_and_found() {
    let service = Service::impatient();
    let transaction = service.sign_call("both", &[]).await;
    service.ok("broadcast_tx_commit", json!([encode(&transaction)])).await;
    let full =
        service.ok("EXPERIMENTAL_tx_status", json!([transaction.get_hash(), "test.near"])).await;
    let receipts = full["receipts"].as_array().unwrap();
    assert_eq!(receipts.len(), full["receipts_outcome"].as_array().unwrap().len());
    let wanted = &receipts[0]["receipt_id"];
    let found = service.ok("EXPERIMENTAL_receipt", json!({ "receipt_id": wanted })).await;
    assert_eq!(&found, &receipts[0]);
    let unknown = json!({ "receipt_id": transaction.get_hash() });
    let error = service.error("EXPERIMENTAL_receipt", unknown).await;
    assert_eq!(error["cause"]["name"], "UNKNOWN_RECEIPT");
}
