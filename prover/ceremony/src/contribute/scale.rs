//! Many points times one scalar.
//!
//! The scalar is split by the curve's endomorphism (GLV, CRYPTO 2001) into two halves of 128 bits and
//! recoded once (width-5 NAF). All points then walk the same schedule of doublings and additions in
//! affine coordinates, and every step shares one inversion among the points of a block (Montgomery's
//! trick): 7 and 6 multiplications instead of the 16 that a projective walk takes for a scalar of 254
//! bits twice as long.
//!
//! The schedule depends on the scalar, so the time does too, as snarkjs's does. Contribute on a machine
//! of your own.

use ark_bn254::{Fq, Fr, G1Affine, g1::Config};
use ark_ec::{AffineRepr, scalar_mul::glv::GLVConfig};
use ark_ff::{AdditiveGroup, Field, PrimeField};
use rayon::prelude::*;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Odd multiples up to 15 of a point.
const TABLE: usize = 8;
const WIDTH: u32 = 5;
/// Points of a block: its tables fit a core's second-level cache.
const BLOCK: usize = 512;

/// A secret scalar, recoded. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct ConstantScalar {
    scalar: Fr,
    /// From the highest: an odd digit of each half, or zero.
    digits: Vec<[i8; 2]>,
}

impl std::fmt::Debug for ConstantScalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConstantScalar(redacted)")
    }
}

impl ConstantScalar {
    /// Recodes a scalar.
    pub fn new(scalar: &Fr) -> Self {
        let ((positive_low, low), (positive_high, high)) = Config::scalar_decomposition(*scalar);
        let low = Zeroizing::new(naf(&low, positive_low));
        let high = Zeroizing::new(naf(&high, positive_high));
        let length = low.len().max(high.len());
        let digit = |half: &[i8], at: usize| half.get(at).copied().unwrap_or(0);
        let digits = (0..length).rev().map(|at| [digit(&low, at), digit(&high, at)]).collect();
        Self { scalar: *scalar, digits }
    }

    /// Multiplies every point, on all cores. Points must be of the curve.
    pub fn multiply(&self, points: &mut [G1Affine]) {
        points.par_chunks_mut(BLOCK).for_each(|block| self.multiply_block(block));
    }

    fn multiply_block(&self, block: &mut [G1Affine]) {
        let finite: Vec<usize> = (0..block.len()).filter(|&i| !block[i].is_zero()).collect();
        let points: Vec<Point> = finite.iter().map(|&i| Point::of(&block[i])).collect();
        match Walk::new(points).and_then(|walk| walk.run(&self.digits)) {
            Some(products) => {
                for (&index, product) in finite.iter().zip(products) {
                    block[index] = G1Affine::new_unchecked(product.x, product.y);
                }
            }
            // Scalars that meet a point's own multiple on the way, such as 0, 1 and 2.
            None => block.iter_mut().for_each(|point| *point = (*point * self.scalar).into()),
        }
    }
}

/// The digits of the width-5 NAF, lowest first.
fn naf(magnitude: &Fr, positive: bool) -> Vec<i8> {
    let mut limbs = Zeroizing::new(magnitude.into_bigint().0);
    let mut digits = Vec::with_capacity(130);
    while limbs.iter().any(|&limb| limb != 0) {
        let mut digit = 0i8;
        if limbs[0] & 1 == 1 {
            // Below 32 in magnitude by the mask, so that no cast loses anything.
            digit = (limbs[0] & ((1 << WIDTH) - 1)) as i8;
            if digit >= 1 << (WIDTH - 1) {
                digit -= 1 << WIDTH;
            }
            subtract(&mut limbs, digit);
        }
        digits.push(if positive { digit } else { -digit });
        halve(&mut limbs);
    }
    digits
}

fn subtract(limbs: &mut [u64; 4], digit: i8) {
    if digit >= 0 {
        // The digit is the number's own low bits.
        limbs[0] -= digit.unsigned_abs() as u64;
        return;
    }
    let mut carry = u64::from(digit.unsigned_abs());
    for limb in limbs {
        let (sum, overflow) = limb.overflowing_add(carry);
        *limb = sum;
        carry = u64::from(overflow);
    }
}

fn halve(limbs: &mut [u64; 4]) {
    for at in 0..4 {
        let above = limbs.get(at + 1).copied().unwrap_or(0);
        limbs[at] = limbs[at] >> 1 | above << 63;
    }
}

#[derive(Clone, Copy)]
struct Point {
    x: Fq,
    y: Fq,
}

impl Point {
    const fn of(point: &G1Affine) -> Self {
        Self { x: point.x, y: point.y }
    }
}

/// The tables and running products of a block of points.
struct Walk {
    /// By odd multiple, then by point.
    table: Vec<Vec<Point>>,
    denominators: Vec<Fq>,
    prefixes: Vec<Fq>,
}

impl Walk {
    /// Nothing where a table cannot be built in affine coordinates.
    fn new(points: Vec<Point>) -> Option<Self> {
        let count = points.len();
        let mut walk = Self {
            table: Vec::with_capacity(TABLE),
            denominators: vec![Fq::ZERO; count],
            prefixes: vec![Fq::ZERO; count],
        };
        let mut twice = points.clone();
        walk.double(&mut twice)?;
        walk.table.push(points);
        for odd in 1..TABLE {
            let mut next = walk.table[odd - 1].clone();
            walk.add(&mut next, |index| twice[index])?;
            walk.table.push(next);
        }
        Some(walk)
    }

    /// Nothing where a sum meets its own addend.
    fn run(mut self, digits: &[[i8; 2]]) -> Option<Vec<Point>> {
        let table = std::mem::take(&mut self.table);
        let mut sums: Option<Vec<Point>> = None;
        for pair in digits {
            if let Some(sums) = &mut sums {
                self.double(sums)?;
            }
            for (half, &digit) in pair.iter().enumerate().filter(|(_, digit)| **digit != 0) {
                let row = &table[usize::from(digit.unsigned_abs() / 2)];
                let addend = |index: usize| signed(row[index], half == 1, digit < 0);
                match &mut sums {
                    Some(sums) => self.add(sums, addend)?,
                    None => sums = Some((0..row.len()).map(addend).collect()),
                }
            }
        }
        sums
    }

    /// λ = 3x²/2y. No point of the group has y = 0.
    fn double(&mut self, sums: &mut [Point]) -> Option<()> {
        for (denominator, sum) in self.denominators.iter_mut().zip(sums.iter()) {
            *denominator = sum.y.double();
        }
        self.invert(|index, inverse| {
            let Point { x, y } = sums[index];
            let square = x.square();
            let slope = (square.double() + square) * inverse;
            sums[index] = chord(slope, x, y, x);
        })
    }

    /// λ = (y₂ - y₁)/(x₂ - x₁).
    fn add(&mut self, sums: &mut [Point], addend: impl Fn(usize) -> Point) -> Option<()> {
        for (index, denominator) in self.denominators.iter_mut().enumerate() {
            *denominator = addend(index).x - sums[index].x;
        }
        self.invert(|index, inverse| {
            let (Point { x, y }, other) = (sums[index], addend(index));
            sums[index] = chord((other.y - y) * inverse, x, y, other.x);
        })
    }

    /// Hands out the inverse of every denominator. Nothing where one is zero.
    fn invert(&mut self, mut apply: impl FnMut(usize, Fq)) -> Option<()> {
        let mut product = Fq::ONE;
        for (prefix, denominator) in self.prefixes.iter_mut().zip(&self.denominators) {
            *prefix = product;
            product *= denominator;
        }
        let mut inverse = product.inverse()?;
        for index in (0..self.denominators.len()).rev() {
            apply(index, inverse * self.prefixes[index]);
            inverse *= self.denominators[index];
        }
        Some(())
    }
}

/// The third point of the line through two, mirrored.
fn chord(slope: Fq, x: Fq, y: Fq, other_x: Fq) -> Point {
    let third = slope.square() - x - other_x;
    Point { x: third, y: slope * (x - third) - y }
}

/// The endomorphism (x, y) -> (beta·x, y), and the sign.
fn signed(mut point: Point, endomorphism: bool, negative: bool) -> Point {
    if endomorphism {
        point.x *= Config::ENDO_COEFFS[0];
    }
    if negative {
        point.y = -point.y;
    }
    point
}

#[cfg(test)]
mod tests {
    use ark_std::{UniformRand, test_rng};
    use proptest::prelude::*;

    use super::*;

    fn points(count: usize) -> Vec<G1Affine> {
        let mut rng = test_rng();
        (0..count).map(|_| G1Affine::rand(&mut rng)).collect()
    }

    fn check(mut points: Vec<G1Affine>, scalar: Fr) {
        let expected: Vec<G1Affine> = points.iter().map(|point| (*point * scalar).into()).collect();
        ConstantScalar::new(&scalar).multiply(&mut points);
        assert_eq!(points, expected, "{scalar}");
    }

    #[test]
    fn small_and_special_scalars_should_multiply() {
        let special = [-Fr::from(1), -Fr::from(2), Config::LAMBDA, Config::LAMBDA + Fr::from(1)];
        for scalar in (0..40u64).map(Fr::from).chain(special) {
            check(points(3), scalar);
        }
    }

    #[test]
    fn infinity_and_equal_points_should_multiply() {
        let mut all = points(5);
        all[1] = G1Affine::zero();
        all[3] = all[2];
        check(all, Fr::rand(&mut test_rng()));
        check(vec![G1Affine::zero(); 2], Fr::from(7));
        check(vec![], Fr::from(7));
    }

    #[test]
    fn many_blocks_should_multiply() {
        check(points(2 * BLOCK + 1), Fr::rand(&mut test_rng()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn random_scalars_should_multiply(bytes in any::<[u8; 32]>(), count in 0usize..12) {
            check(points(count), Fr::from_le_bytes_mod_order(&bytes));
        }
    }
}
