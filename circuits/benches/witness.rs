//! Witness generation of every circuit, from its sample's JSON to the assignment.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::fs;

use ark_relations::gr1cs::{ConstraintSystem, OptimizationGoal, SynthesisMode};
use criterion::{Criterion, criterion_group, criterion_main};
use proofrail_circuits::registry;

fn witness(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("witness");
    group.sample_size(10);
    for circuit in registry::CIRCUITS {
        let path = format!("{}/examples/{}.json", env!("CARGO_MANIFEST_DIR"), circuit.name());
        let sample = fs::read_to_string(path).unwrap();
        group.bench_function(circuit.name(), |bencher| {
            bencher.iter(|| {
                let cs = ConstraintSystem::new_ref();
                cs.set_optimization_goal(OptimizationGoal::Constraints);
                cs.set_mode(SynthesisMode::Prove {
                    construct_matrices: false,
                    generate_lc_assignments: false,
                });
                circuit.assign(&sample).unwrap().emit(cs.clone()).unwrap();
                cs.witness_assignment().unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, witness);
criterion_main!(benches);
