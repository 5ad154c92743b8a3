use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use proofrail_circuits::registry;
use proofrail_prover::setup::setup_dev;
use serde_json::json;
use tempfile::TempDir;

use super::*;

/// A folder with everything that the template names.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    for sub in ["keys", "deployments"] {
        fs::create_dir(at(sub)).unwrap();
    }
    fs::write(at("keys/source.key"), format!("{:064x}", 0xa5)).unwrap();
    fs::set_permissions(at("keys/source.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let circuit = registry::by_name("receipt").unwrap();
    setup_dev(circuit).unwrap().verifying_key().save(&at("keys/receipt.vk")).unwrap();
    let deployment = deployment().to_string();
    fs::write(at("deployments/devnet.json"), deployment).unwrap();
    folder
}

fn deployment() -> serde_json::Value {
    let address = |n: u8| format!("0x{n:040x}");
    let chain = |id: u64, contracts: serde_json::Value| {
        json!({
            "chain_id": id,
            "rpc_url": "http://127.0.0.1:1",
            "layerzero": {
                "eid": 40_000 + id, "endpoint": address(1), "send_uln302": address(2),
                "receive_uln302": address(3), "executor": address(4), "dvn": address(5),
            },
            "contracts": contracts,
        })
    };
    json!({
        "network": "devnet",
        "source": chain(1, json!({ "layerzero_sender": address(6) })),
        "destination": chain(2, json!({ "hub": address(7), "layerzero_receiver": address(8) })),
        "near": {
            "rpc_url": "http://127.0.0.1:1", "network_id": "devnet", "market": "market.near",
            "treasury": "treasury.near",
        },
    })
}

fn dev_template() -> String {
    TEMPLATE.replace("# allow_insecure_dev_keys", "allow_insecure_dev_keys")
}

fn refusal(text: &str, folder: &TempDir) -> ConfigError {
    Config::parse(text, folder.path().to_owned()).unwrap_err()
}

#[test]
fn the_template_is_a_configuration() {
    let folder = folder();
    let config = Config::parse(&dev_template(), folder.path().to_owned()).unwrap();
    assert_eq!(config.bridges.keys().collect::<Vec<_>>(), ["layerzero"]);
    assert_eq!((config.route.source.id(), config.route.destination.id()), (1, 2));
    assert!(
        config.bridges["layerzero"].supports(1, 2) && !config.bridges["layerzero"].supports(2, 1)
    );
}

#[test]
fn the_template_names_the_defaults_it_shows() {
    let file: File = toml::from_str(TEMPLATE).unwrap();
    let policy = format!("{:?}", file.policy);
    assert_eq!(policy, format!("{:?}", Policy::default()));
    assert_eq!(format!("{:?}", file.api), format!("{:?}", ApiSection::default()));
    let short: LayerZeroSection = toml::from_str("max_fee_wei = \"20000000000000000\"").unwrap();
    assert_eq!(format!("{:?}", file.bridges.layerzero.unwrap()), format!("{short:?}"));
}

/// The template with the commented lines of these bridges switched on, and a signer on the destination.
fn all_bridges() -> String {
    let mut on = false;
    let mut text = String::new();
    for line in dev_template().lines() {
        let bare = line.trim_start_matches("# ");
        on = match bare {
            "[bridges.wormhole]" | "[bridges.ccip]" => true,
            "[bridges.direct]" => false,
            _ => on,
        };
        let key = bare.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
        let example = bare.starts_with("fee_token") || bare.starts_with("# ");
        text += if on && (bare.starts_with('[') || key) && !example { bare } else { line };
        text.push('\n');
    }
    text.replace("# signer = { key_file = \"keys/dest", "signer = { key_file = \"keys/dest")
        .replace("keys/destination.key", "keys/source.key")
}

fn serve_all_bridges(folder: &TempDir) {
    let address = |n: u8| format!("0x{n:040x}");
    let mut all = deployment();
    for (side, id) in [("source", 2), ("destination", 4)] {
        all[side]["wormhole"] = json!({ "chain_id": id, "core_bridge": address(9) });
        all[side]["ccip"] = json!({
            "chain_selector": id, "router": address(10), "rmn": address(11), "on_ramp": address(12),
            "off_ramp": address(13), "committee": address(14),
        });
        let end = if side == "source" { "sender" } else { "receiver" };
        all[side]["contracts"][format!("wormhole_{end}")] = json!(address(15));
        all[side]["contracts"][format!("ccip_{end}")] = json!(address(16));
    }
    fs::write(folder.path().join("deployments/devnet.json"), all.to_string()).unwrap();
}

#[test]
fn the_template_s_other_bridges_are_a_configuration_too() {
    let folder = folder();
    serve_all_bridges(&folder);
    let config = Config::parse(&all_bridges(), folder.path().to_owned()).unwrap();
    assert_eq!(config.bridges.keys().collect::<Vec<_>>(), ["ccip", "layerzero", "wormhole"]);
    let ccip = config.file.bridges.ccip.unwrap();
    let short: CcipSection = toml::from_str("max_fee_wei = \"20000000000000000\"").unwrap();
    assert_eq!((ccip.receive_gas, ccip.finality), (short.receive_gas, short.finality));
    assert_eq!(ccip.execute_after_s, Some(900));
}

#[test]
fn wormhole_needs_somebody_who_delivers_and_somebody_who_hands_out_vaas() {
    let folder = folder();
    serve_all_bridges(&folder);
    let unsigned = all_bridges().replacen("signer = { key_file = \"keys/source.key\" }", "", 2);
    let unsigned = unsigned
        .replace("[destination]", "[destination]\n")
        .replace("[source]", "[source]\nsigner = { key_file = \"keys/source.key\" }");
    let error = refusal(&unsigned, &folder);
    let named =
        matches!(&error, ConfigError::NoSigner { bridge, chain_id: 2 } if bridge == "wormhole");
    assert!(named, "{error}");

    let text = all_bridges().replace("guardian_apis = [\"https://api.wormholescan.io\"]", "");
    let error = refusal(&text, &folder).to_string();
    assert!(error.contains("bridges.wormhole.guardian_apis"), "{error}");
    let text = all_bridges().replace("https://api.wormholescan.io", "api.example?key=SECRET");
    let error = refusal(&text, &folder).to_string();
    assert!(error.contains("entry 0") && !error.contains("SECRET"), "{error}");
}

#[test]
fn a_bridge_that_does_not_serve_the_deployment_is_named() {
    let error = refusal(&all_bridges(), &folder()).to_string();
    assert!(error.contains("has no section `"), "{error}");
}

#[test]
fn development_keys_are_refused_unless_they_are_asked_for() {
    let error = refusal(TEMPLATE, &folder());
    assert!(matches!(error, ConfigError::Circuits(_)), "{error}");
    assert!(error.to_string().contains("insecure development setup"), "{error}");
}

#[test]
fn a_wrong_value_is_named_by_its_key() {
    let folder = folder();
    let cases = [
        ("poll_interval_ms = 2000", "poll_interval_ms = 0", "policy.poll_interval_ms"),
        ("default_bridge = \"layerzero\"", "default_bridge = \"carrier\"", "[bridges.carrier]"),
        ("max_fee_wei = \"20000000000000000\"", "max_fee_wei = \"2e16\"", "decimal"),
        ("receive_gas", "recieve_gas", "recieve_gas"),
        ("layerzero = 1200", "carrier = 1200", "routing.typical_s.carrier"),
        ("max_bridges = 2", "max_bridges = 0", "routing.max_bridges"),
        ("second = 0", "seconds = 0", "seconds"),
        ("max_attempts", "max_atempts", "max_atempts"),
        ("keys/receipt.vk", "keys/missing.vk", "keys/missing.vk"),
        ("keys/source.key", "keys/missing.key", "source.signer: key file"),
        ("deployments/devnet.json", "deployments/no.json", "deployments/no.json"),
    ];
    for (from, to, named) in cases {
        let text = dev_template().replace(from, to);
        assert_ne!(text, dev_template(), "{from} is not in the template");
        let error = refusal(&text, &folder).to_string();
        assert!(error.contains(named), "{to}: {error}");
    }
}

#[test]
fn any_bridge_may_be_left_to_be_chosen() {
    let text =
        dev_template().replace("default_bridge = \"layerzero\"", "default_bridge = \"auto\"");
    Config::parse(&text, folder().path().to_owned()).expect("a configuration");
}

#[test]
fn a_bridge_needs_somebody_who_pays_for_it() {
    let text = format!("{}\n[bridges.direct]\n", dev_template());
    let error = refusal(&text, &folder());
    let named =
        matches!(&error, ConfigError::NoSigner { bridge, chain_id: 2 } if bridge == "direct");
    assert!(named, "{error}");
}

#[test]
fn a_key_in_the_file_is_refused_and_not_repeated() {
    let key = format!("{:064x}", 0xdead_beef_u64);
    for signer in [format!("\"0x{key}\""), format!("{{ key = \"{key}\" }}")] {
        let text = dev_template().replace("{ key_file = \"keys/source.key\" }", &signer);
        assert_ne!(text, dev_template());
        let error = refusal(&text, &folder());
        assert!(error.to_string().contains("never written here"), "{error}");
        assert!(!format!("{error} {error:?}").contains("deadbeef"), "{error:?}");
    }
}

#[test]
fn a_missing_contract_is_named() {
    let folder = folder();
    let mut without = deployment();
    without["destination"]["contracts"] = json!({ "hub": format!("0x{:040x}", 7) });
    let path: PathBuf = folder.path().join("deployments/devnet.json");
    fs::write(path, without.to_string()).unwrap();
    let error = refusal(&dev_template(), &folder).to_string();
    assert!(error.contains("layerzero_receiver"), "{error}");
}
