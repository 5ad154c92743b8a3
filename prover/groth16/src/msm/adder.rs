//! Many affine additions with one inversion.

use super::coordinates::{Cell, Coordinates, Task};
use crate::group::{Chunk, Group};

/// Chains of products kept apart, so that the processor need not wait for one product to begin the next.
const CHAINS: usize = 4;
/// Additions that pass through each phase together; their slopes stay in the first-level cache.
const TILE: usize = 8;

/// Where the second operands of additions come from.
pub(super) trait Source<C: Coordinates> {
    /// The operand of the `index`-th addition.
    fn cell(&self, coordinates: C, index: usize) -> Cell<C::Element>;
}

/// The additions whose operands are gathered. Apart from the sources, so that it is compiled but once.
struct Batch<'a, C: Coordinates> {
    adder: &'a mut Adder<C>,
    sums: &'a mut [Cell<C::Element>],
}

impl<C: Coordinates> Task<C> for Batch<'_, C> {
    type Output = ();
    #[inline(always)]
    fn run(self, _: C) {
        for _ in 0..2 {
            let totals = self.adder.chain(self.sums.len());
            if let Some(inverses) = self.adder.invert(&totals) {
                return self.adder.finish(self.sums, inverses);
            }
            // Puts one for every zero, so the next inversion succeeds, unless the key has coordinates far above the prime.
            self.adder.settle_exceptions(self.sums);
        }
    }
}

/// Scratch space for a batch of additions.
pub(super) struct Adder<C: Coordinates> {
    coordinates: C,
    operands: Vec<Cell<C::Element>>,
    /// Differences of x.
    gaps: Vec<C::Element>,
    /// Products of the gaps before each in its chain.
    prefixes: Vec<C::Element>,
}

impl<C: Coordinates> Adder<C> {
    const FULL: u8 = (((1u16 << C::WIDTH) - 1) & 0xff) as u8;

    /// Space for `capacity` additions at a time.
    pub(super) fn new(coordinates: C, capacity: usize) -> Self {
        let one = coordinates.one();
        Self {
            coordinates,
            operands: vec![Cell { x: one, y: one, live: 0 }; capacity],
            gaps: vec![one; capacity],
            prefixes: vec![one; capacity],
        }
    }

    /// Adds the `i`-th operand to `sums[i]`, for each `i`; there are at most as many as there is capacity.
    #[inline(always)]
    pub(super) fn add(&mut self, sums: &mut [Cell<C::Element>], source: &impl Source<C>) {
        self.gather(sums, source);
        self.coordinates.run(Batch { adder: self, sums });
    }

    /// Loads the operands and takes the gaps of x; lanes with nothing to add have the gap one.
    #[inline(always)]
    fn gather(&mut self, sums: &[Cell<C::Element>], source: &impl Source<C>) {
        let c = self.coordinates;
        for (i, sum) in sums.iter().enumerate() {
            let operand = source.cell(c, i);
            let both = operand.live & sum.live;
            let gap = c.difference(&operand.x, &sum.x);
            self.gaps[i] = if both == Self::FULL { gap } else { c.select(both, &gap, &c.one()) };
            self.operands[i] = operand;
        }
    }

    /// The products of each chain's gaps.
    #[inline(always)]
    fn chain(&mut self, count: usize) -> [C::Element; CHAINS] {
        let c = self.coordinates;
        let mut totals = [c.one(); CHAINS];
        for (i, (gap, prefix)) in
            self.gaps[..count].iter().zip(&mut self.prefixes[..count]).enumerate()
        {
            let total = &mut totals[i % CHAINS];
            *prefix = *total;
            *total = c.mul(gap, total);
        }
        totals
    }

    /// The inverses of all chains at the price of one.
    #[inline(always)]
    fn invert(&self, totals: &[C::Element; CHAINS]) -> Option<[C::Element; CHAINS]> {
        let c = self.coordinates;
        let [t0, t1, t2, t3] = totals;
        let (low, high) = (c.mul(t0, t1), c.mul(t2, t3));
        let inverse = c.invert(&c.mul(&low, &high))?;
        let (low, high) = (c.mul(&inverse, &high), c.mul(&inverse, &low));
        Some([c.mul(&low, t1), c.mul(&low, t0), c.mul(&high, t3), c.mul(&high, t2)])
    }

    #[inline(always)]
    fn finish(&mut self, sums: &mut [Cell<C::Element>], mut inverses: [C::Element; CHAINS]) {
        let c = self.coordinates;
        let mut slopes = [c.one(); TILE];
        let tiles = sums.len().div_ceil(TILE);
        for tile in (0..tiles).rev() {
            let start = tile * TILE;
            let end = (start + TILE).min(sums.len());
            for i in (start..end).rev() {
                let inverse = &mut inverses[i % CHAINS];
                slopes[i - start] = c.mul(inverse, &self.prefixes[i]);
                *inverse = c.mul(&self.gaps[i], inverse);
            }
            for i in start..end {
                let rise = c.difference(&self.operands[i].y, &sums[i].y);
                slopes[i - start] = c.mul(&rise, &slopes[i - start]);
            }
            for i in start..end {
                let x = c.sum_x(&slopes[i - start], &sums[i].x, &self.operands[i].x);
                self.gaps[i] = x;
            }
            for i in start..end {
                self.put(&mut sums[i], i, &slopes[i - start]);
            }
        }
    }

    /// Ends the addition `i`, whose x lies in `gaps`; lanes where one operand was missing take the other.
    #[inline(always)]
    fn put(&self, sum: &mut Cell<C::Element>, i: usize, slope: &C::Element) {
        let c = self.coordinates;
        let (operand, x) = (&self.operands[i], self.gaps[i]);
        let y = c.sum_y(slope, &sum.x, &x, &sum.y);
        let both = operand.live & sum.live;
        if both == Self::FULL {
            (sum.x, sum.y) = (x, y);
            return;
        }
        let first = operand.live & !sum.live;
        sum.x = c.select(both, &x, &c.select(first, &operand.x, &sum.x));
        sum.y = c.select(both, &y, &c.select(first, &operand.y, &sum.y));
        sum.live |= operand.live;
    }

    /// Adds by the complete formulas of arkworks where both operands have one x, and takes these lanes out of the
    /// batch. Equal points, or opposite ones, are so rare in proving that this need not be fast.
    #[cold]
    #[inline(never)]
    fn settle_exceptions(&mut self, sums: &mut [Cell<C::Element>]) {
        let c = self.coordinates;
        for (i, sum) in sums.iter_mut().enumerate() {
            let equal = c.zeros(&self.gaps[i]) & sum.live & self.operands[i].live;
            if equal != 0 {
                *sum = self.add_exceptions(sum, &self.operands[i], equal);
                self.operands[i].live &= !equal;
                self.gaps[i] = c.select(equal, &c.one(), &self.gaps[i]);
            }
        }
    }

    fn add_exceptions(
        &self,
        sum: &Cell<C::Element>,
        operand: &Cell<C::Element>,
        lanes: u8,
    ) -> Cell<C::Element> {
        let (c, chunks) = (self.coordinates, C::Group::CHUNKS);
        let mut records = [[[0u8; 64]; 16]; 2];
        c.store(sum, &mut records[0]);
        c.store(operand, &mut records[1]);
        let [mut sums, operands] = records;
        let mut live = sum.live;
        for lane in (0..C::WIDTH).filter(|lane| lanes >> lane & 1 == 1) {
            let at = lane * chunks..(lane + 1) * chunks;
            let total = add_points::<C::Group>(&sums[at.clone()], &operands[at.clone()]);
            C::Group::encode(&total, &mut sums[at.clone()]);
            if crate::group::is_absent(&sums[at]) {
                live &= !(1 << lane);
            }
        }
        let refs = std::array::from_fn(|lane| ((lane % C::WIDTH) as u32) << 1);
        let (x, y) = c.load(&sums, &refs);
        Cell { x, y, live }
    }
}

fn add_points<G: Group>(a: &[Chunk], b: &[Chunk]) -> G::Affine {
    (G::Projective::from(G::decode(a)) + G::decode(b)).into()
}
