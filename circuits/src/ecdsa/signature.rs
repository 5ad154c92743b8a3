//! Keys, signatures and their native verification (SEC 1, §4.1).

use std::{borrow::Cow, fmt};

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha3::{Digest, Keccak256};
use zeroize::Zeroizing;

use crate::{
    field::Fr,
    secp256k1::{Affine, Base, Scalar},
};

/// 256 bits, big-endian, as Ethereum writes them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Word(pub [u8; 32]);

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:?}"))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        text.strip_prefix("0x")
            .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
            .ok_or_else(|| D::Error::custom(format!("{text:?} is not \"0x\" and 64 hex digits")))?;
        Ok(Self(bytes))
    }
}

impl JsonSchema for Word {
    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "256 bits, big-endian.",
            "pattern": "^0x[0-9a-fA-F]{64}$",
        })
    }
}

impl Word {
    /// The word of a field element.
    pub fn of(element: &impl PrimeField) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&element.into_bigint().to_bytes_be());
        Self(bytes)
    }

    /// The element of `F` that the word is; `None` when it is not below the field's order.
    pub fn to_field<F: PrimeField>(self) -> Option<F> {
        let element = F::from_be_bytes_mod_order(&self.0);
        (Self::of(&element) == self).then_some(element)
    }
}

/// A verifying key: the point whose keccak-256 an Ethereum address is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicKey {
    /// The x coordinate.
    pub x: Word,
    /// The y coordinate.
    pub y: Word,
}

/// A signature. `(r, n − s)` is as good as `(r, s)`: a signature's hash identifies nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The nonce point's x coordinate.
    pub r: Word,
    /// The scalar.
    pub s: Word,
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EcdsaError {
    /// The coordinates are no point of the curve.
    #[error("the point is not on secp256k1")]
    NotOnCurve,
    /// A part of the signature is zero or not below the group's order.
    #[error("{0} is zero or not below the group's order")]
    OutOfRange(&'static str),
    /// The verification equation fails.
    #[error("the signature is not by this key on this message")]
    Mismatch,
    /// The secret is zero or not below the group's order.
    #[error("the secret is zero or not below the group's order")]
    Secret,
}

/// What a signature is opened to: `R = u₁·G + u₂·Q`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    /// `z / s`.
    pub(crate) u1: Scalar,
    /// `r / s`.
    pub(crate) u2: Scalar,
    /// The signature's scalar.
    pub(crate) s: Scalar,
}

impl PublicKey {
    /// The point, when it is on the curve.
    ///
    /// # Errors
    /// [`EcdsaError::NotOnCurve`].
    pub fn to_point(&self) -> Result<Affine, EcdsaError> {
        let coordinates = self.x.to_field::<Base>().zip(self.y.to_field::<Base>());
        let (x, y) = coordinates.ok_or(EcdsaError::NotOnCurve)?;
        let point = Affine::new_unchecked(x, y);
        if point.is_on_curve() { Ok(point) } else { Err(EcdsaError::NotOnCurve) }
    }

    /// The Ethereum address of the key: the last 20 bytes of keccak-256 of its coordinates.
    pub fn address(&self) -> [u8; 20] {
        let digest = Keccak256::new().chain_update(self.x.0).chain_update(self.y.0).finalize();
        std::array::from_fn(|i| digest[12 + i])
    }

    /// Checks a signature whose digest is the 32 bytes of `message`, big-endian.
    ///
    /// # Errors
    /// [`EcdsaError`] naming what fails.
    pub fn verify(&self, message: &Fr, signature: &Signature) -> Result<(), EcdsaError> {
        self.open(message, signature).map(|_| ())
    }

    pub(crate) fn open(&self, message: &Fr, signature: &Signature) -> Result<Opening, EcdsaError> {
        let key = self.to_point()?;
        let part = |word: Word, name| {
            let scalar = word.to_field::<Scalar>().filter(|scalar| *scalar != Scalar::ZERO);
            scalar.ok_or(EcdsaError::OutOfRange(name))
        };
        let (r, s) = (part(signature.r, "r")?, part(signature.s, "s")?);
        let inverse = s.inverse().ok_or(EcdsaError::OutOfRange("s"))?;
        let (u1, u2) = (digest(message) * inverse, r * inverse);
        let point = (Affine::generator() * u1 + key * u2).into_affine();
        let x = point.x().ok_or(EcdsaError::Mismatch)?;
        if reduced(&x) == r { Ok(Opening { u1, u2, s }) } else { Err(EcdsaError::Mismatch) }
    }
}

/// Signs a digest: the 32 bytes of `message`, big-endian. Deterministic; a key of Ethereum software signs
/// the same digest as it signs a transaction's, with whatever nonce it takes.
///
/// # Errors
/// [`EcdsaError::Secret`] when the secret is no scalar.
pub fn sign(secret: &[u8; 32], message: &Fr) -> Result<(PublicKey, Signature), EcdsaError> {
    let key = Word(*secret).to_field::<Scalar>().filter(|key| *key != Scalar::ZERO);
    let key = Zeroizing::new(key.ok_or(EcdsaError::Secret)?);
    let point = (Affine::generator() * *key).into_affine();
    let public = PublicKey { x: Word::of(&point.x), y: Word::of(&point.y) };
    // The nonce is a hash of secret, message and a counter: it differs wherever either does.
    for counter in 0u8..=u8::MAX {
        let digest_of_nonce = Keccak256::new()
            .chain_update(b"proofrail.ecdsa_nonce.v1")
            .chain_update(secret)
            .chain_update(Word::of(message).0)
            .chain_update([counter])
            .finalize();
        let nonce = Zeroizing::new(Scalar::from_be_bytes_mod_order(&digest_of_nonce));
        let r = reduced(&(Affine::generator() * *nonce).into_affine().x);
        let inverse = Zeroizing::new(nonce.inverse().unwrap_or_default());
        let s = (digest(message) + r * *key) * *inverse;
        if r != Scalar::ZERO && s != Scalar::ZERO {
            return Ok((public, Signature { r: Word::of(&r), s: Word::of(&s) }));
        }
    }
    Err(EcdsaError::Secret)
}

/// The message as a scalar; it is below the group's order already.
fn digest(message: &Fr) -> Scalar {
    Scalar::from_be_bytes_mod_order(&Word::of(message).0)
}

/// A coordinate modulo the group's order.
fn reduced(coordinate: &Base) -> Scalar {
    Scalar::from_be_bytes_mod_order(&Word::of(coordinate).0)
}
