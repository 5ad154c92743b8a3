//! The samples in `examples` and the schemas in `schemas`: one of each for every circuit, as the
//! documentation and the command line's users take them. `UPDATE_SNAPSHOTS=1` writes them.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::{collections::BTreeMap, env, fs, path::Path as FilePath};

use proofrail_circuits::{
    bid_range::Bid,
    eddsa::SecretKey,
    field::{Fr, keccak_mod_r},
    income_threshold::PaymentHistory,
    membership::{MEMBERSHIP_DEPTH, Membership, member},
    merkle::{Path, Tree},
    receipt::{CoordinatorKey, PrivateReceipt, Receipt, sign_ecdsa},
    receipt_batch::ReceiptBatch,
    registry,
    secret::Secret,
    shielded::{Note, POOL_DEPTH, PaidReceipt, Spend, Transfer, owner},
};
use serde::Serialize;
use serde_json::Value;

const TOKEN: u128 = 10u128.pow(18);

fn element(name: &str) -> Fr {
    keccak_mod_r(format!("proofrail.sample.{name}").as_bytes())
}

fn secret(name: &str) -> Secret {
    Secret::new(element(name))
}

/// A coordinator that takes 5 %.
fn coordinator() -> CoordinatorKey {
    CoordinatorKey::new(SecretKey::from_bytes([42; 32]), 500).unwrap()
}

fn work(job: &str, units: u64) -> Receipt {
    let (context, details) = (element(&format!("{job}.context")), element(job));
    Receipt::new(context, details, units, TOKEN / 40, 500).unwrap()
}

fn membership() -> Membership {
    let secret = secret("member");
    let mut tree = Tree::new(MEMBERSHIP_DEPTH);
    for name in ["first", "second"] {
        tree.push(element(name)).unwrap();
    }
    let index = tree.push(member(&secret)).unwrap();
    let (path, root) = (tree.path(index).unwrap(), tree.root());
    Membership { secret, path, root, scope: element("scope"), context: element("context") }
}

fn transfer() -> Transfer {
    let payer = secret("payer");
    let spent = Note { value: 40 * TOKEN, owner: owner(&payer), blinding: secret("spent") };
    let mut tree = Tree::new(POOL_DEPTH);
    tree.push(element("another note")).unwrap();
    let index = tree.push(spent.commitment()).unwrap();
    let path = tree.path(index).unwrap();
    let nothing = Spend {
        value: 0,
        secret: secret("nobody"),
        blinding: secret("nothing"),
        path: Path::empty(POOL_DEPTH),
    };
    let note = |value, owner, name| Note { value, owner, blinding: secret(name) };
    Transfer {
        root: tree.root(),
        spends: [
            Spend { value: spent.value, secret: payer.clone(), blinding: spent.blinding, path },
            nothing,
        ],
        notes: [
            note(30 * TOKEN, owner(&secret("recipient")), "paid"),
            note(10 * TOKEN - TOKEN / 100, owner(&payer), "change"),
        ],
        deposit: 0,
        withdrawal: 0,
        fee: TOKEN / 100,
        context: element("transfer"),
        receipt: Some(PaidReceipt { blinding: secret("receipt") }),
    }
}

fn samples() -> BTreeMap<&'static str, Value> {
    fn json(sample: impl Serialize) -> Value {
        serde_json::to_value(sample).unwrap()
    }
    let parties = PrivateReceipt {
        terms: work("private job", 1200),
        payer: owner(&secret("payer")),
        recipient: owner(&secret("recipient")),
    };
    let batch = ReceiptBatch {
        context: element("batch"),
        receipts: vec![work("job 1", 1200), work("job 2", 7), work("job 3", 360)],
    };
    let salaries = [3_100_000_000, 3_100_000_000, 3_250_000_000];
    let bid = Bid {
        auction: element("auction"),
        bid: 17 * TOKEN,
        salt: secret("bid"),
        min: TOKEN,
        max: 100 * TOKEN,
    };
    BTreeMap::from([
        ("receipt", json(coordinator().sign(work("job", 1200)).unwrap())),
        ("membership", json(membership())),
        (
            "income_threshold",
            json(PaymentHistory::new(&salaries, secret("history"), 9_000_000_000)),
        ),
        ("bid_range", json(bid)),
        ("receipt_private", json(coordinator().sign_private(parties, secret("receipt")).unwrap())),
        ("receipt_ecdsa", json(sign_ecdsa(&[42; 32], work("job", 1200)).unwrap())),
        ("receipt_batch", json(coordinator().sign_batch(batch).unwrap())),
        ("shielded", json(transfer())),
    ])
}

fn assert_snapshot(folder: &str, name: &str, value: &impl Serialize) {
    let value = serde_json::to_value(value).unwrap();
    let path = FilePath::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(format!("{name}.json"));
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&value).unwrap())).unwrap();
    }
    // As values: the order of fields depends on a feature of serde_json that other crates turn on.
    let snapshot: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(snapshot == value, "{} is stale: run `cargo xtask snapshots`", path.display());
}

#[test]
fn samples_should_be_those_of_the_snapshot_and_be_taken_by_their_circuits() {
    let samples = samples();
    assert_eq!(samples.len(), registry::CIRCUITS.len());
    for circuit in registry::CIRCUITS {
        let sample = &samples[circuit.name()];
        assert_snapshot("examples", circuit.name(), sample);
        let assigned = circuit.assign(&sample.to_string()).unwrap();
        assert_eq!(assigned.input_values().len(), circuit.input_names().len());
    }
}

#[test]
fn schemas_should_be_those_of_the_snapshot_and_name_every_field_of_the_samples() {
    for circuit in registry::CIRCUITS {
        let schema = circuit.input_schema();
        assert_snapshot("schemas", circuit.name(), &schema);
        let schema = schema.to_value();
        schema_admits(&schema, &schema, &samples()[circuit.name()], circuit.name());
    }
}

/// The part of JSON Schema that the schemas use: types, patterns, fields and their absence.
fn schema_admits(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).unwrap();
        return schema_admits(root, target, value, at);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let null = |choice: &&Value| choice["type"] == "null";
        let choice = choices.iter().find(|choice| null(choice) == value.is_null()).unwrap();
        return schema_admits(root, choice, value, at);
    }
    match value {
        Value::Object(fields) => {
            assert_eq!(schema["type"], "object", "{at}");
            for required in schema["required"].as_array().unwrap() {
                assert!(fields.contains_key(required.as_str().unwrap()), "{at}: {required}");
            }
            for (name, field) in fields {
                let property = schema["properties"].get(name);
                schema_admits(root, property.unwrap(), field, &format!("{at}.{name}"));
            }
        }
        Value::Array(items) => {
            assert_eq!(schema["type"], "array", "{at}");
            items.iter().for_each(|item| schema_admits(root, &schema["items"], item, at));
        }
        Value::String(text) => {
            assert_eq!(schema["type"], "string", "{at}");
            let digits = text.strip_prefix("0x").unwrap_or(text);
            let shape = if text.len() == digits.len() {
                "^(0|[1-9][0-9]*)$"
            } else {
                "^0x[0-9a-fA-F]{64}$"
            };
            assert_eq!(schema["pattern"], shape, "{at}");
        }
        Value::Number(_) => assert_eq!(schema["type"], "integer", "{at}"),
        other => panic!("{at}: no schema has {other}"),
    }
}
