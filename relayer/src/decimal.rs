//! Serde and parsing of amounts as decimal text, the one form of money in JSON and SQL.

use alloy::primitives::{U256, ruint::Uint};
use serde::{Deserialize, Deserializer, Serializer, de};

/// Writes an amount as decimal text.
pub(crate) fn serialize<S: Serializer>(amount: &U256, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(amount)
}

/// Reads an amount from decimal text.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<U256, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| {
        de::Error::custom(format!(
            "{text:?} is not a decimal amount below 2^256, such as \"1500000\""
        ))
    })
}

/// Decimal digits only: no sign, no "0x", no separators, no exponent.
pub(crate) fn parse<const BITS: usize, const LIMBS: usize>(
    text: &str,
) -> Option<Uint<BITS, LIMBS>> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| Uint::from_str_radix(text, 10).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_everything_but_digits() {
        for text in ["", "-1", "+1", "0x10", "1_000", "1e3", " 1", "1.0"] {
            assert_eq!(parse::<256, 4>(text), None, "{text:?}");
        }
        let too_large = format!("{}0", U256::MAX);
        assert_eq!(parse::<256, 4>(&too_large), None);
        assert_eq!(parse::<256, 4>("0"), Some(U256::ZERO));
    }

    proptest! {
        #[test]
        fn every_amount_survives_the_round_trip(limbs in any::<[u64; 4]>()) {
            let amount = U256::from_limbs(limbs);
            prop_assert_eq!(parse::<256, 4>(&amount.to_string()), Some(amount));
        }
    }
}
