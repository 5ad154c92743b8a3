//! The BN254 scalar field and its one text form: `0x` and 64 hex digits, big-endian, canonical.

use std::borrow::Cow;

use ark_ff::{BigInteger, PrimeField};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use sha3::{Digest, Keccak256};

/// An element of the BN254 scalar field, of order `r`: what circuits compute with.
pub type Fr = ark_bn254::Fr;

/// Why a text or a byte string is not a field element.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// The text is not `0x` and 64 hex digits.
    #[error("expected \"0x\" and 64 hex digits, got {0:?}")]
    Format(String),
    /// The value is not below the field order, so it would alias a smaller one.
    #[error("0x{0} is not below the BN254 scalar field order")]
    NotCanonical(String),
}

/// The big-endian 32-byte form of `value`, as an EVM word.
pub fn to_be_bytes(value: &Fr) -> [u8; 32] {
    let mut word = [0; 32];
    word.copy_from_slice(&value.into_bigint().to_bytes_be());
    word
}

/// Reads a big-endian EVM word.
///
/// # Errors
/// [`FieldError::NotCanonical`] when the word is not below `r`.
pub fn from_be_bytes(word: &[u8; 32]) -> Result<Fr, FieldError> {
    let value = Fr::from_be_bytes_mod_order(word);
    if to_be_bytes(&value) == *word {
        Ok(value)
    } else {
        Err(FieldError::NotCanonical(hex::encode(word)))
    }
}

/// The text form of `value`.
pub fn to_hex(value: &Fr) -> String {
    format!("0x{}", hex::encode(to_be_bytes(value)))
}

/// Reads the text form.
///
/// # Errors
/// [`FieldError`] when the text has another shape or the value is not below `r`.
pub fn from_hex(text: &str) -> Result<Fr, FieldError> {
    let mut word = [0; 32];
    text.strip_prefix("0x")
        .and_then(|digits| hex::decode_to_slice(digits, &mut word).ok())
        .ok_or_else(|| FieldError::Format(text.chars().take(80).collect()))?;
    from_be_bytes(&word)
}

/// Keccak-256 of `bytes`, reduced modulo `r`: how domains become field elements.
pub fn keccak_mod_r(bytes: &[u8]) -> Fr {
    Fr::from_be_bytes_mod_order(&keccak256(bytes))
}

/// Keccak-256 as Ethereum uses it.
pub fn keccak256(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

/// The text form of a field element, in JSON schemas.
#[derive(Debug)]
pub struct HexText;

impl JsonSchema for HexText {
    fn schema_name() -> Cow<'static, str> {
        "FieldElement".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An element of BN254's scalar field: canonical, big-endian.",
            "pattern": "^0x[0-9a-fA-F]{64}$",
        })
    }
}

/// The text form of an amount, in JSON schemas.
#[derive(Debug)]
pub struct DecimalText;

impl JsonSchema for DecimalText {
    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An integer in plain decimal form.",
            "pattern": "^(0|[1-9][0-9]*)$",
        })
    }
}

/// Serde form of a field element: the hex text.
pub mod serde_hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Fr;

    /// Writes the hex text.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &Fr, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::to_hex(value))
    }

    /// Reads the hex text.
    ///
    /// # Errors
    /// Those of the deserializer, and a text that is no canonical field element.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fr, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::from_hex(&text).map_err(D::Error::custom)
    }
}

/// Serde form of a list of field elements: hex texts.
pub mod serde_hex_list {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Fr;

    /// Writes the hex texts.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(values: &[Fr], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(super::to_hex))
    }

    /// Reads the hex texts.
    ///
    /// # Errors
    /// Those of the deserializer, and a text that is no canonical field element.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Fr>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().map(|text| super::from_hex(text).map_err(D::Error::custom)).collect()
    }
}

/// Serde form of an amount: its decimal text, so that no reader rounds it to a double.
pub mod serde_decimal {
    use std::{fmt::Display, str::FromStr};

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes the decimal text.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<T: Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    /// Reads the decimal text: digits only, no sign, no leading zero.
    ///
    /// # Errors
    /// Those of the deserializer, and a text that is no such number or too large for the field.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr + Display,
        T::Err: Display,
        D: Deserializer<'de>,
    {
        let text = String::deserialize(deserializer)?;
        let value: T =
            text.parse().map_err(|e| D::Error::custom(format!("{text:?} is no amount: {e}")))?;
        if value.to_string() == text {
            Ok(value)
        } else {
            Err(D::Error::custom(format!("{text:?} is not in plain decimal form")))
        }
    }
}
