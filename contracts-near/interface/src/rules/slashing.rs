//! What is slashed, who gets it, how much collateral a job locks, and what the insurance pool pays.
//!
//! # Self-reporting never profits
//! Suppose that prover, reporter, next prover and harmed client are one person. Of a slashed amount `a > 0` at most
//! `a/2` goes to reporter and next prover together ([`SlashParams::check`]), and the insurance pool pays for one event
//! at most half of what that event brought it. With `r` = what reporter and next prover get, what comes back is at most
//! ```text
//! r + (a - r)/2 = (a + r)/2 <= 3a/4 < a
//! ```
//! for every amount of at least 1 yocto. It holds for the event as a whole: pay-outs to several clients for one event
//! share the one limit.
//!
//! # Nobody lives off the faults of others
//! Half of a slashed stake can be far more than any client lost, and a client cannot prove its loss to a contract. So the
//! market itself says what a client lost: at most the job's fee, of which a delay is [`DELAY_LOSS_BPS`]. A client that named
//! its own loss could live off strangers' faults, as `cargo xtask simulate market --without insured-loss` shows.

use borsh::{BorshDeserialize, BorshSerialize};
use near_token::NearToken;
use serde::{Deserialize, Serialize};

use super::bps::bps_of;
use super::param_error::{ParamError, demand};

/// What a prover is slashed for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It signed a proof that does not verify.
    InvalidProof,
    /// It was away for over an hour.
    Downtime,
    /// It disclosed a client's data.
    DataLeak,
    /// It was registered with a forged attestation.
    ForgedAttestation,
    /// It missed a job's deadline: the job's collateral is slashed, no share of the stake.
    MissedDeadline,
}

impl Fault {
    /// Whether the prover and its platform are banned.
    pub const fn bans(self) -> bool {
        matches!(self, Self::DataLeak | Self::ForgedAttestation)
    }
}

/// Shares in basis points, of the stake unless said otherwise.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct SlashParams {
    /// For [`Fault::InvalidProof`].
    pub invalid_proof_bps: u32,
    /// For [`Fault::Downtime`], once an outage.
    pub downtime_bps: u32,
    /// For [`Fault::DataLeak`].
    pub leak_bps: u32,
    /// For [`Fault::ForgedAttestation`].
    pub forged_attestation_bps: u32,
    /// The reporter's share of what is slashed.
    pub reporter_bps: u32,
    /// The most that a reporter gets for one event.
    pub reporter_cap: NearToken,
    /// The share of a missed deadline's collateral that the next prover gets when it serves the job.
    pub next_prover_bps: u32,
}

impl Default for SlashParams {
    fn default() -> Self {
        Self {
            invalid_proof_bps: 1_000,
            downtime_bps: 100,
            leak_bps: 10_000,
            forged_attestation_bps: 10_000,
            reporter_bps: 500,
            reporter_cap: NearToken::from_near(5),
            next_prover_bps: 4_000,
        }
    }
}

/// Highest [`SlashParams::reporter_bps`].
pub const MAX_REPORTER_BPS: u32 = 1_000;
/// Highest sum of [`SlashParams::reporter_bps`] and [`SlashParams::next_prover_bps`].
pub const MAX_REWARDS_BPS: u32 = 5_000;

impl SlashParams {
    /// Refuses shares above a whole, and rewards with which self-reporting could profit.
    pub fn check(&self) -> Result<(), ParamError> {
        for (parameter, bps) in [
            ("invalid_proof_bps", self.invalid_proof_bps),
            ("downtime_bps", self.downtime_bps),
            ("leak_bps", self.leak_bps),
            ("forged_attestation_bps", self.forged_attestation_bps),
            ("next_prover_bps", self.next_prover_bps),
        ] {
            demand(bps <= 10_000, parameter, bps.into(), "at most 10,000")?;
        }
        let reporter = self.reporter_bps;
        demand(reporter <= MAX_REPORTER_BPS, "reporter_bps", reporter.into(), "at most 1,000")?;
        // Both are within 10,000 here.
        let rewards = reporter.saturating_add(self.next_prover_bps);
        let parameter = "reporter_bps + next_prover_bps";
        demand(rewards <= MAX_REWARDS_BPS, parameter, rewards.into(), "at most 5,000")
    }

    /// The share of the stake that a fault costs; `None` where it costs the job's collateral instead.
    pub const fn fault_bps(&self, fault: Fault) -> Option<u32> {
        match fault {
            Fault::InvalidProof => Some(self.invalid_proof_bps),
            Fault::Downtime => Some(self.downtime_bps),
            Fault::DataLeak => Some(self.leak_bps),
            Fault::ForgedAttestation => Some(self.forged_attestation_bps),
            Fault::MissedDeadline => None,
        }
    }

    /// What a fault costs: a share of `stake`, or all of the job's `collateral`, which never exceeds the stake.
    pub fn amount(&self, fault: Fault, stake: NearToken, collateral: NearToken) -> NearToken {
        self.fault_bps(fault).map_or(collateral, |bps| bps_of(stake, bps)).min(stake)
    }

    /// Divides what was slashed. The reporter's share is for whoever brought the evidence, if anybody did; the
    /// next prover's for missed deadlines only; the insurance pool takes the rest.
    pub fn split(&self, slashed: NearToken, fault: Fault, reported: bool) -> SlashSplit {
        let reporter = match reported {
            true => bps_of(slashed, self.reporter_bps).min(self.reporter_cap).min(slashed),
            false => NearToken::ZERO,
        };
        let rest = slashed.saturating_sub(reporter);
        let next_prover = match fault {
            Fault::MissedDeadline => bps_of(slashed, self.next_prover_bps).min(rest),
            _ => NearToken::ZERO,
        };
        SlashSplit { reporter, next_prover, insurance: rest.saturating_sub(next_prover) }
    }
}

/// Where a slashed amount goes; the three always add up to it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
pub struct SlashSplit {
    /// Who brought the evidence.
    pub reporter: NearToken,
    /// Who serves the job that the slashed prover missed; the insurance pool where nobody does.
    pub next_prover: NearToken,
    /// The insurance pool.
    pub insurance: NearToken,
}

/// How much stake a job locks while it is assigned.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct CollateralParams {
    /// The least collateral.
    pub min_collateral: NearToken,
    /// Collateral as a share of the fee, in basis points; may exceed 10,000.
    pub collateral_bps: u32,
}

impl Default for CollateralParams {
    fn default() -> Self {
        Self { min_collateral: NearToken::from_near(1), collateral_bps: 20_000 }
    }
}

impl CollateralParams {
    /// Refuses a collateral below the fee: to miss a deadline must cost more than serving earns.
    pub fn check(&self) -> Result<(), ParamError> {
        let fits = (10_000..=1_000_000).contains(&self.collateral_bps);
        demand(fits, "collateral_bps", self.collateral_bps.into(), "10,000 to 1,000,000")?;
        let least = self.min_collateral;
        let fits = !least.is_zero() && least <= NearToken::from_near(1_000_000);
        demand(fits, "min_collateral", least.as_yoctonear(), "1 yocto to 1,000,000 NEAR")
    }
}

/// The collateral of a job with this fee.
pub fn collateral(fee: NearToken, params: &CollateralParams) -> NearToken {
    bps_of(fee, params.collateral_bps).max(params.min_collateral)
}

/// How the insurance pool pays.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct InsuranceParams {
    /// The most that is paid at a time, as a share of what the pool holds, in basis points.
    pub pool_share_bps: u32,
}

impl Default for InsuranceParams {
    fn default() -> Self {
        Self { pool_share_bps: 500 }
    }
}

impl InsuranceParams {
    /// Refuses a share above a whole.
    pub fn check(&self) -> Result<(), ParamError> {
        let share = self.pool_share_bps;
        demand(share <= 10_000, "pool_share_bps", share.into(), "at most 10,000")
    }
}

/// What a client loses where its job was refunded after a slash: this share of the fee, for the delay. A client that
/// paid for a false proof, or whose data got out, loses the fee.
pub const DELAY_LOSS_BPS: u32 = 1_000;

/// What the pool pays clients harmed by one slashed event: the smallest of their loss, a share of the pool
/// and half of what the event brought the pool. Where an event is paid for in parts, what was paid for it
/// already comes off the result.
pub fn insurance_payout(
    loss: NearToken,
    slashed_into_pool: NearToken,
    pool: NearToken,
    params: &InsuranceParams,
) -> NearToken {
    let share = bps_of(pool, params.pool_share_bps).min(pool);
    loss.min(share).min(slashed_into_pool.saturating_div(2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FAULTS: [Fault; 5] = [
        Fault::InvalidProof,
        Fault::Downtime,
        Fault::DataLeak,
        Fault::ForgedAttestation,
        Fault::MissedDeadline,
    ];

    fn yocto(amount: u128) -> NearToken {
        NearToken::from_yoctonear(amount)
    }

    fn params(reporter_bps: u32, next_prover_bps: u32, cap: u128) -> SlashParams {
        SlashParams {
            reporter_bps,
            next_prover_bps,
            reporter_cap: yocto(cap),
            ..SlashParams::default()
        }
    }

    /// What a coalition of all four gets back of `slashed`.
    fn comes_back(
        slashed: NearToken,
        fault: Fault,
        params: &SlashParams,
        loss: NearToken,
        pool: NearToken,
        insurance: &InsuranceParams,
    ) -> u128 {
        let split = params.split(slashed, fault, true);
        let pool = pool.saturating_add(split.insurance);
        let paid = insurance_payout(loss, split.insurance, pool, insurance);
        [split.reporter, split.next_prover, paid].iter().map(NearToken::as_yoctonear).sum()
    }

    #[test]
    fn self_reporting_should_lose_in_every_split() {
        // Every reporter share and next prover's share in steps of 10 basis points up to the bounds, with a pool
        // that pays all it may: the worst the checks let through.
        let generous = InsuranceParams { pool_share_bps: 10_000 };
        let mut tried = 0_u32;
        for reporter_bps in (0..=MAX_REPORTER_BPS).step_by(10) {
            for next_prover_bps in (0..=MAX_REWARDS_BPS - reporter_bps).step_by(10) {
                let params = params(reporter_bps, next_prover_bps, u128::MAX);
                assert_eq!(params.check(), Ok(()));
                for fault in FAULTS {
                    for slashed in [1, 2, 3, 9_999, 10_001, 10_u128.pow(24), u128::MAX] {
                        let back = comes_back(
                            yocto(slashed),
                            fault,
                            &params,
                            NearToken::MAX,
                            NearToken::MAX,
                            &generous,
                        );
                        // The bound of the module's documentation, without an overflow.
                        assert!(back <= slashed - slashed / 4, "{params:?} {fault:?} {slashed}");
                        assert!(back < slashed);
                        tried += 1;
                    }
                }
            }
        }
        assert_eq!(tried, 45_551 * 35);
    }

    #[test]
    fn check_should_refuse_what_could_profit() {
        let refused = [(1_001, 0), (1_000, 4_001), (0, 5_001), (0, 10_001), (u32::MAX, u32::MAX)];
        for (reporter_bps, next_prover_bps) in refused {
            assert!(params(reporter_bps, next_prover_bps, 1).check().is_err());
        }
        // And not without need: at the refused end the reporter and the next prover get everything back.
        let back = comes_back(
            yocto(10_000),
            Fault::MissedDeadline,
            &params(5_000, 5_000, u128::MAX),
            NearToken::ZERO,
            NearToken::ZERO,
            &InsuranceParams::default(),
        );
        assert_eq!(back, 10_000);
        let whole = SlashParams { leak_bps: 10_001, ..SlashParams::default() };
        assert_eq!(whole.check().unwrap_err().parameter, "leak_bps");
        assert!(InsuranceParams { pool_share_bps: 10_001 }.check().is_err());
        assert!(CollateralParams { collateral_bps: 9_999, ..Default::default() }.check().is_err());
        let free = CollateralParams { min_collateral: NearToken::ZERO, ..Default::default() };
        assert!(free.check().is_err());
    }

    #[test]
    fn checks_should_let_through_what_is_at_a_bound_and_nothing_beyond_it() {
        let share = |pool_share_bps| InsuranceParams { pool_share_bps }.check().is_ok();
        assert!(share(10_000) && !share(10_001));
        let fits = |min_collateral, collateral_bps| {
            CollateralParams { min_collateral, collateral_bps }.check().is_ok()
        };
        let (least, most) = (yocto(1), NearToken::from_near(1_000_000));
        assert!(fits(least, 10_000) && fits(most, 1_000_000));
        assert!(!fits(least, 9_999) && !fits(most, 1_000_001));
        assert!(!fits(NearToken::ZERO, 10_000) && !fits(most.saturating_add(least), 1_000_000));
    }

    #[test]
    fn defaults_should_pass_their_checks() {
        assert_eq!(SlashParams::default().check(), Ok(()));
        assert_eq!(CollateralParams::default().check(), Ok(()));
        assert_eq!(InsuranceParams::default().check(), Ok(()));
    }

    #[test]
    fn a_fault_should_cost_its_share() {
        let (near, params) = (NearToken::from_near, SlashParams::default());
        let costs = FAULTS.map(|fault| params.amount(fault, near(1_000), near(2)));
        assert_eq!(costs, [near(100), near(10), near(1_000), near(1_000), near(2)]);
        assert_eq!(params.amount(Fault::MissedDeadline, near(1), near(2)), near(1));
        assert_eq!(FAULTS.map(Fault::bans), [false, false, true, true, false]);
    }

    #[test]
    fn collateral_should_be_twice_the_fee_and_at_least_one_near() {
        let params = CollateralParams::default();
        assert_eq!(collateral(NearToken::from_millinear(100), &params), NearToken::from_near(1));
        assert_eq!(collateral(NearToken::from_near(3), &params), NearToken::from_near(6));
        assert_eq!(collateral(NearToken::MAX, &params), NearToken::MAX);
    }

    #[test]
    fn insurance_should_pay_the_smallest_of_its_three_limits() {
        let params = InsuranceParams::default();
        let pay = |loss, event, pool| {
            insurance_payout(yocto(loss), yocto(event), yocto(pool), &params).as_yoctonear()
        };
        assert_eq!(
            [pay(7, 100, 10_000), pay(700, 100, 10_000), pay(700, 10_000, 1_000)],
            [7, 50, 50]
        );
    }

    proptest! {
        #[test]
        fn split_should_conserve_and_keep_its_bounds(
            slashed: u128, fault in 0..5_usize, reported: bool,
            reporter_bps: u32, next_prover_bps: u32, cap: u128,
        ) {
            let params = params(reporter_bps, next_prover_bps, cap);
            let split = params.split(yocto(slashed), FAULTS[fault], reported);
            let sum = split.reporter.checked_add(split.next_prover).unwrap().checked_add(split.insurance);
            prop_assert_eq!(sum, Some(yocto(slashed)), "even where `check` was never asked");
            prop_assert!(split.reporter.as_yoctonear() <= cap);
            prop_assert!(reported || split.reporter.is_zero());
            prop_assert!(FAULTS[fault] == Fault::MissedDeadline || split.next_prover.is_zero());
        }

        #[test]
        fn self_reporting_should_never_profit(
            slashed in 1_u128.., fault in 0..5_usize, shares in (0..=1_000_u32, 0..=5_000_u32),
            cap: u128, loss: u128, pool: u128, pool_share_bps in 0..=10_000_u32,
        ) {
            let params = params(shares.0, shares.1.min(MAX_REWARDS_BPS - shares.0), cap);
            prop_assert_eq!(params.check(), Ok(()));
            let insurance = InsuranceParams { pool_share_bps };
            let back = comes_back(
                yocto(slashed), FAULTS[fault], &params, yocto(loss), yocto(pool), &insurance,
            );
            prop_assert!(back < slashed);
        }

        #[test]
        fn insurance_should_stay_solvent(loss: u128, event: u128, pool: u128, pool_share_bps: u32) {
            let params = InsuranceParams { pool_share_bps };
            let paid = insurance_payout(yocto(loss), yocto(event), yocto(pool), &params);
            prop_assert!(paid.as_yoctonear() <= pool.min(loss).min(event / 2));
        }
    }
}
