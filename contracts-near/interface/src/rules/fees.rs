//! How an accepted proof's fee is divided: two shares are floored, the prover takes the remainder.

use borsh::{BorshDeserialize, BorshSerialize};
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use super::bps::bps_of;

/// The treasury's share of a fee, in basis points.
pub const TREASURY_BPS: u32 = 2_000;
/// The insurance pool's share of a fee, in basis points.
pub const INSURANCE_BPS: u32 = 1_000;

/// The three shares of one fee; they always add up to it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct FeeSplit {
    /// What the prover earns: the fee less the two floored shares.
    pub prover: NearToken,
    /// `floor(fee * 20 %)`.
    pub treasury: NearToken,
    /// `floor(fee * 10 %)`.
    pub insurance: NearToken,
}

/// Divides `fee`. Exact for every amount: no product can overflow.
pub const fn split_fee(fee: NearToken) -> FeeSplit {
    let treasury = bps_of(fee, TREASURY_BPS);
    let insurance = bps_of(fee, INSURANCE_BPS);
    // The two shares are at most 30 % of the fee: nothing saturates.
    FeeSplit { prover: fee.saturating_sub(treasury).saturating_sub(insurance), treasury, insurance }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn split_fee_should_conserve_every_yocto(yocto: u128) {
            let split = split_fee(NearToken::from_yoctonear(yocto));
            let parts = [split.prover, split.treasury, split.insurance].map(|part| part.as_yoctonear());
            prop_assert_eq!(parts.iter().copied().reduce(|a, b| a.checked_add(b).unwrap()), Some(yocto));
        }

        #[test]
        fn split_fee_should_floor_both_shares(yocto in 0..u128::MAX / 10_000) {
            let split = split_fee(NearToken::from_yoctonear(yocto));
            prop_assert_eq!(split.treasury.as_yoctonear(), yocto * 2_000 / 10_000);
            prop_assert_eq!(split.insurance.as_yoctonear(), yocto * 1_000 / 10_000);
        }
    }

    #[test]
    fn split_fee_should_give_the_remainder_to_the_prover() {
        let split = split_fee(NearToken::from_yoctonear(9));
        assert_eq!(split.prover.as_yoctonear(), 8);
        assert_eq!(split.treasury.as_yoctonear(), 1);
        assert_eq!(split.insurance.as_yoctonear(), 0);
    }
}
