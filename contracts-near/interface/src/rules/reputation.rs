//! The reputation of a prover: 0..=10,000 basis points.
//!
//! # Formula
//! ```text
//! score = 10,000 * credit / (weight + PRIOR)          floored
//! ```
//! `credit` and `weight` are sums over the prover's jobs in which a job counts half as much every 30 days
//! (0.977160 a day). A job adds
//!
//! | outcome | weight | credit |
//! |---|---:|---|
//! | success | 1 | 1 within a quarter of the deadline, then falling linearly to 1/2 at the deadline |
//! | miss | 1 | 0 |
//! | invalid proof | 20 | 0 |
//!
//! `PRIOR` = 10 jobs stands only in the denominator: a new prover's score is 0 and is earned.
//!
//! # Monotone
//! - A success within a quarter of the deadline never lowers the score. A later one moves it towards the
//!   success's own credit: the score after it is at least the smaller of the score before and that credit.
//! - Sooner is never worse than later, a late success is better than a miss, a miss no worse than an invalid
//!   proof; neither of the last two ever raises the score.
//! - Time without jobs never raises the score.
//!
//! # Nothing is gained by splitting
//! Let a prover with stake 1 split it into `a` and `1 - a`. Draws are in proportion to stake, so that of its `n` jobs
//! `a*n` and `(1 - a)*n` fall on the halves; it may arrange its successes (`s1`, `s2`: sums of credit), misses and
//! latencies between the halves as it likes. With `c` = `PRIOR`:
//! ```text
//! a*s1 / (a*n + c) + (1-a)*s2 / ((1-a)*n + c)  <=  (s1 + s2) / (n + c)
//! ```
//! since `a / (a*n + c) <= 1 / (n + c)` is `a*c <= c`, and the same for `1 - a`. Both sums decay by one factor, so it
//! holds on every day. The weight in the draw is stake times a linear function of the score, so the halves never
//! weigh more than the whole. A prior in the numerator would break this: each half would be given it anew.
//!
//! Two things are not covered. Invalid proofs weigh 20, so a prover could keep them all in one small half; they are
//! slashed for that reason. And stake above the cap adds no weight, so that a stake larger than the cap gains by being
//! split; what the cap limits is one machine with one attestation.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// One job, in the unit of the sums.
pub const JOB: u64 = 1_000_000;
/// Jobs in the denominator before there are any: 10.
pub const PRIOR: u64 = 10 * JOB;
/// What an invalid proof weighs: 20 jobs without credit.
pub const INVALID_WEIGHT: u64 = 20 * JOB;
/// The highest score.
pub const MAX_SCORE_BPS: u16 = 10_000;
/// Seconds in a day of decay.
pub const DAY_S: u64 = 86_400;

/// Fixed-point one of the decay factor.
const ONE: u128 = 1_000_000_000_000;
/// 2^(-1/30), rounded to six digits.
const DECAY_PER_DAY: u128 = 977_160_000_000;

/// The decayed record of one prover, in millionths of a job.
///
/// Sums saturate; 2^64 millionths are 18 million million jobs.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
pub struct Track {
    /// Sum of credits; at most `weight`.
    pub credit: u64,
    /// Sum of weights.
    pub weight: u64,
    /// The day (unix seconds / 86,400) to which both sums are decayed.
    pub day: u32,
}

impl Track {
    /// An empty record.
    pub const fn new(day: u32) -> Self {
        Self { credit: 0, weight: 0, day }
    }

    /// The record as it stands on `day`. An earlier day changes nothing.
    #[must_use]
    pub const fn at(self, day: u32) -> Self {
        let Some(days) = day.checked_sub(self.day) else { return self };
        if days == 0 {
            return self;
        }
        let factor = decay_factor(days);
        Self { credit: decayed(self.credit, factor), weight: decayed(self.weight, factor), day }
    }

    /// Adds a job that was served `latency_s` after the draw.
    #[must_use]
    pub const fn success(self, day: u32, latency_s: u64, deadline_s: u64) -> Self {
        self.add(day, JOB, success_credit(latency_s, deadline_s))
    }

    /// Adds a job that was not served by its deadline.
    #[must_use]
    pub const fn miss(self, day: u32) -> Self {
        self.add(day, JOB, 0)
    }

    /// Adds a job for which an invalid proof was signed.
    #[must_use]
    pub const fn invalid(self, day: u32) -> Self {
        self.add(day, INVALID_WEIGHT, 0)
    }

    /// The score as of [`Track::day`], 0..=10,000.
    pub const fn score_bps(&self) -> u16 {
        // Below 10^4 * 2^64, and the denominator is at least PRIOR.
        let scaled = self.credit as u128 * MAX_SCORE_BPS as u128;
        let score = scaled / (self.weight as u128 + PRIOR as u128);
        // Credit never exceeds weight; a record made by hand is bounded all the same.
        if score > MAX_SCORE_BPS as u128 { MAX_SCORE_BPS } else { score as u16 }
    }

    /// The score on `day`.
    pub const fn score_bps_at(self, day: u32) -> u16 {
        self.at(day).score_bps()
    }

    const fn add(self, day: u32, weight: u64, credit: u64) -> Self {
        let now = self.at(day);
        Self {
            credit: now.credit.saturating_add(credit),
            weight: now.weight.saturating_add(weight),
            day: now.day,
        }
    }
}

/// The day of a unix time, for [`Track`].
pub const fn day_of(unix_s: u64) -> u32 {
    let day = unix_s / DAY_S;
    // 2^32 days are eleven million years.
    if day > u32::MAX as u64 { u32::MAX } else { day as u32 }
}

/// Credit of a success in millionths of a job: 1 up to a quarter of the deadline, 1/2 from the deadline on.
pub const fn success_credit(latency_s: u64, deadline_s: u64) -> u64 {
    let (latency, deadline) = (latency_s as u128, deadline_s as u128);
    if latency * 4 <= deadline {
        return JOB;
    }
    if latency >= deadline {
        return JOB / 2;
    }
    // 1 - (latency - d/4) / (d - d/4) / 2 = (7d - 4*latency) / 6d. Here latency < d, so neither the
    // difference nor d is 0; the product is below 10^6 * 7 * 2^64 and the result at most JOB.
    (JOB as u128 * (7 * deadline - 4 * latency) / (6 * deadline)) as u64
}

/// `0.977160^days` by squaring, each product floored; 0 from about 1,200 days on.
const fn decay_factor(mut days: u32) -> u128 {
    let mut factor = ONE;
    let mut square = DECAY_PER_DAY;
    // Every value is at most ONE = 10^12, so every product is at most 10^24.
    while days > 0 && factor > 0 {
        if days & 1 == 1 {
            factor = factor * square / ONE;
        }
        square = square * square / ONE;
        days >>= 1;
    }
    factor
}

/// `floor(sum * factor)`; at most `sum`, since the factor is at most one.
const fn decayed(sum: u64, factor: u128) -> u64 {
    (sum as u128 * factor / ONE) as u64
}
