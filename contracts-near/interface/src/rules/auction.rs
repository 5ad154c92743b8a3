//! The fee of a job on a ramp: it rises from the client's first offer until a prover takes it.

use borsh::{BorshDeserialize, BorshSerialize};
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use super::param_error::{ParamError, demand};

/// A fee that rises linearly from `start` to `max` within `ramp_s` seconds and then stays.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Ramp {
    /// The fee at the funding.
    pub start: NearToken,
    /// The highest fee; this is what the client funds.
    pub max: NearToken,
    /// From `start` to `max`; 0 offers `max` at once.
    pub ramp_s: u64,
}

impl Ramp {
    /// A fee that does not move.
    pub const fn flat(fee: NearToken) -> Self {
        Self { start: fee, max: fee, ramp_s: 0 }
    }

    /// Refuses a ramp that falls.
    pub fn check(&self) -> Result<(), ParamError> {
        demand(self.max >= self.start, "max", self.max.as_yoctonear(), "at least `start`")
    }

    /// The fee `elapsed_s` after the funding: `start + floor((max - start) * elapsed_s / ramp_s)`, at most `max`.
    pub const fn price_at(&self, elapsed_s: u64) -> NearToken {
        if elapsed_s >= self.ramp_s {
            return self.max;
        }
        let (elapsed, ramp) = (elapsed_s as u128, self.ramp_s as u128);
        // 0 for a ramp that `check` refuses.
        let rise = self.max.as_yoctonear().saturating_sub(self.start.as_yoctonear());
        // With rise = q * ramp + r the floor is q * elapsed + floor(r * elapsed / ramp). elapsed < ramp, so
        // the first product is below `rise`, and both factors of the second are below 2^64.
        let risen = rise / ramp * elapsed + rise % ramp * elapsed / ramp;
        NearToken::from_yoctonear(self.start.as_yoctonear().saturating_add(risen))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ramp(start: u128, max: u128, ramp_s: u64) -> Ramp {
        Ramp {
            start: NearToken::from_yoctonear(start),
            max: NearToken::from_yoctonear(max),
            ramp_s,
        }
    }

    #[test]
    fn price_at_should_rise_in_a_straight_line() {
        let ramp = ramp(100, 200, 60);
        let prices = [0, 1, 30, 59, 60, u64::MAX].map(|s| ramp.price_at(s).as_yoctonear());
        assert_eq!(prices, [100, 101, 150, 198, 200, 200]);
    }

    #[test]
    fn ramp_should_refuse_to_fall() {
        assert!(ramp(2, 1, 60).check().is_err());
        assert!(ramp(1, 1, 0).check().is_ok());
    }

    proptest! {
        #[test]
        fn price_at_should_be_the_floor_of_the_line(
            start in 0..1_u128 << 60, rise in 0..1_u128 << 60, ramp_s in 1..1_u64 << 60, part in 0..1_u64 << 60,
        ) {
            let elapsed = part % ramp_s;
            let price = ramp(start, start + rise, ramp_s).price_at(elapsed).as_yoctonear();
            prop_assert_eq!(price, start + rise * u128::from(elapsed) / u128::from(ramp_s));
        }

        #[test]
        fn price_at_should_be_monotone_between_its_ends(
            a: u128, b: u128, ramp_s: u64, early: u64, late: u64,
        ) {
            let ramp = ramp(a.min(b), a.max(b), ramp_s);
            let (early, late) = (early.min(late), early.max(late));
            prop_assert!(ramp.price_at(early) <= ramp.price_at(late));
            prop_assert!(ramp.price_at(early) >= ramp.start);
            prop_assert!(ramp.price_at(late) <= ramp.max);
            prop_assert_eq!(ramp.price_at(ramp_s), ramp.max);
            prop_assert!(ramp_s == 0 || ramp.price_at(0) == ramp.start);
        }
    }
}
