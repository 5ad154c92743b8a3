//! The three searches over every circuit, at random satisfying assignments.

use ark_std::rand::{SeedableRng, rngs::StdRng};

use crate::{jacobian, perturbation, ranges, subjects::SUBJECTS, system::System};

/// Groups of each kind that are moved.
const GROUPS: usize = 400;

fn for_every_circuit(check: impl Fn(&'static str, u64, &System)) {
    for subject in SUBJECTS {
        for seed in 0..subject.points {
            let circuit = (subject.sample)(seed);
            check(subject.name, seed, &System::of(|cs| circuit.emit(cs)));
        }
    }
}

#[test]
fn a_moved_witness_should_break_a_constraint() {
    for_every_circuit(|name, seed, system| {
        let mut rng = StdRng::seed_from_u64(seed);
        let unnoticed = perturbation::unnoticed(system, GROUPS, &mut rng);
        assert!(unnoticed.is_empty(), "{name}: nothing notices {:?}", unnoticed[0]);
    });
}

#[test]
fn the_inputs_should_determine_every_other_variable() {
    for_every_circuit(|name, _, system| {
        let (free, variables) = jacobian::free_directions(system, &jacobian::dependent(system));
        assert!(free == 0, "{name}: {free} free directions, among variables {variables:?}");
    });
}

#[test]
fn range_checks_should_let_through_what_is_in_range_and_nothing_else() {
    for_every_circuit(|name, _, system| {
        let defects = ranges::defects(system);
        assert!(defects.is_empty(), "{name}: {}", defects.join("\n"));
    });
}
