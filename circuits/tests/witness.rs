//! Witness generation as a prover does it: without constraints, and constant in memory.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::fs;

use ark_relations::gr1cs::{
    ConstraintSystem, ConstraintSystemRef, OptimizationGoal, SynthesisMode,
};
use proofrail_circuits::{
    circuit::Synthesize,
    field::Fr,
    registry::{self, RegisteredCircuit},
};

fn assigned(circuit: &dyn RegisteredCircuit) -> Box<dyn Synthesize> {
    let path = format!("{}/examples/{}.json", env!("CARGO_MANIFEST_DIR"), circuit.name());
    circuit.assign(&fs::read_to_string(path).unwrap()).unwrap()
}

fn synthesised(circuit: &dyn Synthesize, mode: SynthesisMode) -> ConstraintSystemRef<Fr> {
    let cs = ConstraintSystem::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    cs.set_mode(mode);
    circuit.emit(cs.clone()).unwrap();
    cs
}

const WITNESS_ONLY: SynthesisMode =
    SynthesisMode::Prove { construct_matrices: false, generate_lc_assignments: false };
const WHOLE: SynthesisMode =
    SynthesisMode::Prove { construct_matrices: true, generate_lc_assignments: true };

#[test]
fn the_witness_of_every_sample_should_satisfy_its_circuit() {
    for circuit in registry::CIRCUITS {
        let assigned = assigned(*circuit);
        let whole = synthesised(assigned.as_ref(), WHOLE);
        assert!(whole.is_satisfied().unwrap(), "{}", circuit.name());
        let alone = synthesised(assigned.as_ref(), WITNESS_ONLY);
        assert_eq!(alone.witness_assignment().unwrap(), whole.witness_assignment().unwrap());
        assert_eq!(alone.instance_assignment().unwrap()[1..], assigned.input_values());
    }
}

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn later_witnesses_should_take_no_more_memory_than_the_first() {
    for name in ["receipt", "shielded"] {
        let circuit = registry::by_name(name).unwrap();
        let make = || synthesised(assigned(circuit).as_ref(), WITNESS_ONLY);
        (0..5).for_each(|_| drop(make()));
        let before = peak();
        (0..30).for_each(|_| drop(make()));
        // A receipt's witness alone is 200 KiB: keeping a tenth of thirty would show.
        let grown = peak() - before;
        assert!(grown < 512, "{name}: {grown} KiB more after thirty witnesses");
    }
}
