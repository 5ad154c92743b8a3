//! Shares in basis points, floored.

use near_token::NearToken;

/// Basis points in a whole.
pub const BPS_DENOMINATOR: u128 = 10_000;

/// `floor(amount * bps / 10_000)`, exact for every amount while `bps <= 10_000`; above that it stops
/// at the largest amount there is.
pub const fn bps_of(amount: NearToken, bps: u32) -> NearToken {
    let (yocto, bps) = (amount.as_yoctonear(), bps as u128);
    // The product of amount and bps could exceed 128 bits, so whole and remainder are multiplied
    // apart; the second product is below 10^4 * 2^32.
    let whole = (yocto / BPS_DENOMINATOR).saturating_mul(bps);
    let part = yocto % BPS_DENOMINATOR * bps / BPS_DENOMINATOR;
    NearToken::from_yoctonear(whole.saturating_add(part))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bps_of_should_stop_at_the_largest_amount() {
        assert_eq!(bps_of(NearToken::MAX, 10_000), NearToken::MAX);
        assert_eq!(bps_of(NearToken::MAX, 10_001), NearToken::MAX);
        assert_eq!(bps_of(NearToken::MAX, u32::MAX), NearToken::MAX);
    }

    proptest! {
        #[test]
        fn bps_of_should_be_the_floor_of_the_product(yocto in 0..u128::MAX / 20_000, bps in 0..=20_000_u32) {
            let share = bps_of(NearToken::from_yoctonear(yocto), bps);
            prop_assert_eq!(share.as_yoctonear(), yocto * u128::from(bps) / 10_000);
        }

        #[test]
        fn bps_of_should_never_exceed_the_whole(yocto: u128, bps in 0..=10_000_u32) {
            prop_assert!(bps_of(NearToken::from_yoctonear(yocto), bps).as_yoctonear() <= yocto);
        }
    }
}
