//! When a prover is away.

use super::strategies::Habits;
use rand::RngExt;

/// A time in which a prover answers nothing, in seconds since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outage {
    start: u64,
    end: u64,
}

impl Outage {
    /// The outage that begins on the day from `day_start_s`, if there is one.
    pub(crate) fn plan(
        habits: &Habits,
        day_start_s: u64,
        rng: &mut impl rand::Rng,
    ) -> Option<Self> {
        if !rng.random_ratio(1, habits.days_between_outages) {
            return None;
        }
        let start = day_start_s + rng.random_range(0..86_400);
        Some(Self { start, end: start + rng.random_range(habits.outage_s.clone()) })
    }

    /// Its length.
    pub(crate) const fn length_s(&self) -> u64 {
        self.end - self.start
    }

    /// Whether it is over.
    pub(crate) const fn is_over(&self, now_s: u64) -> bool {
        now_s >= self.end
    }

    /// Whether the market knows at `now_s` that the prover is away: no heartbeat for `heartbeat_s`.
    pub(crate) const fn is_known(&self, now_s: u64, heartbeat_s: u64) -> bool {
        self.start + heartbeat_s <= now_s && now_s < self.end
    }

    /// Whether a job that was drawn at `now_s` and takes `latency_s` is lost to it.
    pub(crate) const fn hits(&self, now_s: u64, latency_s: u64) -> bool {
        now_s < self.end && self.start < now_s + latency_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_should_be_known_only_after_a_heartbeat() {
        let outage = Outage { start: 1_000, end: 5_000 };
        let known = |now| outage.is_known(now, 600);
        assert!(!known(1_599) && known(1_600) && known(4_999) && !known(5_000));
        assert!(!outage.hits(900, 100) && outage.hits(900, 101) && outage.hits(4_999, 1));
        assert!(!outage.hits(5_000, 1) && outage.is_over(5_000) && !outage.is_over(4_999));
        assert_eq!(outage.length_s(), 4_000);
    }
}
