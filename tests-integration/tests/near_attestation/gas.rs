//! What each method costs, against its threshold and the committed figures.

use std::path::Path;

use proofrail_near_interface::attestation::{
    METHOD_VERIFY_DCAP, METHOD_VERIFY_SNP_CHAIN, METHOD_VERIFY_SNP_REPORT, SnpChainVerdict,
    SnpProduct, SnpReportArgs, Verdict,
};
use proofrail_tests_integration::snapshot;
use serde_json::{Map, Value, json};

use crate::PROTOCOL_VERSIONS;
use crate::samples::{DCAP, REPORT_MILAN, SEV_NOW, chain};
use crate::world::{PRODUCTION, World, verified, wasm};

/// Thresholds, Tgas for the whole transaction.
const QUOTE: f64 = 25.0;
const CHAIN: f64 = 100.0;
const REPORT: f64 = 100.0;

#[test]
fn methods_should_cost_what_is_committed() {
    let mut costs = PROTOCOL_VERSIONS.map(measure);
    let [main, newest] = &costs;
    for (method, tgas) in main.iter().chain(newest) {
        let limit = match method.as_str() {
            dcap if dcap.starts_with(METHOD_VERIFY_DCAP) => QUOTE,
            chain if chain.starts_with(METHOD_VERIFY_SNP_CHAIN) => CHAIN,
            _ => REPORT,
        };
        let tgas = tgas.as_f64().unwrap();
        eprintln!("{method}: {tgas} Tgas");
        assert!(tgas <= limit, "{method}: {tgas} Tgas, at most {limit}");
    }
    let mut measured = Map::new();
    for (version, costs) in PROTOCOL_VERSIONS.iter().zip(&mut costs) {
        measured.insert(format!("tgas at protocol version {version}"), json!(costs));
    }
    let kilobytes = wasm(PRODUCTION).len().div_ceil(1_000);
    measured.insert("wasm, kB".to_owned(), json!(kilobytes));
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../contracts-near/snapshots/attestation-gas.json");
    snapshot::assert_current(&path, &measured);
}

fn measure(version: u32) -> Map<String, Value> {
    let mut costs = Map::new();
    // Compilers differ in the last digits.
    let mut note = |name: String, tgas: f64| costs.insert(name, json!((tgas * 2.0).round() / 2.0));
    for sample in DCAP {
        let mut world = World::new(version, sample.now, PRODUCTION);
        let (verdict, tgas) = world.call::<Verdict>(METHOD_VERIFY_DCAP, &sample.evidence());
        verified(verdict);
        note(format!("{METHOD_VERIFY_DCAP} {}", sample.name), tgas);
    }
    let mut world = World::new(version, SEV_NOW, PRODUCTION);
    for product in [SnpProduct::Turin, SnpProduct::Milan] {
        let (verdict, tgas) = world.call(METHOD_VERIFY_SNP_CHAIN, &chain(product));
        note(format!("{METHOD_VERIFY_SNP_CHAIN} {product:?}"), tgas);
        if let (SnpChainVerdict::Verified(vcek), SnpProduct::Milan) = (verdict, product) {
            let args = SnpReportArgs { report: REPORT_MILAN.to_vec(), vcek };
            let (verdict, tgas) = world.call::<Verdict>(METHOD_VERIFY_SNP_REPORT, &args);
            verified(verdict);
            note(format!("{METHOD_VERIFY_SNP_REPORT} {product:?}"), tgas);
        }
    }
    assert_eq!(costs.len(), DCAP.len() + 3);
    costs
}
