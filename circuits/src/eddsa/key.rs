//! Keys. A secret is the 32 bytes that circomlibjs takes, expanded with BLAKE-512.

use std::fmt;

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField};
use ark_std::rand::{CryptoRng, RngCore};
use blake_hash::{Blake512, Digest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::signature::{Signature, challenge};
use crate::{
    babyjubjub::{Affine, Scalar},
    field::{self, Fr},
};

/// A signing key. Wiped from memory when dropped; never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(redacted)")
    }
}

impl SecretKey {
    /// The key of 32 secret bytes; circomlibjs makes the same key of the same bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A fresh key.
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The secret bytes, for a key store. The caller must wipe them.
    pub const fn expose_secret(&self) -> &[u8; 32] {
        &self.0
    }

    /// The point `(s / 8) · Base8`.
    pub fn public_key(&self) -> PublicKey {
        let expanded = self.expand();
        // The pruned s is a multiple of 8 below 2^255, so s / 8 may exceed l: reduce as integer.
        let mut s = expanded.pruned_scalar();
        s >>= 3;
        let point = (Affine::generator().mul_bigint(s)).into_affine();
        s.zeroize();
        PublicKey { x: point.x, y: point.y }
    }

    /// Signs one field element. Deterministic: the nonce is a hash of the secret and the message.
    pub fn sign(&self, message: &Fr) -> Signature {
        let expanded = self.expand();
        let mut nonce_input = Zeroizing::new([0u8; 64]);
        nonce_input[..32].copy_from_slice(&expanded.0[32..]);
        nonce_input[32..].copy_from_slice(&message.into_bigint().to_bytes_le());
        let nonce_hash = Zeroizing::new(<[u8; 64]>::from(Blake512::digest(&*nonce_input)));
        let nonce = Zeroizing::new(Scalar::from_le_bytes_mod_order(&*nonce_hash));

        let r8 = (Affine::generator() * *nonce).into_affine();
        let h = challenge(&r8, &self.public_key(), message);
        let secret = Zeroizing::new(Scalar::from_le_bytes_mod_order(&expanded.0[..32]));
        let s = *nonce + reduce(&h) * *secret;
        Signature { r8x: r8.x, r8y: r8.y, s }
    }

    fn expand(&self) -> Expanded {
        let mut bytes = Zeroizing::new(<[u8; 64]>::from(Blake512::digest(&self.0)));
        bytes[0] &= 0xf8;
        bytes[31] = (bytes[31] & 0x7f) | 0x40;
        Expanded(bytes)
    }
}

/// 32 bytes of pruned scalar, little-endian, then 32 bytes of nonce key (RFC 8032 §5.1.5).
struct Expanded(Zeroizing<[u8; 64]>);

impl Expanded {
    fn pruned_scalar(&self) -> ark_ff::BigInt<4> {
        let mut limbs = [0u64; 4];
        for (limb, bytes) in limbs.iter_mut().zip(self.0[..32].chunks_exact(8)) {
            *limb = bytes.iter().rev().fold(0, |acc, byte| (acc << 8) | u64::from(*byte));
        }
        ark_ff::BigInt(limbs)
    }
}

/// The challenge as a scalar: what `h · point` means for a point of order `l`.
pub(super) fn reduce(h: &Fr) -> Scalar {
    Scalar::from_le_bytes_mod_order(&h.into_bigint().to_bytes_le())
}

/// A verifying key in circomlib's coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicKey {
    /// The x coordinate.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub x: Fr,
    /// The y coordinate.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub y: Fr,
}

/// Why a public key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublicKeyError {
    /// The coordinates are no point of the curve.
    #[error("the point is not on Baby Jubjub")]
    NotOnCurve,
    /// The point has a component outside the prime subgroup.
    #[error("the point is outside the subgroup of prime order")]
    NotInSubgroup,
    /// The neutral element verifies a signature on anything.
    #[error("the point is the neutral element")]
    Identity,
}

impl PublicKey {
    /// The point, when it is fit to verify with: on the curve, in the prime subgroup, not neutral.
    /// Stricter than circomlib, whose verifier admits keys outside the subgroup.
    ///
    /// # Errors
    /// [`PublicKeyError`] naming the property that fails.
    pub fn to_point(&self) -> Result<Affine, PublicKeyError> {
        let point = Affine::new_unchecked(self.x, self.y);
        if !point.is_on_curve() {
            Err(PublicKeyError::NotOnCurve)
        } else if point.is_zero() {
            Err(PublicKeyError::Identity)
        } else if !point.is_in_correct_subgroup_assuming_on_curve() {
            Err(PublicKeyError::NotInSubgroup)
        } else {
            Ok(point)
        }
    }
}
