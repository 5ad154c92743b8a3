//! The chain that workers observe.

use alloy::{
    primitives::{Address, B256},
    providers::{DynProvider, Provider},
    rpc::types::{BlockNumberOrTag, Filter, Log},
    sol_types::SolEvent,
};

use crate::rpc::{EvmError, reader};

/// Why the source chain could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It refused or could not be reached.
    #[error(transparent)]
    Evm(#[from] EvmError),
    /// It has no block that it must have.
    #[error("the source chain has no block {0}")]
    NoBlock(BlockNumberOrTag),
}

/// A connection that reads what a bridge's contract emits.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    provider: DynProvider,
}

/// When a block was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) number: u64,
    /// Unix seconds.
    pub(crate) timestamp: u64,
}

impl Source {
    pub(crate) fn connect(url: &str) -> Result<Self, EvmError> {
        Ok(Self { provider: reader(url)? })
    }

    pub(crate) const fn provider(&self) -> &DynProvider {
        &self.provider
    }

    pub(crate) async fn head(&self) -> Result<u64, SourceError> {
        Ok(self.block(BlockNumberOrTag::Latest).await?.number)
    }

    pub(crate) async fn block(&self, tag: BlockNumberOrTag) -> Result<Block, SourceError> {
        let block = self.provider.get_block_by_number(tag).await;
        let block = block.map_err(EvmError::rpc("read the source chain"))?;
        let header = block.ok_or(SourceError::NoBlock(tag))?.header;
        Ok(Block { number: header.number, timestamp: header.timestamp })
    }

    /// The events `E` of a contract in a range of blocks, oldest first; of those with one first indexed value where it
    /// is given.
    pub(crate) async fn events<E: SolEvent>(
        &self,
        contract: Address,
        topic: Option<B256>,
        from: u64,
        to: u64,
    ) -> Result<Vec<Log>, EvmError> {
        let filter = Filter::new()
            .address(contract)
            .event_signature(E::SIGNATURE_HASH)
            .from_block(from)
            .to_block(to);
        let filter = match topic {
            Some(topic) => filter.topic1(topic),
            None => filter,
        };
        let logs = self.provider.get_logs(&filter).await;
        logs.map_err(EvmError::rpc(format!("read {} of the source chain", E::SIGNATURE)))
    }
}
