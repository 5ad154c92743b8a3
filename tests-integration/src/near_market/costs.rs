//! What the market's methods cost: measured, held below limits, and compared with what is committed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::snapshot::UPDATE_VARIABLE;

/// Compilers differ by less than this fraction.
const TOLERANCE: f64 = 0.02;
/// Whoever stores so much stores code, whose length depends on the compiler.
const CODE_BYTES: i64 = 100_000;
/// The cure of every difference.
const CURE: &str = "if the change is meant, run `cargo xtask snapshots` and commit the file";

/// What a call costs: the transaction with all its receipts, and the storage that it takes or releases.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Gas that is burnt.
    pub tgas: f64,
    /// Storage that the market takes more.
    pub storage_bytes: i64,
    /// What the caller pays besides gas.
    pub deposit_near: f64,
}

impl Cost {
    /// To a hundredth of a Tgas.
    fn rounded(self) -> Self {
        Self { tgas: (self.tgas * 100.0).round() / 100.0, ..self }
    }

    fn differs(&self, other: &Self) -> bool {
        let apart = |a: f64, b: f64, by: f64| (a - b).abs() > by * a.abs();
        let of_others = if self.storage_bytes.abs() > CODE_BYTES { TOLERANCE } else { 1e-9 };
        apart(self.tgas, other.tgas, TOLERANCE)
            || apart(self.storage_bytes as f64, other.storage_bytes as f64, of_others)
            || apart(self.deposit_near, other.deposit_near, of_others)
    }
}

/// Costs by call: the method's name, and after a space which call of it.
pub type Costs = BTreeMap<String, Cost>;

/// The most that a call may burn, Tgas.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Methods with a limit of their own.
    pub of: &'a [(&'a str, f64)],
    /// All others.
    pub others: f64,
}

impl Limits<'_> {
    fn of(&self, call: &str) -> f64 {
        let named = self.of.iter().find(|(method, _)| *method == method_of(call));
        named.map_or(self.others, |(_, limit)| *limit)
    }

    /// The calls that burn more than they may.
    fn exceeded(&self, costs: &Costs) -> Vec<String> {
        let over = costs.iter().filter(|(call, cost)| cost.tgas > self.of(call));
        over.map(|(call, cost)| {
            format!("{call} burns {:.2} Tgas, at most {}", cost.tgas, self.of(call))
        })
        .collect()
    }
}

/// The method that a call is of.
pub fn method_of(call: &str) -> &str {
    call.split(' ').next().unwrap_or(call)
}

/// A snapshot's file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// Version at which the costs were measured.
    pub protocol_version: u32,
    /// Length of the market's code.
    pub wasm_bytes: usize,
    /// The costs.
    pub methods: Costs,
    /// By newer version, the calls that differ there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub newer: BTreeMap<u32, Costs>,
}

impl Snapshot {
    /// Where the snapshot of that name is kept.
    pub fn path(file: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts-near/snapshots").join(file)
    }

    /// The committed one.
    ///
    /// # Panics
    /// Where it is not there or no snapshot.
    pub fn committed(file: &str) -> Self {
        let path = Self::path(file);
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; {CURE}", path.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Of measurements at versions in ascending order. What only the first one measured is taken to be the same at
    /// the others.
    fn of(measured: &[(u32, Costs)], wasm_bytes: usize) -> Self {
        let [(protocol_version, methods), newer @ ..] = measured else {
            panic!("nothing was measured")
        };
        let methods: Costs =
            methods.iter().map(|(call, cost)| (call.clone(), cost.rounded())).collect();
        let differing = |costs: &Costs| -> Costs {
            let rounded = costs.iter().map(|(call, cost)| (call.clone(), cost.rounded()));
            let same = |(call, cost): &(String, Cost)| {
                methods.get(call).is_some_and(|kept| !kept.differs(cost))
            };
            rounded.filter(|entry| !same(entry)).collect()
        };
        let newer = newer.iter().map(|(version, costs)| (*version, differing(costs)));
        let newer = newer.filter(|(_, costs)| !costs.is_empty()).collect();
        Self { protocol_version: *protocol_version, wasm_bytes, methods, newer }
    }

    /// All costs at a version.
    fn at(&self, version: u32) -> Costs {
        let mut costs = self.methods.clone();
        costs.extend(self.newer.get(&version).cloned().unwrap_or_default());
        costs
    }

    /// What differs from it in another one.
    fn drift(&self, now: &Self) -> Vec<String> {
        let mut drift = Vec::new();
        if (self.wasm_bytes as f64 - now.wasm_bytes as f64).abs()
            > TOLERANCE * self.wasm_bytes as f64
        {
            drift.push(format!("wasm_bytes: {} is now {}", self.wasm_bytes, now.wasm_bytes));
        }
        let versions = [self.protocol_version, now.protocol_version];
        let mut versions: Vec<u32> =
            versions.iter().chain(self.newer.keys()).chain(now.newer.keys()).copied().collect();
        versions.sort_unstable();
        versions.dedup();
        for version in versions {
            let (kept, now) = (self.at(version), now.at(version));
            let mut calls: Vec<&String> = kept.keys().chain(now.keys()).collect();
            calls.sort_unstable();
            calls.dedup();
            drift.extend(calls.into_iter().filter_map(|call| {
                match (kept.get(call), now.get(call)) {
                    (Some(kept), Some(now)) if !kept.differs(now) => None,
                    (kept, now) => Some(format!("{call} at {version}: {kept:?} is now {now:?}")),
                }
            }));
        }
        drift
    }
}

/// Compares what was measured, by protocol version, with the committed snapshot and with the limits, or rewrites the
/// snapshot under [`UPDATE_VARIABLE`].
///
/// # Panics
/// Where a call burns more than it may, differs, came or went.
pub fn check(file: &str, measured: &[(u32, Costs)], limits: &Limits<'_>, wasm_bytes: usize) {
    for (version, costs) in measured {
        println!("protocol version {version}");
        for (call, Cost { tgas, storage_bytes, deposit_near }) in costs {
            println!("{call:36} {tgas:8.2} Tgas {storage_bytes:8} bytes {deposit_near:12.5} NEAR");
        }
        let exceeded = limits.exceeded(costs);
        assert!(exceeded.is_empty(), "at protocol version {version}: {exceeded:#?}");
    }
    let now = Snapshot::of(measured, wasm_bytes);
    let path = Snapshot::path(file);
    if std::env::var(UPDATE_VARIABLE).is_ok_and(|value| value == "1") {
        let json = serde_json::to_string_pretty(&now).expect("it is JSON") + "\n";
        std::fs::write(&path, json).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        return;
    }
    let drift = Snapshot::committed(file).drift(&now);
    assert!(drift.is_empty(), "costs differ from {}: {drift:#?}; {CURE}", path.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    const COST: Cost = Cost { tgas: 10.0, storage_bytes: 100, deposit_near: 1.5 };

    fn costs(calls: &[(&str, Cost)]) -> Costs {
        calls.iter().map(|(call, cost)| ((*call).to_owned(), *cost)).collect()
    }

    #[test]
    fn a_limit_should_hold_for_every_call_of_a_method() {
        let limits = Limits { of: &[("submit", 20.0)], others: 9.0 };
        let calls = [("submit", COST), ("submit late", COST), ("claim", COST), ("submitted", COST)];
        let exceeded = limits.exceeded(&costs(&calls));
        let named: Vec<&str> = exceeded.iter().map(|text| method_of(text)).collect();
        assert_eq!(named, ["claim", "submitted"]);
    }

    #[test]
    fn drift_should_name_what_moved_came_and_went_at_each_version() {
        let dearer = Cost { tgas: 10.3, ..COST };
        let kept = Snapshot::of(&[(86, costs(&[("a", COST), ("b", COST)]))], 1_000);
        assert!(kept.drift(&Snapshot::of(&[(86, kept.methods.clone())], 1_019)).is_empty());
        assert_eq!(kept.drift(&Snapshot::of(&[(86, kept.methods.clone())], 1_021)).len(), 1);
        let drift = |measured: &[(u32, Costs)]| {
            let drift = kept.drift(&Snapshot::of(measured, 1_000));
            drift.iter().map(|text| text.split(':').next().unwrap_or("").to_owned()).collect()
        };
        let named: Vec<String> = drift(&[(86, costs(&[("a", dearer), ("c", COST)]))]);
        assert_eq!(named, ["a at 86", "b at 86", "c at 86"]);
        let same = kept.methods.clone();
        let named: Vec<String> = drift(&[(86, same.clone()), (88, costs(&[("b", dearer)]))]);
        assert_eq!(named, ["b at 88"]);
        let named: Vec<String> = drift(&[(86, same.clone()), (88, same)]);
        assert!(named.is_empty());
        let byte = Cost { storage_bytes: 101, ..COST };
        let yocto = Cost { deposit_near: 1.500_01, ..COST };
        for other in [byte, yocto] {
            assert!(COST.differs(&other) && other.differs(&COST));
        }
    }
}
