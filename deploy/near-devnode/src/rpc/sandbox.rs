//! What only a sandbox allows: patching the state and moving time.

use super::{Answer, named, parse, to_value};
use crate::chain::Chain;
use near_jsonrpc_primitives::types::sandbox::{
    RpcSandboxFastForwardError, RpcSandboxFastForwardRequest, RpcSandboxFastForwardResponse,
    RpcSandboxPatchStateError, RpcSandboxPatchStateRequest, RpcSandboxPatchStateResponse,
};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn patch_state(chain: &mut Chain, params: Value) -> Answer {
    let request: RpcSandboxPatchStateRequest = parse(params)?;
    chain.patch_state(request.records).map_err(|error| {
        RpcSandboxPatchStateError::InternalError { error_message: error.to_string() }
    })?;
    to_value(RpcSandboxPatchStateResponse {})
}

pub(super) fn fast_forward(chain: &mut Chain, params: Value) -> Answer {
    let request: RpcSandboxFastForwardRequest = parse(named(params, &["delta_height"]))?;
    chain.fast_forward(request.delta_height).map_err(|error| {
        RpcSandboxFastForwardError::InternalError { error_message: error.to_string() }
    })?;
    to_value(RpcSandboxFastForwardResponse {})
}

/// `devnode_set_time`, which real sandboxes lack: `{"timestamp_nanosec": "<decimal>"}` makes a
/// block at that time.
#[derive(Debug, Deserialize)]
struct SetTimeRequest {
    timestamp_nanosec: String,
}

pub(super) fn set_time(chain: &mut Chain, params: Value) -> Answer {
    use near_jsonrpc_primitives::errors::RpcError;
    let request: SetTimeRequest = parse(named(params, &["timestamp_nanosec"]))?;
    let time_ns = request.timestamp_nanosec.parse().map_err(|error| {
        RpcError::parse_error(format!(
            "timestamp_nanosec must be nanoseconds since 1970 as a decimal string: {error}"
        ))
    })?;
    chain.set_time(time_ns).map_err(|error| RpcError::parse_error(error.to_string()))?;
    Ok(json!({}))
}
