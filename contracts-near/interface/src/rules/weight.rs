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
