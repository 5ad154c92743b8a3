//! The market's parameters. Every change of them waits in the timelock.

use borsh::{BorshDeserialize, BorshSerialize};
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use crate::rules::bonus::BonusParams;
use crate::rules::param_error::{ParamError, demand};
use crate::rules::slashing::{CollateralParams, InsuranceParams, SlashParams};
use crate::rules::weight::check_weight_cap;

/// No duration is longer than this, so that sums of times cannot overflow.
pub const MAX_DURATION_S: u64 = 366 * 24 * 3_600;
/// Most provers at a time: the draw tree holds this many seats.
pub const MAX_PROVERS: u32 = 32 * 32 * 32;
/// Most draws of one job, the first included.
pub const MAX_ROUNDS: u8 = 5;
/// How many frozen sets the draw tree keeps at a time.
pub const LIVE_SETS: u64 = 16;

/// The market's parameters. Durations are in seconds, amounts in yoctoNEAR, shares in basis points.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Smallest stake of a prover; at least 1 NEAR.
    pub min_stake: NearToken,
    /// Stake above this adds no weight in the draw.
    pub weight_cap: NearToken,
    /// Most provers registered at a time, at most [`MAX_PROVERS`].
    pub max_provers: u32,
    /// Accepted proofs until probation ends.
    pub probation_proofs: u32,
    /// Highest fee of a job that a prover on probation is drawn for.
    pub probation_fee_cap: NearToken,
    /// From a request to unstake until the stake may leave; it stays slashable all the while.
    pub unstake_delay_s: u64,
    /// How long after a set is frozen for a job it may be drawn from.
    pub draw_window_s: u64,
    /// Draws of one job, the first included, at most [`MAX_ROUNDS`].
    pub max_rounds: u8,
    /// How long a proof of which only the hash was submitted may be challenged, and how long after a
    /// job's end a signed false proof of it is still slashed.
    pub challenge_window_s: u64,
    /// How long a challenged prover has to reveal the proof.
    pub reveal_window_s: u64,
    /// What a challenger attaches; the prover's when the proof holds.
    pub challenge_bond: NearToken,
    /// Silence after which a prover that is online counts as down.
    pub downtime_s: u64,
    /// Longest gap between heartbeats that still counts as up.
    pub heartbeat_gap_s: u64,
    /// Length of an epoch of bonuses.
    pub epoch_s: u64,
    /// What a drawn prover has at stake for one job.
    pub collateral: CollateralParams,
    /// What misbehaviour costs and who gets it.
    pub slashing: SlashParams,
    /// Bonuses out of the treasury's share.
    pub bonus: BonusParams,
    /// Pay-outs of the insurance pool.
    pub insurance: InsuranceParams,
    /// How long after a job's end its client may claim from the insurance pool.
    pub insurance_window_s: u64,
    /// From a council's proposal to slash until anyone may execute it; the time for an appeal.
    pub council_delay_s: u64,
    /// How long an appeal waits for the arbiter before the case lapses.
    pub appeal_window_s: u64,
    /// From scheduling a change until anyone may execute it.
    pub timelock_s: u64,
    /// How long a change may be executed once its time has come.
    pub change_window_s: u64,
}

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

impl Default for Params {
    fn default() -> Self {
        Self {
            min_stake: NearToken::from_near(1_000),
            weight_cap: NearToken::from_near(10_000),
            max_provers: 10_000,
            probation_proofs: 100,
            probation_fee_cap: NearToken::from_near(1),
            unstake_delay_s: 14 * DAY,
            draw_window_s: 900,
            max_rounds: 3,
            challenge_window_s: 3 * DAY,
            reveal_window_s: HOUR,
            challenge_bond: NearToken::from_near(1),
            downtime_s: HOUR,
            heartbeat_gap_s: 600,
            epoch_s: 30 * DAY,
            collateral: CollateralParams::default(),
            slashing: SlashParams::default(),
            bonus: BonusParams::default(),
            insurance: InsuranceParams::default(),
            insurance_window_s: 30 * DAY,
            council_delay_s: 3 * DAY,
            appeal_window_s: 7 * DAY,
            timelock_s: 2 * DAY,
            change_window_s: 14 * DAY,
        }
    }
}

impl Params {
    /// Says what is out of range.
    ///
    /// # Errors
    /// The first parameter found wrong, and the values it may have.
    pub fn check(&self) -> Result<(), ParamError> {
        self.check_amounts()?;
        self.check_times()?;
        self.collateral.check()?;
        self.slashing.check()?;
        self.bonus.check()?;
        self.insurance.check()
    }

    fn check_amounts(&self) -> Result<(), ParamError> {
        let (one, most) = (NearToken::from_near(1), NearToken::from_near(10_000_000));
        let stake = self.min_stake.as_yoctonear();
        demand(
            (one..=most).contains(&self.min_stake),
            "min_stake",
            stake,
            "1 NEAR, the unit of weight, to 10,000,000 NEAR",
        )?;
        check_weight_cap(self.weight_cap)?;
        let cap = self.weight_cap.as_yoctonear();
        demand(cap >= stake, "weight_cap", cap, "at least min_stake")?;
        let provers = self.max_provers;
        demand((1..=MAX_PROVERS).contains(&provers), "max_provers", provers.into(), "1 to 32,768")?;
        let rounds = self.max_rounds;
        demand((1..=MAX_ROUNDS).contains(&rounds), "max_rounds", rounds.into(), "1 to 5")?;
        let bond = self.challenge_bond;
        demand(
            !bond.is_zero() && bond <= NearToken::from_near(100),
            "challenge_bond",
            bond.as_yoctonear(),
            "above 0 and at most 100 NEAR, or nobody can challenge",
        )
    }

    fn check_times(&self) -> Result<(), ParamError> {
        for (parameter, duration) in [
            ("unstake_delay_s", self.unstake_delay_s),
            ("draw_window_s", self.draw_window_s),
            ("challenge_window_s", self.challenge_window_s),
            ("reveal_window_s", self.reveal_window_s),
            ("downtime_s", self.downtime_s),
            ("heartbeat_gap_s", self.heartbeat_gap_s),
            ("epoch_s", self.epoch_s),
            ("insurance_window_s", self.insurance_window_s),
            ("council_delay_s", self.council_delay_s),
            ("appeal_window_s", self.appeal_window_s),
            ("timelock_s", self.timelock_s),
            ("change_window_s", self.change_window_s),
        ] {
            demand(
                (1..=MAX_DURATION_S).contains(&duration),
                parameter,
                duration.into(),
                "1 second to 366 days",
            )?;
        }
        demand(
            self.heartbeat_gap_s <= self.downtime_s,
            "heartbeat_gap_s",
            self.heartbeat_gap_s.into(),
            "at most downtime_s",
        )?;
        demand(
            self.longest_deadline_s() > 0,
            "unstake_delay_s",
            self.unstake_delay_s.into(),
            "more than draw_window_s + challenge_window_s + reveal_window_s, or stake leaves before \
             the jobs that counted on it can be judged",
        )
    }

    /// Longest deadline that a circuit may have: stake must outlive every job that counted on it.
    pub const fn longest_deadline_s(&self) -> u64 {
        let counted = self.draw_window_s + self.challenge_window_s + self.reveal_window_s;
        self.unstake_delay_s.saturating_sub(counted)
    }

    /// Least time between two frozen sets; in between, jobs share the last one.
    pub const fn set_interval_s(&self) -> u64 {
        self.draw_window_s.div_ceil(LIVE_SETS - 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_should_be_in_range() {
        assert_eq!(Params::default().check(), Ok(()));
    }

    #[test]
    fn check_should_refuse_stake_that_leaves_too_early() {
        let params = Params { unstake_delay_s: 3 * DAY, ..Params::default() };
        assert!(params.check().is_err());
    }
}
