use std::time::Duration;

use proofrail_near_interface::{NearToken, Params};

/// How many heartbeats fit into the longest gap that still counts as up: two may be lost.
const HEARTBEATS_PER_GAP: u64 = 3;

/// How a prover runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Time between two looks at the chain.
    pub poll: Duration,
    /// Seconds between heartbeats; by default a third of the market's longest gap.
    pub heartbeat_s: Option<u64>,
    /// Claim when at least this much is owed.
    pub claim_above: NearToken,
    /// Failures in a row after which no more work is taken.
    pub max_failures: u32,
    /// Proofs under way at a time.
    pub parallel: usize,
    /// Submit a hash where the client allows it.
    pub commitments: bool,
    /// Keep the jobs of others moving.
    pub poke: bool,
    /// Share of the time for a job, in percent, after which an input that is missing or refused is reported
    /// as invalid. Missing the deadline would cost the same collateral for certain.
    pub report_input_after_percent: u64,
}

impl Policy {
    /// Seconds between heartbeats: never more than a third of what the market allows.
    pub fn heartbeat_interval_s(&self, params: &Params) -> u64 {
        heartbeat_interval_s(self.heartbeat_s, params.heartbeat_gap_s)
    }

    /// From when on a job's input is reported as invalid if it is missing or refused.
    pub(super) const fn report_input_at(&self, assigned_at: u64, deadline: u64) -> u64 {
        let time = deadline.saturating_sub(assigned_at);
        assigned_at.saturating_add(time / 100 * self.report_input_after_percent)
    }
}

/// Seconds between heartbeats, given the wish and the market's longest gap.
pub fn heartbeat_interval_s(wish: Option<u64>, gap_s: u64) -> u64 {
    let safe = gap_s / HEARTBEATS_PER_GAP;
    wish.unwrap_or(safe).min(safe).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn heartbeats_should_leave_room_for_two_that_are_lost(
            wish: Option<u64>, gap in 3_u64..10_000_000,
        ) {
            let interval = heartbeat_interval_s(wish, gap);
            prop_assert!(interval >= 1 && interval * 3 <= gap);
            if let Some(wish) = wish.filter(|wish| *wish >= 1) {
                prop_assert!(interval <= wish);
            }
        }

        #[test]
        fn inputs_should_be_reported_within_the_deadline(
            assigned in 0_u64..1 << 40, time in 0_u64..1 << 30, percent in 0_u64..=100,
        ) {
            let policy = Policy {
                poll: Duration::from_secs(1),
                heartbeat_s: None,
                claim_above: NearToken::ZERO,
                max_failures: 1,
                parallel: 1,
                commitments: false,
                poke: false,
                report_input_after_percent: percent,
            };
            let at = policy.report_input_at(assigned, assigned + time);
            prop_assert!((assigned..=assigned + time).contains(&at));
        }
    }
}
