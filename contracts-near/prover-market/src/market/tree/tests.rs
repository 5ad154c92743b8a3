//! The tree against a naive model: for each set a copy of all weights as they were when it was frozen.

use std::collections::BTreeMap;

use near_sdk::borsh;
use proofrail_near_interface::rules::draw::select_seat;
use proofrail_near_interface::{LIVE_SETS, MAX_PROVERS, Params, Seat};
use proptest::prelude::*;

use super::node::{Node, NodeKey};
use super::sets::Sets;
use super::walk::{self, Nodes};
use super::{FANOUT, KEY_BYTES, RECORD_OVERHEAD, SEAT_BYTES};

const WINDOW_S: u64 = 900;
const CIRCUITS: [u16; 2] = [0, 7];

impl Nodes for BTreeMap<NodeKey, Node> {
    fn node(&self, key: &NodeKey) -> Option<&Node> {
        self.get(key)
    }

    fn keep(&mut self, key: NodeKey, node: Option<Node>) {
        match node {
            Some(node) => self.insert(key, node),
            None => self.remove(&key),
        };
    }
}

/// Weights of one moment, by circuit and seat; none is 0.
type Weights = BTreeMap<(u16, u32), u32>;

/// The tree and, beside it, what it should know.
#[derive(Default)]
struct Twin {
    nodes: BTreeMap<NodeKey, Node>,
    sets: Sets,
    now: u64,
    weights: Weights,
    /// By number: the weights when it was frozen, and when it was last given to a job.
    frozen: BTreeMap<u32, (Weights, u64)>,
    /// Every seat that ever had a weight.
    touched: BTreeMap<(u16, u32), ()>,
}

#[derive(Clone, Debug)]
enum Step {
    Weigh { circuit: usize, seat: u32, weight: u32 },
    Freeze,
    Wait { seconds: u64 },
}

fn seat() -> impl Strategy<Value = u32> {
    let edges = vec![0, 1, 31, 32, 33, 63, 1_023, 1_024, 1_055, 31_744, MAX_PROVERS - 1];
    prop_oneof![4 => prop::sample::select(edges), 1 => 0..MAX_PROVERS]
}

fn weight() -> impl Strategy<Value = u32> {
    prop_oneof![2 => Just(0), 3 => 1..5_u32, 1 => Just(100_000_000), 1 => Just(u32::MAX)]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..CIRCUITS.len(), seat(), weight())
            .prop_map(|(circuit, seat, weight)| Step::Weigh { circuit, seat, weight }),
        3 => Just(Step::Freeze),
        2 => prop::sample::select(vec![1, 64, 65, 70, 500, WINDOW_S, WINDOW_S + 1])
            .prop_map(|seconds| Step::Wait { seconds }),
    ]
}

impl Twin {
    fn take(&mut self, step: &Step) {
        match *step {
            Step::Weigh { circuit, seat, weight } => self.weigh(CIRCUITS[circuit], seat, weight),
            Step::Freeze => _ = self.freeze(),
            Step::Wait { seconds } => self.now += seconds,
        }
    }

    fn weigh(&mut self, circuit: u16, seat: u32, weight: u32) {
        let (oldest, open) = (self.sets.oldest(), self.sets.touch());
        walk::set_weight(&mut self.nodes, circuit, seat, weight, oldest, open);
        self.touched.insert((circuit, seat), ());
        match weight {
            0 => self.weights.remove(&(circuit, seat)),
            weight => self.weights.insert((circuit, seat), weight),
        };
    }

    fn freeze(&mut self) -> u32 {
        let interval = Params { draw_window_s: WINDOW_S, ..Params::default() }.set_interval_s();
        let number = self.sets.freeze(self.now, interval, WINDOW_S);
        let (weights, now) = (&self.weights, self.now);
        let known = self.frozen.entry(number).or_insert_with(|| (weights.clone(), now));
        known.1 = now;
        number
    }

    /// Sets that jobs may still be drawn from.
    fn live(&self) -> impl Iterator<Item = (u32, &Weights)> {
        let alive = |used_at: u64| used_at + WINDOW_S >= self.now;
        let live = self.frozen.iter().filter(move |(_, (_, used_at))| alive(*used_at));
        live.map(|(number, (weights, _))| (*number, weights))
    }

    fn check(&self) {
        let mut count = 0;
        for (set, weights) in self.live() {
            assert!(self.sets.is_live(set), "set {set} died too early");
            count += 1;
            for circuit in CIRCUITS {
                self.check_set(circuit, set, weights);
            }
        }
        assert!(count <= LIVE_SETS, "{count} sets live");
        self.check_size();
    }

    fn check_set(&self, circuit: u16, set: u32, weights: &Weights) {
        let seats: Vec<Seat> = weights
            .iter()
            .filter(|((of, _), _)| *of == circuit)
            .map(|((_, seat), weight)| Seat { seat: *seat, weight: *weight })
            .collect();
        let sum: u64 = seats.iter().map(|seat| u64::from(seat.weight)).sum();
        assert_eq!(walk::total(&self.nodes, circuit, set), sum);
        // The first and the last ticket of each seat, and one that nobody holds.
        let mut before = 0;
        for seat in &seats {
            let after = before + u64::from(seat.weight);
            for offset in [before, (before + after) / 2, after - 1] {
                let selected = walk::select(&self.nodes, circuit, set, sum, offset);
                assert_eq!(selected, select_seat(offset, &seats), "ticket {offset} of {sum}");
                assert_eq!(selected.map(|selected| selected.seat), Some(seat.seat));
            }
            before = after;
        }
        assert_eq!(walk::select(&self.nodes, circuit, set, sum, sum), None);
        assert_eq!(self.pages(circuit, set, 300), seats);
    }

    /// All pages of a set, of so many nodes each.
    fn pages(&self, circuit: u16, set: u32, nodes: u32) -> Vec<Seat> {
        let (mut seats, mut from) = (Vec::new(), Some(0));
        while let Some(start) = from {
            let (page, next) = walk::seats(&self.nodes, circuit, set, start, nodes);
            seats.extend(page);
            from = next;
        }
        seats
    }

    fn check_size(&self) {
        let bytes: u64 = self
            .nodes
            .values()
            .map(|node| RECORD_OVERHEAD + KEY_BYTES + borsh::object_length(node).unwrap() as u64)
            .sum();
        let paid = SEAT_BYTES * self.touched.len() as u64;
        assert!(bytes <= paid, "{bytes} bytes, {paid} were paid for");
    }
}

proptest! {
    #[test]
    fn every_live_set_should_select_as_a_cumulative_sum(
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut twin = Twin::default();
        for step in &steps {
            twin.take(step);
            twin.check();
        }
    }

    #[test]
    fn what_was_cleared_should_be_freed_once_no_set_reads_it(
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let mut twin = Twin::default();
        for step in &steps {
            twin.take(step);
        }
        let touched: Vec<_> = twin.touched.keys().copied().collect();
        for (circuit, seat) in &touched {
            twin.weigh(*circuit, *seat, 0);
        }
        twin.freeze();
        twin.check();
        twin.now += WINDOW_S + 1;
        twin.sets.expire(twin.now, WINDOW_S);
        for (circuit, seat) in &touched {
            twin.weigh(*circuit, *seat, 0);
        }
        prop_assert!(twin.nodes.is_empty(), "{:?}", twin.nodes);
    }

    #[test]
    fn a_retired_seat_should_be_unknown_once_the_oldest_set_has_reached_its_retirement(
        steps in prop::collection::vec(step(), 1..120), seat in seat(),
    ) {
        let mut twin = Twin::default();
        let (before, after) = steps.split_at(steps.len() / 2);
        for step in before {
            twin.take(step);
        }
        for circuit in CIRCUITS {
            twin.weigh(circuit, seat, 0);
        }
        let retired_in = twin.sets.open();
        for step in after {
            // Nobody sits there now.
            if !matches!(step, Step::Weigh { seat: weighed, .. } if *weighed == seat) {
                twin.take(step);
            }
            twin.sets.expire(twin.now, WINDOW_S);
            let free = twin.sets.oldest() >= retired_in;
            let known = twin.live().any(|(_, weights)| {
                CIRCUITS.iter().any(|circuit| weights.contains_key(&(*circuit, seat)))
            });
            prop_assert!(!free || !known);
        }
        twin.now += WINDOW_S + 1;
        twin.sets.expire(twin.now, WINDOW_S);
        prop_assert!(twin.sets.oldest() >= retired_in, "free for ever after the window");
    }
}

/// The bound on live sets holds in the worst case: a change and a job every second.
#[test]
fn live_sets_should_stay_within_their_bound() {
    for window in [1, 2, 13, 14, 15, 900, 3_601] {
        let interval = Params { draw_window_s: window, ..Params::default() }.set_interval_s();
        let (mut sets, mut last) = (Sets::default(), (0, 0));
        for now in 1_000..1_000 + 4 * window.min(4_000) {
            sets.touch();
            let number = sets.freeze(now, interval, window);
            if number != last.0 {
                assert!(last.1 == 0 || now - last.1 == interval, "{window}: a set is overdue");
                last = (number, now);
            }
            let live = (sets.oldest()..sets.open()).count() as u64;
            assert!(live <= LIVE_SETS, "{live} sets live in a window of {window} s");
        }
    }
}

#[test]
fn a_seat_alone_should_take_at_most_what_is_paid_for_it() {
    // Its weight changes in every set that lives: the longest history.
    let (mut nodes, mut sets) = (BTreeMap::new(), Sets::default());
    let mut largest = 0;
    for round in 0..100_u64 {
        let (oldest, open) = (sets.oldest(), sets.touch());
        walk::set_weight(&mut nodes, 0, 1_024, 1 + round as u32, oldest, open);
        let bytes: u64 = nodes
            .values()
            .map(|node: &Node| {
                RECORD_OVERHEAD + KEY_BYTES + borsh::object_length(node).unwrap() as u64
            })
            .sum();
        largest = bytes.max(largest);
        sets.freeze(round * 65, 65, WINDOW_S);
    }
    assert!(largest <= SEAT_BYTES, "{largest}");
    // The bound is not made up: within a set's entries of it.
    assert!(largest + 3 * 3 * 12 >= SEAT_BYTES, "{largest} of {SEAT_BYTES}");
}

#[test]
fn a_full_tree_should_fit_a_draw() {
    let (mut nodes, mut sets) = (BTreeMap::new(), Sets::default());
    for seat in 0..MAX_PROVERS {
        let (oldest, open) = (sets.oldest(), sets.touch());
        walk::set_weight(&mut nodes, 0, seat, 100_000_000, oldest, open);
    }
    let set = sets.freeze(0, 65, WINDOW_S);
    let total = walk::total(&nodes, 0, set);
    assert_eq!(total, u64::from(MAX_PROVERS) * 100_000_000);
    let last = walk::select(&nodes, 0, set, total, total - 1).unwrap();
    assert_eq!((last.seat, last.weight), (MAX_PROVERS - 1, 100_000_000));
    let width = |node: &Node| borsh::object_length(node).unwrap();
    assert!(nodes.values().map(width).max() <= Some(4 + FANOUT as usize * (1 + 4 + 12)));
}
