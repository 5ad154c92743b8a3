//! A contributor's secret: the system's randomness mixed with what the contributor brings, so that
//! either is enough.

use std::fmt;

use ark_bn254::{Fr, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{PrimeField, Zero};
use blake2::{Blake2b512, Digest as _};
use rand::{TryRng as _, rngs::SysRng};
use zeroize::{Zeroize as _, Zeroizing};

use crate::error::CeremonyError;

const SYSTEM_BYTES: usize = 64;
const DOMAIN: &[u8] = b"proofrail ceremony contribution v1";

/// What a contributor adds to the system's randomness: dice, noise, words. May be empty.
#[derive(Default)]
pub struct Entropy(Zeroizing<Vec<u8>>);

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(redacted)")
    }
}

impl Entropy {
    /// Takes bytes and wipes them after use.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

/// The secret and the public point that its proof of knowledge is about. Wiped when dropped.
pub(super) struct Secret {
    pub(super) s: Zeroizing<Fr>,
    pub(super) g1_s: G1Affine,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl Secret {
    pub(super) fn draw(entropy: Entropy) -> Result<Self, CeremonyError> {
        let mut system = Zeroizing::new([0; SYSTEM_BYTES]);
        SysRng.try_fill_bytes(system.as_mut_slice())?;
        let s = expand(&system, &entropy, 0);
        let base = expand(&system, &entropy, 1);
        // Chances are 2^-253, and zero would destroy the key.
        if s.is_zero() || base.is_zero() {
            return Self::draw(entropy);
        }
        Ok(Self { s, g1_s: (G1Affine::generator() * *base).into() })
    }
}

/// 512 bits, reduced: the bias is below 2^-256.
fn expand(system: &[u8; SYSTEM_BYTES], entropy: &Entropy, counter: u8) -> Zeroizing<Fr> {
    let mut hasher = Blake2b512::new();
    hasher.update(DOMAIN);
    hasher.update([counter]);
    hasher.update(system);
    hasher.update(entropy.0.as_slice());
    let mut wide: [u8; 64] = hasher.finalize().into();
    let value = Zeroizing::new(Fr::from_le_bytes_mod_order(&wide));
    wide.zeroize();
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_should_depend_on_both_sources() {
        let of = |system: u8, entropy: &str, counter| {
            *expand(&[system; SYSTEM_BYTES], &Entropy::new(entropy.into()), counter)
        };
        let one = of(1, "dice", 0);
        assert_eq!(one, of(1, "dice", 0));
        assert_ne!(one, of(2, "dice", 0));
        assert_ne!(one, of(1, "dices", 0));
        assert_ne!(one, of(1, "dice", 1));
        let (a, b) =
            (Secret::draw(Entropy::default()).unwrap(), Secret::draw(Entropy::default()).unwrap());
        assert_ne!(*a.s, *b.s);
        assert_eq!(
            format!("{a:?} {:?}", Entropy::new(vec![1])),
            "Secret(redacted) Entropy(redacted)"
        );
    }
}
