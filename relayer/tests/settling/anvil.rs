//! An anvil process of a test's own.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use alloy::{
    primitives::{Address, U256},
    providers::{DynProvider, Provider, ProviderBuilder},
};
use serde_json::{Value, json};

/// Stopped when dropped.
pub(crate) struct Anvil {
    child: Child,
    pub(crate) url: String,
}

impl Anvil {
    /// Starts anvil on a free port.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(binary())
            .args(["--port", "0", "--chain-id", "31337"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("anvil starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let address = lines
            .by_ref()
            .map(|line| line.expect("anvil's output"))
            .find_map(|line| line.strip_prefix("Listening on ").map(str::to_owned))
            .expect("anvil says where it listens");
        // A full pipe would stop anvil.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: format!("http://{address}") }
    }

    pub(crate) fn provider(&self) -> DynProvider {
        ProviderBuilder::new().connect_http(self.url.parse().expect("a URL")).erased()
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The native binary of the npm package, without node in between.
fn binary() -> PathBuf {
    let os = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = root.join(format!("node_modules/@foundry-rs/anvil-{os}-{arch}/bin/anvil"));
    assert!(path.is_file(), "{} is missing: run `npm ci` at the repository's root", path.display());
    path
}

/// A call of one of anvil's own methods.
pub(crate) async fn rpc(provider: &DynProvider, method: &'static str, params: Value) -> Value {
    provider.raw_request(method.into(), params).await.unwrap_or_else(|e| panic!("{method}: {e}"))
}

pub(crate) async fn mine(provider: &DynProvider, blocks: u64) {
    rpc(provider, "anvil_mine", json!([format!("0x{blocks:x}")])).await;
}

pub(crate) async fn fund(provider: &DynProvider, account: Address, wei: U256) {
    rpc(provider, "anvil_setBalance", json!([account, wei])).await;
}

/// Hashes of the transactions that wait in the pool.
pub(crate) async fn waiting(provider: &DynProvider) -> Vec<String> {
    let content = rpc(provider, "txpool_content", json!([])).await;
    let mut hashes = Vec::new();
    for kind in ["pending", "queued"] {
        let accounts = content[kind].as_object().cloned().unwrap_or_default();
        for transactions in accounts.values().filter_map(Value::as_object) {
            for transaction in transactions.values() {
                hashes.push(transaction["hash"].as_str().expect("a hash").to_owned());
            }
        }
    }
    hashes
}
