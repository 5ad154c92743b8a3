//! From when on a block is believed.

use alloy::rpc::types::TransactionReceipt;
use alloy::{
    consensus::BlockHeader, eips::BlockNumberOrTag, network::BlockResponse, primitives::B256,
    providers::Provider,
};
use serde::{Deserialize, Serialize};

use super::{Chain, ChainError};

/// A chain's finality policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finality {
    /// The chain's own `finalized` tag.
    Finalized,
    /// The chain's own `safe` tag.
    Safe,
    /// This many blocks behind the head; 0 believes the head and is for development chains.
    Depth(u64),
}

/// A block's place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Block number.
    pub number: u64,
    /// Block hash.
    pub hash: B256,
    /// Unix seconds.
    pub timestamp: u64,
    /// Wei per gas; 0 where the chain has no EIP-1559 market.
    pub base_fee: u64,
}

impl Chain {
    /// The newest block.
    pub async fn head(&self) -> Result<Head, ChainError> {
        self.block(BlockNumberOrTag::Latest)
            .await?
            .ok_or_else(|| ChainError::Missing { chain_id: self.id(), what: "latest block".into() })
    }

    /// The newest block that the policy believes; `None` while the chain is too young to have one.
    pub async fn final_head(&self) -> Result<Option<Head>, ChainError> {
        match self.finality() {
            Finality::Finalized => self.block(BlockNumberOrTag::Finalized).await,
            Finality::Safe => self.block(BlockNumberOrTag::Safe).await,
            Finality::Depth(depth) => {
                let head = self.head().await?;
                match head.number.checked_sub(depth) {
                    None => Ok(None),
                    Some(number) if number == head.number => Ok(Some(head)),
                    Some(number) => self.block(BlockNumberOrTag::Number(number)).await,
                }
            }
        }
    }

    /// Whether the receipt's block is part of the believed chain. A receipt alone proves nothing: an endpoint may
    /// still serve it after a reorganisation.
    pub async fn is_final(&self, receipt: &TransactionReceipt) -> Result<bool, ChainError> {
        let (Some(number), Some(hash)) = (receipt.block_number, receipt.block_hash) else {
            return Ok(false);
        };
        match self.final_head().await? {
            Some(head) if head.number == number => Ok(head.hash == hash),
            Some(head) if head.number > number => {
                let block = self.block(BlockNumberOrTag::Number(number)).await?;
                Ok(block.is_some_and(|block| block.hash == hash))
            }
            _ => Ok(false),
        }
    }

    /// A block by its number; `None` where the chain is not that long.
    pub async fn block_at(&self, number: u64) -> Result<Option<Head>, ChainError> {
        self.block(BlockNumberOrTag::Number(number)).await
    }

    async fn block(&self, tag: BlockNumberOrTag) -> Result<Option<Head>, ChainError> {
        let block = self
            .provider
            .get_block_by_number(tag)
            .await
            .map_err(|error| self.error("eth_getBlockByNumber", &error))?;
        Ok(block.map(|block| Head {
            number: block.header().number(),
            hash: block.header.hash,
            timestamp: block.header().timestamp(),
            base_fee: block.header().base_fee_per_gas().unwrap_or(0),
        }))
    }
}
