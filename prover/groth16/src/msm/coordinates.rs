//! Affine point addition in three forms: G1 on vectors, G2 on vectors, either group on arkworks.
//!
//! A sum's slope needs one inversion, which a batch shares (Montgomery's trick). On vectors every coordinate is its
//! arkworks word v·2^256 as it lies in the key, while a product divides by 2^260. Sums come out right without any
//! conversion: the shared inversion puts in a factor of 2^518, so that slopes come out as λ·2^258, their squares as
//! λ²·2^256, and the last product takes its other operand times 4.

use crate::{
    field::{Limbs, Prime, quadratic::Pair},
    group::{Chunk, G1, G2, Group},
    lanes::{Lanes, Task as LaneTask},
};
use ark_bn254::{Fq2, FqConfig};
use ark_ff::{AdditiveGroup as _, Field};
use std::marker::PhantomData;

/// A reference to a base: its index, doubled, plus one to negate it.
pub(crate) type Ref = u32;

/// A computation over [`Coordinates`]; see [`crate::lanes::Task`].
pub(crate) trait Task<C: Coordinates> {
    /// The result.
    type Output;
    /// Does the work; what is below it must be `inline(always)`.
    fn run(self, coordinates: C) -> Self::Output;
}

/// A point per lane; lanes that `live` leaves out are the point at infinity, whatever `x` and `y` say.
#[derive(Clone, Copy)]
pub(crate) struct Cell<E> {
    pub(crate) x: E,
    pub(crate) y: E,
    pub(crate) live: u8,
}

/// The coordinates of [`Self::WIDTH`] points at a time.
pub(crate) trait Coordinates: Copy + Send + Sync {
    /// The points' group.
    type Group: Group;
    /// One coordinate of each point.
    type Element: Copy + Send + Sync;
    /// Points at a time.
    const WIDTH: usize;

    /// Runs `task` compiled for the instructions that these coordinates use.
    fn run<T: Task<Self>>(self, task: T) -> T::Output;
    /// Anything that is invertible.
    fn one(self) -> Self::Element;
    /// A product, up to a constant factor; `b` is a product itself, or an inverse, while `a` may be a difference.
    fn mul(self, a: &Self::Element, b: &Self::Element) -> Self::Element;
    /// `a − b`, fit to be multiplied.
    fn difference(self, a: &Self::Element, b: &Self::Element) -> Self::Element;
    /// `on` in the lanes of `mask`, else `off`.
    fn select(self, mask: u8, on: &Self::Element, off: &Self::Element) -> Self::Element;
    /// The lanes where a [`Self::difference`] is zero.
    fn zeros(self, a: &Self::Element) -> u8;
    /// The lanes whose loaded point is a record of zeros.
    fn absent(self, x: &Self::Element, y: &Self::Element) -> u8;
    /// The inverses, with the factor that slopes need; none if any lane is zero.
    fn invert(self, a: &Self::Element) -> Option<Self::Element>;
    /// The sum's x: `λ² − x₁ − x₂`.
    fn sum_x(self, slope: &Self::Element, x1: &Self::Element, x2: &Self::Element) -> Self::Element;
    /// The sum's y: `λ(x₁ − x₃) − y₁`.
    fn sum_y(
        self,
        slope: &Self::Element,
        x1: &Self::Element,
        x3: &Self::Element,
        y1: &Self::Element,
    ) -> Self::Element;
    /// Loads the points of `refs`, of which [`Self::WIDTH`] are used.
    fn load(self, records: &[Chunk], refs: &[Ref; 8]) -> (Self::Element, Self::Element);
    /// Asks for the memory of a point.
    fn prefetch(self, records: &[Chunk], reference: Ref);
    /// Writes the points, infinity where `cell` is not live, as [`Self::WIDTH`] records.
    fn store(self, cell: &Cell<Self::Element>, records: &mut [Chunk]);
}

/// G1 on vector lanes.
pub(crate) struct VectorG1<L>(Prime<L, FqConfig>);

impl<L: Copy> Copy for VectorG1<L> {}
impl<L: Copy> Clone for VectorG1<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L: Lanes> From<L> for VectorG1<L> {
    fn from(lanes: L) -> Self {
        Self(Prime::new(lanes))
    }
}

/// Carries a [`Task`] to where the lanes' instructions are in force.
struct OnLanes<C, T>(C, T);

impl<L: Lanes, C: Coordinates, T: Task<C>> LaneTask<L> for OnLanes<C, T> {
    type Output = T::Output;
    #[inline(always)]
    fn run(self, _: L) -> T::Output {
        self.1.run(self.0)
    }
}

/// Inverts all at once; none if one is zero. The results carry the factor 64: words then hold 2^518 over what was in.
fn invert_words<F: Field + From<u64>>(values: [F; 8]) -> Option<[F; 8]> {
    let mut prefix = [F::ONE; 8];
    for i in 1..8 {
        prefix[i] = prefix[i - 1] * values[i - 1];
    }
    let mut inverse = (prefix[7] * values[7]).inverse()? * F::from(64u64);
    let mut out = [F::ZERO; 8];
    for i in (0..8).rev() {
        out[i] = inverse * prefix[i];
        inverse *= values[i];
    }
    Some(out)
}

/// The rows of eight G1 points, or of the halves of eight G2 points.
#[inline(always)]
fn rows<L: Lanes>(lanes: L, chunks: [&Chunk; 8]) -> [[L::V; 4]; 2] {
    let mut rows = [lanes.splat(0); 8];
    for i in 0..8 {
        rows[i] = lanes.load_bytes(chunks[i]);
    }
    let t = lanes.transpose(rows);
    [[t[0], t[1], t[2], t[3]], [t[4], t[5], t[6], t[7]]]
}

#[inline(always)]
fn signs(refs: &[Ref; 8]) -> u8 {
    let mut mask = 0;
    for (lane, reference) in refs.iter().enumerate() {
        mask |= ((reference & 1) as u8) << lane;
    }
    mask
}

#[inline(always)]
fn chunks_of<'a>(
    records: &'a [Chunk],
    refs: &[Ref; 8],
    chunks: usize,
    which: usize,
) -> [&'a Chunk; 8] {
    let mut out = [&records[0]; 8];
    for i in 0..8 {
        out[i] = chunk_of(records, refs[i], chunks, which);
    }
    out
}

#[inline(always)]
fn chunk_of(records: &[Chunk], reference: Ref, chunks: usize, which: usize) -> &Chunk {
    &records[(reference >> 1) as usize * chunks + which]
}

/// `4(a − b)`, below `20.1p`, for `a` and `b` that are settled.
#[inline(always)]
fn quadrupled<L: Lanes>(f: Prime<L, FqConfig>, a: &Limbs<L>, b: &Limbs<L>) -> Limbs<L> {
    let mut gap = f.sub_raw(a, b, 3);
    for limb in &mut gap {
        *limb = f.lanes.shl::<2>(*limb);
    }
    f.normalise(gap)
}

/// `product − x₁ − x₂`, settled, where the product is below `2p` and the others are settled.
#[inline(always)]
fn less_both<L: Lanes>(
    f: Prime<L, FqConfig>,
    product: &Limbs<L>,
    x1: &Limbs<L>,
    x2: &Limbs<L>,
) -> Limbs<L> {
    f.settle(f.minus(&f.sub_raw(product, x1, 5), x2))
}

/// `−y` in the lanes of `signs`, not normalised.
#[inline(always)]
fn negate_where<L: Lanes>(f: Prime<L, FqConfig>, signs: u8, y: &Limbs<L>) -> Limbs<L> {
    f.select(signs, &f.sub_raw(&f.splat([0; 5]), y, 1), y)
}

impl<L: Lanes> Coordinates for VectorG1<L> {
    type Group = G1;
    type Element = Limbs<L>;
    const WIDTH: usize = 8;

    #[inline(always)]
    fn run<T: Task<Self>>(self, task: T) -> T::Output {
        self.0.lanes.run(OnLanes(self, task))
    }
    #[inline(always)]
    fn one(self) -> Limbs<L> {
        self.0.splat([1, 0, 0, 0, 0])
    }
    #[inline(always)]
    fn mul(self, a: &Limbs<L>, b: &Limbs<L>) -> Limbs<L> {
        self.0.mul(a, b)
    }
    #[inline(always)]
    fn difference(self, a: &Limbs<L>, b: &Limbs<L>) -> Limbs<L> {
        self.0.sub(a, b, 3)
    }
    #[inline(always)]
    fn select(self, mask: u8, on: &Limbs<L>, off: &Limbs<L>) -> Limbs<L> {
        self.0.select(mask, on, off)
    }
    #[inline(always)]
    fn zeros(self, a: &Limbs<L>) -> u8 {
        self.0.zeros(a)
    }
    #[inline(always)]
    fn absent(self, x: &Limbs<L>, y: &Limbs<L>) -> u8 {
        self.0.all_zero(x) & self.0.all_zero(y)
    }
    #[inline(always)]
    fn invert(self, a: &Limbs<L>) -> Option<Limbs<L>> {
        Some(self.0.load_ark(&invert_words(self.0.to_ark(a))?))
    }
    #[inline(always)]
    fn sum_x(self, slope: &Limbs<L>, x1: &Limbs<L>, x2: &Limbs<L>) -> Limbs<L> {
        less_both(self.0, &self.0.mul(slope, slope), x1, x2)
    }
    #[inline(always)]
    fn sum_y(self, slope: &Limbs<L>, x1: &Limbs<L>, x3: &Limbs<L>, y1: &Limbs<L>) -> Limbs<L> {
        let product = self.0.mul(&quadrupled(self.0, x1, x3), slope);
        self.0.settle(self.0.sub_raw(&product, y1, 3))
    }
    #[inline(always)]
    fn load(self, records: &[Chunk], refs: &[Ref; 8]) -> (Limbs<L>, Limbs<L>) {
        let f = self.0;
        let [x, y] = rows(f.lanes, chunks_of(records, refs, 1, 0));
        (f.load_words(x), negate_where(f, signs(refs), &f.load_words(y)))
    }
    #[inline(always)]
    fn prefetch(self, records: &[Chunk], reference: Ref) {
        self.0.lanes.prefetch(chunk_of(records, reference, 1, 0));
    }
    #[inline(always)]
    fn store(self, cell: &Cell<Limbs<L>>, records: &mut [Chunk]) {
        let f = self.0;
        let nothing = f.splat([0; 5]);
        let x = f.select(cell.live, &f.canonical(cell.x), &nothing);
        let y = f.select(cell.live, &f.canonical(cell.y), &nothing);
        store_rows(f.lanes, [f.to_words(&x), f.to_words(&y)], records, 1, 0);
    }
}

/// Writes eight G1 points, or the halves of eight G2 points.
#[inline(always)]
fn store_rows<L: Lanes>(
    lanes: L,
    words: [[L::V; 4]; 2],
    records: &mut [Chunk],
    chunks: usize,
    which: usize,
) {
    let [x, y] = words;
    let rows = lanes.transpose([x[0], x[1], x[2], x[3], y[0], y[1], y[2], y[3]]);
    for (lane, row) in rows.into_iter().enumerate() {
        lanes.store_bytes(row, &mut records[lane * chunks + which]);
    }
}

/// G2 on vector lanes.
pub(crate) struct VectorG2<L>(Prime<L, FqConfig>);

impl<L: Copy> Copy for VectorG2<L> {}
impl<L: Copy> Clone for VectorG2<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L: Lanes> From<L> for VectorG2<L> {
    fn from(lanes: L) -> Self {
        Self(Prime::new(lanes))
    }
}

impl<L: Lanes> Coordinates for VectorG2<L> {
    type Group = G2;
    type Element = Pair<L>;
    const WIDTH: usize = 8;

    #[inline(always)]
    fn run<T: Task<Self>>(self, task: T) -> T::Output {
        self.0.lanes.run(OnLanes(self, task))
    }
    #[inline(always)]
    fn one(self) -> Pair<L> {
        [self.0.splat([1, 0, 0, 0, 0]), self.0.splat([0; 5])]
    }
    #[inline(always)]
    fn mul(self, a: &Pair<L>, b: &Pair<L>) -> Pair<L> {
        self.0.mul2(a, b)
    }
    #[inline(always)]
    fn difference(self, a: &Pair<L>, b: &Pair<L>) -> Pair<L> {
        [self.0.sub(&a[0], &b[0], 3), self.0.sub(&a[1], &b[1], 3)]
    }
    #[inline(always)]
    fn select(self, mask: u8, on: &Pair<L>, off: &Pair<L>) -> Pair<L> {
        [self.0.select(mask, &on[0], &off[0]), self.0.select(mask, &on[1], &off[1])]
    }
    #[inline(always)]
    fn zeros(self, a: &Pair<L>) -> u8 {
        self.0.zeros(&a[0]) & self.0.zeros(&a[1])
    }
    #[inline(always)]
    fn absent(self, x: &Pair<L>, y: &Pair<L>) -> u8 {
        let zero = |pair: &Pair<L>| self.0.all_zero(&pair[0]) & self.0.all_zero(&pair[1]);
        zero(x) & zero(y)
    }
    #[inline(always)]
    fn invert(self, a: &Pair<L>) -> Option<Pair<L>> {
        let (c0, c1) = (self.0.to_ark(&a[0]), self.0.to_ark(&a[1]));
        let inverses = invert_words(std::array::from_fn(|lane| Fq2::new(c0[lane], c1[lane])))?;
        let (c0, c1) = (inverses.map(|inverse| inverse.c0), inverses.map(|inverse| inverse.c1));
        Some([self.0.load_ark(&c0), self.0.load_ark(&c1)])
    }
    #[inline(always)]
    fn sum_x(self, slope: &Pair<L>, x1: &Pair<L>, x2: &Pair<L>) -> Pair<L> {
        let square = self.0.square2(slope);
        [
            less_both(self.0, &square[0], &x1[0], &x2[0]),
            less_both(self.0, &square[1], &x1[1], &x2[1]),
        ]
    }
    #[inline(always)]
    fn sum_y(self, slope: &Pair<L>, x1: &Pair<L>, x3: &Pair<L>, y1: &Pair<L>) -> Pair<L> {
        let f = self.0;
        let gap = [quadrupled(f, &x1[0], &x3[0]), quadrupled(f, &x1[1], &x3[1])];
        let product = f.mul2(&gap, slope);
        [f.settle(f.sub_raw(&product[0], &y1[0], 3)), f.settle(f.sub_raw(&product[1], &y1[1], 3))]
    }
    #[inline(always)]
    fn load(self, records: &[Chunk], refs: &[Ref; 8]) -> (Pair<L>, Pair<L>) {
        let f = self.0;
        let [x0, x1] = rows(f.lanes, chunks_of(records, refs, 2, 0));
        let [y0, y1] = rows(f.lanes, chunks_of(records, refs, 2, 1));
        let signs = signs(refs);
        let y = [f.load_words(y0), f.load_words(y1)];
        (
            [f.load_words(x0), f.load_words(x1)],
            [negate_where(f, signs, &y[0]), negate_where(f, signs, &y[1])],
        )
    }
    #[inline(always)]
    fn prefetch(self, records: &[Chunk], reference: Ref) {
        self.0.lanes.prefetch(chunk_of(records, reference, 2, 0));
        self.0.lanes.prefetch(chunk_of(records, reference, 2, 1));
    }
    #[inline(always)]
    fn store(self, cell: &Cell<Pair<L>>, records: &mut [Chunk]) {
        let f = self.0;
        let nothing = f.splat([0; 5]);
        for (which, c) in [&cell.x, &cell.y].into_iter().enumerate() {
            let c0 = f.select(cell.live, &f.canonical(c[0]), &nothing);
            let c1 = f.select(cell.live, &f.canonical(c[1]), &nothing);
            store_rows(f.lanes, [f.to_words(&c0), f.to_words(&c1)], records, 2, which);
        }
    }
}

/// Either group on arkworks, one point at a time: for machines without the vector instructions.
#[derive(Clone, Copy)]
pub(crate) struct Portable<G>(PhantomData<G>);

impl<G> Default for Portable<G> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<G: Group> Coordinates for Portable<G> {
    type Group = G;
    type Element = G::Base;
    const WIDTH: usize = 1;

    fn run<T: Task<Self>>(self, task: T) -> T::Output {
        task.run(self)
    }
    fn one(self) -> G::Base {
        G::Base::ONE
    }
    fn mul(self, a: &G::Base, b: &G::Base) -> G::Base {
        *a * b
    }
    fn difference(self, a: &G::Base, b: &G::Base) -> G::Base {
        *a - b
    }
    fn select(self, mask: u8, on: &G::Base, off: &G::Base) -> G::Base {
        if mask & 1 == 1 { *on } else { *off }
    }
    fn zeros(self, a: &G::Base) -> u8 {
        u8::from(*a == G::Base::ZERO)
    }
    fn absent(self, x: &G::Base, y: &G::Base) -> u8 {
        self.zeros(x) & self.zeros(y)
    }
    fn invert(self, a: &G::Base) -> Option<G::Base> {
        a.inverse()
    }
    fn sum_x(self, slope: &G::Base, x1: &G::Base, x2: &G::Base) -> G::Base {
        slope.square() - x1 - x2
    }
    fn sum_y(self, slope: &G::Base, x1: &G::Base, x3: &G::Base, y1: &G::Base) -> G::Base {
        (*x1 - x3) * slope - y1
    }
    fn load(self, records: &[Chunk], refs: &[Ref; 8]) -> (G::Base, G::Base) {
        let at = (refs[0] >> 1) as usize * G::CHUNKS;
        let (x, y) = G::decode_coordinates(&records[at..at + G::CHUNKS]);
        (x, if refs[0] & 1 == 1 { -y } else { y })
    }
    fn prefetch(self, _: &[Chunk], _: Ref) {}
    fn store(self, cell: &Cell<G::Base>, records: &mut [Chunk]) {
        if cell.live & 1 == 1 {
            G::encode_coordinates(&cell.x, &cell.y, records);
        } else {
            records[..G::CHUNKS].fill([0; 64]);
        }
    }
}
