//! The windows of a scalar and the points that they stand for.
//!
//! A scalar has 32 windows of 8 bits. The point of digit `d` in window `i` of a base `B` is
//! `d·2^(8i)·B + 2^i·H` for the generator, and `d·2^(8i)·B + 2^(32+i)·H` for a key, where nobody knows
//! `H`'s logarithm. Adding one point of each window up, no two summands have equal x coordinates unless
//! somebody finds a relation between `H`, the generator and the key; so the additions need no exception.

use std::sync::LazyLock;

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use num_bigint::BigUint;

use super::signature::Word;
use crate::{
    field::{Fr, keccak256},
    nonnative::{HALF_BITS, LIMB_BITS, LIMBS},
    secp256k1::{Affine, Base, Projective, Scalar},
};

/// Bits of a window.
pub(super) const WINDOW_BITS: usize = 8;
/// Windows of a scalar.
pub(super) const WINDOWS: usize = 32;
/// Points of a window.
pub(super) const DIGITS: usize = 1 << WINDOW_BITS;
/// Numbers that a point is given in: six limbs of x, two halves of y.
pub(super) const NUMBERS: usize = LIMBS + 2;

/// The point that nobody knows the logarithm of: the first of
/// `x = keccak256("proofrail.secp256k1.offset.v1" ‖ counter)` on the curve, with the smaller y.
static OFFSET: LazyLock<Affine> = LazyLock::new(|| {
    let candidate = |counter: u8| {
        let seed = [&b"proofrail.secp256k1.offset.v1"[..], &[counter]].concat();
        let x = Word(keccak256(&seed)).to_field::<Base>()?;
        Affine::get_point_from_x_unchecked(x, false)
    };
    (0..=u8::MAX).find_map(candidate).unwrap_or_else(Affine::generator)
});

/// Points in the numbers that the gadget takes: see [`NUMBERS`].
pub(super) type Numbers = [Fr; NUMBERS];

/// The points of all windows of `base`, offset from `2^first·H` on.
pub(super) fn points(base: Affine, first: usize) -> Vec<Vec<Affine>> {
    let mut offset = (*OFFSET).into_group();
    for _ in 0..first {
        offset.double_in_place();
    }
    let mut power = base.into_group();
    (0..WINDOWS)
        .map(|_| {
            let window: Vec<Projective> =
                std::iter::successors(Some(offset), |point| Some(*point + power))
                    .take(DIGITS)
                    .collect();
            offset.double_in_place();
            for _ in 0..WINDOW_BITS {
                power.double_in_place();
            }
            Projective::normalize_batch(&window)
        })
        .collect()
}

/// What takes the offsets of the generator's and the key's windows away again: `−(2^64 − 1)·H`.
pub(super) fn correction() -> Affine {
    let offsets = Scalar::from(u64::MAX);
    (-(*OFFSET * offsets)).into_affine()
}

/// A point in numbers.
pub(super) fn numbers(point: &Affine) -> Numbers {
    let (x, y) = (integer(&point.x), integer(&point.y));
    let part = |value: &BigUint, bits: usize, i: usize| {
        Fr::from((value >> (bits * i)) & ((BigUint::from(1u8) << bits) - 1u8))
    };
    std::array::from_fn(|i| match i {
        i if i < LIMBS => part(&x, LIMB_BITS, i),
        i => part(&y, HALF_BITS, i - LIMBS),
    })
}

/// The integer of a field element.
pub(super) fn integer(element: &impl PrimeField) -> BigUint {
    BigUint::from_bytes_le(&element.into_bigint().to_bytes_le())
}

/// For every window of the generator and every number the coefficients of the bits' products: the
/// number of digit `d` is the sum of `coefficients[m]` over the `m` whose bits `d` has.
pub(super) static GENERATOR: LazyLock<Vec<[Vec<Fr>; NUMBERS]>> = LazyLock::new(|| {
    let windows = points(Affine::generator(), 0);
    windows
        .iter()
        .map(|window| {
            let rows: Vec<Numbers> = window.iter().map(numbers).collect();
            std::array::from_fn(|number| coefficients(rows.iter().map(|row| row[number]).collect()))
        })
        .collect()
});

/// The Möbius transform over sets of bits.
fn coefficients(mut values: Vec<Fr>) -> Vec<Fr> {
    for bit in (0..WINDOW_BITS).map(|i| 1 << i) {
        for index in 0..values.len() {
            if index & bit != 0 {
                let lower = values[index ^ bit];
                values[index] -= lower;
            }
        }
    }
    values
}

/// `(a − b) / (c − d)` modulo the curve's prime, of integers; zero where the denominator is.
pub(super) fn slope([a, b, c, d]: [&num_bigint::BigInt; 4]) -> Base {
    let element = |integer: &num_bigint::BigInt| base_element(integer);
    let denominator = (element(c) - element(d)).inverse().unwrap_or(Base::ZERO);
    (element(a) - element(b)) * denominator
}

/// An integer modulo the curve's prime.
pub(super) fn base_element(integer: &num_bigint::BigInt) -> Base {
    let (sign, size) = (integer.sign(), integer.magnitude());
    let element = Base::from_le_bytes_mod_order(&size.to_bytes_le());
    if sign == num_bigint::Sign::Minus { -element } else { element }
}
