//! Forgetting: long runs would otherwise keep the state after every block in memory.

use super::Chain;
use near_primitives::hash::CryptoHash;
use std::collections::HashSet;

impl Chain {
    /// Forgets all blocks but the first and the newest `keep`, with their states, transactions, receipts and
    /// outcomes, as nodes do that keep no archive. At least the newest block stays.
    pub fn collect_garbage(&mut self, keep: usize) {
        let end = self.blocks.len().saturating_sub(keep.max(1));
        if end <= 1 {
            return;
        }
        self.blocks.drain(1..end);
        let places = self.blocks.iter().enumerate();
        self.by_hash = places.clone().map(|(index, block)| (block.hash, index)).collect();
        self.by_height = places.map(|(index, block)| (block.context.height, index)).collect();
        self.outcomes.retain(|_, (_, block)| self.by_hash.contains_key(block));
        let queued: HashSet<CryptoHash> = self.mempool.iter().map(|tx| tx.get_hash()).collect();
        self.transactions.retain(|id, _| self.outcomes.contains_key(id) || queued.contains(id));
        let waiting = self.waiting_receipts();
        self.receipts.retain(|id, _| self.outcomes.contains_key(id) || waiting.contains(id));
    }

    /// Receipts that have yet to run.
    fn waiting_receipts(&self) -> HashSet<CryptoHash> {
        let entries = self.state.accounts.values();
        let held = entries.flat_map(|entry| {
            entry
                .postponed
                .values()
                .map(|postponed| &postponed.receipt)
                .chain(entry.yields.values())
        });
        self.state.queue.iter().chain(held).map(|receipt| *receipt.receipt_id()).collect()
    }
}
