//! The part of the indexers' HTTP API by which verifiers' results are fetched (`indexer/docs` of Chainlink's
//! `chainlink-ccv`).

use alloy::primitives::{Address, B256, Bytes};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use serde_json::{Value, json};

use crate::workers::shelf::Shelf;

/// What was attested, by message: the verifier on the destination, and its result.
pub(super) type Results = Shelf<B256, (Address, Bytes)>;

/// The paths of the API.
pub(super) fn routes(results: Results) -> Router {
    Router::new()
        .route("/v1/verifierresults/{message}", get(verifier_results))
        .route("/health", get(async || StatusCode::OK))
        .with_state(results)
}

async fn verifier_results(
    State(results): State<Results>,
    Path(message): Path<String>,
) -> (StatusCode, Json<Value>) {
    let Ok(id) = message.parse::<B256>() else {
        return refused(StatusCode::BAD_REQUEST, "the path names no message id");
    };
    let Some((verifier, result)) = results.get(&id) else {
        return refused(StatusCode::NOT_FOUND, "message not found");
    };
    let result = json!({
        "message_id": id,
        "message_ccv_addresses": [verifier],
        "verifier_dest_address": verifier,
        "ccv_data": result,
    });
    let body = json!({
        "success": true,
        "messageID": id,
        "results": [{ "verifierResult": result, "metadata": {} }],
    });
    (StatusCode::OK, Json(body))
}

fn refused(status: StatusCode, message: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({ "success": false, "error": message })))
}
