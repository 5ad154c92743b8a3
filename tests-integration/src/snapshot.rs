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
    compare(path, measured, |committed, text| committed == text);
}

/// As [`assert_current`], for figures that depend on the compiler: each number may differ from the committed
/// one by the fraction `tolerance` of it.
///
/// # Panics
/// As [`assert_current`].
pub fn assert_close(path: &Path, measured: &Map<String, Value>, tolerance: f64) {
    let measured_value = Value::Object(measured.clone());
    compare(path, measured, |committed, _| {
        let committed: Option<Value> = serde_json::from_str(committed).ok();
        committed.is_some_and(|committed| close(&committed, &measured_value, tolerance))
    });
}

fn close(a: &Value, b: &Value, tolerance: f64) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| close(a, b, tolerance)))
        }
        (Value::Number(a), Value::Number(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= tolerance * a.abs(),
            _ => a == b,
        },
        _ => a == b,
    }
}

fn compare(path: &Path, measured: &Map<String, Value>, same: impl Fn(&str, &str) -> bool) {
    let text = serde_json::to_string_pretty(measured).expect("a map of JSON values") + "\n";
    if std::env::var(UPDATE_VARIABLE).is_ok_and(|value| value == "1") {
        std::fs::write(path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        return;
    }
    let committed = std::fs::read_to_string(path)
        .unwrap_or_else(|e| panic!("{}: {e}; run `cargo xtask snapshots`", path.display()));
    assert!(
        same(&committed, &text),
        "{} is stale; measured:\n{text}\ncommitted:\n{committed}\nIf the change is meant, run \
         `cargo xtask snapshots`",
        path.display()
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn close_should_allow_the_tolerance_and_no_more() {
        let committed = json!({"a": {"x": 100.0}, "b": 10});
        let allowed = |measured: &Value| close(&committed, measured, 0.02);
        assert!(allowed(&json!({"a": {"x": 101.9}, "b": 10.1})));
        assert!(!allowed(&json!({"a": {"x": 102.1}, "b": 10})));
        assert!(!allowed(&json!({"a": {"x": 97.9}, "b": 10})));
        assert!(!allowed(&json!({"a": {"x": 100.0}})));
        assert!(!allowed(&json!({"a": {"y": 100.0}, "b": 10})));
    }
}
