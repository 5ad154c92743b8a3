//! Scalars as signed digits, the longest scalars first.

use super::coordinates::Ref;
use ark_bn254::Fr;
use ark_ff::{BigInt, BigInteger as _, PrimeField as _};
use rayon::prelude::*;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

/// Scalars recoded together.
const CHUNK: usize = 1 << 13;
/// Bits of the largest |s|, which is at most half the order.
const SCALAR_BITS: u32 = 253;

/// Some scalars' digits.
#[derive(ZeroizeOnDrop)]
struct Recoded {
    /// The scalars' indexes, each with its scalar's sign.
    ids: Vec<Ref>,
    /// Digits of the first window of all scalars, then of the second, as far as the longest scalar goes.
    digits: Vec<i16>,
}

/// The digits of a list of scalars in base 2^c, each from −2^(c−1) to 2^(c−1) − 1.
///
/// A scalar above half the order is negated first, so small negative numbers have few digits. Scalars are ordered by
/// the number of their digits and zero ones left out, so that a list of bits or of machine integers costs what it is
/// and not what full scalars cost.
pub(crate) struct Digits {
    width: u32,
    scalars: usize,
    windows: usize,
    chunks: Vec<Recoded>,
}

/// |s| and whether s is negative.
fn magnitude(scalar: &Fr) -> (BigInt<4>, bool) {
    let s = scalar.into_bigint();
    let mut negated = Fr::MODULUS;
    negated.sub_with_borrow(&s);
    if s > negated { (negated, true) } else { (s, false) }
}

/// Digits that a magnitude of so many bits needs at most: the largest sum of `k` digits is just below 2^(ck − 1).
fn length(bits: u8, width: u32) -> usize {
    match u32::from(bits) {
        0 => 0,
        bits if bits < width => 1,
        bits => (bits + 2).div_ceil(width) as usize,
    }
}

/// The width of digits that makes the fewest additions.
fn best_width(histogram: &[usize; 256]) -> u32 {
    let cost = |width: u32| -> usize {
        let mut longest = 0;
        let digits: usize = (0..=255u8)
            .map(|bits| {
                let (count, length) = (histogram[usize::from(bits)], length(bits, width));
                if count > 0 {
                    longest = longest.max(length);
                }
                count * length
            })
            .sum();
        // Reducing a bucket takes two additions, but its first point is put in without one.
        digits + longest * (1 << (width - 1)) * 5 / 4
    };
    (4..=16).min_by_key(|width| cost(*width)).unwrap_or(16)
}

/// Digits of a full scalar.
pub(super) fn windows(width: u32) -> u32 {
    (SCALAR_BITS + 2).div_ceil(width)
}

/// The scalar plus half the base in every window but the last, so that each digit can be read without a carry.
fn bias(width: u32) -> BigInt<4> {
    let mut bias = BigInt([0; 4]);
    for window in 0..windows(width) - 1 {
        let bit = window * width + width - 1;
        bias.0[bit as usize / 64] |= 1 << (bit % 64);
    }
    bias
}

fn field(words: &[u64; 4], start: u32, width: u32) -> u64 {
    let (word, bit) = (start as usize / 64, start % 64);
    let low = words[word] >> bit;
    let high = if bit + width > 64 && word < 3 { words[word + 1] << (64 - bit) } else { 0 };
    (low | high) & ((1 << width) - 1)
}

impl Digits {
    /// Recodes `scalars` with digits of the width that suits them.
    pub(crate) fn new(scalars: &[Fr]) -> Self {
        let bits = bits(scalars);
        let width = best_width(&histogram(&bits));
        Self::recode(scalars, bits, width)
    }

    /// Recodes `scalars` with digits of `width` bits, from 2 to 16.
    #[cfg(test)]
    pub(crate) fn with_width(scalars: &[Fr], width: u32) -> Self {
        Self::recode(scalars, bits(scalars), width)
    }

    fn recode(scalars: &[Fr], mut bits: Vec<u8>, width: u32) -> Self {
        let ids = by_length(&bits, width);
        let bias = bias(width);
        let chunks: Vec<Recoded> = ids
            .par_chunks(CHUNK)
            .map(|ids| {
                let windows = ids.first().map_or(0, |id| length(bits[*id as usize], width));
                recode(scalars, ids, windows, width, &bias)
            })
            .collect();
        let windows = ids.first().map_or(0, |id| length(bits[*id as usize], width));
        bits.zeroize();
        Self { width, scalars: scalars.len(), windows, chunks }
    }

    /// The number of scalars, zero ones counted.
    pub(crate) const fn scalars(&self) -> usize {
        self.scalars
    }

    /// Bits of a digit.
    pub(crate) const fn width(&self) -> u32 {
        self.width
    }

    /// Windows that hold any digit.
    pub(crate) const fn windows(&self) -> usize {
        self.windows
    }

    /// Calls `visit(bucket, reference)` for every digit of `window` that is not zero; the bucket is its magnitude.
    /// Of all chunks of scalars only those of `part`, out of `parts`, are visited.
    #[inline]
    pub(super) fn each(
        &self,
        window: usize,
        part: usize,
        parts: usize,
        mut visit: impl FnMut(usize, Ref),
    ) {
        for chunk in self.chunks.iter().skip(part).step_by(parts) {
            let count = chunk.ids.len();
            let Some(digits) = chunk.digits.get(window * count..(window + 1) * count) else {
                return;
            };
            for (id, digit) in chunk.ids.iter().zip(digits) {
                if *digit != 0 {
                    visit(usize::from(digit.unsigned_abs()), id ^ Ref::from(*digit < 0));
                }
            }
        }
    }
}

/// The length of each magnitude.
fn bits(scalars: &[Fr]) -> Vec<u8> {
    // At most 253.
    scalars.par_iter().with_min_len(CHUNK).map(|s| magnitude(s).0.num_bits() as u8).collect()
}

fn histogram(bits: &[u8]) -> [usize; 256] {
    let mut histogram = [0; 256];
    for bits in bits {
        histogram[usize::from(*bits)] += 1;
    }
    histogram
}

/// The indexes of scalars that have digits, those with the most first, otherwise in order.
fn by_length(bits: &[u8], width: u32) -> Vec<u32> {
    let lengths: [usize; 256] = std::array::from_fn(|bits| length(bits as u8, width));
    let mut starts = [0usize; 256];
    for bits in bits {
        starts[lengths[usize::from(*bits)]] += 1;
    }
    starts[0] = 0;
    let mut total = 0;
    for slot in starts.iter_mut().rev() {
        (*slot, total) = (total, total + *slot);
    }
    let mut ids = vec![0; total];
    for (id, bits) in bits.iter().enumerate().filter(|(_, bits)| **bits != 0) {
        let slot = &mut starts[lengths[usize::from(*bits)]];
        // Bases are at most 2^31, which `Bases` checks.
        ids[*slot] = id as u32;
        *slot += 1;
    }
    ids
}

fn recode(scalars: &[Fr], ids: &[u32], windows: usize, width: u32, bias: &BigInt<4>) -> Recoded {
    let half = 1i64 << (width - 1);
    let last = self::windows(width) as usize - 1;
    let mut digits = vec![0i16; windows * ids.len()];
    let mut signed = Vec::with_capacity(ids.len());
    for (i, id) in ids.iter().enumerate() {
        let (mut s, negative) = magnitude(&scalars[*id as usize]);
        signed.push(id << 1 | Ref::from(negative));
        s.add_with_carry(bias);
        for window in 0..windows {
            let raw = field(&s.0, window as u32 * width, width) as i64;
            let digit = if window == last { raw } else { raw - half };
            // The width is at most 16, so every digit fits.
            digits[window * ids.len() + i] = digit as i16;
        }
        s.zeroize();
    }
    Recoded { ids: signed, digits }
}
