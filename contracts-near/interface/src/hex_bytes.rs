//! Fixed-size byte strings that travel in JSON as "0x" and lower-case hex digits.

use core::fmt;
use core::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// `N` bytes; in JSON and in text "0x" followed by exactly `2 * N` hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct Hex<const N: usize>(pub [u8; N]);

/// Why a text is no [`Hex`] of the length asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// The text does not begin with "0x".
    #[error("must begin with 0x")]
    Prefix,
    /// The text has another number of digits.
    #[error("must have {expected} hex digits after 0x, has {got}")]
    Length {
        /// Digits asked for.
        expected: usize,
        /// Characters found after the prefix.
        got: usize,
    },
    /// The text has an odd number of digits.
    #[error("must have an even number of hex digits after 0x")]
    Odd,
    /// A character is no hex digit.
    #[error("has a character that is no hex digit")]
    Digit,
}

/// Reads "0x" and hex digits of any even number.
///
/// # Errors
/// [`HexError`] says what is wrong with the text.
pub fn parse_hex_bytes(text: &str) -> Result<Vec<u8>, HexError> {
    let digits = text.strip_prefix("0x").ok_or(HexError::Prefix)?;
    hex::decode(digits).map_err(|error| match error {
        hex::FromHexError::OddLength => HexError::Odd,
        _ => HexError::Digit,
    })
}

impl<const N: usize> FromStr for Hex<N> {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        let digits = text.strip_prefix("0x").ok_or(HexError::Prefix)?;
        if digits.len() != 2 * N {
            return Err(HexError::Length { expected: 2 * N, got: digits.chars().count() });
        }
        let mut bytes = [0; N];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| HexError::Digit)?;
        Ok(Self(bytes))
    }
}

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl<const N: usize> fmt::Debug for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> From<[u8; N]> for Hex<N> {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <String as Deserialize>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hex_should_name_what_is_wrong() {
        assert_eq!("00".parse::<Hex<1>>(), Err(HexError::Prefix));
        assert_eq!("0x0".parse::<Hex<1>>(), Err(HexError::Length { expected: 2, got: 1 }));
        assert_eq!("0x0g".parse::<Hex<1>>(), Err(HexError::Digit));
        assert_eq!("0xé".parse::<Hex<1>>(), Err(HexError::Digit));
        assert_eq!("0xFf".parse::<Hex<1>>(), Ok(Hex([255])));
        assert_eq!(parse_hex_bytes("0xFf00"), Ok(vec![255, 0]));
        assert_eq!(parse_hex_bytes("0x"), Ok(vec![]));
        assert_eq!(parse_hex_bytes("ff"), Err(HexError::Prefix));
        assert_eq!(parse_hex_bytes("0xfff"), Err(HexError::Odd));
        assert_eq!(parse_hex_bytes("0xfg"), Err(HexError::Digit));
    }

    proptest! {
        #[test]
        fn hex_should_survive_json(bytes: [u8; 32]) {
            let text = serde_json::to_string(&Hex(bytes)).unwrap();
            prop_assert_eq!(text.len(), 68);
            prop_assert_eq!(serde_json::from_str::<Hex<32>>(&text).unwrap(), Hex(bytes));
        }
    }
}
