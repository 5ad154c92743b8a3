//! The three layers across lanes: sixty-four elements at a time are transposed, so that a register holds neighbours
//! of one lane.

use super::{
    Twiddles,
    inner::{join_pair, split_pair},
    twiddles::word,
};
use crate::{
    field::{Limbs, Prime},
    lanes::{Lanes, Task},
};
use ark_bn254::{Fr, FrConfig};
use ark_ff::Field as _;

type Field<L> = Prime<L, FrConfig>;
/// Eight blocks, or eight lanes of them.
type Square<L> = [Limbs<L>; 8];

/// Loads values, and does the layers by frequency.
pub(super) struct Enter<'a, L: Lanes> {
    pub(super) values: &'a [Fr],
    /// The first block.
    pub(super) start: usize,
    pub(super) out: &'a mut [Limbs<L>],
    pub(super) twiddles: &'a Twiddles,
}

impl<L: Lanes> Task<L> for Enter<'_, L> {
    type Output = ();
    #[inline(always)]
    fn run(self, lanes: L) {
        let f = Field::new(lanes);
        let m = self.values.len() / 8;
        for (i, pair) in self.out.chunks_exact_mut(2).enumerate() {
            let at = self.start + 2 * i;
            let mut rows = [lanes.splat(0); 8];
            for (lane, row) in rows.iter_mut().enumerate() {
                let at = lane * m + at;
                *row = lanes.load_pair(&self.values[at].0.0, &self.values[at + 1].0.0);
            }
            let t = lanes.transpose(rows);
            pair[0] = f.load_words([t[0], t[1], t[2], t[3]]);
            pair[1] = f.load_words([t[4], t[5], t[6], t[7]]);
        }
        Part { start: self.start, blocks: self.out, twiddles: self.twiddles }.run(lanes);
    }
}

/// The layers by frequency.
pub(super) struct Part<'a, L: Lanes> {
    pub(super) start: usize,
    pub(super) blocks: &'a mut [Limbs<L>],
    pub(super) twiddles: &'a Twiddles,
}

impl<L: Lanes> Task<L> for Part<'_, L> {
    type Output = ();
    #[inline(always)]
    fn run(self, lanes: L) {
        let f = Field::new(lanes);
        let mut powers = Powers::new(f, self.twiddles, self.start);
        for square in self.blocks.as_chunks_mut::<8>().0 {
            let w = powers.next(f);
            let mut v = transpose(f, square);
            for l in 0..4 {
                (v[l], v[l + 4]) = split_pair(f, &v[l], &v[l + 4], &w.whole[l]);
            }
            for l in [0, 1, 4, 5] {
                (v[l], v[l + 2]) = split_pair(f, &v[l], &v[l + 2], &w.half[l % 4]);
            }
            for l in [0, 2, 4, 6] {
                (v[l], v[l + 1]) = split_pair(f, &v[l], &v[l + 1], &w.quarter);
            }
            *square = transpose(f, &v);
        }
    }
}

/// The layers by time.
pub(super) struct Join<'a, L: Lanes> {
    pub(super) start: usize,
    pub(super) blocks: &'a mut [Limbs<L>],
    pub(super) twiddles: &'a Twiddles,
}

impl<L: Lanes> Task<L> for Join<'_, L> {
    type Output = ();
    #[inline(always)]
    fn run(self, lanes: L) {
        let f = Field::new(lanes);
        let mut powers = Powers::new(f, self.twiddles, self.start);
        for square in self.blocks.as_chunks_mut::<8>().0 {
            let w = powers.next(f);
            let mut v = transpose(f, square);
            for l in [0, 2, 4, 6] {
                (v[l], v[l + 1]) = join_pair(f, &v[l], &v[l + 1], &w.quarter);
            }
            for l in [0, 1, 4, 5] {
                (v[l], v[l + 2]) = join_pair(f, &v[l], &v[l + 2], &w.half[l % 4]);
            }
            for l in 0..4 {
                (v[l], v[l + 4]) = join_pair(f, &v[l], &v[l + 4], &w.whole[l]);
            }
            *square = transpose(f, &v);
        }
    }
}

#[inline(always)]
fn transpose<L: Lanes>(f: Field<L>, square: &Square<L>) -> Square<L> {
    let mut out = *square;
    for limb in 0..5 {
        let mut rows = [square[0][limb]; 8];
        for i in 0..8 {
            rows[i] = square[i][limb];
        }
        let rows = f.lanes.transpose(rows);
        for i in 0..8 {
            out[i][limb] = rows[i];
        }
    }
    out
}

/// The twiddles of one square, a neighbour in each lane.
struct Three<L: Lanes> {
    /// `shift·ω^(l·m + j)`.
    whole: [Limbs<L>; 4],
    /// Their squares.
    half: [Limbs<L>; 2],
    /// The fourth power of the first.
    quarter: Limbs<L>,
}

/// `shift·ωʲ` of eight neighbours, from square to square.
struct Powers<L: Lanes> {
    now: Limbs<L>,
    step: Limbs<L>,
    eighths: [Limbs<L>; 3],
}

impl<L: Lanes> Powers<L> {
    #[inline(always)]
    fn new(f: Field<L>, twiddles: &Twiddles, start: usize) -> Self {
        let mut power = twiddles.shift * twiddles.root.pow([start as u64]);
        let mut words = [[0; 5]; 8];
        for out in &mut words {
            *out = word(&power);
            power *= twiddles.root;
        }
        let mut now = f.zero();
        for i in 0..5 {
            let row = words.map(|limbs| limbs[i]);
            now[i] = f.lanes.load(&row);
        }
        let [e1, e2, e3] = twiddles.eighths;
        Self {
            now,
            step: f.splat(word(&twiddles.root.pow([8]))),
            eighths: [f.splat(word(&e1)), f.splat(word(&e2)), f.splat(word(&e3))],
        }
    }

    #[inline(always)]
    fn next(&mut self, f: Field<L>) -> Three<L> {
        let now = self.now;
        self.now = f.mul(&now, &self.step);
        let whole = [
            now,
            f.mul(&now, &self.eighths[0]),
            f.mul(&now, &self.eighths[1]),
            f.mul(&now, &self.eighths[2]),
        ];
        let half = f.mul(&now, &now);
        Three { whole, half: [half, f.mul(&half, &self.eighths[1])], quarter: f.mul(&half, &half) }
    }
}
