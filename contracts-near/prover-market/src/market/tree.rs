//! The draw tree: for each circuit the weights of the provers that serve it, as sums over seats, with
//! the values that frozen sets still need.
//!
//! A tree has three levels of nodes with 32 children each. A change of one weight writes three nodes, a
//! draw reads three, whatever the number of provers. Each sum is a short history `(set, value)`: a
//! value stands for every set from that number on until the next entry. Changes go to the open set;
//! freezing closes it and opens the next. A frozen set lives until no job can be drawn from it any
//! more; entries that no live set reads are dropped when their node is written, so that a slot that was
//! given up may outlive its prover by a window and until a neighbour's change.

mod node;
mod sets;
#[cfg(test)]
mod tests;
mod walk;

use near_sdk::near;
use near_sdk::store::LookupMap;
use proofrail_near_interface::{LIVE_SETS, MAX_PROVERS, Seat, Selection};

use crate::market::storage::{RECORD_OVERHEAD, StorageKey};
use crate::market::tree::node::{Node, NodeKey};
use crate::market::tree::sets::Sets;

const FANOUT: u32 = 32;
const LEVELS: u8 = 3;
const _: () = assert!(FANOUT.pow(LEVELS as u32) == MAX_PROVERS);

/// Bytes of a node's key with its prefix.
const KEY_BYTES: u64 = 1 + 2 + 1 + 2;
/// Bytes of a child with a full history: one entry for each live set and one for the open one.
const CHILD_BYTES: u64 = 1 + 4 + (LIVE_SETS + 1) * (4 + 8);
/// The most that one seat in one circuit's tree can take: alone in all three nodes.
pub(crate) const SEAT_BYTES: u64 = LEVELS as u64 * (RECORD_OVERHEAD + KEY_BYTES + 4 + CHILD_BYTES);

/// All circuits' trees.
#[near(serializers = [borsh])]
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: LookupMap<NodeKey, Node>,
    sets: Sets,
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self { nodes: LookupMap::new(StorageKey::TreeNodes), sets: Sets::default() }
    }

    pub(crate) fn flush(&mut self) {
        self.nodes.flush();
    }

    /// Gives a seat its weight in a circuit's open set; 0 takes it out.
    pub(crate) fn set_weight(&mut self, circuit: u16, seat: u32, weight: u32) {
        let (oldest, open) = (self.sets.oldest(), self.sets.touch());
        walk::set_weight(&mut self.nodes, circuit, seat, weight, oldest, open);
    }

    /// Freezes the set as it is now for a job, which may be drawn from it for `window` seconds, and
    /// returns its number. Within `interval` of the last time, and where nothing changed, the last
    /// frozen set serves again.
    pub(crate) fn freeze(&mut self, now: u64, interval: u64, window: u64) -> u32 {
        self.sets.freeze(now, interval, window)
    }

    /// Forgets sets that no job can be drawn from any more.
    pub(crate) fn expire(&mut self, now: u64, window: u64) {
        self.sets.expire(now, window);
    }

    /// The number of the set that the next change goes to. A seat whose weights are 0 from this set on is
    /// unknown to every live set once [`Tree::oldest_set`] has reached it.
    pub(crate) const fn open_set(&self) -> u32 {
        self.sets.open()
    }

    /// The oldest set that a job may still be drawn from.
    pub(crate) fn oldest_set(&self) -> u32 {
        self.sets.oldest()
    }

    /// Whether jobs may still be drawn from the set.
    pub(crate) fn is_live(&self, set: u32) -> bool {
        self.sets.is_live(set)
    }

    /// Sum of a circuit's weights in a live set.
    pub(crate) fn total(&self, circuit: u16, set: u32) -> u64 {
        walk::total(&self.nodes, circuit, set)
    }

    /// The seat that `offset`, below `total`, falls on in a live set.
    pub(crate) fn select(
        &self,
        circuit: u16,
        set: u32,
        total: u64,
        offset: u64,
    ) -> Option<Selection> {
        walk::select(&self.nodes, circuit, set, total, offset)
    }

    /// Seats of a circuit in a live set, from seat `from` on, out of at most `nodes` nodes; and the
    /// seat to go on from, if there may be more.
    pub(crate) fn seats(
        &self,
        circuit: u16,
        set: u32,
        from: u32,
        nodes: u32,
    ) -> (Vec<Seat>, Option<u32>) {
        walk::seats(&self.nodes, circuit, set, from, nodes)
    }
}
