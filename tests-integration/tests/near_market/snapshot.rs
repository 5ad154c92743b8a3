//! The committed costs of the market's methods.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Compilers differ by less than this.
const TOLERANCE: f64 = 0.02;

/// What a call costs: the transaction with all its receipts, and the storage that it takes or releases.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    pub tgas: f64,
    pub storage_bytes: i64,
    /// What the caller pays besides gas.
    pub deposit_near: f64,
}

/// The snapshot's file.
#[derive(Debug, Serialize, Deserialize)]
struct Snapshot {
    /// Version at which the costs were measured.
    protocol_version: u32,
    wasm_bytes: usize,
    methods: BTreeMap<String, Cost>,
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts-near/snapshots/gas.json")
}

/// Compares with the committed snapshot, or rewrites it under `UPDATE_SNAPSHOTS=1`.
pub fn check(protocol_version: u32, methods: BTreeMap<String, Cost>, wasm_bytes: usize) {
    let round = |cost: Cost| Cost { tgas: (cost.tgas * 100.0).round() / 100.0, ..cost };
    let methods = methods.into_iter().map(|(method, cost)| (method, round(cost))).collect();
    let measured = Snapshot { protocol_version, wasm_bytes, methods };
    let path = path();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        let json = serde_json::to_string_pretty(&measured).unwrap();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, json + "\n").unwrap();
        return;
    }
    let cure = "if the change is meant, run `cargo xtask snapshots` and commit the file";
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; {cure}", path.display()));
    let kept: Snapshot = serde_json::from_str(&text).unwrap();
    let drift = drift(&kept, &measured);
    assert!(drift.is_empty(), "costs differ from {}: {drift:#?}; {cure}", path.display());
}

fn drift(kept: &Snapshot, measured: &Snapshot) -> Vec<String> {
    let apart = |a: f64, b: f64| (a - b).abs() > TOLERANCE * a.abs();
    let mut drift = Vec::new();
    if apart(kept.wasm_bytes as f64, measured.wasm_bytes as f64) {
        drift.push(format!("wasm_bytes: {} is now {}", kept.wasm_bytes, measured.wasm_bytes));
    }
    for method in kept.methods.keys().chain(measured.methods.keys()) {
        match (kept.methods.get(method), measured.methods.get(method)) {
            (Some(kept), Some(now))
                if !apart(kept.tgas, now.tgas) && kept.storage_bytes == now.storage_bytes => {}
            (kept, now) => drift.push(format!("{method}: {kept:?} is now {now:?}")),
        }
    }
    drift.dedup();
    drift
}
