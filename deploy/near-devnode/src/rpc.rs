//! NEAR's JSON-RPC methods over a chain, in the types of `near-jsonrpc-primitives`.
//!
//! Methods that send or await transactions are answered by [`crate::Node`], which may have to
//! wait; everything here answers at once.

mod blocks;
mod config;
mod query;
mod sandbox;
mod status;
pub(crate) mod transactions;

use crate::Chain;
use near_jsonrpc_primitives::errors::RpcError;
use near_jsonrpc_primitives::types::receipts::{
    RpcReceiptError, RpcReceiptRequest, RpcReceiptResponse,
};
use near_primitives::views::ReceiptView;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::time::Duration;

/// Result of a method.
pub(crate) type Answer = Result<Value, RpcError>;

/// Answers one method that needs no waiting. `uptime` is the age of the node.
pub(crate) fn answer(chain: &mut Chain, method: &str, params: Value, uptime: Duration) -> Answer {
    match method {
        "status" => status::status(chain, uptime),
        "health" => to_value(()),
        "validators" => status::validators(chain, params),
        "block" => blocks::block(chain, params),
        "chunk" => blocks::chunk(chain, params),
        "gas_price" => blocks::gas_price(chain, params),
        "query" => query::query(chain, params),
        "EXPERIMENTAL_receipt" => receipt(chain, params),
        "EXPERIMENTAL_protocol_config" => config::protocol_config(chain, params),
        "genesis_config" | "EXPERIMENTAL_genesis_config" => config::genesis_config(chain),
        "sandbox_patch_state" => sandbox::patch_state(chain, params),
        "sandbox_fast_forward" => sandbox::fast_forward(chain, params),
        "devnode_set_time" => sandbox::set_time(chain, params),
        unknown => Err(RpcError::method_not_found(unknown.to_owned())),
    }
}

fn receipt(chain: &Chain, params: Value) -> Answer {
    let request: RpcReceiptRequest = parse(named(params, &["receipt_id"]))?;
    let receipt_id = request.receipt_reference.receipt_id;
    let receipt =
        chain.receipt(&receipt_id).ok_or(RpcReceiptError::UnknownReceipt { receipt_id })?;
    to_value(RpcReceiptResponse { receipt_view: ReceiptView::from(receipt.clone()) })
}

/// Reads a request's parameters.
pub(crate) fn parse<T: DeserializeOwned>(params: Value) -> Result<T, RpcError> {
    serde_json::from_value(params)
        .map_err(|error| RpcError::parse_error(format!("Failed parsing args: {error}")))
}

/// Turns positional parameters into named ones; others stay as they are.
pub(crate) fn named(params: Value, names: &[&str]) -> Value {
    match params {
        Value::Array(values) => {
            let pairs = names.iter().map(|name| (*name).to_owned()).zip(values);
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        other => other,
    }
}

pub(crate) fn to_value(response: impl Serialize) -> Answer {
    serde_json::to_value(response).map_err(|error| RpcError::serialization_error(error.to_string()))
}
