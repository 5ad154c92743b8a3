//! The node's own state: `status` and `validators`.

use super::{Answer, named, parse, to_value};
use crate::chain::{Block, Chain, EPOCH_LENGTH};
use crate::runtime::RuntimeError;
use near_crypto::{KeyType, PublicKey};
use near_jsonrpc_primitives::errors::RpcError;
use near_jsonrpc_primitives::types::status::RpcStatusResponse;
use near_jsonrpc_primitives::types::validator::{
    RpcValidatorError, RpcValidatorRequest, RpcValidatorResponse,
};
use near_primitives::hash::CryptoHash;
use near_primitives::types::{BlockReference, EpochId, EpochReference, ShardId};
use near_primitives::version::Version;
use near_primitives::views::{
    CurrentEpochValidatorInfo, EpochValidatorInfo, NextEpochValidatorInfo, StatusResponse,
    StatusSyncInfo, ValidatorInfo,
};
use near_time::Utc;
use serde_json::Value;
use std::time::Duration;

fn internal(error: impl ToString) -> RpcError {
    RpcError::new_internal_error(None, error.to_string())
}

fn time_of(block: &Block) -> Result<Utc, RpcError> {
    Utc::from_unix_timestamp_nanos(block.context.time_ns.into()).map_err(internal)
}

pub(super) fn status(chain: &Chain, uptime: Duration) -> Answer {
    let tip = chain.tip();
    let genesis = chain
        .blocks
        .first()
        .ok_or_else(|| internal(RuntimeError::Invariant("a chain has no first block")))?;
    let version = chain.protocol_version();
    let validators = chain.runtime.validators.keys().cloned();
    to_value(RpcStatusResponse {
        status_response: StatusResponse {
            version: Version {
                version: concat!("near-devnode-", env!("CARGO_PKG_VERSION")).to_owned(),
                build: "near-devnode".to_owned(),
                commit: String::new(),
                rustc_version: String::new(),
            },
            chain_id: chain.chain_id().to_owned(),
            protocol_version: version,
            latest_protocol_version: version,
            rpc_addr: None,
            validators: validators.map(|account_id| ValidatorInfo { account_id }).collect(),
            sync_info: StatusSyncInfo {
                latest_block_hash: tip.hash,
                latest_block_height: tip.context.height,
                latest_state_root: CryptoHash::default(),
                latest_block_time: time_of(tip)?,
                syncing: false,
                earliest_block_hash: Some(genesis.hash),
                earliest_block_height: Some(genesis.context.height),
                earliest_block_time: Some(time_of(genesis)?),
                epoch_id: Some(EpochId::default()),
                epoch_start_height: Some(genesis.context.height),
            },
            validator_account_id: None,
            validator_public_key: None,
            node_public_key: PublicKey::empty(KeyType::ED25519),
            node_key: None,
            uptime_sec: i64::try_from(uptime.as_secs()).unwrap_or(i64::MAX),
            genesis_hash: genesis.hash,
            detailed_debug_status: None,
        },
    })
}

pub(super) fn validators(chain: &Chain, params: Value) -> Answer {
    // `[null]` and no parameters mean the newest epoch.
    let block = match &params {
        Value::Null => None,
        Value::Array(values) if values.first().is_none_or(Value::is_null) => None,
        Value::Array(_) => {
            let request: BlockReference = parse(named(params, &["block_id"]))?;
            Some(request)
        }
        _ => {
            let request: RpcValidatorRequest = parse(params)?;
            match request.epoch_reference {
                EpochReference::Latest => None,
                EpochReference::BlockId(id) => Some(BlockReference::BlockId(id)),
                EpochReference::EpochId(id) if id == EpochId::default() => None,
                EpochReference::EpochId(_) => return Err(RpcValidatorError::UnknownEpoch.into()),
            }
        }
    };
    let block = match block {
        None => chain.tip(),
        Some(reference) => chain.find_block(&reference).ok_or(RpcValidatorError::UnknownEpoch)?,
    };
    to_value(RpcValidatorResponse { validator_info: epoch_info(chain, block) })
}

fn epoch_info(chain: &Chain, block: &Block) -> EpochValidatorInfo {
    let height = block.context.height;
    let current = chain.runtime.validators.iter().filter_map(|(account_id, stake)| {
        Some(CurrentEpochValidatorInfo {
            account_id: account_id.clone(),
            public_key: chain.signer(account_id)?.public_key,
            is_slashed: false,
            stake: *stake,
            shards_produced: vec![ShardId::new(0)],
            num_produced_blocks: 0,
            num_expected_blocks: 0,
            num_produced_chunks: 0,
            num_expected_chunks: 0,
            num_produced_chunks_per_shard: vec![0],
            num_expected_chunks_per_shard: vec![0],
            num_produced_endorsements: 0,
            num_expected_endorsements: 0,
            num_produced_endorsements_per_shard: vec![0],
            num_expected_endorsements_per_shard: vec![0],
            shards_endorsed: vec![ShardId::new(0)],
        })
    });
    let current: Vec<_> = current.collect();
    let next = current.iter().map(|validator| NextEpochValidatorInfo {
        account_id: validator.account_id.clone(),
        public_key: validator.public_key.clone(),
        stake: validator.stake,
        shards: vec![ShardId::new(0)],
    });
    EpochValidatorInfo {
        next_validators: next.collect(),
        current_validators: current,
        current_fishermen: Vec::new(),
        next_fishermen: Vec::new(),
        current_proposals: Vec::new(),
        prev_epoch_kickout: Vec::new(),
        epoch_start_height: (height - height % EPOCH_LENGTH).max(1),
        epoch_height: block.context.epoch_height,
        validator_reward_paid_prev_epoch: Default::default(),
    }
}
