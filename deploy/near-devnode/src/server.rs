//! The HTTP side of a node: JSON-RPC by POST, `/status` and `/health` by GET.

use crate::Node;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use near_jsonrpc_primitives::errors::{RpcError, RpcErrorKind};
use near_jsonrpc_primitives::message::{self, Message};
use serde_json::Value;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// Largest request in bytes, as on real nodes.
const MAX_REQUEST: usize = 10 * 1024 * 1024;

/// How long requests in flight may take after the node was told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Why a node could not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is taken or not ours.
    #[error(
        "cannot listen on {address}: {source}; stop what uses the port, choose another with \
         --port, or let the system choose with --port 0"
    )]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the home directory could not be written.
    #[error("cannot write {path}: {source}; choose a writable directory with --home")]
    Home {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The connection to the clients broke down.
    #[error("the server stopped: {0}")]
    Serve(#[source] io::Error),
}

/// Opens the port that [`serve`] listens on.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address).await.map_err(|source| ServerError::Bind { address, source })
}

/// Serves a node, and makes its blocks, until `stop` is ready.
pub async fn serve(
    node: Arc<Node>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServerError> {
    let app = Router::new()
        .route("/", post(json_rpc))
        .route("/status", get(status))
        .route("/health", get(health))
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .with_state(Arc::clone(&node));
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let blocks = tokio::spawn(node.make_blocks());
    let stop = async move {
        stop.await;
        stopping.send_replace(true);
    };
    let mut server = axum::serve(listener, app).with_graceful_shutdown(stop).into_future();
    // Clients that keep their connections open must not keep the node alive.
    let result = tokio::select! {
        result = &mut server => result,
        () = async {
            if stopped.wait_for(|stop| *stop).await.is_ok() {
                tokio::time::sleep(GRACE).await;
            }
        } => Ok(()),
    };
    blocks.abort();
    result.map_err(ServerError::Serve)
}

async fn json_rpc(State(node): State<Arc<Node>>, body: Bytes) -> Response {
    let reply = match message::from_slice(&body) {
        Ok(Message::Request(request)) => {
            let result = node.call(&request.method, request.params.clone()).await;
            tracing::debug!(method = request.method, ok = result.is_ok(), "request");
            Message::response(request.id, result)
        }
        Ok(_) => {
            Message::error(RpcError::parse_error("JSON RPC Request format was expected".to_owned()))
        }
        Err(broken) => broken.reply(),
    };
    let code = match &reply {
        Message::Response(response) => status_code(response.result.as_ref().err()),
        _ => StatusCode::OK,
    };
    respond(code, &reply)
}

/// nearcore's HTTP codes: clients retry on 408 and 500.
fn status_code(error: Option<&RpcError>) -> StatusCode {
    match error.and_then(|error| error.error_struct.as_ref()) {
        None => StatusCode::OK,
        Some(RpcErrorKind::RequestValidationError(_)) => StatusCode::BAD_REQUEST,
        Some(RpcErrorKind::InternalError(_)) => StatusCode::INTERNAL_SERVER_ERROR,
        Some(RpcErrorKind::HandlerError(error)) if error["name"] == "TIMEOUT_ERROR" => {
            StatusCode::REQUEST_TIMEOUT
        }
        Some(RpcErrorKind::HandlerError(_)) => StatusCode::OK,
    }
}

fn respond(code: StatusCode, body: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => (code, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn status(State(node): State<Arc<Node>>) -> Response {
    match node.call("status", Value::Null).await {
        Ok(status) => respond(StatusCode::OK, &status),
        Err(error) => respond(status_code(Some(&error)), &error),
    }
}

async fn health() -> Response {
    respond(StatusCode::OK, &Value::Null)
}
