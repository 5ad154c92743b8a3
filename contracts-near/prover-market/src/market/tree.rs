//! The draw tree: for each circuit the weights of the provers that serve it, as sums over seats, with
//! the values that frozen sets still need.
//!
//! A tree has three levels of nodes with 32 children each. A change of one weight writes three nodes, a
//! draw reads three, whatever the number of provers. Each sum is a short history `(set, value)`: a
//! value stands for every set from that number on until the next entry. Changes go to the open set;
//! freezing closes it and opens the next. A frozen set lives until no job can be drawn from it any
//! more; entries that no live set reads are dropped when their node is written.

use near_sdk::near;
use near_sdk::store::LookupMap;
use proofrail_near_interface::{LIVE_SETS, MAX_PROVERS, Seat, Selection};

use crate::market::storage::{RECORD_OVERHEAD, StorageKey};

const FANOUT: u32 = 32;
const LEVELS: u8 = 3;
const _: () = assert!(FANOUT.pow(LEVELS as u32) == MAX_PROVERS);

/// Bytes of a node's key with its prefix.
const KEY_BYTES: u64 = 1 + 2 + 1 + 2;
/// Bytes of a child with a full history: one entry for each live set and one for the open one.
const CHILD_BYTES: u64 = 1 + 4 + (LIVE_SETS + 1) * (4 + 8);
/// The most that one seat in one circuit's tree can take: alone in all three nodes.
pub(crate) const SEAT_BYTES: u64 = LEVELS as u64 * (RECORD_OVERHEAD + KEY_BYTES + 4 + CHILD_BYTES);

/// A node's place: level 0 holds the seats' weights, level 2 is the root.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeKey {
    circuit: u16,
    level: u8,
    index: u16,
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// Ascending by slot; a slot that is absent weighs nothing in every live set.
    children: Vec<Child>,
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
struct Child {
    slot: u8,
    /// Ascending by set, never empty.
    history: Vec<Entry>,
}

/// The value from this set on.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
struct Entry {
    set: u32,
    sum: u64,
}

/// A set that jobs may be drawn from.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
struct FrozenSet {
    number: u32,
    frozen_at: u64,
}

/// All circuits' trees.
#[near(serializers = [borsh])]
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: LookupMap<NodeKey, Node>,
    /// Ascending; at most [`LIVE_SETS`].
    sets: Vec<FrozenSet>,
    /// The set that changes go to.
    open: u32,
    /// The open set differs from the last frozen one.
    changed: bool,
}

impl Child {
    fn at(&self, set: u32) -> u64 {
        let known = self.history.iter().rev().find(|entry| entry.set <= set);
        known.map_or(0, |entry| entry.sum)
    }

    fn latest(&self) -> u64 {
        self.history.last().map_or(0, |entry| entry.sum)
    }

    fn write(&mut self, set: u32, sum: u64) {
        match self.history.last_mut() {
            Some(last) if last.set == set => last.sum = sum,
            _ => self.history.push(Entry { set, sum }),
        }
    }

    /// Drops what no set from `oldest` on reads.
    fn prune(&mut self, oldest: u32) {
        let first = self.history.iter().rposition(|entry| entry.set <= oldest).unwrap_or(0);
        self.history.drain(..first);
    }

    fn is_nothing(&self) -> bool {
        self.history.iter().all(|entry| entry.sum == 0)
    }
}

impl Node {
    fn sum_at(&self, set: u32) -> u64 {
        self.children.iter().map(|child| child.at(set)).sum()
    }

    /// Writes a child's value; returns by how much the node's latest sum changed.
    fn write(&mut self, slot: u8, set: u32, change: Change) -> Change {
        let position = match self.children.binary_search_by_key(&slot, |child| child.slot) {
            Ok(position) => position,
            Err(position) => {
                self.children.insert(position, Child { slot, history: Vec::new() });
                position
            }
        };
        let child = &mut self.children[position];
        let before = child.latest();
        let after = change.apply(before);
        child.write(set, after);
        Change::between(before, after)
    }

    fn prune(&mut self, oldest: u32) {
        for child in &mut self.children {
            child.prune(oldest);
        }
        self.children.retain(|child| !child.is_nothing());
    }

    /// The child that `offset` falls on in `set`, with the offset inside it.
    fn descend(&self, set: u32, mut offset: u64) -> Option<(u8, u64, u64)> {
        for child in &self.children {
            let sum = child.at(set);
            match offset.checked_sub(sum) {
                Some(rest) => offset = rest,
                None => return Some((child.slot, offset, sum)),
            }
        }
        None
    }
}

/// How a value changes.
#[derive(Clone, Copy, Debug)]
enum Change {
    Set(u64),
    Add(u64),
    Sub(u64),
}

impl Change {
    const fn between(before: u64, after: u64) -> Self {
        if after >= before { Self::Add(after - before) } else { Self::Sub(before - after) }
    }

    /// Sums of at most 2^15 weights below 2^32 fit 64 bits, and a part is never more than its sum.
    const fn apply(self, value: u64) -> u64 {
        match self {
            Self::Set(new) => new,
            Self::Add(more) => value.saturating_add(more),
            Self::Sub(less) => value.saturating_sub(less),
        }
    }
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self {
            nodes: LookupMap::new(StorageKey::TreeNodes),
            sets: Vec::new(),
            open: 0,
            changed: false,
        }
    }

    pub(crate) fn flush(&mut self) {
        self.nodes.flush();
    }

    /// Gives a seat its weight in a circuit's open set; 0 takes it out.
    pub(crate) fn set_weight(&mut self, circuit: u16, seat: u32, weight: u32) {
        let oldest = self.sets.first().map_or(self.open, |set| set.number);
        let mut change = Change::Set(u64::from(weight));
        let mut position = seat;
        for level in 0..LEVELS {
            let key = node_key(circuit, level, position / FANOUT);
            let mut node = self.nodes.get(&key).cloned().unwrap_or_default();
            change = node.write((position % FANOUT) as u8, self.open, change);
            node.prune(oldest);
            self.nodes.set(key, (!node.children.is_empty()).then_some(node));
            position /= FANOUT;
        }
        self.changed = true;
    }

    /// Freezes the set as it is now and returns its number. Within `interval` of the last time, and
    /// where nothing changed, the last frozen set serves again. Sets frozen more than `window` before
    /// they were replaced are forgotten.
    pub(crate) fn freeze(&mut self, now: u64, interval: u64, window: u64) -> u32 {
        self.expire(now, window);
        let due = self.sets.last().is_none_or(|last| {
            self.changed
                && now >= last.frozen_at.saturating_add(interval)
                && (self.sets.len() as u64) < LIVE_SETS
        });
        if due {
            self.sets.push(FrozenSet { number: self.open, frozen_at: now });
            self.open += 1;
            self.changed = false;
        }
        self.sets.last().map_or(self.open, |last| last.number)
    }

    /// Forgets sets that no job can be drawn from any more: those replaced more than `window` ago.
    pub(crate) fn expire(&mut self, now: u64, window: u64) {
        let dead = self.sets.windows(2).take_while(|pair| {
            pair.get(1).is_some_and(|next| next.frozen_at.saturating_add(window) < now)
        });
        let dead = dead.count();
        self.sets.drain(..dead);
    }

    /// Whether the tree still knows the set.
    pub(crate) fn is_live(&self, set: u32) -> bool {
        self.sets.iter().any(|live| live.number == set)
    }

    /// Sum of a circuit's weights in a frozen set.
    pub(crate) fn total(&self, circuit: u16, set: u32) -> u64 {
        self.nodes.get(&node_key(circuit, LEVELS - 1, 0)).map_or(0, |root| root.sum_at(set))
    }

    /// The seat that `offset`, below `total`, falls on in a frozen set.
    pub(crate) fn select(
        &self,
        circuit: u16,
        set: u32,
        total: u64,
        offset: u64,
    ) -> Option<Selection> {
        let (mut index, mut rest) = (0, offset);
        for level in (0..LEVELS).rev() {
            let node = self.nodes.get(&node_key(circuit, level, index))?;
            let (slot, inside, sum) = node.descend(set, rest)?;
            index = index * FANOUT + u32::from(slot);
            rest = inside;
            if level == 0 {
                let weight = u32::try_from(sum).ok()?;
                return Some(Selection { seat: index, weight, before: offset - inside, total });
            }
        }
        None
    }

    /// Seats of a circuit in a frozen set, from seat `from` on, out of at most `nodes` nodes; and the
    /// seat to go on from, if there may be more.
    pub(crate) fn seats(
        &self,
        circuit: u16,
        set: u32,
        from: u32,
        nodes: u32,
    ) -> (Vec<Seat>, Option<u32>) {
        let first = from / FANOUT;
        let end = first.saturating_add(nodes).min(MAX_PROVERS / FANOUT);
        let mut seats = Vec::new();
        for index in first..end {
            let Some(node) = self.nodes.get(&node_key(circuit, 0, index)) else { continue };
            seats.extend(node.children.iter().filter_map(|child| {
                let seat = index * FANOUT + u32::from(child.slot);
                let weight = u32::try_from(child.at(set)).ok().filter(|weight| *weight > 0)?;
                (seat >= from).then_some(Seat { seat, weight })
            }));
        }
        let more = (end < MAX_PROVERS / FANOUT).then_some(end * FANOUT);
        (seats, more)
    }
}

const fn node_key(circuit: u16, level: u8, index: u32) -> NodeKey {
    // Seats are below 2^15, so indices of nodes are below 2^10.
    NodeKey { circuit, level, index: index as u16 }
}
