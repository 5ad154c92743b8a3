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
