//! The command line, as a user runs it.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::{fs, path::Path, process::Command};

use proofrail_circuits::{
    eddsa::SecretKey,
    field::Fr,
    receipt::{CoordinatorKey, Receipt},
};
use serde_json::Value;

struct Outcome {
    code: i32,
    json: Value,
}

fn run(folder: &Path, args: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_proofrail-prover"))
        .current_dir(folder)
        .args(args)
        .arg("--json")
        .output()
        .unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    Outcome { code: output.status.code().unwrap(), json }
}

fn write_receipt(path: &Path) {
    let coordinator = CoordinatorKey::new(SecretKey::from_bytes([7; 32]), 250).unwrap();
    let receipt = Receipt::new(Fr::from(1u8), Fr::from(2u8), 1_000, 3, 250).unwrap();
    let signed = coordinator.sign(receipt).unwrap();
    fs::write(path, serde_json::to_string(&signed).unwrap()).unwrap();
}

const PROVE: [&str; 7] = ["prove", "receipt", "in.json", "--key", "receipt.pk", "--out", "p.json"];
const VERIFY: [&str; 4] = ["verify", "p.json", "--vk", "receipt.vk"];
const DEV: &str = "--allow-insecure-dev";

#[test]
fn a_user_makes_keys_proves_verifies_and_exports() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_receipt(&folder.join("in.json"));

    let setup = run(folder, &["setup-dev", "receipt", "--out", "."]);
    assert_eq!((setup.code, &setup.json["insecure_dev"]), (0, &Value::Bool(true)));

    // Development keys are refused unless the caller takes them.
    let refused = run(folder, &PROVE);
    assert_eq!(refused.code, 5);
    assert!(refused.json["error"].as_str().unwrap().contains("insecure development setup"));
    assert!(!folder.join("p.json").exists());
    assert_eq!(run(folder, &["export", "solidity", "--vk", "receipt.vk"]).code, 5);

    assert_eq!(run(folder, &[&PROVE[..], &[DEV]].concat()).code, 0);
    assert_eq!(run(folder, &VERIFY).code, 5);
    let verified = run(folder, &[&VERIFY[..], &[DEV]].concat());
    assert_eq!((verified.code, &verified.json["valid"]), (0, &Value::Bool(true)));

    let inspected = run(folder, &["inspect", "p.json"]);
    assert_eq!(inspected.json["circuit"], "receipt/1(context,amount,coordinator)");
    assert!(inspected.json["public_inputs"]["amount"].as_str().unwrap().ends_with("0bb8"));
    assert_eq!(run(folder, &["inspect", "receipt.pk"]).json["insecure_dev"], true);

    for (target, file) in [
        ("solidity", "ReceiptVerifierInsecureDev.sol"),
        ("solidity", "ReceiptInputs.sol"),
        ("near", "receipt.near.json"),
        ("json", "receipt.vk.json"),
    ] {
        let export = ["export", target, "--vk", "receipt.vk", "--out", "gen", DEV];
        assert_eq!(run(folder, &export).code, 0);
        assert!(folder.join("gen").join(file).exists(), "{file}");
    }

    // The proof with its amount raised does not hold.
    let raised = fs::read_to_string(folder.join("p.json")).unwrap().replace("0bb8\"", "0bb9\"");
    fs::write(folder.join("p.json"), raised).unwrap();
    assert_eq!(run(folder, &[&VERIFY[..], &[DEV]].concat()).code, 4);

    // A receipt that does not add up is refused by the name of its field.
    let receipt = fs::read_to_string(folder.join("in.json")).unwrap();
    fs::write(folder.join("in.json"), receipt.replace("\"2925\"", "\"2926\"")).unwrap();
    let refused = run(folder, &[&PROVE[..], &[DEV]].concat());
    assert_eq!(refused.code, 3);
    assert!(refused.json["error"].as_str().unwrap().starts_with("prover_reward: 2926"));
}

#[test]
fn wrong_usage_has_its_own_code() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["setup-dev", "none", "--out", "."]).code, 2);
    assert_eq!(run(folder.path(), &["inspect", "missing"]).code, 1);
    assert_eq!(run(folder.path(), &["prove"]).code, 2);
}
