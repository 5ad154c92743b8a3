//! Events, read in ranges that endpoints accept.

use alloy::{
    primitives::Address,
    providers::Provider,
    rpc::types::{Filter, Log},
    sol_types::SolEvent,
};

use super::{Chain, ChainError};

impl Chain {
    /// Events `E` of `address` whose first indexed topic is `topic`, from block `from` to block `to`, both included,
    /// newest range first; stops at the first range that has any.
    pub async fn newest_events<E: SolEvent>(
        &self,
        address: Address,
        topic: alloy::primitives::B256,
        from: u64,
        to: u64,
    ) -> Result<Vec<(E, Log)>, ChainError> {
        let span = self.options.max_log_range.max(1);
        let mut end = to;
        while end >= from {
            let start = end.saturating_sub(span - 1).max(from);
            let filter = Filter::new()
                .address(address)
                .event_signature(E::SIGNATURE_HASH)
                .topic1(topic)
                .from_block(start)
                .to_block(end);
            let logs =
                self.provider.get_logs(&filter).await.map_err(|e| self.error("eth_getLogs", &e))?;
            if !logs.is_empty() {
                return logs.into_iter().map(|log| self.decode(log)).collect();
            }
            if start == 0 {
                break;
            }
            end = start - 1;
        }
        Ok(Vec::new())
    }

    fn decode<E: SolEvent>(&self, log: Log) -> Result<(E, Log), ChainError> {
        let event = E::decode_log(&log.inner).map_err(|source| ChainError::Decode {
            chain_id: self.id(),
            what: E::SIGNATURE,
            problem: source.to_string(),
        })?;
        Ok((event.data, log))
    }
}
