//! Bytes as bare hex digits in JSON, the way of Intel's collateral.

use serde::{Deserialize, Deserializer, Serializer, de};

pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::encode(bytes))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = <String as Deserialize>::deserialize(deserializer)?;
    hex::decode(text).map_err(|error| de::Error::custom(format_args!("hex: {error}")))
}
