//! Trees, paths and roots.

use ark_ff::AdditiveGroup;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    field::{self, Fr, serde_hex_list},
    poseidon,
};

/// The hash of two children.
pub fn node(left: Fr, right: Fr) -> Fr {
    poseidon::hash(&[left, right])
}

/// The way from a leaf to the root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// The leaf's position; its bits say, from the leaf upwards, where the leaf's side is the right one.
    pub index: u64,
    /// The other child of every node on the way, from the leaf upwards.
    #[serde(with = "serde_hex_list")]
    #[schemars(with = "Vec<field::HexText>")]
    pub siblings: Vec<Fr>,
}

impl Path {
    /// A path of `depth` empty siblings, for a leaf that need not be in a tree.
    pub fn empty(depth: usize) -> Self {
        Self { index: 0, siblings: vec![Fr::ZERO; depth] }
    }

    /// Whether the index fits the number of siblings.
    pub fn is_of_depth(&self, depth: usize) -> bool {
        self.siblings.len() == depth && self.index.checked_shr(depth as u32).unwrap_or(0) == 0
    }

    /// The root that `leaf` has along this path.
    pub fn root(&self, leaf: Fr) -> Fr {
        self.siblings.iter().enumerate().fold(leaf, |current, (level, sibling)| {
            if self.index >> level & 1 == 1 {
                node(*sibling, current)
            } else {
                node(current, *sibling)
            }
        })
    }
}

/// A tree that leaves are appended to; the places not taken yet hold zero.
#[derive(Debug, Clone)]
pub struct Tree {
    /// `levels[0]` are the leaves.
    levels: Vec<Vec<Fr>>,
    /// The roots of empty trees, by height.
    empty: Vec<Fr>,
}

impl Tree {
    /// An empty tree with room for `2^depth` leaves; at most 32 levels.
    pub fn new(depth: usize) -> Self {
        let depth = depth.min(32);
        let empty = (0..depth).fold(vec![Fr::ZERO], |mut empty, height| {
            empty.push(node(empty[height], empty[height]));
            empty
        });
        Self { levels: vec![Vec::new(); depth + 1], empty }
    }

    /// Appends a leaf and returns its index; `None` when the tree is full.
    pub fn push(&mut self, leaf: Fr) -> Option<u64> {
        let depth = self.levels.len() - 1;
        let index = self.levels[0].len();
        if index >> depth != 0 {
            return None;
        }
        self.levels[0].push(leaf);
        for level in 0..depth {
            let parent = index >> (level + 1);
            let value = node(self.at(level, 2 * parent), self.at(level, 2 * parent + 1));
            let row = &mut self.levels[level + 1];
            match row.get_mut(parent) {
                Some(slot) => *slot = value,
                None => row.push(value),
            }
        }
        Some(index as u64)
    }

    /// The root.
    pub fn root(&self) -> Fr {
        self.at(self.levels.len() - 1, 0)
    }

    /// The path of the leaf at `index`, empty places included; `None` beyond the tree.
    pub fn path(&self, index: u64) -> Option<Path> {
        let depth = self.levels.len() - 1;
        let place = usize::try_from(index).ok().filter(|place| place >> depth == 0)?;
        let siblings = (0..depth).map(|level| self.at(level, (place >> level) ^ 1)).collect();
        Some(Path { index, siblings })
    }

    fn at(&self, level: usize, index: usize) -> Fr {
        self.levels[level].get(index).copied().unwrap_or(self.empty[level])
    }
}

/// The root over all leaves of a full tree; the number of leaves is a power of two.
pub fn root_of_leaves(leaves: &[Fr]) -> Fr {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = level.chunks_exact(2).map(|pair| node(pair[0], pair[1])).collect();
    }
    level.first().copied().unwrap_or(Fr::ZERO)
}
