//! A JSON-RPC proxy before anvil that can lose requests or answers: what a network does to a relayer.

use std::{
    future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use tokio::{net::TcpListener, sync::Notify};

/// What happens to the request that the relayer never hears of again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It does not reach the chain.
    Request,
    /// It does, but the answer is lost.
    Answer,
}

pub(crate) struct Proxy {
    upstream: String,
    client: reqwest::Client,
    requests: AtomicU64,
    /// The number of the request that hangs; 0 for none.
    hang_at: AtomicU64,
    lose_answer: AtomicBool,
    /// Told when a request hangs.
    pub(crate) hung: Notify,
    /// Broadcasts are forwarded and answered with an error.
    pub(crate) deny_broadcasts: AtomicBool,
}

impl Proxy {
    pub(crate) async fn start(upstream: &str) -> (Arc<Self>, String) {
        let proxy = Arc::new(Self {
            upstream: upstream.to_owned(),
            client: reqwest::Client::new(),
            requests: AtomicU64::new(0),
            hang_at: AtomicU64::new(0),
            lose_answer: AtomicBool::new(false),
            hung: Notify::new(),
            deny_broadcasts: AtomicBool::new(false),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().route("/", post(forward)).with_state(Arc::clone(&proxy));
        tokio::spawn(async move { axum::serve(listener, router).await.expect("the proxy serves") });
        (proxy, url)
    }

    /// The `number`th request from now hangs, counted from 1.
    pub(crate) fn hang_at(&self, number: u64, lost: Lost) {
        self.requests.store(0, Ordering::SeqCst);
        self.lose_answer.store(lost == Lost::Answer, Ordering::SeqCst);
        self.hang_at.store(number, Ordering::SeqCst);
    }

    /// Every request is forwarded again.
    pub(crate) fn heal(&self) {
        self.hang_at.store(0, Ordering::SeqCst);
        self.deny_broadcasts.store(false, Ordering::SeqCst);
    }

    async fn send(&self, body: Bytes) -> (StatusCode, Bytes) {
        let request = self.client.post(&self.upstream).header("content-type", "application/json");
        match request.body(body).send().await {
            Ok(answer) => (StatusCode::OK, answer.bytes().await.expect("anvil's answer")),
            Err(error) => (StatusCode::BAD_GATEWAY, error.to_string().into()),
        }
    }
}

async fn forward(State(proxy): State<Arc<Proxy>>, body: Bytes) -> (StatusCode, Bytes) {
    let number = proxy.requests.fetch_add(1, Ordering::SeqCst) + 1;
    if number == proxy.hang_at.load(Ordering::SeqCst) {
        if proxy.lose_answer.load(Ordering::SeqCst) {
            proxy.send(body).await;
        }
        proxy.hung.notify_one();
        return future::pending().await;
    }
    let broadcast = body.windows(22).any(|window| window == b"eth_sendRawTransaction");
    let answer = proxy.send(body).await;
    if broadcast && proxy.deny_broadcasts.load(Ordering::SeqCst) {
        return (StatusCode::BAD_GATEWAY, Bytes::from_static(b"upstream timed out"));
    }
    answer
}
