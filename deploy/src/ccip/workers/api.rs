//! The part of the indexers' HTTP API by which verifiers' results are fetched (`indexer/docs` of Chainlink's
//! `chainlink-ccv`).

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use alloy::primitives::{Address, B256, Bytes};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use serde_json::{Value, json};

#[derive(Clone, Debug)]
struct Entry {
    verifier: Address,
    result: Bytes,
    honest: bool,
}

/// What was attested, by message.
#[derive(Clone, Debug, Default)]
pub(super) struct Results(Arc<RwLock<HashMap<B256, Entry>>>);

impl Results {
    /// Whether the message's result is honest; `None` where there is none.
    pub(super) fn honesty(&self, id: B256) -> Option<bool> {
        self.read(id).map(|entry| entry.honest)
    }

    pub(super) fn put(&self, id: B256, verifier: Address, result: Bytes, honest: bool) {
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        entries.insert(id, Entry { verifier, result, honest });
    }

    /// The verifier on the destination, and its result.
    pub(super) fn get(&self, id: B256) -> Option<(Address, Bytes)> {
        self.read(id).map(|entry| (entry.verifier, entry.result))
    }

    fn read(&self, id: B256) -> Option<Entry> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }
}

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
    let Some((verifier, result)) = results.get(id) else {
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
