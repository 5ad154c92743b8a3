//! A key as the root of the points of its windows.

use std::thread;

use super::{
    signature::{EcdsaError, PublicKey},
    windows::{self, DIGITS, NUMBERS, Numbers, WINDOWS},
};
use crate::{field::Fr, poseidon};

/// Children of a node.
pub(super) const ARITY: usize = 16;

/// The points of a key's windows, under one root. The root stands for the key: whoever authorises it
/// computes it from the key, or trusts who did.
#[derive(Debug, Clone)]
pub struct KeyTable {
    windows: Vec<Window>,
}

#[derive(Debug, Clone)]
struct Window {
    points: Vec<Numbers>,
    leaves: Vec<Fr>,
    nodes: [Fr; ARITY],
    root: Fr,
}

/// A point of the table with its way to the window's root.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) numbers: &'a Numbers,
    /// The leaves beside it, its own included.
    pub(super) leaves: &'a [Fr],
    /// The nodes of the window.
    pub(super) nodes: &'a [Fr; ARITY],
}

impl KeyTable {
    /// The table of a key: 8192 points and their hashes, about a second of work; keep it.
    ///
    /// # Errors
    /// [`EcdsaError::NotOnCurve`].
    pub fn new(key: &PublicKey) -> Result<Self, EcdsaError> {
        let points = windows::points(key.to_point()?, WINDOWS);
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let windows = thread::scope(|scope| {
            let parts: Vec<_> = points
                .chunks(WINDOWS.div_ceil(threads))
                .map(|part| scope.spawn(|| part.iter().map(|w| Window::new(w)).collect::<Vec<_>>()))
                .collect();
            parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
        });
        Ok(Self { windows })
    }

    /// What stands for the key: two hashes over the windows' roots.
    pub fn root(&self) -> [Fr; 2] {
        [0, 1].map(|half| {
            let roots = &self.windows[half * ARITY..];
            poseidon::hash::<ARITY>(&std::array::from_fn(|i| roots[i].root))
        })
    }

    /// The root of one window.
    pub(super) fn window_root(&self, window: usize) -> Fr {
        self.windows[window].root
    }

    pub(super) fn entry(&self, window: usize, digit: usize) -> Entry<'_> {
        let Window { points, leaves, nodes, .. } = &self.windows[window];
        let group = digit / ARITY;
        Entry { numbers: &points[digit], leaves: &leaves[group * ARITY..][..ARITY], nodes }
    }
}

impl Window {
    fn new(points: &[crate::secp256k1::Affine]) -> Self {
        debug_assert_eq!(points.len(), DIGITS);
        let points: Vec<Numbers> = points.iter().map(windows::numbers).collect();
        let leaves: Vec<Fr> = points.iter().map(poseidon::hash::<NUMBERS>).collect();
        let group =
            |i: usize| poseidon::hash::<ARITY>(&std::array::from_fn(|j| leaves[i * ARITY + j]));
        let nodes: [Fr; ARITY] = std::array::from_fn(group);
        Self { root: poseidon::hash(&nodes), points, leaves, nodes }
    }
}

/// What a prover may try.
#[cfg(test)]
impl KeyTable {
    /// Shows the points of two digits of a window for each other.
    pub(super) fn exchange_points(&mut self, window: usize, a: usize, b: usize) {
        self.windows[window].points.swap(a, b);
    }

    /// Shows the leaves of two digits of a window for each other.
    pub(super) fn exchange_leaves(&mut self, window: usize, a: usize, b: usize) {
        self.windows[window].leaves.swap(a, b);
    }
}
