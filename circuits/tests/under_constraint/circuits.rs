//! The three searches over every circuit, at random satisfying assignments.

use ark_std::rand::{SeedableRng, rngs::StdRng};

use proofrail_circuits::registry;

use crate::{
    jacobian, perturbation, ranges,
    subjects::{SUBJECTS, Subject},
    system::System,
};

/// Groups of each kind that are moved.
const GROUPS: usize = 400;

fn for_every_circuit(check: impl Fn(&Subject, u64, &System)) {
    for subject in SUBJECTS {
        for seed in 0..subject.points {
            check(subject, seed, &subject.at(seed));
        }
    }
}

#[test]
fn every_circuit_of_the_registry_should_be_examined() {
    let examined = SUBJECTS.iter().map(|subject| subject.name);
    assert!(examined.eq(registry::CIRCUITS.iter().map(|circuit| circuit.name())));
}

#[test]
fn a_moved_witness_should_break_a_constraint() {
    for_every_circuit(|Subject { name, .. }, seed, system| {
        let mut rng = StdRng::seed_from_u64(seed);
        let unnoticed = perturbation::unnoticed(system, GROUPS, &mut rng);
        assert!(unnoticed.is_empty(), "{name}: nothing notices {:?}", unnoticed[0]);
    });
}

#[test]
fn the_chosen_values_should_determine_every_other_variable() {
    for_every_circuit(|subject, _, system| {
        let system = system.with_loose_inputs();
        let unknown = jacobian::dependent(&system, &subject.given());
        let (free, variables) = jacobian::free_directions(&system, &unknown);
        let name = subject.name;
        assert!(free == 0, "{name}: {free} free directions, among variables {variables:?}");
    });
}

#[test]
fn range_checks_should_let_through_what_is_in_range_and_nothing_else() {
    // Their constraints are looked at, not the assignment: one point is as good as any.
    for subject in SUBJECTS {
        let defects = ranges::defects(&subject.at(0));
        assert!(defects.is_empty(), "{}: {}", subject.name, defects.join("\n"));
    }
}
