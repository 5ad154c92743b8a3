//! Signatures and their native verification: `S·B8 = R8 + h·(8·A)`, `h = Poseidon(R8, A, M)`.

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::PrimeField;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::key::{PublicKey, PublicKeyError, reduce};
use crate::{
    babyjubjub::{Affine, Scalar},
    field::{self, Fr},
    poseidon,
};

/// A signature: the nonce point `R8` and the scalar `S`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The x coordinate of `R8`.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub r8x: Fr,
    /// The y coordinate of `R8`.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub r8y: Fr,
    /// `S`, below the subgroup order by its type.
    #[serde(serialize_with = "serialize_scalar", deserialize_with = "deserialize_scalar")]
    #[schemars(with = "field::HexText")]
    pub s: Scalar,
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The key cannot be used.
    #[error("public key: {0}")]
    PublicKey(#[from] PublicKeyError),
    /// `R8` is no point of the curve.
    #[error("R8 is not on Baby Jubjub")]
    NonceNotOnCurve,
    /// The verification equation fails.
    #[error("the signature is not by this key on this message")]
    Mismatch,
}

impl PublicKey {
    /// Checks a signature on one field element.
    ///
    /// # Errors
    /// [`SignatureError`] naming what fails.
    pub fn verify(&self, message: &Fr, signature: &Signature) -> Result<(), SignatureError> {
        let key = self.to_point()?;
        let r8 = Affine::new_unchecked(signature.r8x, signature.r8y);
        if !r8.is_on_curve() {
            return Err(SignatureError::NonceNotOnCurve);
        }
        let h = reduce(&challenge(&r8, self, message)) * Scalar::from(8u8);
        let right = key * h + r8;
        if (Affine::generator() * signature.s).into_affine() == right.into_affine() {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }
}

/// `h = Poseidon5(R8, A, M)`.
pub(super) fn challenge(r8: &Affine, key: &PublicKey, message: &Fr) -> Fr {
    poseidon::hash(&[r8.x, r8.y, key.x, key.y, *message])
}

fn serialize_scalar<S: Serializer>(value: &Scalar, serializer: S) -> Result<S::Ok, S::Error> {
    field::serde_hex::serialize(&Fr::from(value.into_bigint()), serializer)
}

fn deserialize_scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scalar, D::Error> {
    let value = field::serde_hex::deserialize(deserializer)?;
    Scalar::from_bigint(value.into_bigint())
        .ok_or_else(|| D::Error::custom("S is not below the subgroup order"))
}
