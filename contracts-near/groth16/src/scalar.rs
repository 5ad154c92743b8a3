//! Public inputs.

use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};
use borsh::{BorshDeserialize, BorshSerialize};

/// A public input: an integer below the BN254 scalar order, in the host's little-endian encoding.
///
/// Without the bound, `x` and `x + r` would be two texts for one statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Scalar([u8; 32]);

/// The integer is not below the scalar order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not below the BN254 scalar order")]
pub struct NotReduced;

impl Scalar {
    /// The integer 0.
    pub const ZERO: Self = Self([0; 32]);

    /// The integer 1, the factor of a key's constant point.
    pub(crate) const ONE: Self = {
        let mut one = [0; 32];
        one[0] = 1;
        Self(one)
    };

    /// Reads a big-endian integer.
    ///
    /// # Errors
    /// [`NotReduced`] at or above the scalar order.
    pub fn from_be_bytes(bytes: &[u8; 32]) -> Result<Self, NotReduced> {
        let mut limbs = [0; 4];
        for (limb, bytes) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
            *limb = bytes.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
        }
        if BigInt(limbs) >= Fr::MODULUS {
            return Err(NotReduced);
        }
        let mut host = *bytes;
        host.reverse();
        Ok(Self(host))
    }

    /// The integer, big-endian.
    pub fn to_be_bytes(self) -> [u8; 32] {
        let mut bytes = self.0;
        bytes.reverse();
        bytes
    }

    /// The integer as the host takes it.
    pub(crate) const fn as_host(&self) -> &[u8; 32] {
        &self.0
    }
}
