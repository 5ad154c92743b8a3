//! A prover's weight in a draw.
//!
//! ```text
//! weight = floor(units * factor / 100)       units  = whole NEAR of min(stake, cap)
//!                                            factor = 1,000 + 9 * score / 10   basis points
//! ```
//! One NEAR weighs 10 at score 0 and 100 at the highest score; in probation a quarter of that. So a newcomer is
//! drawn, though seldom, and an honest year is worth ten times the stake's newcomer weight. The weight is linear in
//! stake below the cap: [`crate::rules::reputation`] says why splitting a stake gains nothing.

use near_token::NearToken;

use super::param_error::{ParamError, demand};
use super::reputation::MAX_SCORE_BPS;

/// Highest cap of the stake that counts: 1,000,000 NEAR. No weight exceeds 100 million, so that a million million
/// provers' weights still sum within 64 bits.
pub const MAX_WEIGHT_CAP: NearToken = NearToken::from_near(1_000_000);

/// Share of its weight that a prover without any score has, in basis points.
const BASE_FACTOR: u64 = 1_000;
/// In probation weights are divided by this.
const PROBATION_DIVISOR: u64 = 4;

/// Weight in the draw; `score_bps` above 10,000 counts as 10,000, a cap above [`MAX_WEIGHT_CAP`] as that.
pub fn draw_weight(stake: NearToken, cap: NearToken, score_bps: u16, probation: bool) -> u32 {
    let score = u64::from(score_bps.min(MAX_SCORE_BPS));
    let factor = BASE_FACTOR + score * 9 / 10;
    // At most 10^6 * 10^4, far below 64 bits.
    let scaled = u64::from(stake_units(stake, cap)) * factor;
    let divisor = if probation { 100 * PROBATION_DIVISOR } else { 100 };
    // At most 10^8; a unit weighs at least 2.
    u32::try_from(scaled / divisor).unwrap_or(u32::MAX)
}

/// Whole NEAR of the stake that counts.
pub fn stake_units(stake: NearToken, cap: NearToken) -> u32 {
    // At most 10^6 by the bound on the cap.
    u32::try_from(stake.min(cap).min(MAX_WEIGHT_CAP).as_near()).unwrap_or(u32::MAX)
}

/// Refuses a cap with which weights could leave their bounds, or with which nobody has any.
pub fn check_weight_cap(cap: NearToken) -> Result<(), ParamError> {
    demand(
        cap >= NearToken::from_near(1) && cap <= MAX_WEIGHT_CAP,
        "weight_cap",
        cap.as_yoctonear(),
        "1 to 1,000,000 NEAR",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NEAR: fn(u128) -> NearToken = NearToken::from_near;

    #[test]
    fn draw_weight_should_count_stake_and_score() {
        let weight = |near, score| draw_weight(NEAR(near), NEAR(10_000), score, false);
        assert_eq!([0, 5_000, 10_000].map(|s| weight(1_000, s)), [10_000, 55_000, 100_000]);
        assert_eq!(weight(50_000, 10_000), 1_000_000, "the cap");
        assert_eq!(draw_weight(NEAR(1_000), NEAR(10_000), 0, true), 2_500);
        assert_eq!(draw_weight(NearToken::from_millinear(1_999), NEAR(10), 0, true), 2);
        assert_eq!(draw_weight(NearToken::from_millinear(999), NEAR(10), 10_000, false), 0);
    }

    #[test]
    fn draw_weight_should_have_room_for_every_prover() {
        let most = draw_weight(NearToken::MAX, NearToken::MAX, u16::MAX, false);
        assert_eq!(most, 100_000_000);
        assert!(u64::from(most).checked_mul(u32::MAX.into()).is_some());
    }

    #[test]
    fn check_weight_cap_should_hold_its_bounds() {
        assert!(check_weight_cap(NEAR(1)).is_ok() && check_weight_cap(MAX_WEIGHT_CAP).is_ok());
        assert!(check_weight_cap(NearToken::from_millinear(999)).is_err());
        let error = check_weight_cap(NEAR(1_000_001)).unwrap_err();
        assert_eq!(error.found, NEAR(1_000_001).as_yoctonear());
        assert!(error.to_string().ends_with("it must be 1 to 1,000,000 NEAR"), "{error}");
    }

    proptest! {
        #[test]
        fn draw_weight_should_be_monotone_and_bounded(
            a: u128, b: u128, shift in 0..128_u32, cap: u128, s: u16, t: u16, probation: bool,
        ) {
            let token = NearToken::from_yoctonear;
            let (less, more) = (token(a.min(b) >> shift), token(a.max(b) >> shift));
            let (low, high) = (s.min(t), s.max(t));
            let weight = |stake, score| draw_weight(stake, token(cap), score, probation);
            prop_assert!(weight(less, low) <= weight(more, low));
            prop_assert!(weight(more, low) <= weight(more, high));
            prop_assert!(weight(more, high) <= 100_000_000);
            prop_assert!(draw_weight(more, token(cap), high, true) <= weight(more, high));
            prop_assert_eq!(weight(more, low) == 0, stake_units(more, token(cap)) == 0);
        }

        #[test]
        fn draw_weight_should_be_linear_in_stake(near in 1..1_000_u128, times in 1..1_000_u128, score in 0..=10_000_u16) {
            let weight = |near| u128::from(draw_weight(NEAR(near), MAX_WEIGHT_CAP, score, false));
            let (one, many) = (weight(near), weight(near * times));
            // The floor is taken once of the whole and once of the part.
            prop_assert!(one * times <= many && many < (one + 1) * times);
        }
    }
}
