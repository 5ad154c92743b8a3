//! The main job, run as a user runs it: the demo's program on real chains.
#![allow(clippy::unwrap_used, missing_docs)]

use serde_json::Value;
use std::process::Command;

/// Inherited by every process that the demo starts, so that survivors can be found.
const MARK: &str = "PROOFRAIL_DEMO_TEST";

#[test]
fn the_demo_settles_one_job_refuses_the_attacks_and_leaves_nothing_running() {
    let mark = std::process::id().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_proofrail-demo"))
        .arg("--json")
        .env(MARK, &mark)
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the demo failed:\n{log}");
    let survivors = processes_with(&format!("{MARK}={mark}"));
    assert!(survivors.is_empty(), "still running: {survivors:?}");

    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    check_steps(&report["steps"]);
    check_refusals(&report["refusals"]);
    check_balances(&report["balances"]);
}

fn check_steps(steps: &Value) {
    let steps = steps.as_array().unwrap();
    assert!(steps.iter().all(|step| step["ok"] == true && step["ms"].is_u64()), "{steps:?}");
    let cost = |part: &str, unit: &str| {
        let step = steps.iter().find(|step| step["name"].as_str().unwrap().contains(part));
        let step = step.unwrap_or_else(|| panic!("no step about {part:?} in {steps:?}"));
        step[unit].as_f64().unwrap_or_else(|| panic!("no {unit} in {step}"))
    };
    // One pairing check of four pairs costs 30 Tgas and 181,000 gas: less cannot be a verification.
    assert!(cost("verifies the proof", "tgas") > 30.0);
    assert!(cost("the hub pays", "gas") > 181_000.0);
    assert!(cost("quote and pay LayerZero", "gas") > 100_000.0);
    assert!(steps.iter().any(|step| step["name"].as_str().unwrap().contains("at finality")));
}

fn check_refusals(refusals: &Value) {
    let reasons: Vec<&str> =
        refusals.as_array().unwrap().iter().map(|r| r["error"].as_str().unwrap()).collect();
    let wanted = ["InvalidProof", "InvalidProof", "AlreadySettled", "paid: false"];
    assert_eq!(reasons.len(), wanted.len(), "{reasons:?}");
    for (reason, wanted) in reasons.iter().zip(wanted) {
        assert!(reason.contains(wanted), "{reason:?} does not say {wanted:?}");
    }
}

fn check_balances(balances: &Value) {
    let change = |owner: &str| {
        let amount = |when: &str| -> f64 {
            let entries = balances[when].as_object().unwrap();
            let (_, amount) = entries.iter().find(|(name, _)| name.contains(owner)).unwrap();
            amount.as_str().unwrap().split(' ').next().unwrap().parse().unwrap()
        };
        amount("after") - amount("before")
    };
    // 1,200 units at 0.025 are 30 tokens; they come out of the 100 in escrow.
    for (owner, wanted) in [
        ("recipient, tokens", 30.0),
        ("payer, tokens", -100.0),
        ("payer, escrow", 70.0),
        ("NEAR prover", 0.07),
        // A fifth of the fee is the treasury's; 15 % of the prover's share are set aside of it.
        ("NEAR market, treasury", 0.0095),
        ("NEAR market, reserve", 0.0105),
        ("NEAR market, insurance", 0.01),
    ] {
        let found = change(owner);
        assert!((found - wanted).abs() < 1e-9, "{owner}: {found} instead of {wanted}");
    }
    assert!(change("NEAR client") <= -0.1);
}

/// Process ids whose environment holds `entry`.
fn processes_with(entry: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes
        .filter(|process| {
            let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == entry.as_bytes())
        })
        .map(|process| process.file_name().to_string_lossy().into_owned())
        .collect()
}
