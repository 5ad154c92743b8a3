//! The size of every circuit, against the committed snapshot.

use std::{collections::BTreeMap, env, fs, path::Path};

use ark_relations::gr1cs::{ConstraintSystem, SynthesisMode};
use proofrail_circuits::registry;
use serde_json::{Value, json};

/// `UPDATE_SNAPSHOTS=1` rewrites the snapshot.
#[test]
fn constraint_counts_are_those_of_the_snapshot() {
    let sizes: BTreeMap<&str, Value> = registry::CIRCUITS
        .iter()
        .map(|circuit| {
            let cs = ConstraintSystem::new_ref();
            cs.set_mode(SynthesisMode::Setup);
            circuit.blank().emit(cs.clone()).unwrap();
            let size = json!({
                "constraints": cs.num_constraints(),
                "public_inputs": cs.num_instance_variables() - 1,
                "witness": cs.num_witness_variables(),
            });
            println!("{}: {size}", circuit.name());
            (circuit.name(), size)
        })
        .collect();
    let text = format!("{}\n", serde_json::to_string_pretty(&sizes).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/constraints.json");
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &text).unwrap();
    }
    let snapshot = fs::read_to_string(&path).unwrap();
    assert!(snapshot == text, "stale snapshot: run with UPDATE_SNAPSHOTS=1 and review the change");
}
