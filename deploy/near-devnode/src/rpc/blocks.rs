//! Blocks, chunks and the gas price.

use super::{Answer, named, parse, to_value};
use crate::chain::{Block, Chain};
use crate::runtime::{BLOCK_GAS_LIMIT, GAS_PRICE};
use near_crypto::Signature;
use near_jsonrpc_primitives::types::blocks::{RpcBlockError, RpcBlockRequest, RpcBlockResponse};
use near_jsonrpc_primitives::types::chunks::{
    ChunkReference, RpcChunkError, RpcChunkRequest, RpcChunkResponse,
};
use near_jsonrpc_primitives::types::gas_price::{
    RpcGasPriceError, RpcGasPriceRequest, RpcGasPriceResponse,
};
use near_primitives::hash::{CryptoHash, hash};
use near_primitives::types::{Balance, BlockReference, ShardId};
use near_primitives::views::{
    BlockHeaderView, BlockView, ChunkHeaderView, ChunkView, GasPriceView, ReceiptView,
};
use serde_json::Value;

/// Text of an unknown block, which clients see in the error's data.
pub(super) fn unknown_block(reference: &BlockReference) -> String {
    format!("no block {reference:?}; heights that were fast-forwarded have none")
}

pub(super) fn block(chain: &Chain, params: Value) -> Answer {
    let request: RpcBlockRequest = parse(named(params, &["block_id"]))?;
    let reference = request.block_reference;
    let block = chain
        .find_block(&reference)
        .ok_or_else(|| RpcBlockError::UnknownBlock { error_message: unknown_block(&reference) })?;
    to_value(RpcBlockResponse { block_view: block_view(chain, block) })
}

pub(super) fn chunk(chain: &Chain, params: Value) -> Answer {
    let is_hash = params.as_array().is_some_and(|values| values.len() == 1);
    let names: &[&str] = if is_hash { &["chunk_id"] } else { &["block_id", "shard_id"] };
    let request: RpcChunkRequest = parse(named(params, names))?;
    let block = match request.chunk_reference {
        ChunkReference::BlockShardId { block_id, shard_id } => {
            if shard_id != ShardId::new(0) {
                return Err(RpcChunkError::InvalidShardId { shard_id }.into());
            }
            let reference = BlockReference::BlockId(block_id);
            chain.find_block(&reference).ok_or_else(|| RpcChunkError::UnknownBlock {
                error_message: unknown_block(&reference),
            })?
        }
        ChunkReference::ChunkHash { chunk_id } => chain
            .blocks
            .iter()
            .find(|block| chunk_hash(block) == chunk_id)
            .ok_or(RpcChunkError::UnknownChunk { chunk_hash: chunk_id.into() })?,
    };
    let transactions = block.transactions.iter().filter_map(|id| chain.transaction(id));
    let receipts = block.executed.iter().filter_map(|id| chain.receipt(id));
    to_value(RpcChunkResponse {
        chunk_view: ChunkView {
            author: chain.producer.clone(),
            header: chunk_header(block),
            transactions: transactions.map(|transaction| transaction.clone().into()).collect(),
            receipts: receipts.map(|receipt| ReceiptView::from(receipt.clone())).collect(),
        },
    })
}

pub(super) fn gas_price(chain: &Chain, params: Value) -> Answer {
    let request: RpcGasPriceRequest = parse(named(params, &["block_id"]))?;
    if let Some(block_id) = request.block_id {
        let reference = BlockReference::BlockId(block_id);
        if chain.find_block(&reference).is_none() {
            let error_message = unknown_block(&reference);
            return Err(RpcGasPriceError::UnknownBlock { error_message }.into());
        }
    }
    to_value(RpcGasPriceResponse { gas_price_view: GasPriceView { gas_price: GAS_PRICE } })
}

/// Every block has one chunk, whose hash follows from the block's.
fn chunk_hash(block: &Block) -> CryptoHash {
    hash(block.hash.as_ref())
}

fn chunk_header(block: &Block) -> ChunkHeaderView {
    ChunkHeaderView {
        chunk_hash: chunk_hash(block),
        prev_block_hash: block.prev_hash,
        outcome_root: CryptoHash::default(),
        prev_state_root: CryptoHash::default(),
        encoded_merkle_root: CryptoHash::default(),
        encoded_length: 0,
        height_created: block.context.height,
        height_included: block.context.height,
        shard_id: ShardId::new(0),
        gas_used: block.gas_burnt,
        gas_limit: BLOCK_GAS_LIMIT,
        rent_paid: Balance::ZERO,
        validator_reward: Balance::ZERO,
        balance_burnt: Balance::ZERO,
        outgoing_receipts_root: CryptoHash::default(),
        tx_root: CryptoHash::default(),
        validator_proposals: Vec::new(),
        congestion_info: None,
        bandwidth_requests: None,
        proposed_split: None,
        signature: Signature::default(),
    }
}

fn block_view(chain: &Chain, block: &Block) -> BlockView {
    let previous = BlockReference::BlockId(near_primitives::types::BlockId::Hash(block.prev_hash));
    let header = BlockHeaderView {
        height: block.context.height,
        prev_height: chain.find_block(&previous).map(|previous| previous.context.height),
        hash: block.hash,
        prev_hash: block.prev_hash,
        chunks_included: 1,
        timestamp: block.context.time_ns,
        timestamp_nanosec: block.context.time_ns,
        random_value: block.context.random,
        chunk_mask: vec![true],
        gas_price: GAS_PRICE,
        block_ordinal: Some(block.ordinal),
        total_supply: block.state.ledger.supply(),
        last_final_block: block.prev_hash,
        last_ds_final_block: block.prev_hash,
        latest_protocol_version: chain.protocol_version(),
        ..BlockHeaderView::default()
    };
    BlockView { author: chain.producer.clone(), header, chunks: vec![chunk_header(block)] }
}
