//! The HTTP API, version 1.

mod error;
mod view;

use std::{future::Future, sync::Arc};

use alloy::primitives::B256;
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{StatusCode, Uri},
    routing::{get, post},
};
use serde::Deserialize;
use tokio::net::TcpListener;

pub use self::{
    error::{ApiError, ErrorBody, ErrorDetail},
    view::{HistoryView, ReasonView, SettledView, SettlementView, TransactionView},
};
use crate::{
    health::{Health, Monitor},
    prepare::door::SettleRequest,
    reason::Refusal,
    service::Relayer,
    status::Status,
};

/// The most settlements that one list returns.
const MAX_LIST: u32 = 500;
const DEFAULT_LIST: u32 = 100;

/// What the handlers share.
#[derive(Clone, Debug)]
pub struct Api {
    /// The service.
    pub relayer: Arc<Relayer>,
    /// Its health.
    pub monitor: Arc<Monitor>,
    /// The largest body that is read.
    pub max_body_bytes: usize,
}

impl Api {
    /// The routes.
    pub fn router(self) -> Router {
        let limit = DefaultBodyLimit::max(self.max_body_bytes);
        Router::new()
            .route("/health", get(health))
            .route("/v1/settlements", post(settle).get(list))
            .route("/v1/settlements/{id}", get(one))
            .fallback(nothing_here)
            .layer(limit)
            .with_state(self)
    }

    /// Serves until `stop` resolves, then finishes the requests that were begun.
    ///
    /// # Errors
    /// Those of the listener.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        axum::serve(listener, self.router()).with_graceful_shutdown(stop).await
    }
}

async fn health(State(api): State<Api>) -> (StatusCode, Json<Health>) {
    let health = api.monitor.look().await;
    let status = if health.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health))
}

async fn settle(
    State(api): State<Api>,
    body: Body,
) -> Result<(StatusCode, Json<SettlementView>), ApiError> {
    let body = read(body, api.max_body_bytes).await?;
    let request = SettleRequest::from_json(&body)?;
    let accepted = api.relayer.accept(request).await?;
    let view = SettlementView::load(api.relayer.store(), accepted.record).await?;
    Ok((StatusCode::ACCEPTED, Json(view)))
}

async fn read(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    axum::body::to_bytes(body, limit).await.map_err(|_| Refusal::BodyTooLarge(limit).into())
}

async fn one(
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Result<Json<SettlementView>, ApiError> {
    let id: B256 = id.parse().map_err(|_| Refusal::Malformed {
        field: "id".to_owned(),
        problem: "a settlement id is \"0x\" and 64 hex digits".to_owned(),
    })?;
    let store = api.relayer.store();
    let record = store.get(id).await?.ok_or(ApiError::NotFound(id))?;
    Ok(Json(SettlementView::load(store, record).await?))
}

#[derive(Debug, Deserialize)]
struct Listing {
    status: Option<String>,
    limit: Option<u32>,
}

async fn list(
    State(api): State<Api>,
    Query(listing): Query<Listing>,
) -> Result<Json<Vec<SettlementView>>, ApiError> {
    let status = listing
        .status
        .map(|word| word.parse::<Status>().map_err(|_| unknown_status(&word)))
        .transpose()?;
    let limit = listing.limit.unwrap_or(DEFAULT_LIST).min(MAX_LIST);
    let store = api.relayer.store();
    let mut views = Vec::new();
    for record in store.list(status, limit).await? {
        views.push(SettlementView::load(store, record).await?);
    }
    Ok(Json(views))
}

fn unknown_status(word: &str) -> Refusal {
    let known = Status::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(", ");
    Refusal::Malformed {
        field: "status".to_owned(),
        problem: format!("{word:?} is none of {known}"),
    }
}

async fn nothing_here(uri: Uri) -> ApiError {
    ApiError::NoRoute(uri.path().to_owned())
}
