//! Powers of roots of unity.

use crate::field::split;
use ark_bn254::Fr;
use ark_ff::Field as _;
use rayon::prelude::*;

/// What one kind of transform multiplies by.
#[derive(Debug)]
pub(crate) struct Twiddles {
    /// For a transform of size 2^(i+1) inside a lane, `shiftᵉ·ωᵏ` with e the domain over that size; limbs of words
    /// with R = 2^260.
    layers: Vec<Vec<[u64; 5]>>,
    /// The root of unity of the whole domain's order.
    pub(super) root: Fr,
    /// The coset, or its inverse on the way in.
    pub(super) shift: Fr,
    /// The primitive eighth root's powers 1, 2 and 3.
    pub(super) eighths: [Fr; 3],
}

/// The word that a lane multiplies by: multiplication divides by 2^260, words of arkworks carry 2^256.
pub(super) fn word(x: &Fr) -> [u64; 5] {
    split((*x * Fr::from(16u64)).0.0)
}

impl Twiddles {
    /// For a domain of `size` points, a power of two from [`super::SMALLEST`] on, that `root` generates.
    pub(crate) fn new(size: usize, root: Fr, shift: Fr) -> Self {
        let m = size / 8;
        let step = root.pow([8]);
        let mut layer: Vec<Fr> = (0..m / 2)
            .into_par_iter()
            .chunks(super::TASK)
            .flat_map_iter(|ks| {
                let mut power = shift.pow([8]) * step.pow([ks[0] as u64]);
                ks.into_iter().map(move |_| {
                    let now = power;
                    power *= step;
                    now
                })
            })
            .collect();
        let mut layers = Vec::new();
        while !layer.is_empty() {
            layers.push(layer.par_iter().map(word).collect());
            layer.truncate(layer.len() / 2);
            layer.par_iter_mut().for_each(|power| {
                power.square_in_place();
            });
        }
        layers.reverse();
        let eighth = root.pow([m as u64]);
        Self { layers, root, shift, eighths: [eighth, eighth.square(), eighth.square() * eighth] }
    }

    /// The twiddles of a transform of `size` inside a lane, a power of two from 2 on.
    #[inline(always)]
    pub(super) fn layer(&self, size: usize) -> &[[u64; 5]] {
        &self.layers[size.trailing_zeros() as usize - 1]
    }
}
