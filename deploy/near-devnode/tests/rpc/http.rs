//! The HTTP side: codes that clients act on, bodies that are no JSON-RPC, stopping.

use crate::Service;
use near_devnode::server;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<Result<(), server::ServerError>>,
}

async fn start(service: &Service) -> Server {
    let listener = server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let stopped = async move {
        let _ = stopped.await;
    };
    let task = tokio::spawn(server::serve(service.node.clone(), listener, stopped));
    Server { address, stop, task }
}

/// One request on its own connection; returns the code and the body.
async fn request(address: SocketAddr, head: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let text = format!(
        "{head} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    let code = head.split_whitespace().nth(1).unwrap().parse().unwrap();
    (code, body.to_owned())
}

async fn post(address: SocketAddr, method: &str, params: Value) -> (u16, Value) {
    let body = json!({ "jsonrpc": "2.0", "id": "x", "method": method, "params": params });
    let (code, body) = request(address, "POST /", &body.to_string()).await;
    (code, serde_json::from_str(&body).unwrap())
}

#[tokio::test]
async fn codes_follow_nearcore() {
    let service = Service::impatient();
    let server = start(&service).await;
    let (code, reply) = post(server.address, "status", json!([])).await;
    assert_eq!((code, &reply["id"]), (200, &json!("x")));
    assert_eq!(post(server.address, "nope", json!([])).await.0, 400);
    assert_eq!(post(server.address, "query", json!({})).await.0, 400);
    let missing = json!({ "request_type": "view_account", "finality": "final", "account_id": "missing.near" });
    let (code, reply) = post(server.address, "query", missing).await;
    assert_eq!((code, &reply["error"]["cause"]["name"]), (200, &json!("UNKNOWN_ACCOUNT")));
    let yielded = service.call("yield", &[], "INCLUDED").await;
    let hash = &yielded["transaction"]["hash"];
    let (code, _) = post(server.address, "tx", json!([hash, "test.near"])).await;
    assert_eq!(code, 408, "clients repeat a request that timed out");
    let (code, _) = post(server.address, "sandbox_fast_forward", json!([u64::MAX])).await;
    assert_eq!(code, 500);
}

#[tokio::test]
async fn bodies_that_are_no_request_are_refused() {
    let service = Service::impatient();
    let server = start(&service).await;
    for body in
        ["", "no json", "[]", r#"{"method":"status"}"#, r#"{"jsonrpc":"2.0","result":1,"id":1}"#]
    {
        let (code, reply) = request(server.address, "POST /", body).await;
        assert_eq!(code, 400, "{body}");
        assert!(reply.contains("PARSE_ERROR"), "{body}: {reply}");
    }
}

#[tokio::test]
async fn status_and_health_answer_to_get() {
    let service = Service::impatient();
    let server = start(&service).await;
    let (code, status) = request(server.address, "GET /status", "").await;
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!((code, &status["chain_id"]), (200, &json!("devnet")));
    assert_eq!(request(server.address, "GET /health", "").await, (200, "null".to_owned()));
}

#[tokio::test]
async fn server_stops_although_a_client_stays_connected() {
    let service = Service::impatient();
    let server = start(&service).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    server.stop.send(()).unwrap();
    server.task.await.unwrap().unwrap();
    let mut rest = Vec::new();
    // Closed, or reset by the end of the server: either way the connection is over.
    let _ = idle.read_to_end(&mut rest).await;
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn taken_port_is_named_with_the_cure() {
    let service = Service::impatient();
    let server = start(&service).await;
    let error = server::bind(server.address).await.unwrap_err().to_string();
    assert!(error.contains(&server.address.to_string()) && error.contains("--port 0"), "{error}");
}
