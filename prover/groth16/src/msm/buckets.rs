//! The sum of every bucket of one window.
//!
//! References are sorted by bucket; a bucket's references are one run, or several where there are many more than
//! usual. Runs are sorted by length and each takes a lane, so that neighbouring lanes end at about the same time. In
//! step k the k-th point of each run is added to the run's sum, many runs with one inversion.

use super::{
    adder::{Adder, Source},
    coordinates::{Cell, Coordinates, Ref, Task},
};
use crate::group::{Chunk, Group, is_absent};
use zeroize::Zeroize as _;

/// Bytes of sums and scratch that a block of runs may take: what the second-level cache holds.
const BLOCK_BYTES: usize = 640 << 10;
/// How many groups ahead of its use a point is asked for.
const AHEAD: usize = 4;
/// Marks a bucket without a sum.
pub(super) const EMPTY: u32 = u32::MAX;

/// References with their buckets, which count from 1, always in the same order.
pub(super) trait References {
    /// Calls `visit` for each.
    fn each(&self, visit: impl FnMut(usize, Ref));
}

/// References sorted by bucket.
pub(super) struct Sorted {
    /// Where each bucket begins, from bucket 1 on, and the end.
    starts: Vec<u32>,
    refs: Vec<Ref>,
}

impl Drop for Sorted {
    fn drop(&mut self) {
        self.refs.zeroize();
    }
}

impl Sorted {
    /// Sorts references into `buckets` buckets that count from 1.
    pub(super) fn new(buckets: usize, references: &impl References) -> Self {
        let mut starts = vec![0u32; buckets + 1];
        references.each(|bucket, _| starts[bucket] += 1);
        let mut total = 0;
        for start in &mut starts {
            (*start, total) = (total, total + *start);
        }
        let mut refs = vec![0; total as usize];
        references.each(|bucket, reference| {
            let next = &mut starts[bucket];
            refs[*next as usize] = reference;
            *next += 1;
        });
        // Each entry has moved on to its bucket's end, which is where the next begins.
        Self { starts, refs }
    }

    pub(super) fn len(&self) -> usize {
        self.refs.len()
    }

    fn buckets(&self) -> usize {
        self.starts.len() - 1
    }

    /// Cuts buckets into runs of at most `longest` references, the longest first.
    fn runs(&self, longest: usize) -> Vec<Run> {
        let mut counts = vec![0usize; longest + 1];
        self.each_run(longest, |run| counts[run.length as usize] += 1);
        let mut total = 0;
        for count in counts.iter_mut().rev() {
            (*count, total) = (total, total + *count);
        }
        let mut runs = vec![Run { start: 0, length: 0, bucket: 0 }; total];
        self.each_run(longest, |run| {
            let next = &mut counts[run.length as usize];
            runs[*next] = run;
            *next += 1;
        });
        runs
    }

    fn each_run(&self, longest: usize, mut visit: impl FnMut(Run)) {
        for (bucket, ends) in self.starts.windows(2).enumerate() {
            let mut start = ends[0];
            while start < ends[1] {
                let length = (ends[1] - start).min(longest as u32);
                visit(Run { start, length, bucket: bucket as u32 + 1 });
                start += length;
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Run {
    start: u32,
    length: u32,
    bucket: u32,
}

/// The sums of buckets as records.
pub(super) struct Sums {
    pub(super) records: Vec<Chunk>,
    /// The record of bucket `i + 1`, or [`EMPTY`].
    pub(super) slots: Vec<u32>,
}

/// Adds up every bucket of `sorted`, whose references are into `records`.
pub(super) fn sum_buckets<C: Coordinates>(c: C, records: &[Chunk], sorted: Sorted) -> Sums {
    let buckets = sorted.buckets();
    let mut sorted = sorted;
    let mut sums: Vec<Chunk> = Vec::new();
    let mut first = true;
    loop {
        let longest = 2 * sorted.len() / buckets + 16;
        let runs = sorted.runs(longest);
        let bases = if first { records } else { &sums };
        let next = c.run(SumRuns { records: bases, refs: &sorted.refs, runs: &runs });
        sums = next;
        first = false;
        let mut slots = vec![EMPTY; buckets];
        let mut single = true;
        for (slot, run) in runs.iter().enumerate() {
            let place = &mut slots[run.bucket as usize - 1];
            single &= *place == EMPTY;
            *place = slot as u32;
        }
        if single {
            return Sums { records: sums, slots };
        }
        sorted =
            Sorted::new(buckets, &RunSums { runs: &runs, sums: &sums, chunks: C::Group::CHUNKS });
    }
}

/// The sums of runs as points to be added in turn.
struct RunSums<'a> {
    runs: &'a [Run],
    sums: &'a [Chunk],
    chunks: usize,
}

impl References for RunSums<'_> {
    fn each(&self, mut visit: impl FnMut(usize, Ref)) {
        for (slot, (run, sum)) in self.runs.iter().zip(self.sums.chunks(self.chunks)).enumerate() {
            if !is_absent(sum) {
                visit(run.bucket as usize, (slot as u32) << 1);
            }
        }
    }
}

/// Adds up each run; the sums come as records, padded to whole groups.
struct SumRuns<'a> {
    records: &'a [Chunk],
    refs: &'a [Ref],
    runs: &'a [Run],
}

impl<C: Coordinates> Task<C> for SumRuns<'_> {
    type Output = Vec<Chunk>;

    #[inline(always)]
    fn run(self, c: C) -> Vec<Chunk> {
        let groups = self.runs.len().div_ceil(C::WIDTH);
        let chunks = C::WIDTH * C::Group::CHUNKS;
        let mut out = vec![[0; 64]; groups * chunks];
        let cell = size_of::<Cell<C::Element>>() * 2 + size_of::<C::Element>() * 2;
        let block = (BLOCK_BYTES / cell).min(groups.max(1));
        let mut adder = Adder::new(c, block);
        let mut sums = Vec::with_capacity(block);
        for (runs, out) in self.runs.chunks(block * C::WIDTH).zip(out.chunks_mut(block * chunks)) {
            let groups: Vec<Lane8> = runs.chunks(C::WIDTH).map(Lane8::new).collect();
            let mut step =
                Step { records: self.records, refs: self.refs, groups: &groups, step: 0 };
            sums.clear();
            for i in 0..groups.len() {
                sums.push(step.cell(c, i));
            }
            for k in 1..groups[0].longest() {
                step.step = k;
                let active = groups.partition_point(|group| group.longest() > k);
                adder.add(&mut sums[..active], &step);
            }
            for (sum, out) in sums.iter().zip(out.chunks_mut(chunks)) {
                c.store(sum, out);
            }
        }
        out
    }
}

/// The runs of one group of lanes, the longest first.
struct Lane8 {
    starts: [u32; 8],
    lengths: [u32; 8],
}

impl Lane8 {
    fn new(runs: &[Run]) -> Self {
        let run = |lane: usize| runs.get(lane);
        Self {
            starts: std::array::from_fn(|lane| run(lane).unwrap_or(&runs[0]).start),
            lengths: std::array::from_fn(|lane| run(lane).map_or(0, |run| run.length)),
        }
    }

    const fn longest(&self) -> u32 {
        self.lengths[0]
    }
}

/// The points of one step.
struct Step<'a> {
    records: &'a [Chunk],
    refs: &'a [Ref],
    groups: &'a [Lane8],
    step: u32,
}

impl<C: Coordinates> Source<C> for Step<'_> {
    #[inline(always)]
    fn cell(&self, c: C, index: usize) -> Cell<C::Element> {
        if let Some(group) = self.groups.get(index + AHEAD)
            && group.lengths[C::WIDTH - 1] > self.step
        {
            for start in &group.starts[..C::WIDTH] {
                c.prefetch(self.records, self.refs[(start + self.step) as usize]);
            }
        }
        let group = &self.groups[index];
        let mut refs = [0; 8];
        let mut live = 0;
        for (lane, reference) in refs.iter_mut().enumerate().take(C::WIDTH) {
            let there = group.lengths[lane] > self.step;
            live |= u8::from(there) << lane;
            // A run that has ended repeats its first point, which then counts for nothing.
            let at = group.starts[lane] + if there { self.step } else { 0 };
            *reference = self.refs[at as usize];
        }
        let (x, y) = c.load(self.records, &refs);
        Cell { x, y, live }
    }
}
