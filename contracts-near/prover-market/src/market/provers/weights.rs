//! The weight of a prover in the draw trees.

use proofrail_near_interface::rules::reputation::day_of;
use proofrail_near_interface::rules::weight::draw_weight;

use crate::market::Market;
use crate::market::records::{CircuitRecord, Presence, Prover};

/// A tree is rewritten where a weight moved by at least one part in so many, or to or from 0: a success moves an old
/// prover's score by less, and writing eight trees for it would cost more gas than the job's verification.
const WORTH_A_WRITE: u32 = 16;

impl Market {
    /// Gives the prover on a seat the weight that it deserves now, in the trees of all circuits it serves. From the
    /// moment it may be drawn again it owes heartbeats again, so that its silence is counted from now.
    pub(crate) fn refresh_weight(&mut self, seat: u32, now: u64) {
        let Some(prover) = self.prover_at(seat) else { return };
        let before = (prover.weight, prover.tee_weight);
        let weight = damped(prover.weight, self.deserved_weight(prover, now));
        let tee_weight = if self.attested(prover, now) { weight } else { 0 };
        if before == (weight, tee_weight) {
            return;
        }
        for circuit in prover.circuits.clone() {
            self.weigh(circuit, seat, before, (weight, tee_weight));
        }
        if before.0 == 0 {
            self.beat(seat, now);
        }
        if let Some(prover) = self.prover_at_mut(seat) {
            (prover.weight, prover.tee_weight) = (weight, tee_weight);
        }
    }

    /// Writes one circuit's tree where the weight that counts in it changed.
    pub(super) fn weigh(&mut self, circuit: u16, seat: u32, before: (u32, u32), after: (u32, u32)) {
        let tee = self.demands_tee(circuit);
        let (before, after) = if tee { (before.1, after.1) } else { (before.0, after.0) };
        if before != after {
            self.tree.set_weight(circuit, seat, after);
        }
    }

    fn demands_tee(&self, circuit: u16) -> bool {
        let id = self.circuit_ids.get(u32::from(circuit));
        let record = id.and_then(|id| self.circuits.get(id)).map(CircuitRecord::latest);
        record.is_some_and(|circuit| circuit.tee)
    }

    fn deserved_weight(&self, prover: &Prover, now: u64) -> u32 {
        let drawable = prover.presence == Presence::Online
            && prover.open_cases == 0
            && prover.stake >= self.params.min_stake;
        if !drawable {
            return 0;
        }
        let score = prover.track.score_bps_at(day_of(now));
        draw_weight(prover.stake, self.params.weight_cap, score, self.on_probation(prover))
    }
}

/// The weight to keep: the known one, unless it moved enough.
const fn damped(known: u32, deserved: u32) -> u32 {
    let moved = known.abs_diff(deserved);
    if known == 0 || deserved == 0 || moved >= known.div_ceil(WORTH_A_WRITE) {
        deserved
    } else {
        known
    }
}

#[cfg(test)]
mod tests {
    use super::damped;

    #[test]
    fn damped_should_follow_large_moves_and_those_to_or_from_nothing() {
        assert_eq!([damped(1_600, 1_699), damped(1_600, 1_501)], [1_600, 1_600]);
        assert_eq!([damped(1_600, 1_700), damped(1_600, 1_500)], [1_700, 1_500]);
        assert_eq!([damped(0, 1), damped(1_600, 0), damped(0, 0)], [1, 0, 0]);
        // Of a weight below 16, any move is one part in sixteen.
        assert_eq!([damped(2, 3), damped(15, 14)], [3, 14]);
    }
}
