//! An HTTP proxy before the node that loses answers and holds requests back, as networks do.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It reaches the node; the answer does not come back.
    DropAnswer,
    /// It does not reach the node, and nothing comes back while the caller lives.
    HoldRequest,
    /// It reaches the node, and nothing comes back while the caller lives.
    HoldAnswer,
}

#[derive(Debug, Default)]
struct Plan {
    /// What the next requests of the method meet.
    faults: VecDeque<Fault>,
    method: &'static str,
    /// Requests of `send_tx` that reached the node.
    sent: u32,
}

/// The proxy.
#[derive(Clone, Debug)]
pub struct FaultyNetwork {
    url: String,
    plan: Arc<Mutex<Plan>>,
    struck: Arc<Notify>,
}

impl FaultyNetwork {
    /// Listens before the node at `host:port` of `rpc_url`.
    pub async fn start(rpc_url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let network = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            plan: Arc::default(),
            struck: Arc::default(),
        };
        let (node, serving) = (rpc_url.trim_start_matches("http://").to_owned(), network.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (node, network) = (node.clone(), serving.clone());
                // A broken connection is what this network is for.
                tokio::spawn(async move { network.serve(client, &node).await.ok() });
            }
        });
        network
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next requests of `method` meet these faults, one each.
    pub fn plan(&self, method: &'static str, faults: &[Fault]) {
        let mut plan = self.plan.lock().unwrap();
        (plan.method, plan.faults) = (method, faults.iter().copied().collect());
    }

    /// Waits until a fault has struck.
    pub async fn struck(&self) {
        self.struck.notified().await;
    }

    /// How often a transaction reached the node.
    pub fn sent(&self) -> u32 {
        self.plan.lock().unwrap().sent
    }

    async fn serve(&self, mut client: TcpStream, node: &str) -> std::io::Result<()> {
        let body = read_body(&mut client).await?;
        let request: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let method = request["method"].as_str().unwrap_or_default();
        let fault = {
            let mut plan = self.plan.lock().unwrap();
            let fault = if plan.method == method { plan.faults.pop_front() } else { None };
            if method == "send_tx" && fault != Some(Fault::HoldRequest) {
                plan.sent += 1;
            }
            fault
        };
        if fault == Some(Fault::HoldRequest) {
            return self.hold(client).await;
        }
        let answer = forward(node, &body).await?;
        match fault {
            None => client.write_all(&answer).await?,
            Some(Fault::HoldAnswer) => return self.hold(client).await,
            Some(_) => self.struck.notify_one(),
        }
        Ok(())
    }

    /// Keeps the connection open until the caller is gone.
    async fn hold(&self, mut client: TcpStream) -> std::io::Result<()> {
        self.struck.notify_one();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await?;
        Ok(())
    }
}

async fn forward(node: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut upstream = TcpStream::connect(node).await?;
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {node}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    upstream.write_all(head.as_bytes()).await?;
    upstream.write_all(body).await?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await?;
    Ok(answer)
}

/// The body of one HTTP request.
async fn read_body(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let read = client.read_buf(&mut bytes).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            return Ok(bytes[end + 4..end + 4 + length].to_vec());
        }
    }
}
