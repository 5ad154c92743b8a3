//! Fourier transforms over the scalar field on vector lanes.
//!
//! Lane `l` of block `j` holds element `l·m + j`, where m is an eighth of the domain: but for three layers, which
//! transpose, the lanes are then eight transforms of size m that share each twiddle. The way in is by decimation in
//! frequency, which leaves coefficients in bit-reversed order; the way out is by decimation in time, which takes them
//! so. The factors gⁱ that move a polynomial onto a coset are part of the twiddles: with x = g·ωᵏ, the layer of size s
//! takes g^(n/s)·ω_sᵏ. Nothing is divided by n here.

mod cross;
mod inner;
mod twiddles;

use crate::{
    field::{Limbs, Prime},
    lanes::{Lanes, Task},
};
use ark_bn254::{Fr, FrConfig};
use ark_ff::Field as _;
use rayon::prelude::*;
pub(crate) use twiddles::Twiddles;

/// The smallest domain that has eight blocks.
pub(crate) const SMALLEST: usize = 64;
/// Blocks in a parallel task.
const TASK: usize = 256;

/// The values or coefficients of a polynomial, as blocks of eight.
pub(crate) struct Blocks<L: Lanes> {
    lanes: L,
    blocks: Vec<Limbs<L>>,
}

impl<L: Lanes> Blocks<L> {
    /// The coefficients, times n, of the polynomial with the given values on the domain or coset whose inverse
    /// `twiddles` are; in bit-reversed order. The number of values is a power of two from [`SMALLEST`] on.
    pub(crate) fn interpolate(lanes: L, values: &[Fr], twiddles: &Twiddles) -> Self {
        let mut blocks = vec![Prime::<L, FrConfig>::new(lanes).zero(); values.len() / 8];
        blocks.par_chunks_mut(TASK).enumerate().for_each(|(i, out)| {
            lanes.run(cross::Enter { values, start: i * TASK, out, twiddles });
        });
        inner::by_frequency(lanes, &mut blocks, twiddles);
        Self { lanes, blocks }
    }

    /// Turns coefficients in bit-reversed order into values on the domain or coset of `twiddles`.
    pub(crate) fn evaluate(&mut self, twiddles: &Twiddles) {
        inner::by_time(self.lanes, &mut self.blocks, twiddles);
        self.blocks.par_chunks_mut(TASK).enumerate().for_each(|(i, blocks)| {
            self.lanes.run(cross::Join { start: i * TASK, blocks, twiddles });
        });
    }

    /// Turns values into coefficients in bit-reversed order, times n, as [`Self::interpolate`].
    pub(crate) fn interpolate_again(&mut self, twiddles: &Twiddles) {
        self.blocks.par_chunks_mut(TASK).enumerate().for_each(|(i, blocks)| {
            self.lanes.run(cross::Part { start: i * TASK, blocks, twiddles });
        });
        inner::by_frequency(self.lanes, &mut self.blocks, twiddles);
    }

    /// `(a·b − c)·scale`, in place of `a`, where a, b and c are n times the values that are meant.
    pub(crate) fn quotient(&mut self, b: &Self, c: &Self, scale: Fr) {
        let n = Fr::from(self.blocks.len() as u64 * 8);
        // Products of words carry 2^252, see `quotient_block`; the scale brings back 2^256.
        let scale =
            n.square().inverse().map_or(scale, |inverse| scale * inverse * Fr::from(256u64));
        let lanes = self.lanes;
        self.blocks
            .par_chunks_mut(TASK)
            .zip(b.blocks.par_chunks(TASK).zip(c.blocks.par_chunks(TASK)))
            .for_each(|(a, (b, c))| lanes.run(Quotient { a, b, c, n, scale }));
    }

    /// The elements in order of their index.
    pub(crate) fn into_values(self) -> Vec<Fr> {
        let m = self.blocks.len();
        let mut values = vec![Fr::from(0u64); 8 * m];
        let mut lanes: Vec<_> = values.chunks_mut(m).map(|lane| lane.chunks_mut(TASK)).collect();
        let tasks: Vec<Vec<&mut [Fr]>> = (0..m.div_ceil(TASK))
            .map(|_| lanes.iter_mut().filter_map(Iterator::next).collect())
            .collect();
        tasks.into_par_iter().zip(self.blocks.par_chunks(TASK)).for_each(|(out, blocks)| {
            self.lanes.run(Leave { out, blocks });
        });
        values
    }

    /// The elements in bit-reversed order of their index.
    pub(crate) fn into_reversed(self) -> Vec<Fr> {
        let mut values = self.into_values();
        let bits = values.len().trailing_zeros();
        for i in 0..values.len() {
            let j = i.reverse_bits() >> (usize::BITS - bits);
            if i < j {
                values.swap(i, j);
            }
        }
        values
    }
}

impl<L: Lanes> Drop for Blocks<L> {
    /// The elements say much about a witness.
    fn drop(&mut self) {
        self.blocks.fill(Prime::<L, FrConfig>::new(self.lanes).zero());
        std::hint::black_box(&self.blocks);
    }
}

struct Quotient<'a, L: Lanes> {
    a: &'a mut [Limbs<L>],
    b: &'a [Limbs<L>],
    c: &'a [Limbs<L>],
    n: Fr,
    scale: Fr,
}

impl<L: Lanes> Task<L> for Quotient<'_, L> {
    type Output = ();
    #[inline(always)]
    fn run(self, lanes: L) {
        let f = Prime::<L, FrConfig>::new(lanes);
        let (n, scale) = (f.splat_word(&self.n), f.splat_word(&self.scale));
        for (a, (b, c)) in self.a.iter_mut().zip(self.b.iter().zip(self.c)) {
            // With a = n·A·2^256 and so on, both products are n²·2^252 times what is meant.
            let difference = f.sub(&f.mul(a, b), &f.mul(c, &n), 2);
            *a = f.mul(&difference, &scale);
        }
    }
}

/// Brings blocks back into the order of elements.
struct Leave<'a, L: Lanes> {
    out: Vec<&'a mut [Fr]>,
    blocks: &'a [Limbs<L>],
}

impl<L: Lanes> Task<L> for Leave<'_, L> {
    type Output = ();
    #[inline(always)]
    fn run(mut self, lanes: L) {
        let f = Prime::<L, FrConfig>::new(lanes);
        for (j, pair) in self.blocks.chunks_exact(2).enumerate() {
            let even = f.to_words(&f.canonical(pair[0]));
            let odd = f.to_words(&f.canonical(pair[1]));
            let rows = lanes
                .transpose([even[0], even[1], even[2], even[3], odd[0], odd[1], odd[2], odd[3]]);
            for (row, out) in rows.into_iter().zip(&mut self.out) {
                let [first, second] = &mut out[2 * j..2 * j + 2] else { return };
                lanes.store_pair(row, &mut first.0.0, &mut second.0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests;
