//! The layers inside lanes: two at a time, the large sizes first cut up until they fit the cache.

use super::{TASK, Twiddles};
use crate::{
    field::{Limbs, Prime},
    lanes::{Lanes, Task},
};
use ark_bn254::FrConfig;
use rayon::prelude::*;

/// Blocks that fit the second-level cache with their twiddles.
const CACHED: usize = 1024;

/// Decimation in frequency: natural order in, bit-reversed out.
pub(super) fn by_frequency<L: Lanes>(lanes: L, x: &mut [Limbs<L>], twiddles: &Twiddles) {
    if x.len() <= CACHED {
        return lanes.run(Cached { x, twiddles, direction: Direction::Frequency });
    }
    pass(lanes, x, twiddles, Direction::Frequency);
    x.par_chunks_mut(x.len() / 4).for_each(|x| by_frequency(lanes, x, twiddles));
}

/// Decimation in time: bit-reversed order in, natural out.
pub(super) fn by_time<L: Lanes>(lanes: L, x: &mut [Limbs<L>], twiddles: &Twiddles) {
    if x.len() <= CACHED {
        return lanes.run(Cached { x, twiddles, direction: Direction::Time });
    }
    x.par_chunks_mut(x.len() / 4).for_each(|x| by_time(lanes, x, twiddles));
    pass(lanes, x, twiddles, Direction::Time);
}

#[derive(Clone, Copy)]
enum Direction {
    Frequency,
    Time,
}

/// Two layers over all of `x`, in parallel.
fn pass<L: Lanes>(lanes: L, x: &mut [Limbs<L>], twiddles: &Twiddles, direction: Direction) {
    let size = x.len();
    let (low, high) = x.split_at_mut(size / 2);
    let ((x0, x1), (x2, x3)) = (low.split_at_mut(size / 4), high.split_at_mut(size / 4));
    let chunks = |x| <[Limbs<L>]>::par_chunks_mut(x, TASK);
    chunks(x0).zip(chunks(x1)).zip(chunks(x2).zip(chunks(x3))).enumerate().for_each(
        |(i, ((x0, x1), (x2, x3)))| {
            let quarters = [x0, x1, x2, x3];
            lanes.run(Pass { quarters, start: i * TASK, size, twiddles, direction });
        },
    );
}

struct Pass<'a, L: Lanes> {
    quarters: [&'a mut [Limbs<L>]; 4],
    start: usize,
    size: usize,
    twiddles: &'a Twiddles,
    direction: Direction,
}

impl<L: Lanes> Task<L> for Pass<'_, L> {
    type Output = ();
    #[inline(always)]
    fn run(self, lanes: L) {
        let f = Prime::new(lanes);
        match self.direction {
            Direction::Frequency => {
                two_by_frequency(f, self.quarters, self.start, self.size, self.twiddles);
            }
            Direction::Time => two_by_time(f, self.quarters, self.start, self.size, self.twiddles),
        }
    }
}

/// All layers of what fits the cache.
struct Cached<'a, L: Lanes> {
    x: &'a mut [Limbs<L>],
    twiddles: &'a Twiddles,
    direction: Direction,
}

impl<L: Lanes> Task<L> for Cached<'_, L> {
    type Output = ();
    #[inline(always)]
    fn run(self, lanes: L) {
        let f = Prime::new(lanes);
        let Self { x, twiddles, direction } = self;
        let odd = x.len().trailing_zeros() % 2 == 1;
        match direction {
            Direction::Frequency => {
                let mut size = x.len();
                while size >= 4 {
                    for x in x.chunks_exact_mut(size) {
                        two_by_frequency(f, quarters(x), 0, size, twiddles);
                    }
                    size /= 4;
                }
                if odd {
                    one_by_frequency(f, x, twiddles);
                }
            }
            Direction::Time => {
                if odd {
                    one_by_time(f, x, twiddles);
                }
                let mut size = if odd { 8 } else { 4 };
                while size <= x.len() {
                    for x in x.chunks_exact_mut(size) {
                        two_by_time(f, quarters(x), 0, size, twiddles);
                    }
                    size *= 4;
                }
            }
        }
    }
}

#[inline(always)]
fn quarters<T>(x: &mut [T]) -> [&mut [T]; 4] {
    let quarter = x.len() / 4;
    let (low, high) = x.split_at_mut(2 * quarter);
    let ((x0, x1), (x2, x3)) = (low.split_at_mut(quarter), high.split_at_mut(quarter));
    [x0, x1, x2, x3]
}

type Field<L> = Prime<L, FrConfig>;

/// `(a + b, (a − b)·w)`.
#[inline(always)]
pub(super) fn split_pair<L: Lanes>(
    f: Field<L>,
    a: &Limbs<L>,
    b: &Limbs<L>,
    w: &Limbs<L>,
) -> (Limbs<L>, Limbs<L>) {
    (f.sum(a, b), f.mul(&f.sub(a, b, 3), w))
}

/// `(a + b·w, a − b·w)`.
#[inline(always)]
pub(super) fn join_pair<L: Lanes>(
    f: Field<L>,
    a: &Limbs<L>,
    b: &Limbs<L>,
    w: &Limbs<L>,
) -> (Limbs<L>, Limbs<L>) {
    let b = f.mul(b, w);
    (f.sum(a, &b), f.normalise(f.sub_if_above(f.sub_raw(a, &b, 2), 2)))
}

#[inline(always)]
fn two_by_frequency<L: Lanes>(
    f: Field<L>,
    x: [&mut [Limbs<L>]; 4],
    start: usize,
    size: usize,
    twiddles: &Twiddles,
) {
    let count = x[0].len();
    let [x0, x1, x2, x3] = x.map(|x| &mut x[..count]);
    let whole = twiddles.layer(size);
    let (first, second) = (&whole[start..start + count], &whole[start + size / 4..][..count]);
    let half = &twiddles.layer(size / 2)[start..start + count];
    for k in 0..count {
        let (a, c) = split_pair(f, &x0[k], &x2[k], &f.splat(first[k]));
        let (b, d) = split_pair(f, &x1[k], &x3[k], &f.splat(second[k]));
        let w = f.splat(half[k]);
        (x0[k], x1[k]) = split_pair(f, &a, &b, &w);
        (x2[k], x3[k]) = split_pair(f, &c, &d, &w);
    }
}

#[inline(always)]
fn two_by_time<L: Lanes>(
    f: Field<L>,
    x: [&mut [Limbs<L>]; 4],
    start: usize,
    size: usize,
    twiddles: &Twiddles,
) {
    let count = x[0].len();
    let [x0, x1, x2, x3] = x.map(|x| &mut x[..count]);
    let whole = twiddles.layer(size);
    let (first, second) = (&whole[start..start + count], &whole[start + size / 4..][..count]);
    let half = &twiddles.layer(size / 2)[start..start + count];
    for k in 0..count {
        let w = f.splat(half[k]);
        let (a, b) = join_pair(f, &x0[k], &x1[k], &w);
        let (c, d) = join_pair(f, &x2[k], &x3[k], &w);
        (x0[k], x2[k]) = join_pair(f, &a, &c, &f.splat(first[k]));
        (x1[k], x3[k]) = join_pair(f, &b, &d, &f.splat(second[k]));
    }
}

#[inline(always)]
fn one_by_frequency<L: Lanes>(f: Field<L>, x: &mut [Limbs<L>], twiddles: &Twiddles) {
    let w = f.splat(twiddles.layer(2)[0]);
    for pair in x.chunks_exact_mut(2) {
        (pair[0], pair[1]) = split_pair(f, &pair[0], &pair[1], &w);
    }
}

#[inline(always)]
fn one_by_time<L: Lanes>(f: Field<L>, x: &mut [Limbs<L>], twiddles: &Twiddles) {
    let w = f.splat(twiddles.layer(2)[0]);
    for pair in x.chunks_exact_mut(2) {
        (pair[0], pair[1]) = join_pair(f, &pair[0], &pair[1], &w);
    }
}
