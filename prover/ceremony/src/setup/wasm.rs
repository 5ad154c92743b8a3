//! The addition of affine points as snarkjs's WebAssembly does it, for coordinates that are not below
//! the prime (`wasmcurves/src/{build_f1m,build_curve_jacobian_a0}.js`).
//!
//! snarkjs hashes one difference too many where the domain has 2^15 points or more: with powers of tau
//! of the circuit's own size it reads the bytes behind the last power for a point. The circuit's hash
//! is what both programs compare, so this reads and adds them in the same way.

use ark_bn254::Fq;
use ark_ff::{Field, PrimeField, Zero};
use num_bigint::BigUint;

/// Integers of 256 bits, as the arithmetic for Montgomery forms leaves them.
struct Words {
    q: BigUint,
    /// 2^256 - 1.
    mask: BigUint,
    /// -1/q mod 2^256.
    minus_inverse: BigUint,
}

impl Words {
    fn new() -> Self {
        let q: BigUint = Fq::MODULUS.into();
        let mask = (BigUint::from(1u8) << 256u32) - 1u8;
        // Newton: each step doubles the bits of the inverse that are right, from one.
        let mut inverse = BigUint::from(1u8);
        for _ in 0..8 {
            let twice = (&mask + 3u8 - ((&q * &inverse) & &mask)) & &mask;
            inverse = (inverse * twice) & &mask;
        }
        let minus_inverse = (&mask + 1u8 - inverse) & &mask;
        Self { q, mask, minus_inverse }
    }

    /// One subtraction of the prime, where there is a carry or the number is not below it.
    fn reduce_once(&self, value: BigUint) -> BigUint {
        let carry = value > self.mask;
        let value = value & &self.mask;
        if carry || value >= self.q {
            (value + &self.mask + 1u8 - &self.q) & &self.mask
        } else {
            value
        }
    }

    fn add(&self, a: &BigUint, b: &BigUint) -> BigUint {
        self.reduce_once(a + b)
    }

    fn sub(&self, a: &BigUint, b: &BigUint) -> BigUint {
        if a >= b {
            return a - b;
        }
        (a + &self.mask + 1u8 - b + &self.q) & &self.mask
    }

    fn mul(&self, a: &BigUint, b: &BigUint) -> BigUint {
        let product = a * b;
        let factor = (&product * &self.minus_inverse) & &self.mask;
        self.reduce_once((product + factor * &self.q) >> 256u32)
    }

    /// The field element of a Montgomery form that may be above the prime.
    fn element(&self, value: &BigUint) -> Fq {
        let inverse = Fq::from(self.mask.clone() + 1u8).inverse().unwrap_or_default();
        Fq::from(value % &self.q) * inverse
    }
}

/// The affine coordinates of `first` - `second`, whose bytes are Montgomery forms, little-endian.
/// Nothing where the sum is at infinity.
pub(super) fn subtract(first: &[u8; 64], second: &[u8; 64]) -> Option<(Fq, Fq)> {
    let words = Words::new();
    let part = |point: &[u8; 64], half: usize| BigUint::from_bytes_le(&point[32 * half..][..32]);
    let (x1, y1, x2) = (part(first, 0), part(first, 1), part(second, 0));
    let y2 = words.sub(&BigUint::zero(), &part(second, 1));

    let h = words.sub(&x2, &x1);
    let difference = words.sub(&y2, &y1);
    let square = words.mul(&h, &h);
    let i = words.add(&square, &square);
    let i = words.add(&i, &i);
    let j = words.mul(&h, &i);
    let r = words.add(&difference, &difference);
    let v = words.mul(&x1, &i);
    let x3 = words.sub(&words.mul(&r, &r), &j);
    let x3 = words.sub(&x3, &words.add(&v, &v));
    let product = words.mul(&y1, &j);
    let y3 = words.mul(&words.sub(&v, &x3), &r);
    let y3 = words.sub(&y3, &words.add(&product, &product));
    let z3 = words.add(&h, &h);

    let inverse = words.element(&z3).inverse()?;
    let square = inverse.square();
    Some((words.element(&x3) * square, words.element(&y3) * square * inverse))
}

#[cfg(test)]
mod tests {
    use ark_bn254::G1Affine;
    use ark_ec::AffineRepr;
    use ark_std::{UniformRand, test_rng};
    use proofrail_formats::points::FilePoint;

    use super::*;

    #[test]
    fn points_of_the_curve_should_subtract() {
        let mut rng = test_rng();
        for _ in 0..20 {
            let (a, b) = (G1Affine::rand(&mut rng), G1Affine::rand(&mut rng));
            let bytes = |point: G1Affine| point.to_montgomery().try_into().unwrap();
            let expected: G1Affine = (a.into_group() - b).into();
            assert_eq!(subtract(&bytes(a), &bytes(b)), expected.xy());
        }
    }
}
