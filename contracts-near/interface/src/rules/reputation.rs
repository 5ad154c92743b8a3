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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::weight::draw_weight;
    use super::*;
    use crate::NearToken;

    /// What may happen to a prover.
    #[derive(Clone, Copy, Debug)]
    enum Outcome {
        Success { latency_s: u64 },
        Miss,
        Invalid,
        Wait { days: u32 },
    }

    const DEADLINE_S: u64 = 600;

    fn job() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            4 => (0..=DEADLINE_S).prop_map(|latency_s| Outcome::Success { latency_s }),
            1 => Just(Outcome::Miss),
        ]
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            8 => job(),
            1 => Just(Outcome::Invalid),
            2 => (0..400_u32).prop_map(|days| Outcome::Wait { days }),
        ]
    }

    fn apply(track: Track, outcome: Outcome) -> Track {
        match outcome {
            Outcome::Success { latency_s } => track.success(track.day, latency_s, DEADLINE_S),
            Outcome::Miss => track.miss(track.day),
            Outcome::Invalid => track.invalid(track.day),
            Outcome::Wait { days } => track.at(track.day + days),
        }
    }

    prop_compose! {
        fn any_track()(weight: u64, part: u64, day in 0..1_u32 << 31) -> Track {
            // From a few millionths to the largest sums.
            let weight = weight >> (part % 64);
            let credit = if weight == u64::MAX { part } else { part % (weight + 1) };
            Track { credit, weight, day }
        }
    }

    #[test]
    fn score_should_start_at_zero_and_be_earned() {
        let mut track = Track::new(0);
        assert_eq!(track.score_bps(), 0);
        let scores = [0; 3].map(|_| {
            track = track.success(0, 0, DEADLINE_S);
            track.score_bps()
        });
        assert_eq!(scores, [909, 1_666, 2_307]);
        for _ in 3..1_000 {
            track = track.success(0, 0, DEADLINE_S);
        }
        assert_eq!(track.score_bps(), 9_900);
    }

    #[test]
    fn an_invalid_proof_should_weigh_twenty_jobs_without_credit() {
        let mut track = Track::new(0);
        for _ in 0..30 {
            track = track.success(0, 0, DEADLINE_S);
        }
        let scores = [track, track.miss(0), track.invalid(0)].map(|track| track.score_bps());
        // Of 40, 41 and 60 jobs, the ten of the prior included.
        assert_eq!(scores, [7_500, 7_317, 5_000]);
    }

    #[test]
    fn day_of_should_turn_at_midnight_and_end_with_the_last_day() {
        assert_eq!([0, 86_399, 86_400, 1_735_689_600].map(day_of), [0, 0, 1, 20_089]);
        let last = u64::from(u32::MAX) * DAY_S;
        let days = [last - 1, last, last + DAY_S, u64::MAX].map(day_of);
        assert_eq!(days, [u32::MAX - 1, u32::MAX, u32::MAX, u32::MAX]);
    }

    #[test]
    fn success_credit_should_fall_in_a_line_to_a_half() {
        let credits = [0, 150, 151, 375, 600, 601, u64::MAX].map(|l| success_credit(l, DEADLINE_S));
        assert_eq!(credits, [1_000_000, 1_000_000, 998_888, 750_000, 500_000, 500_000, 500_000]);
        assert_eq!(success_credit(0, 0), JOB);
        assert_eq!(success_credit(1, 0), JOB / 2);
        assert_eq!(success_credit(u64::MAX, u64::MAX), JOB / 2);
        assert_eq!(success_credit(u64::MAX / 4, u64::MAX), JOB);
    }

    #[test]
    fn decay_should_halve_in_thirty_days_and_end_at_zero() {
        let track = Track { credit: 50 * JOB, weight: 100 * JOB, day: 7 };
        let later = track.at(37);
        // 0.977160^30 is 0.5000005.
        assert_eq!((later.credit, later.weight), (25_000_024, 50_000_048));
        assert_eq!(track.at(7 + 1_300), Track { credit: 0, weight: 0, day: 1_307 });
        assert_eq!(track.at(u32::MAX).weight, 0);
        assert_eq!(track.at(3), track, "a clock that goes back changes nothing");
    }

    #[test]
    fn track_should_survive_borsh_and_json() {
        let track = Track { credit: 1, weight: 2, day: 3 };
        let bytes = borsh::to_vec(&track).unwrap();
        assert_eq!(bytes.len(), 20);
        assert_eq!(borsh::from_slice::<Track>(&bytes).unwrap(), track);
        let json = serde_json::to_string(&track).unwrap();
        assert_eq!(serde_json::from_str::<Track>(&json).unwrap(), track);
    }

    proptest! {
        #[test]
        fn score_bps_at_should_be_that_of_the_decayed_record(
            track in any_track(), days in 0..2_000_u32,
        ) {
            let day = track.day + days;
            prop_assert_eq!(track.score_bps_at(day), track.at(day).score_bps());
        }

        #[test]
        fn score_should_be_bounded(outcomes in proptest::collection::vec(outcome(), 0..200)) {
            let track = outcomes.into_iter().fold(Track::new(0), apply);
            prop_assert!(track.credit <= track.weight);
            prop_assert!(track.score_bps() <= MAX_SCORE_BPS);
        }

        #[test]
        fn score_should_be_bounded_for_any_record(credit: u64, weight: u64, day: u32, later: u32) {
            let track = Track { credit, weight, day };
            prop_assert!(track.score_bps_at(later) <= MAX_SCORE_BPS);
        }

        #[test]
        fn a_success_should_never_lower_the_score_below_its_own_credit(
            track in any_track(), latency_s in 0..=DEADLINE_S,
        ) {
            let own = (success_credit(latency_s, DEADLINE_S) / 100) as u16;
            let after = apply(track, Outcome::Success { latency_s }).score_bps();
            // Sums that saturate take no more credit.
            prop_assume!(track.weight < u64::MAX - JOB);
            prop_assert!(after >= track.score_bps().min(own));
            if latency_s * 4 <= DEADLINE_S {
                prop_assert!(after >= track.score_bps());
            }
        }

        #[test]
        fn sooner_should_never_be_worse(track in any_track(), a: u64, b: u64, deadline_s: u64) {
            let (soon, late) = (a.min(b), a.max(b));
            let soon = track.success(track.day, soon, deadline_s);
            let late = track.success(track.day, late, deadline_s);
            prop_assert!(soon.score_bps() >= late.score_bps());
            prop_assert!(late.score_bps() >= track.miss(track.day).score_bps());
            prop_assert!(track.miss(track.day).score_bps() >= track.invalid(track.day).score_bps());
        }

        #[test]
        fn a_miss_should_never_raise_the_score(track in any_track()) {
            prop_assert!(track.miss(track.day).score_bps() <= track.score_bps());
            prop_assert!(track.invalid(track.day).score_bps() <= track.score_bps());
        }

        #[test]
        fn decay_should_never_raise_sums_or_score(track in any_track(), days in 0..3_000_u32) {
            let later = track.at(track.day + days);
            prop_assert!(later.credit <= track.credit && later.weight <= track.weight);
            prop_assert!(later.credit <= later.weight);
            prop_assert!(later.score_bps() <= track.score_bps());
        }

        #[test]
        fn decay_should_keep_the_order_of_two_records(
            a in any_track(), b in any_track(), days in 0..3_000_u32,
        ) {
            // One with no less credit and no more weight is ahead, and stays so.
            let ahead = Track { credit: a.credit.max(b.credit), weight: a.weight.min(b.weight), day: 0 };
            let behind = Track { credit: a.credit.min(b.credit), weight: a.weight.max(b.weight), day: 0 };
            let (ahead, behind) = (ahead.at(days), behind.at(days));
            prop_assert!(ahead.credit >= behind.credit && ahead.weight <= behind.weight);
            prop_assert!(ahead.score_bps() >= behind.score_bps());
        }

        #[test]
        fn decay_should_hardly_depend_on_how_often_it_is_looked_at(
            jobs in 0..1_000_000_u64, first in 0..60_u32, second in 0..60_u32,
        ) {
            let track = Track { credit: 0, weight: jobs * JOB, day: 0 };
            let once = track.at(first + second).weight;
            let twice = track.at(first).at(first + second).weight;
            // Two floors of a millionth, and a factor that is short by at most 20 units of its last digit.
            let bound = 2 + jobs * 20 / 1_000_000;
            prop_assert!(once.abs_diff(twice) <= bound, "{once} {twice}");
        }

        /// The theorem of the module's documentation. `parts` of `whole` of the stake, and of each day's jobs,
        /// are in the first half; who gets which outcome is arbitrary.
        #[test]
        fn splitting_should_gain_nothing(
            (whole, part) in (2..8_usize).prop_flat_map(|whole| (Just(whole), 1..whole)),
            near_per_part in 1..50_000_u32,
            days in proptest::collection::vec(proptest::collection::vec(job(), 0..60), 1..40),
            gap in 0..5_u32,
            shuffle in proptest::collection::vec(any::<u32>(), 60),
            probation: bool,
        ) {
            let mut single = Track::new(0);
            let mut halves = [Track::new(0); 2];
            for jobs in days {
                let day = single.day + gap;
                single = single.at(day);
                halves = halves.map(|half| half.at(day));
                // Jobs in proportion to stake: as many groups of `whole` as there are.
                let count = jobs.len() / whole * whole;
                let mut jobs: Vec<_> = jobs.into_iter().zip(&shuffle).take(count).collect();
                jobs.sort_by_key(|(_, order)| **order);
                for (index, (job, _)) in jobs.into_iter().enumerate() {
                    single = apply(single, job);
                    let half = &mut halves[usize::from(index >= count / whole * part)];
                    *half = apply(*half, job);
                }
            }
            let units = near_per_part * whole as u32;
            let cap = NearToken::from_near(1_000_000);
            let weigh = |near: u32, track: &Track| {
                u64::from(draw_weight(NearToken::from_near(near.into()), cap, track.score_bps(), probation))
            };
            let one = weigh(units, &single);
            let first = near_per_part * part as u32;
            let two = weigh(first, &halves[0]) + weigh(units - first, &halves[1]);
            // What rounding can give: under 1 basis point of score and under 1 of the factor, together under 1.9
            // basis points of the units (1.9 of 100 weight a unit), and under 1 of the weight. Decay floors each
            // sum by under a millionth of a job a day: a score's error of 40 days is far below a basis point, and
            // one more is allowed for where it crosses one.
            let units = u64::from(units);
            prop_assert!(1_000 * two <= 1_000 * (one + 1) + 28 * units, "{one} {two} of {units}");
        }
    }
}
