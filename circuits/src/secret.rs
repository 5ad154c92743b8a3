//! A secret field element.

use std::{borrow::Cow, fmt};

use ark_ff::UniformRand;
use ark_std::rand::{CryptoRng, RngCore};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::field::{self, Fr};

/// A secret that its holder proves to know. Wiped from memory when dropped; never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret(Fr);

impl Secret {
    /// The secret of a field element.
    pub const fn new(value: Fr) -> Self {
        Self(value)
    }

    /// A fresh secret.
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        Self(Fr::rand(rng))
    }

    /// The secret element. The caller must wipe its copies.
    pub const fn expose(&self) -> &Fr {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> Cow<'static, str> {
        field::HexText::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        field::HexText::json_schema(generator)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        field::serde_hex::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        field::serde_hex::deserialize(deserializer).map(Self)
    }
}
