//! The receipt and its arithmetic, in integers.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::ReceiptError;
use crate::{
    field::{self, Fr, keccak_mod_r},
    poseidon,
};

/// Ten thousand basis points are the whole.
pub const BPS_DENOMINATOR: u16 = 10_000;
/// A rate is below `2^RATE_BITS`.
pub const RATE_BITS: usize = 96;

static DOMAIN: LazyLock<Fr> = LazyLock::new(|| keccak_mod_r(b"proofrail.receipt.v1"));

/// The domain of a receipt's message: `keccak256("proofrail.receipt.v1") mod r`.
pub(super) fn domain() -> Fr {
    *DOMAIN
}

/// Work done and its price. Private but for `context` and `amount`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Binds the receipt to one settlement: chain, hub, id, payer, recipient, token, deadline.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub context: Fr,
    /// Digest of the job's details.
    #[serde(with = "field::serde_hex")]
    #[schemars(with = "field::HexText")]
    pub details: Fr,
    /// Units of work.
    #[serde(with = "field::serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub units: u64,
    /// Price of a unit, in the token's smallest unit; below 2^96.
    #[serde(with = "field::serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub rate: u128,
    /// `units × rate`, in the token's smallest unit.
    #[serde(with = "field::serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub amount: u128,
    /// What the prover gets: `amount − coordinator_fee`.
    #[serde(with = "field::serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub prover_reward: u128,
    /// What the coordinator gets: `amount × fee_bps / 10000`, rounded down.
    #[serde(with = "field::serde_decimal")]
    #[schemars(with = "field::DecimalText")]
    pub coordinator_fee: u128,
    /// The agreed share of the coordinator, in basis points.
    pub fee_bps: u16,
}

impl Receipt {
    /// The receipt for `units` at `rate`, with the amounts that follow.
    ///
    /// # Errors
    /// [`ReceiptError`] when the rate, the basis points or the amount are out of range.
    pub fn new(
        context: Fr,
        details: Fr,
        units: u64,
        rate: u128,
        fee_bps: u16,
    ) -> Result<Self, ReceiptError> {
        let amount = price(units, rate)?;
        let coordinator_fee = coordinator_fee(amount, fee_bps)?;
        let prover_reward = amount - coordinator_fee;
        Ok(Self { context, details, units, rate, amount, prover_reward, coordinator_fee, fee_bps })
    }

    /// Checks every rule that the circuit proves but the signature.
    ///
    /// # Errors
    /// [`ReceiptError`] naming the first field that breaks a rule.
    pub fn check(&self) -> Result<(), ReceiptError> {
        let expected = Self::new(self.context, self.details, self.units, self.rate, self.fee_bps)?;
        if self.amount != expected.amount {
            return Err(ReceiptError::Amount { got: self.amount, expected: expected.amount });
        }
        if self.coordinator_fee != expected.coordinator_fee {
            return Err(ReceiptError::CoordinatorFee {
                got: self.coordinator_fee,
                expected: expected.coordinator_fee,
            });
        }
        if self.prover_reward != expected.prover_reward {
            return Err(ReceiptError::ProverReward {
                got: self.prover_reward,
                expected: expected.prover_reward,
            });
        }
        Ok(())
    }

    /// What the coordinator signs: Poseidon over the domain and every field, in order.
    pub fn message(&self) -> Fr {
        let [context, details, units, rate, amount, reward, fee, bps] = self.fields();
        poseidon::hash(&[domain(), context, details, units, rate, amount, reward, fee, bps])
    }

    /// Every field in the order that messages have them in.
    pub(super) fn fields(&self) -> [Fr; 8] {
        [
            self.context,
            self.details,
            self.units.into(),
            self.rate.into(),
            self.amount.into(),
            self.prover_reward.into(),
            self.coordinator_fee.into(),
            self.fee_bps.into(),
        ]
    }

    /// What is left of `amount × fee_bps` after the fee is taken 10000 times.
    pub(crate) fn fee_remainder(&self) -> u16 {
        split_fee(self.amount, self.fee_bps).1
    }
}

/// `amount × fee_bps / 10000`, rounded down.
///
/// # Errors
/// [`ReceiptError::FeeBpsTooLarge`] above 10000 basis points.
pub fn coordinator_fee(amount: u128, fee_bps: u16) -> Result<u128, ReceiptError> {
    if fee_bps > BPS_DENOMINATOR {
        return Err(ReceiptError::FeeBpsTooLarge(fee_bps));
    }
    Ok(split_fee(amount, fee_bps).0)
}

/// Quotient and remainder of `amount × fee_bps / 10000`, for at most 10000 basis points.
///
/// With `amount = q·10000 + m` the product is `(q·bps)·10000 + m·bps`: no part overflows.
fn split_fee(amount: u128, fee_bps: u16) -> (u128, u16) {
    let (whole, bps) = (u128::from(BPS_DENOMINATOR), u128::from(fee_bps));
    let part = (amount % whole) * bps;
    ((amount / whole) * bps + part / whole, (part % whole) as u16)
}

fn price(units: u64, rate: u128) -> Result<u128, ReceiptError> {
    if rate >> RATE_BITS != 0 {
        return Err(ReceiptError::RateTooLarge(rate));
    }
    u128::from(units).checked_mul(rate).ok_or(ReceiptError::AmountTooLarge { units, rate })
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn fee_is_the_exact_floor(amount: u128, fee_bps in 0u16..=10_000) {
            let product = BigUint::from(amount) * fee_bps;
            let (fee, remainder) = split_fee(amount, fee_bps);
            prop_assert_eq!(BigUint::from(fee), &product / 10_000u16);
            prop_assert_eq!(BigUint::from(remainder), product % 10_000u16);
        }
    }
}
