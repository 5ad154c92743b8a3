//! The weights of all seats as a binary indexed tree (P. Fenwick, "A new data structure for cumulative frequency
//! tables", 1994): changing a weight and finding the seat of a ticket take O(log n).

use proofrail_near_interface::rules::draw::{Seat, Selection};

/// Weights by seat number.
#[derive(Debug)]
pub(crate) struct Weights {
    /// `sums[i]` is the sum of the `i & -i` weights that end with seat `i - 1`.
    sums: Vec<u64>,
    weights: Vec<u32>,
}

impl Weights {
    /// `seats` seats without weight.
    pub(crate) fn new(seats: usize) -> Self {
        Self { sums: vec![0; seats + 1], weights: vec![0; seats] }
    }

    /// Gives `seat` a weight.
    pub(crate) fn set(&mut self, seat: usize, weight: u32) {
        let old = u64::from(std::mem::replace(&mut self.weights[seat], weight));
        let mut index = seat + 1;
        while index < self.sums.len() {
            self.sums[index] = self.sums[index] - old + u64::from(weight);
            index += index & index.wrapping_neg();
        }
    }

    /// Sum of all weights.
    pub(crate) fn total(&self) -> u64 {
        let mut index = self.weights.len();
        let mut total = 0;
        while index > 0 {
            total += self.sums[index];
            index &= index - 1;
        }
        total
    }

    /// The seat that holds `ticket`; `None` when it is not below the total.
    pub(crate) fn select(&self, ticket: u64) -> Option<Selection> {
        let mut index = 0;
        let mut before = 0;
        let mut step = self.sums.len().next_power_of_two() / 2;
        while step > 0 {
            let next = index + step;
            if next < self.sums.len() && before + self.sums[next] <= ticket {
                index = next;
                before += self.sums[next];
            }
            step /= 2;
        }
        let weight = *self.weights.get(index)?;
        Some(Selection { seat: u32::try_from(index).ok()?, weight, before, total: self.total() })
    }

    /// The set as a draw freezes it.
    pub(crate) fn seats(&self) -> Vec<Seat> {
        (0..).zip(&self.weights).map(|(seat, &weight)| Seat { seat, weight }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proofrail_near_interface::rules::draw::select_seat;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn select_should_agree_with_the_rule() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for seats in [1, 2, 3, 7, 8, 9, 100] {
            let mut weights = Weights::new(seats);
            for _ in 0..200 {
                let weight = if rng.random_ratio(1, 4) { 0 } else { rng.random_range(0..1_000) };
                weights.set(rng.random_range(0..seats), weight);
                let total = weights.total();
                for ticket in [0, total / 3, total.saturating_sub(1), total] {
                    assert_eq!(weights.select(ticket), select_seat(ticket, &weights.seats()));
                }
            }
        }
    }
}
