//! Events, read in ranges that endpoints accept.

use alloy::{
    primitives::{Address, B256},
    providers::Provider,
    rpc::types::{Filter, Log},
    sol_types::SolEvent,
};

use super::{Chain, ChainError};

impl Chain {
    /// The newest event `E` of `address` that has `topic` as its first indexed field and for which `wanted` holds,
    /// in blocks `from` to `to`, both included.
    pub async fn newest_event<E: SolEvent>(
        &self,
        address: Address,
        topic: B256,
        from: u64,
        to: u64,
        wanted: impl Fn(&E) -> bool + Send,
    ) -> Result<Option<(E, Log)>, ChainError> {
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
            for log in logs.into_iter().rev() {
                let event = self.decode::<E>(&log)?;
                if wanted(&event) {
                    return Ok(Some((event, log)));
                }
            }
            let Some(next) = start.checked_sub(1) else { break };
            end = next;
        }
        Ok(None)
    }

    fn decode<E: SolEvent>(&self, log: &Log) -> Result<E, ChainError> {
        let event = E::decode_log(&log.inner).map_err(|source| ChainError::Decode {
            chain_id: self.id(),
            what: E::SIGNATURE,
            problem: source.to_string(),
        })?;
        Ok(event.data)
    }
}
