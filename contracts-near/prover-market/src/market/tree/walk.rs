//! Ways through a tree, over any store of nodes.

use near_sdk::store::LookupMap;
use proofrail_near_interface::{MAX_PROVERS, Seat, Selection};

use super::node::{Change, Node, NodeKey};
use super::{FANOUT, LEVELS};

/// Where nodes are kept.
pub(super) trait Nodes {
    fn node(&self, key: &NodeKey) -> Option<&Node>;
    /// Keeps a node, or forgets it.
    fn keep(&mut self, key: NodeKey, node: Option<Node>);
}

impl Nodes for LookupMap<NodeKey, Node> {
    fn node(&self, key: &NodeKey) -> Option<&Node> {
        self.get(key)
    }

    fn keep(&mut self, key: NodeKey, node: Option<Node>) {
        self.set(key, node);
    }
}

/// Writes a seat's weight into set `open`, from the leaf up, and drops on the way what no set from
/// `oldest` on reads.
pub(super) fn set_weight(
    nodes: &mut impl Nodes,
    circuit: u16,
    seat: u32,
    weight: u32,
    oldest: u32,
    open: u32,
) {
    let mut change = Change::Set(u64::from(weight));
    let mut position = seat;
    for level in 0..LEVELS {
        let key = node_key(circuit, level, position / FANOUT);
        let mut node = nodes.node(&key).cloned().unwrap_or_default();
        change = node.write((position % FANOUT) as u8, open, change);
        node.prune(oldest);
        nodes.keep(key, (!node.is_empty()).then_some(node));
        position /= FANOUT;
    }
}

/// Sum of a circuit's weights in a set.
pub(super) fn total(nodes: &impl Nodes, circuit: u16, set: u32) -> u64 {
    nodes.node(&node_key(circuit, LEVELS - 1, 0)).map_or(0, |root| root.sum_at(set))
}

/// The seat that `offset`, below `total`, falls on in a set.
pub(super) fn select(
    nodes: &impl Nodes,
    circuit: u16,
    set: u32,
    total: u64,
    offset: u64,
) -> Option<Selection> {
    let (mut index, mut rest, mut sum) = (0, offset, 0);
    for level in (0..LEVELS).rev() {
        let node = nodes.node(&node_key(circuit, level, index))?;
        let (slot, inside, child) = node.descend(set, rest)?;
        index = index * FANOUT + u32::from(slot);
        (rest, sum) = (inside, child);
    }
    let weight = u32::try_from(sum).ok()?;
    Some(Selection { seat: index, weight, before: offset - rest, total })
}

/// Seats of a circuit that weigh something in a set, from seat `from` on, out of at most `count`
/// nodes; and the seat to go on from, if there may be more.
pub(super) fn seats(
    nodes: &impl Nodes,
    circuit: u16,
    set: u32,
    from: u32,
    count: u32,
) -> (Vec<Seat>, Option<u32>) {
    let first = from / FANOUT;
    let end = first.saturating_add(count).min(MAX_PROVERS / FANOUT);
    let mut seats = Vec::new();
    for index in first..end {
        let Some(node) = nodes.node(&node_key(circuit, 0, index)) else { continue };
        seats.extend(node.weights(set).filter_map(|(slot, weight)| {
            let seat = index * FANOUT + u32::from(slot);
            let weight = u32::try_from(weight).ok()?;
            (seat >= from).then_some(Seat { seat, weight })
        }));
    }
    (seats, (end < MAX_PROVERS / FANOUT).then_some(end * FANOUT))
}

const fn node_key(circuit: u16, level: u8, index: u32) -> NodeKey {
    // Seats are below 2^15, so indices of nodes are below 2^10.
    NodeKey { circuit, level, index: index as u16 }
}
