//! Witness generation is constant in memory: nothing of one instance stays for the next.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::fs;

use ark_relations::gr1cs::{ConstraintSystem, OptimizationGoal, SynthesisMode};
use proofrail_circuits::registry;

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn make_witness(circuit: &str, sample: &str) {
    let cs = ConstraintSystem::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    cs.set_mode(SynthesisMode::Prove { construct_matrices: false, generate_lc_assignments: false });
    let circuit = registry::by_name(circuit).unwrap();
    circuit.assign(sample).unwrap().emit(cs.clone()).unwrap();
    assert!(!cs.witness_assignment().unwrap().is_empty());
}

#[test]
fn later_witnesses_should_take_no_more_memory_than_the_first() {
    for circuit in ["receipt", "shielded"] {
        let path = format!("{}/examples/{circuit}.json", env!("CARGO_MANIFEST_DIR"));
        let sample = fs::read_to_string(path).unwrap();
        (0..5).for_each(|_| make_witness(circuit, &sample));
        let before = peak();
        (0..30).for_each(|_| make_witness(circuit, &sample));
        // A receipt's witness alone is 200 KiB: keeping a tenth of thirty would show.
        let grown = peak() - before;
        assert!(grown < 512, "{circuit}: {grown} KiB more after thirty witnesses");
    }
}
