//! A node of the draw tree: the sums of its children, with the values that frozen sets still need.

use near_sdk::near;

/// A node's place: level 0 holds the seats' weights, the highest level is the root.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeKey {
    pub(super) circuit: u16,
    pub(super) level: u8,
    pub(super) index: u16,
}

#[near(serializers = [borsh])]
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// Ascending by slot; a slot that is absent weighs nothing in every live set.
    children: Vec<Child>,
}

/// A seat or a lower node, with its sum's short history.
#[near(serializers = [borsh])]
#[derive(Clone, Debug)]
struct Child {
    slot: u8,
    /// Ascending by set, never empty.
    history: Vec<Entry>,
}

/// The value from this set on, until the next entry.
#[near(serializers = [borsh])]
#[derive(Clone, Copy, Debug)]
struct Entry {
    set: u32,
    sum: u64,
}

/// How a value changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
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
    /// Whether no live set reads anything in it.
    pub(super) const fn is_empty(&self) -> bool {
        self.children.is_empty()
    }

    pub(super) fn sum_at(&self, set: u32) -> u64 {
        self.children.iter().map(|child| child.at(set)).sum()
    }

    /// Writes a child's value; returns by how much the node's latest sum changed.
    pub(super) fn write(&mut self, slot: u8, set: u32, change: Change) -> Change {
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

    pub(super) fn prune(&mut self, oldest: u32) {
        for child in &mut self.children {
            child.prune(oldest);
        }
        self.children.retain(|child| !child.is_nothing());
    }

    /// The child that `offset` falls on in `set`: its slot, the offset inside it and its sum.
    pub(super) fn descend(&self, set: u32, mut offset: u64) -> Option<(u8, u64, u64)> {
        for child in &self.children {
            let sum = child.at(set);
            match offset.checked_sub(sum) {
                Some(rest) => offset = rest,
                None => return Some((child.slot, offset, sum)),
            }
        }
        None
    }

    /// Slots that weigh something in `set`, ascending.
    pub(super) fn weights(&self, set: u32) -> impl Iterator<Item = (u8, u64)> {
        let weights = self.children.iter().map(move |child| (child.slot, child.at(set)));
        weights.filter(|(_, sum)| *sum > 0)
    }
}
