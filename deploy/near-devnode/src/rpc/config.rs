//! The chain's parameters in nearcore's form.

use super::blocks::unknown_block;
use super::{Answer, named, parse, to_value};
use crate::chain::{Chain, EPOCH_LENGTH, TRANSACTION_VALIDITY};
use crate::runtime::{BLOCK_GAS_LIMIT, GAS_PRICE, RuntimeError};
use near_chain_configs::{GenesisConfig, ProtocolConfig, ProtocolConfigView};
use near_jsonrpc_primitives::errors::RpcError;
use near_jsonrpc_primitives::types::config::{
    RpcProtocolConfigError, RpcProtocolConfigRequest, RpcProtocolConfigResponse,
};
use near_primitives::types::AccountInfo;
use serde_json::Value;

pub(super) fn protocol_config(chain: &Chain, params: Value) -> Answer {
    let request: RpcProtocolConfigRequest = parse(named(params, &["block_id"]))?;
    let reference = request.block_reference;
    if chain.find_block(&reference).is_none() {
        let error_message = unknown_block(&reference);
        return Err(RpcProtocolConfigError::UnknownBlock { error_message }.into());
    }
    let config = ProtocolConfig {
        genesis_config: genesis(chain)?,
        runtime_config: (*chain.runtime.config).clone(),
    };
    to_value(RpcProtocolConfigResponse { config_view: ProtocolConfigView::from(config) })
}

pub(super) fn genesis_config(chain: &Chain) -> Answer {
    to_value(genesis(chain)?)
}

fn genesis(chain: &Chain) -> Result<GenesisConfig, RpcError> {
    let first = chain
        .blocks
        .first()
        .ok_or(RuntimeError::Invariant("a chain has no first block"))
        .map_err(|error| RpcError::new_internal_error(None, error.to_string()))?;
    let validators = chain.runtime.validators.iter().filter_map(|(account_id, stake)| {
        let public_key = chain.signer(account_id)?.public_key;
        Some(AccountInfo { account_id: account_id.clone(), public_key, amount: *stake })
    });
    Ok(GenesisConfig {
        protocol_version: chain.protocol_version(),
        chain_id: chain.chain_id().to_owned(),
        genesis_height: first.context.height,
        epoch_length: EPOCH_LENGTH,
        gas_limit: BLOCK_GAS_LIMIT,
        min_gas_price: GAS_PRICE,
        max_gas_price: GAS_PRICE,
        validators: validators.collect(),
        transaction_validity_period: TRANSACTION_VALIDITY,
        total_supply: first.state.ledger.supply(),
        ..GenesisConfig::default()
    })
}
