//! The quadratic extension Fq2 = Fq[u] / (u² + 1), eight elements at a time.

use super::{Limbs, Prime};
use crate::lanes::Lanes;
use ark_bn254::FqConfig;

/// One element of Fq2 per lane: `c0 + c1·u`.
pub(crate) type Pair<L> = [Limbs<L>; 2];

impl<L: Lanes> Prime<L, FqConfig> {
    /// `a·b / 2^260`: below `p + (a₀·b₀ + a₁·3p) / 2^260` a coordinate; those of `b` are below `3p`.
    #[inline(always)]
    pub(crate) fn mul2(self, a: &Pair<L>, b: &Pair<L>) -> Pair<L> {
        let negated = self.sub(&self.splat([0; 5]), &b[1], 3);
        [self.dot([(&a[0], &b[0]), (&a[1], &negated)]), self.dot([(&a[0], &b[1]), (&a[1], &b[0])])]
    }

    /// `a² / 2^260`, as `(a₀ + a₁)(a₀ − a₁)` and `2a₀·a₁`; the coordinates of `a` are below `3p`.
    #[inline(always)]
    pub(crate) fn square2(self, a: &Pair<L>) -> Pair<L> {
        let (sum, difference) = (self.add(&a[0], &a[1]), self.sub(&a[0], &a[1], 3));
        let twice = self.add(&a[0], &a[0]);
        [self.mul(&sum, &difference), self.mul(&twice, &a[1])]
    }
}
