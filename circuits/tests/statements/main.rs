//! The circuits beside `receipt`: natives refuse by the field's name, and constraints refuse the same when
//! the values go straight into the circuit.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod bids;
mod histories;
mod members;
mod receipts;
mod transfers;

use ark_ff::AdditiveGroup;
use ark_relations::gr1cs::ConstraintSystem;
use proofrail_circuits::{circuit::Circuit, field::Fr, registry, secret::Secret};

/// Whether the assigned circuit's constraints hold.
fn satisfied(circuit: &impl Circuit) -> bool {
    let cs = ConstraintSystem::new_ref();
    circuit.synthesize(cs.clone()).unwrap();
    cs.is_satisfied().unwrap()
}

fn secret(value: u64) -> Secret {
    Secret::new(Fr::from(value))
}

const ONE: u64 = 1;

#[test]
fn every_impossible_statement_should_have_all_inputs_of_its_circuit() {
    for circuit in registry::CIRCUITS {
        let impossible = circuit.impossible_inputs();
        assert_eq!(impossible.len(), circuit.input_names().len(), "{}", circuit.name());
        // A statement of zeros only would be that of a contract that forgot to fill it in.
        let special = impossible.iter().any(|input| *input != Fr::ZERO);
        assert!(special || circuit.input_names().contains(&"context"), "{}", circuit.name());
    }
}
