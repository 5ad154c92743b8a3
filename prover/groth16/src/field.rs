//! Residues modulo a 254-bit prime, eight at a time, as five limbs of 52 bits.
//!
//! The multiplication is Montgomery's with R = 2^260 (Gueron and Krasnov, "Software implementation of modular
//! exponentiation, using advanced vector instructions architectures", 2012). Operands are kept loose, below a small
//! multiple of the prime; each function says what it takes and what it gives.

pub(crate) mod quadratic;

use crate::lanes::Lanes;
use ark_ff::{BigInt, BigInteger as _, Fp, MontBackend, MontConfig, PrimeField as _};
use std::marker::PhantomData;

/// One residue per lane: limb `i` holds bits `52·i` and up.
pub(crate) type Limbs<L> = [<L as Lanes>::V; 5];
/// The same field in arkworks: Montgomery form with R = 2^256.
pub(crate) type Ark<M> = Fp<MontBackend<M, 4>, 4>;

const LOW: u64 = (1 << 52) - 1;
/// More than any carry that limbs not yet normalised owe their top limb.
const SLACK: u64 = 8;

/// Cuts 256 bits into limbs of 52.
pub(crate) const fn split(a: [u64; 4]) -> [u64; 5] {
    [
        a[0] & LOW,
        (a[0] >> 52 | a[1] << 12) & LOW,
        (a[1] >> 40 | a[2] << 24) & LOW,
        (a[2] >> 28 | a[3] << 36) & LOW,
        a[3] >> 16,
    ]
}

/// What the arithmetic needs to know of a prime.
struct Constants<M>(PhantomData<M>);

impl<M: MontConfig<4>> Constants<M> {
    /// 0, p, 2p, …
    const MULTIPLES: [[u64; 5]; 6] = {
        let p = split(M::MODULUS.0);
        let mut out = [[0; 5]; 6];
        let mut k = 0;
        while k < 6 {
            let (mut i, mut carry) = (0, 0);
            while i < 5 {
                let limb = p[i] * k as u64 + carry;
                out[k][i] = limb & LOW;
                carry = limb >> 52;
                i += 1;
            }
            k += 1;
        }
        out
    };
    /// −p⁻¹ modulo 2^52, by Newton's iteration.
    const NEGATED_INVERSE: u64 = {
        let p = M::MODULUS.0[0];
        let (mut x, mut i) = (1u64, 0);
        while i < 6 {
            x = x.wrapping_mul(2u64.wrapping_sub(p.wrapping_mul(x)));
            i += 1;
        }
        x.wrapping_neg() & LOW
    };
}

/// Arithmetic modulo the prime of `M` on the lanes of `L`.
pub(crate) struct Prime<L, M> {
    pub(crate) lanes: L,
    modulus: PhantomData<M>,
}

impl<L: Copy, M> Copy for Prime<L, M> {}
impl<L: Copy, M> Clone for Prime<L, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L: Lanes, M: MontConfig<4>> Prime<L, M> {
    pub(crate) const fn new(lanes: L) -> Self {
        Self { lanes, modulus: PhantomData }
    }

    /// The same integer in each lane.
    #[inline(always)]
    pub(crate) fn splat(self, limbs: [u64; 5]) -> Limbs<L> {
        let l = self.lanes;
        let [a, b, c, d, e] = limbs;
        [l.splat(a), l.splat(b), l.splat(c), l.splat(d), l.splat(e)]
    }

    /// `k` times the prime; `k` is at most 5.
    #[inline(always)]
    fn multiple(self, k: usize) -> Limbs<L> {
        self.splat(Constants::<M>::MULTIPLES[k])
    }

    /// Carries between limbs, the top one excepted, so that each is of 52 bits; limbs may come in negative, the whole
    /// may not.
    #[inline(always)]
    pub(crate) fn normalise(self, mut a: Limbs<L>) -> Limbs<L> {
        let l = self.lanes;
        let low = l.splat(LOW);
        for i in 0..4 {
            a[i + 1] = l.add(a[i + 1], l.sar::<52>(a[i]));
            a[i] = l.and(a[i], low);
        }
        a
    }

    /// `Σ aᵢ·bᵢ / 2^260` modulo p: below `p + Σ aᵢ·bᵢ / 2^260`, where 2^260 is more than 84 p.
    ///
    /// Operands are normalised and below 2^260. At most four products, so that no limb overflows 64 bits.
    #[inline(always)]
    pub(crate) fn dot<const N: usize>(self, pairs: [(&Limbs<L>, &Limbs<L>); N]) -> Limbs<L> {
        let l = self.lanes;
        let zero = l.splat(0);
        let inverse = l.splat(Constants::<M>::NEGATED_INVERSE);
        let p = self.multiple(1);
        let mut t = [zero; 5];
        for i in 0..5 {
            for (a, b) in pairs {
                for j in 0..5 {
                    t[j] = l.madd_lo(t[j], a[i], b[j]);
                }
            }
            let m = l.madd_lo(zero, t[0], inverse);
            for j in 0..5 {
                t[j] = l.madd_lo(t[j], m, p[j]);
            }
            t = [l.add(t[1], l.shr::<52>(t[0])), t[2], t[3], t[4], zero];
            for (a, b) in pairs {
                for j in 0..5 {
                    t[j] = l.madd_hi(t[j], a[i], b[j]);
                }
            }
            for j in 0..5 {
                t[j] = l.madd_hi(t[j], m, p[j]);
            }
        }
        self.normalise(t)
    }

    /// `a·b / 2^260` modulo p, as [`Self::dot`].
    #[inline(always)]
    pub(crate) fn mul(self, a: &Limbs<L>, b: &Limbs<L>) -> Limbs<L> {
        self.dot([(a, b)])
    }

    /// Zero in each lane.
    #[inline(always)]
    pub(crate) fn zero(self) -> Limbs<L> {
        self.splat([0; 5])
    }

    /// The word of `x` in each lane.
    #[inline(always)]
    pub(crate) fn splat_word(self, x: &Ark<M>) -> Limbs<L> {
        self.splat(split(x.0.0))
    }

    /// `a + b`, below `(2 + 2^-20)·p` if both are, through as many as 20 such sums.
    #[inline(always)]
    pub(crate) fn sum(self, a: &Limbs<L>, b: &Limbs<L>) -> Limbs<L> {
        self.normalise(self.sub_if_above(self.add_raw(a, b), 2))
    }

    /// `a + b`, not normalised.
    #[inline(always)]
    pub(crate) fn add_raw(self, a: &Limbs<L>, b: &Limbs<L>) -> Limbs<L> {
        let l = self.lanes;
        [
            l.add(a[0], b[0]),
            l.add(a[1], b[1]),
            l.add(a[2], b[2]),
            l.add(a[3], b[3]),
            l.add(a[4], b[4]),
        ]
    }

    /// `a − b`, not normalised: limbs may be negative.
    #[inline(always)]
    pub(crate) fn minus(self, a: &Limbs<L>, b: &Limbs<L>) -> Limbs<L> {
        let l = self.lanes;
        [
            l.sub(a[0], b[0]),
            l.sub(a[1], b[1]),
            l.sub(a[2], b[2]),
            l.sub(a[3], b[3]),
            l.sub(a[4], b[4]),
        ]
    }

    /// `a + b`, normalised.
    #[inline(always)]
    pub(crate) fn add(self, a: &Limbs<L>, b: &Limbs<L>) -> Limbs<L> {
        self.normalise(self.add_raw(a, b))
    }

    /// `a − b + k·p`, not normalised.
    #[inline(always)]
    pub(crate) fn sub_raw(self, a: &Limbs<L>, b: &Limbs<L>, k: usize) -> Limbs<L> {
        self.minus(&self.add_raw(a, &self.multiple(k)), b)
    }

    /// `a − b + k·p`, normalised; `b` is at most `k·p`.
    #[inline(always)]
    pub(crate) fn sub(self, a: &Limbs<L>, b: &Limbs<L>, k: usize) -> Limbs<L> {
        self.normalise(self.sub_raw(a, b, k))
    }

    /// Brings what is below `8p` under `(2 + 2^-40)·p` and normalises it; limbs may come in unnormalised.
    #[inline(always)]
    pub(crate) fn settle(self, mut a: Limbs<L>) -> Limbs<L> {
        for k in [4, 2] {
            a = self.sub_if_above(a, k);
        }
        self.normalise(a)
    }

    /// Subtracts `k·p` where the top limb says that it certainly fits.
    #[inline(always)]
    pub(crate) fn sub_if_above(self, a: Limbs<L>, k: usize) -> Limbs<L> {
        let l = self.lanes;
        let bound = l.splat(Constants::<M>::MULTIPLES[k][4] + SLACK);
        let (above, kp) = (l.greater(a[4], bound), self.multiple(k));
        let mut out = a;
        for i in 0..5 {
            out[i] = l.sub_where(above, a[i], kp[i]);
        }
        out
    }

    /// The residue below p of what is below `8p`; limbs may come in unnormalised.
    #[inline(always)]
    pub(crate) fn canonical(self, a: Limbs<L>) -> Limbs<L> {
        let mut a = self.normalise(a);
        for k in [4, 2, 1] {
            let reduced = self.normalise(self.minus(&a, &self.multiple(k)));
            a = self.select(self.lanes.negatives(reduced[4]), &a, &reduced);
        }
        a
    }

    /// The lanes that are zero modulo p; the value is below `8p`.
    #[inline(always)]
    pub(crate) fn zeros(self, a: &Limbs<L>) -> u8 {
        self.all_zero(&self.canonical(*a))
    }

    /// The lanes whose limbs are all zero.
    #[inline(always)]
    pub(crate) fn all_zero(self, a: &Limbs<L>) -> u8 {
        let l = self.lanes;
        l.zeros(l.or(l.or(l.or(a[0], a[1]), l.or(a[2], a[3])), a[4]))
    }

    /// `on` in the lanes of `mask`, else `off`.
    #[inline(always)]
    pub(crate) fn select(self, mask: u8, on: &Limbs<L>, off: &Limbs<L>) -> Limbs<L> {
        let mut out = *off;
        for i in 0..5 {
            out[i] = self.lanes.select(mask, on[i], off[i]);
        }
        out
    }

    /// Four rows of 64-bit words, least significant first, as limbs.
    #[inline(always)]
    pub(crate) fn load_words(self, a: [L::V; 4]) -> Limbs<L> {
        let l = self.lanes;
        let low = l.splat(LOW);
        [
            l.and(a[0], low),
            l.and(l.or(l.shr::<52>(a[0]), l.shl::<12>(a[1])), low),
            l.and(l.or(l.shr::<40>(a[1]), l.shl::<24>(a[2])), low),
            l.and(l.or(l.shr::<28>(a[2]), l.shl::<36>(a[3])), low),
            l.shr::<16>(a[3]),
        ]
    }

    /// The inverse of [`Self::load_words`]; the value is below 2^256.
    #[inline(always)]
    pub(crate) fn to_words(self, a: &Limbs<L>) -> [L::V; 4] {
        let l = self.lanes;
        [
            l.or(a[0], l.shl::<52>(a[1])),
            l.or(l.shr::<12>(a[1]), l.shl::<40>(a[2])),
            l.or(l.shr::<24>(a[2]), l.shl::<28>(a[3])),
            l.or(l.shr::<36>(a[3]), l.shl::<16>(a[4])),
        ]
    }

    /// Each lane as an element of arkworks whose Montgomery word is the lane's residue: it stands for the residue
    /// over 2^256.
    #[inline(always)]
    pub(crate) fn to_ark(self, a: &Limbs<L>) -> [Ark<M>; 8] {
        let rows = self.to_words(&self.canonical(*a));
        let mut words = [[0; 8]; 4];
        for i in 0..4 {
            words[i] = self.lanes.store(rows[i]);
        }
        std::array::from_fn(|lane| Ark::<M>::new_unchecked(BigInt(words.map(|row| row[lane]))))
    }

    /// The inverse of [`Self::to_ark`].
    #[inline(always)]
    pub(crate) fn load_ark(self, a: &[Ark<M>; 8]) -> Limbs<L> {
        let limbs = a.map(|x| split(x.0.0));
        let mut out = self.zero();
        for i in 0..5 {
            let row = limbs.map(|limbs| limbs[i]);
            out[i] = self.lanes.load(&row);
        }
        out
    }
}

/// An element of arkworks as 32 little-endian bytes of its Montgomery word.
pub(crate) fn write_word<M: MontConfig<4>>(a: &Ark<M>, out: &mut [u8; 32]) {
    for (bytes, word) in out.as_chunks_mut::<8>().0.iter_mut().zip(a.0.0) {
        *bytes = word.to_le_bytes();
    }
}

/// The inverse of [`write_word`]; a word above the prime is reduced.
pub(crate) fn read_word<M: MontConfig<4>>(bytes: &[u8; 32]) -> Ark<M> {
    let words = bytes.as_chunks::<8>().0;
    let mut word = BigInt(std::array::from_fn(|i| u64::from_le_bytes(words[i])));
    while word >= Ark::<M>::MODULUS {
        word.sub_with_borrow(&Ark::<M>::MODULUS);
    }
    Ark::<M>::new_unchecked(word)
}

#[cfg(test)]
mod tests;
