//! The generated Solidity, against the copy that the contracts are compiled with.

use std::{env, fs, path::Path};

use proofrail_prover::solidity::{batch_verifier, inputs_library, verifier};

use crate::support::{KEY, circuit};

/// Compares with the committed file; `UPDATE_SNAPSHOTS=1` rewrites it.
fn assert_snapshot(name: &str, text: &str) {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts-evm/src/generated").join(name);
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let snapshot = fs::read_to_string(&path).unwrap();
    assert!(snapshot == text, "{name} is stale: run `cargo xtask snapshots` and review the change");
}

#[test]
fn verifier_of_a_development_key() {
    let source = verifier(KEY.verifying_key());
    assert_eq!(source.name, "ReceiptVerifierInsecureDev");
    assert!(source.text.contains("contract ReceiptVerifierInsecureDev {"));
    assert!(source.text.contains("INSECURE"));
    assert!(!source.text.contains("{{"));
    assert_snapshot("ReceiptVerifierInsecureDev.sol", &source.text);
}

#[test]
fn batch_verifier_of_a_development_key() {
    let source = batch_verifier(KEY.verifying_key());
    assert_eq!(source.name, "BatchReceiptVerifierInsecureDev");
    assert!(source.text.contains("INSECURE"));
    assert!(!source.text.contains("{{"));
    assert_snapshot("BatchReceiptVerifierInsecureDev.sol", &source.text);
}

#[test]
fn inputs_of_the_circuit() {
    let source = inputs_library(circuit());
    assert_eq!(source.name, "ReceiptInputs");
    assert_snapshot("ReceiptInputs.sol", &source.text);
}
