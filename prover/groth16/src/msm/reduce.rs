//! A window's value: every bucket's sum times the bucket's number.
//!
//! Buckets are cut into segments, each of which takes a lane. From its last bucket to its first a segment keeps the
//! sum so far and the sum of those sums, which makes every bucket count with its place in the segment. What is left,
//! the segments' own places, is a list as short as there are lanes.

use super::{
    adder::{Adder, Source},
    buckets::{EMPTY, Sums},
    coordinates::{Cell, Coordinates, Task},
};
use crate::group::{Chunk, Group};
use ark_ec::AffineRepr as _;

/// Segments of a window, where there are buckets enough.
const SEGMENTS: usize = 256;

/// `Σ b·sums[b]`, with b from 1.
pub(super) fn weigh<C: Coordinates>(c: C, sums: &Sums) -> <C::Group as Group>::Projective {
    let buckets = sums.slots.len();
    let segments = SEGMENTS.min(buckets.div_ceil(4)).next_multiple_of(C::WIDTH);
    let length = buckets.div_ceil(segments);
    let records = c.run(Weigh { sums, segments, length });
    let point = |index: usize| -> <C::Group as Group>::Affine {
        C::Group::decode(&records[index * C::Group::CHUNKS..(index + 1) * C::Group::CHUNKS])
    };
    let mut within = <C::Group as Group>::Affine::zero().into_group();
    let (mut running, mut above) = (within, within);
    for segment in (0..segments).rev() {
        above += running;
        running += point(segment);
        within += point(segments + segment);
    }
    within + times(above, length)
}

fn times<P: ark_ec::PrimeGroup>(point: P, by: usize) -> P {
    point.mul_bigint([by as u64])
}

/// Gives the segments' sums and then their weighted sums, as records.
struct Weigh<'a> {
    sums: &'a Sums,
    segments: usize,
    length: usize,
}

impl<C: Coordinates> Task<C> for Weigh<'_> {
    type Output = Vec<Chunk>;

    #[inline(always)]
    fn run(self, c: C) -> Vec<Chunk> {
        let groups = self.segments / C::WIDTH;
        let nothing = Cell { x: c.one(), y: c.one(), live: 0 };
        let mut state = vec![nothing; 2 * groups];
        let mut adder = Adder::new(c, 2 * groups);
        // The second half lags behind by one bucket, so that both halves share one inversion.
        for place in (0..self.length).rev() {
            let before = state[..groups].to_vec();
            let source = Place { sums: self.sums, length: self.length, place, before: &before };
            adder.add(&mut state, &source);
        }
        let (running, weighted) = state.split_at_mut(groups);
        adder.add(weighted, &Given(running));
        let chunks = C::WIDTH * C::Group::CHUNKS;
        let mut out = vec![[0; 64]; 2 * groups * chunks];
        for (cell, out) in state.iter().zip(out.chunks_mut(chunks)) {
            c.store(cell, out);
        }
        out
    }
}

/// One bucket of each segment, then the sums so far.
struct Place<'a, E> {
    sums: &'a Sums,
    length: usize,
    place: usize,
    before: &'a [Cell<E>],
}

impl<C: Coordinates> Source<C> for Place<'_, C::Element> {
    #[inline(always)]
    fn cell(&self, c: C, index: usize) -> Cell<C::Element> {
        if let Some(lagging) = index.checked_sub(self.before.len()) {
            return self.before[lagging];
        }
        let mut refs = [0; 8];
        let mut live = 0;
        for (lane, reference) in refs.iter_mut().enumerate().take(C::WIDTH) {
            let bucket = (index * C::WIDTH + lane) * self.length + self.place;
            let slot = self.sums.slots.get(bucket).copied().unwrap_or(EMPTY);
            if slot != EMPTY {
                *reference = slot << 1;
                live |= 1 << lane;
            }
        }
        if self.sums.records.is_empty() {
            return Cell { x: c.one(), y: c.one(), live: 0 };
        }
        let (x, y) = c.load(&self.sums.records, &refs);
        Cell { x, y, live: live & !c.absent(&x, &y) }
    }
}

/// Cells that are there already.
struct Given<'a, E>(&'a [Cell<E>]);

impl<C: Coordinates> Source<C> for Given<'_, C::Element> {
    #[inline(always)]
    fn cell(&self, _: C, index: usize) -> Cell<C::Element> {
        self.0[index]
    }
}
