use std::{fs, path::PathBuf};

use alloy::primitives::address;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Deployment, DeploymentError};

fn chain(chain_id: u64) -> Value {
    json!({
        "chain_id": chain_id,
        "rpc_url": "http://127.0.0.1:8545",
        "layerzero": {
            "eid": 40_001,
            "endpoint": address!("0x0000000000000000000000000000000000000001"),
            "send_uln302": address!("0x0000000000000000000000000000000000000002"),
            "receive_uln302": address!("0x0000000000000000000000000000000000000003"),
            "executor": address!("0x0000000000000000000000000000000000000004"),
            "dvn": address!("0x0000000000000000000000000000000000000005"),
        },
        "wormhole": {
            "chain_id": 2,
            "core_bridge": address!("0x0000000000000000000000000000000000000007"),
        },
        "contracts": { "hub": address!("0x0000000000000000000000000000000000000006") },
    })
}

fn network() -> Value {
    json!({
        "network": "devnet",
        "source": chain(1),
        "destination": chain(2),
        "near": {
            "rpc_url": "http://127.0.0.1:3030",
            "network_id": "devnet",
            "market": "market.near",
            "treasury": "treasury.near",
        },
    })
}

fn written(text: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("devnet.json");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn what_is_saved_is_loaded() {
    let (folder, path) = written(&network().to_string());
    let deployment = Deployment::load(&path).unwrap();
    let copy = folder.path().join("a/folder/of/its/own.json");
    deployment.save(&copy).unwrap();
    assert_eq!(Deployment::load(&copy).unwrap(), deployment);
    assert_eq!(
        serde_json::from_str::<Value>(&fs::read_to_string(copy).unwrap()).unwrap(),
        network()
    );
}

#[test]
fn a_wrong_value_is_named_by_file_and_field() {
    let mut wrong = network();
    wrong["destination"]["layerzero"]["endpoint"] = json!("0x12");
    let (_folder, path) = written(&wrong.to_string());
    let error = Deployment::load(&path).unwrap_err();
    assert!(
        matches!(&error, DeploymentError::Field { field, .. } if field == "destination.layerzero.endpoint")
    );
    assert!(error.to_string().contains("devnet.json"), "{error}");
}

#[test]
fn an_unknown_key_is_refused() {
    let mut wrong = network();
    wrong["source"]["contracts"]["hubb"] = json!(1);
    let (_folder, path) = written(&wrong.to_string());
    let error = Deployment::load(&path).unwrap_err().to_string();
    assert!(error.contains("source.contracts.hubb"), "{error}");
}

#[test]
fn a_second_document_is_refused() {
    let (_folder, path) = written(&format!("{} {{}}", network()));
    assert!(matches!(Deployment::load(&path), Err(DeploymentError::Trailing { .. })));
}

#[test]
fn a_missing_file_is_named() {
    let folder = TempDir::new().unwrap();
    let error = Deployment::load(folder.path().join("testnet.json")).unwrap_err();
    assert!(matches!(&error, DeploymentError::Read { .. }));
    assert!(error.to_string().contains("testnet.json"), "{error}");
}

#[test]
fn a_contract_that_was_not_deployed_is_named() {
    let (_folder, path) = written(&network().to_string());
    let chain = Deployment::load(&path).unwrap().destination;
    assert_eq!(chain.hub().unwrap(), address!("0x0000000000000000000000000000000000000006"));
    let error = chain.layerzero_receiver().unwrap_err();
    assert!(matches!(
        error,
        DeploymentError::NotDeployed { chain_id: 2, contract: "layerzero_receiver" }
    ));
}

#[test]
fn a_bridge_that_does_not_serve_a_chain_is_named() {
    let (_folder, path) = written(&network().to_string());
    let chain = Deployment::load(&path).unwrap().source;
    assert_eq!(chain.wormhole().unwrap().chain_id, 2);
    let error = chain.ccip().unwrap_err();
    assert!(matches!(error, DeploymentError::NoBridge { chain_id: 1, bridge: "ccip" }), "{error}");
}
