//! ChaCha20 as snarkjs draws field elements and points from it.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{BigInt, Field, PrimeField};
use proofrail_formats::zkey::HASH_BYTES;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// The primes of BN254 have 254 bits.
const TOP_LIMB_MASK: u64 = (1 << 62) - 1;

/// The stream of a hash. Seeds are words of 32 bits, big-endian in the hash.
pub(super) struct Stream(ChaCha20Rng);

impl Stream {
    pub(super) fn new(hash: &[u8; 32]) -> Self {
        let mut seed = *hash;
        for word in seed.as_chunks_mut::<4>().0 {
            word.reverse();
        }
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// The high half is drawn first.
    fn limb(&mut self) -> u64 {
        let high = self.0.next_u32();
        u64::from(high) << 32 | u64::from(self.0.next_u32())
    }

    fn flag(&mut self) -> bool {
        self.0.next_u32() & 1 == 1
    }

    /// An integer below the prime, which snarkjs takes for a Montgomery form.
    fn montgomery(&mut self, modulus: &BigInt<4>) -> BigInt<4> {
        loop {
            let mut limbs = [(); 4].map(|()| self.limb());
            limbs[3] &= TOP_LIMB_MASK;
            let value = BigInt(limbs);
            if value < *modulus {
                return value;
            }
        }
    }

    pub(super) fn fr(&mut self) -> Fr {
        Fr::new_unchecked(self.montgomery(&Fr::MODULUS))
    }

    fn fq(&mut self) -> Fq {
        Fq::new_unchecked(self.montgomery(&Fq::MODULUS))
    }

    pub(super) fn g1(&mut self) -> G1Affine {
        loop {
            let x = self.fq();
            let negative = self.flag();
            if let Some(y) = (x.square() * x + Fq::from(3)).sqrt() {
                return G1Affine::new_unchecked(
                    x,
                    if is_negative(&y) == negative { y } else { -y },
                );
            }
        }
    }

    fn g2(&mut self) -> G2Affine {
        loop {
            let x = Fq2::new(self.fq(), self.fq());
            let negative = self.flag();
            let of_point = |y: &Fq2| is_negative(if y.c1 == Fq::from(0) { &y.c0 } else { &y.c1 });
            if let Some((one, other)) = G2Affine::get_ys_from_x_unchecked(x) {
                let y = if of_point(&one) == negative { one } else { other };
                return G2Affine::new_unchecked(x, y).clear_cofactor_exactly();
            }
        }
    }
}

/// Multiplies by the cofactor itself, where arkworks may take a cheaper multiple.
trait ClearCofactor {
    fn clear_cofactor_exactly(&self) -> Self;
}

impl ClearCofactor for G2Affine {
    fn clear_cofactor_exactly(&self) -> Self {
        use ark_ec::{CurveConfig as _, short_weierstrass::Projective};
        let mut sum = Projective::from(*self);
        let point = *self;
        let bits = ark_ff::BitIteratorBE::without_leading_zeros(ark_bn254::g2::Config::COFACTOR);
        for bit in bits.skip(1) {
            sum += sum;
            if bit {
                sum += point;
            }
        }
        sum.into()
    }
}

/// Whether the integer is above half the prime.
fn is_negative(value: &Fq) -> bool {
    value.into_bigint() > Fq::MODULUS_MINUS_ONE_DIV_TWO
}

/// The point of G2 whose multiple by the secret proves that a contributor knows it. Nobody knows its
/// logarithm. Only the first 32 bytes of the hash count.
pub fn hash_to_g2(hash: &[u8; HASH_BYTES]) -> G2Affine {
    let mut seed = [0; 32];
    seed.copy_from_slice(&hash[..32]);
    Stream::new(&seed).g2()
}

#[cfg(test)]
mod tests {
    use ark_ec::AffineRepr as _;

    use super::*;

    #[test]
    fn points_should_be_of_the_group() {
        for byte in 0..8 {
            let point = hash_to_g2(&[byte; HASH_BYTES]);
            assert!(point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve());
            assert!(!point.is_zero());
            assert!(Stream::new(&[byte; 32]).g1().is_on_curve());
        }
    }
}
