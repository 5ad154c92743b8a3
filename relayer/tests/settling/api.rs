//! The HTTP API, as its clients see it.

use alloy::primitives::{B256, U256};
use proofrail_relayer::prepare::door::SettleRequest;
use serde_json::{Value, json};

use crate::world::{AMOUNT, Options, RATE, Running, UNITS, World};

async fn post(relayer: &Running, body: &Value) -> (u16, Value) {
    let client = reqwest::Client::new();
    let url = format!("{}/v1/settlements", relayer.url);
    let answer = client.post(url).body(body.to_string()).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn get(relayer: &Running, path: &str) -> (u16, Value) {
    let answer = reqwest::get(format!("{}{path}", relayer.url)).await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

fn json_of(request: &SettleRequest) -> Value {
    serde_json::to_value(request).expect("JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_is_posted_once_and_watched() {
    let world = World::new(&Options::default()).await;
    let request = world.request(0);
    let relayer = world.relayer().await;
    let (status, first) = post(&relayer, &json_of(&request)).await;
    assert_eq!(status, 202, "{first}");
    let (status, second) = post(&relayer, &json_of(&request)).await;
    assert_eq!((status, &second["id"]), (202, &first["id"]));

    let mut other = request.clone();
    other.settlement.recipient = alloy::primitives::Address::repeat_byte(0x66);
    let (status, refused) = post(&relayer, &json_of(&world.prove(other.settlement))).await;
    assert_eq!((status, &refused["error"]["code"]), (409, &json!("conflict")));

    let id: B256 = serde_json::from_value(first["id"].clone()).expect("an id");
    relayer.settled(id).await;
    let (status, view) = get(&relayer, &format!("/v1/settlements/{id}")).await;
    assert_eq!((status, &view["status"]), (200, &json!("settled")));
    let (_, listed) = get(&relayer, "/v1/settlements?status=settled").await;
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let (_, listed) = get(&relayer, "/v1/settlements?status=held").await;
    assert_eq!(listed, json!([]));
    assert_eq!((world.paid().await, world.sent().await), (U256::from(AMOUNT), 1));

    let signature = &json_of(&request)["receipt"]["signature"];
    let secret = signature["s"].as_str().expect("a string").trim_start_matches("0x").to_owned();
    for file in ["relayer.db", "relayer.db-wal"] {
        let stored = std::fs::read(world.folder.path().join(file)).expect("the database");
        let leaked = stored.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!leaked, "{file}: the receipt is private and must not be stored");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bad_request_is_refused_with_its_field_and_stores_nothing() {
    let world = World::new(&Options::default()).await;
    let good = world.request(0);
    let relayer = world.relayer().await;
    let changed = |pointer: &str, value: Value| {
        let mut body = json_of(&good);
        *body.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        body
    };
    let (hash, soon) = (json!(B256::repeat_byte(1)), json!(1));
    let mut stray = json_of(&good);
    stray["receipts"] = json!(1);
    let mut carried = json_of(&good);
    carried["bridge"] = json!("pigeon");
    let mut proof = *good.proof.as_bytes();
    proof[255] ^= 1;
    let mut swapped = *good.proof.as_bytes();
    swapped.copy_within(192..256, 0);
    let hex = |bytes: [u8; 256]| json!(format!("0x{}", hex::encode(bytes)));
    let cases = [
        (
            changed("/settlement/circuit_id", hash.clone()),
            422,
            "unknown_circuit",
            "settlement.circuit_id",
        ),
        (changed("/settlement/deadline", soon), 422, "deadline_too_near", "settlement.deadline"),
        (changed("/settlement/amount", json!("1")), 422, "amount_mismatch", "settlement.amount"),
        (changed("/settlement/amount", json!(1)), 400, "malformed", "settlement.amount"),
        (changed("/settlement/amount", json!("-1")), 400, "malformed", "settlement.amount"),
        (
            changed("/settlement/coordinator", hash.clone()),
            422,
            "coordinator_mismatch",
            "settlement.coordinator",
        ),
        (
            changed("/settlement/job_id", hash.clone()),
            422,
            "context_mismatch",
            "receipt.receipt.context",
        ),
        (changed("/settlement/payer", json!("0x12")), 400, "malformed", "settlement.payer"),
        (
            changed("/receipt/receipt/units", json!((UNITS + 1).to_string())),
            422,
            "receipt_rule",
            "receipt.receipt.amount",
        ),
        (
            changed("/receipt/receipt/rate", json!((RATE + 1).to_string())),
            422,
            "receipt_rule",
            "receipt.receipt.amount",
        ),
        (
            changed("/receipt/receipt/coordinator_fee", json!("0")),
            422,
            "receipt_rule",
            "receipt.receipt.coordinator_fee",
        ),
        (
            changed("/receipt/receipt/details", json!(format!("0x{:064x}", 1))),
            422,
            "receipt_signature",
            "receipt.signature",
        ),
        (changed("/proof", json!("0x00")), 400, "malformed", "proof"),
        (changed("/proof", hex(proof)), 422, "proof_malformed", "proof"),
        (changed("/proof", hex(swapped)), 422, "proof_invalid", "proof"),
        (carried, 422, "unknown_bridge", "bridge"),
        (stray, 400, "malformed", "receipts"),
    ];
    for (body, status, code, field) in cases {
        let (got, answer) = post(&relayer, &body).await;
        let error = &answer["error"];
        assert_eq!(
            (got, &error["code"], &error["field"]),
            (status, &json!(code), &json!(field)),
            "{answer}"
        );
        assert!(error["message"].as_str().is_some_and(|message| message.len() > 10), "{answer}");
    }
    let (status, answer) = post(&relayer, &json!("x".repeat(10_000))).await;
    assert_eq!((status, &answer["error"]["code"]), (413, &json!("body_too_large")));
    let (_, listed) = get(&relayer, "/v1/settlements").await;
    assert_eq!((listed, world.sent().await), (json!([]), 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_answered_in_the_same_shape() {
    let world = World::new(&Options::default()).await;
    let relayer = world.relayer().await;
    let unknown = format!("/v1/settlements/{}", B256::ZERO);
    let cases = [
        (unknown.as_str(), 404, "not_found"),
        ("/v1/settlements/0x12", 400, "malformed"),
        ("/v1/settlements?status=lost", 400, "malformed"),
        ("/v2", 404, "no_route"),
    ];
    for (path, status, code) in cases {
        let (got, answer) = get(&relayer, path).await;
        assert_eq!((got, &answer["error"]["code"]), (status, &json!(code)), "{path}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_follows_what_the_service_needs() {
    let mut world = World::new(&Options::default()).await;
    let relayer = world.relayer().await;
    let (status, health) = get(&relayer, "/health").await;
    assert_eq!((status, &health["ready"]), (200, &json!(true)), "{health}");
    let signer = &health["chains"]["destination"]["signer"];
    assert_eq!(*signer, json!(world.key.address()));
    world.anvil = crate::anvil::Anvil::start(&[]);
    let (status, health) = get(&relayer, "/health").await;
    assert_eq!((status, &health["live"], &health["ready"]), (503, &json!(true), &json!(false)));
    assert_eq!(health["database"]["ok"], json!(true));
}
