//! The part of the guardians' public HTTP API by which VAAs are fetched (`publicrpc.proto` of Wormhole's node).

use alloy::primitives::B256;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use proofrail_evm::vaa::Body;
use serde_json::{Value, json};

use crate::workers::shelf::Shelf;

/// gRPC's code for what is not there, which the gateway passes on.
const NOT_FOUND: u32 = 5;
/// gRPC's code for an argument that cannot be read.
const INVALID_ARGUMENT: u32 = 3;

/// Wormhole's id of the chain, the emitter and its sequence.
type Key = (u16, B256, u64);

/// What was signed.
#[derive(Clone, Debug, Default)]
pub(super) struct Published(Shelf<Key, Vec<u8>>);

impl Published {
    /// Whether the message's VAA is honest; `None` where there is none, or one of another body.
    pub(super) fn honesty(&self, body: &Body) -> Option<bool> {
        self.0.honesty(&key(body), |vaa| vaa.ends_with(&body.encode()))
    }

    pub(super) fn put(&self, body: &Body, vaa: Vec<u8>, honest: bool) {
        self.0.put(key(body), vaa, honest);
    }
}

fn key(body: &Body) -> Key {
    (body.emitter_chain, body.emitter, body.sequence)
}

/// The paths of the API.
pub(super) fn routes(published: Published) -> Router {
    Router::new()
        .route("/v1/signed_vaa/{chain}/{emitter}/{sequence}", get(signed_vaa))
        .route("/v1/heartbeats", get(heartbeats))
        .with_state(published)
}

async fn signed_vaa(
    State(published): State<Published>,
    Path((chain, emitter, sequence)): Path<(String, String, String)>,
) -> (StatusCode, Json<Value>) {
    let (Ok(chain), Ok(emitter), Ok(sequence)) =
        (chain.parse(), emitter.parse::<B256>(), sequence.parse())
    else {
        return refused(StatusCode::BAD_REQUEST, INVALID_ARGUMENT, "the path names no message");
    };
    match published.0.get(&(chain, emitter, sequence)) {
        Some(vaa) => (StatusCode::OK, Json(json!({ "vaaBytes": STANDARD.encode(vaa) }))),
        None => refused(StatusCode::NOT_FOUND, NOT_FOUND, "requested VAA not found in store"),
    }
}

/// By which a client tells that the service is there.
async fn heartbeats() -> Json<Value> {
    Json(json!({ "entries": [] }))
}

fn refused(status: StatusCode, code: u32, message: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({ "code": code, "message": message, "details": [] })))
}
