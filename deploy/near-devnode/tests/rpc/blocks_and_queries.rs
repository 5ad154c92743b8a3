//! Blocks, configuration, queries, and the sandbox's own methods.

use crate::Service;
use near_jsonrpc_primitives::types::blocks::RpcBlockResponse;
use near_jsonrpc_primitives::types::config::RpcProtocolConfigResponse;
use near_jsonrpc_primitives::types::status::RpcStatusResponse;
use near_jsonrpc_primitives::types::validator::RpcValidatorResponse;
use near_primitives::serialize::to_base64;
use serde_json::{Value, json};

fn call_params(method: &str) -> Value {
    json!({
        "request_type": "call_function", "finality": "final", "account_id": "contract.near",
        "method_name": method, "args_base64": "",
    })
}

fn bytes(result: &Value) -> Vec<u8> {
    serde_json::from_value(result["result"].clone()).unwrap()
}

#[tokio::test]
async fn answers_parse_as_nearcores_own_types() {
    let service = Service::impatient();
    let status: RpcStatusResponse =
        serde_json::from_value(service.ok("status", Value::Null).await).unwrap();
    assert_eq!(status.status_response.chain_id, "devnet");
    assert_eq!(status.status_response.protocol_version, 86);
    let height = status.status_response.sync_info.latest_block_height;
    let block: RpcBlockResponse =
        serde_json::from_value(service.ok("block", json!([height])).await).unwrap();
    assert_eq!(block.block_view.header.height, height);
    assert_eq!(block.block_view.author, "test.near");
    let validators: RpcValidatorResponse =
        serde_json::from_value(service.ok("validators", json!([null])).await).unwrap();
    assert_eq!(validators.validator_info.current_validators.len(), 1);
    let config = service.ok("EXPERIMENTAL_protocol_config", json!({ "finality": "final" })).await;
    let byte = &config["runtime_config"]["storage_amount_per_byte"];
    assert_eq!(byte, "10000000000000000000");
    let config: RpcProtocolConfigResponse = serde_json::from_value(config).unwrap();
    assert_eq!(config.config_view.protocol_version, 86);
    let genesis = service.ok("genesis_config", Value::Null).await;
    assert_eq!(genesis["total_supply"], "3050000000000000000000000000000000");
    assert_eq!(service.ok("health", Value::Null).await, Value::Null);
    assert_eq!(service.ok("gas_price", json!([null])).await["gas_price"], "100000000");
}

#[tokio::test]
async fn blocks_hold_their_transactions() {
    let service = Service::impatient();
    let outcome = service.call("ok", &[], "FINAL").await;
    let block_hash = &outcome["transaction_outcome"]["block_hash"];
    let block = service.ok("block", json!({ "block_id": block_hash })).await;
    let height = &block["header"]["height"];
    let chunk = service.ok("chunk", json!([height, 0])).await;
    assert_eq!(chunk["transactions"][0]["hash"], outcome["transaction"]["hash"]);
    let by_hash = service.ok("chunk", json!([chunk["header"]["chunk_hash"]])).await;
    assert_eq!(by_hash, chunk);
    let error = service.error("chunk", json!([height, 7])).await;
    assert_eq!(error["cause"]["name"], "INVALID_SHARD_ID");
    let error = service.error("block", json!([1_000_000_000])).await;
    assert_eq!(error["cause"]["name"], "UNKNOWN_BLOCK");
}

#[tokio::test]
async fn queries_answer_for_the_block_that_was_asked() {
    let service = Service::impatient();
    service.call("set_greeting", b"1", "FINAL").await;
    let block = service.ok("block", json!({ "finality": "final" })).await;
    service.call("set_greeting", b"2", "FINAL").await;
    let now = service.ok("query", call_params("get_greeting")).await;
    assert_eq!(bytes(&now), b"2");
    let mut then = call_params("get_greeting");
    then.as_object_mut().unwrap().remove("finality");
    then["block_id"] = block["header"]["hash"].clone();
    assert_eq!(bytes(&service.ok("query", then.clone()).await), b"1");
    then["block_id"] = json!(1_000_000_000);
    assert_eq!(service.error("query", then).await["cause"]["name"], "UNKNOWN_BLOCK");
}

#[tokio::test]
async fn query_errors_are_structured() {
    let service = Service::impatient();
    let error = service.error("query", call_params("nope")).await;
    assert_eq!(error["cause"]["name"], "CONTRACT_EXECUTION_ERROR");
    let reason = &error["cause"]["info"]["error"];
    assert_eq!(reason["MethodResolveError"], "MethodNotFound", "{error}");
    let error = service.error("query", call_params("set_greeting")).await;
    assert!(error.to_string().contains("not allowed in view calls"), "{error}");

    let about = |request_type: &str, account_id: &str| json!({ "request_type": request_type, "finality": "final", "account_id": account_id });
    let error = service.error("query", about("view_account", "missing.near")).await;
    assert_eq!(error["cause"]["name"], "UNKNOWN_ACCOUNT");
    let error = service.error("query", about("view_code", "near")).await;
    assert_eq!(error["cause"]["name"], "NO_CONTRACT_CODE");
    let error = service.error("query", about("view_nothing", "near")).await;
    assert_eq!(error["cause"]["name"], "PARSE_ERROR");
    let error = service.error("no_such_method", Value::Null).await;
    assert_eq!(error["cause"]["name"], "METHOD_NOT_FOUND");
}

#[tokio::test]
async fn state_is_paged() {
    let service = Service::impatient();
    let record = |key: &str| {
        json!({ "Data": {
            "account_id": "contract.near", "data_key": to_base64(key.as_bytes()), "value": "MQ==",
        }})
    };
    let records = json!({ "records": [record("a1"), record("a2"), record("a3"), record("b1")] });
    service.ok("sandbox_patch_state", records).await;
    let page = |after: Option<&Value>, limit: u32| {
        let mut params = json!({
            "request_type": "view_state", "finality": "final", "account_id": "contract.near",
            "prefix_base64": to_base64(b"a"), "limit": limit,
        });
        if let Some(after) = after {
            params["after_key_base64"] = after.clone();
        }
        params
    };
    let first = service.ok("query", page(None, 2)).await;
    assert_eq!(first["values"].as_array().unwrap().len(), 2);
    let second = service.ok("query", page(Some(&first["last_key"]), 2)).await;
    assert_eq!(second["values"][0]["key"], to_base64(b"a3"));
    assert_eq!(second["values"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("last_key"), None, "the listing is complete");
}

#[tokio::test]
async fn sandbox_methods_move_time_and_refuse_nonsense() {
    let service = Service::impatient();
    let header =
        async || service.ok("block", json!({ "finality": "final" })).await["header"].clone();
    let before = header().await;
    service.ok("sandbox_fast_forward", json!({ "delta_height": 100 })).await;
    let after = header().await;
    let moved = after["height"].as_u64().unwrap() - before["height"].as_u64().unwrap();
    assert_eq!(moved, 101);

    let target = after["timestamp"].as_u64().unwrap() + 5_000_000_000;
    let set = json!({ "timestamp_nanosec": target.to_string() });
    service.ok("devnode_set_time", set.clone()).await;
    assert_eq!(header().await["timestamp_nanosec"], target.to_string());
    let error = service.error("devnode_set_time", set).await;
    assert!(error.to_string().contains("not after the newest block"), "{error}");

    let error = service.error("sandbox_fast_forward", json!({ "delta_height": u64::MAX })).await;
    assert!(error.to_string().contains("leaves the range"), "{error}");
    let gas_key = json!({ "records": [{ "GasKeyNonce": {
        "account_id": "near", "index": 0, "nonce": 1,
        "public_key": "ed25519:11111111111111111111111111111111",
    }}]});
    let error = service.error("sandbox_patch_state", gas_key).await;
    assert!(error.to_string().contains("not supported by near-devnode"), "{error}");
}
