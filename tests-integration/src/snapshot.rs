//! Measured figures that are committed, and compared on every run.

use serde_json::{Map, Value};
use std::path::Path;

/// Set to `1` to write the snapshots instead of comparing with them.
pub const UPDATE_VARIABLE: &str = "UPDATE_SNAPSHOTS";

/// Compares `measured` with the JSON file at `path`, or writes it when [`UPDATE_VARIABLE`] is set.
///
/// # Panics
/// When a figure moved, came or went: the message names it and says how to accept the change.
pub fn assert_current(path: &Path, measured: &Map<String, Value>) {
    let text = serde_json::to_string_pretty(measured).expect("a map of JSON values") + "\n";
    if std::env::var(UPDATE_VARIABLE).is_ok_and(|value| value == "1") {
        std::fs::write(path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        return;
    }
    let committed = std::fs::read_to_string(path)
        .unwrap_or_else(|e| panic!("{}: {e}; run `cargo xtask snapshots`", path.display()));
    assert!(
        committed == text,
        "{} is stale; measured:\n{text}\ncommitted:\n{committed}\nIf the change is meant, run \
         `cargo xtask snapshots`",
        path.display()
    );
}
