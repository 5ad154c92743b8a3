//! Names, order and ids: what contracts and files depend on.

use ark_relations::gr1cs::ConstraintSystem;
use proofrail_circuits::{
    circuit,
    field::Fr,
    public_inputs::PublicInputs,
    receipt::{ReceiptCircuit, ReceiptPublicInputs},
    registry,
};

use crate::support::signed_receipt;

/// Changing this changes every deployed contract. A new order is a new circuit version.
const SIGNATURE: &str = "receipt/1(context,amount,coordinator)";
const ID: &str = "0x1a43b9ec181212eea36ecf45247b1febacfe5f116d326277eb47b9f0b32c54b7";

#[test]
fn the_circuit_id_is_pinned() {
    assert_eq!(circuit::signature::<ReceiptCircuit>(), SIGNATURE);
    assert_eq!(circuit::id::<ReceiptCircuit>().to_string(), ID);
    assert_eq!(ID.parse(), Ok(circuit::id::<ReceiptCircuit>()));
}

#[test]
fn names_values_and_variables_are_in_one_order() {
    let [context, amount, coordinator] = [1u8, 2, 3].map(Fr::from);
    let inputs = ReceiptPublicInputs { context, amount, coordinator };
    assert_eq!(ReceiptPublicInputs::NAMES, ["context", "amount", "coordinator"]);
    assert_eq!(inputs.to_vec(), [context, amount, coordinator]);
    assert_eq!(ReceiptPublicInputs::from_slice(&inputs.to_vec()), Ok(inputs));

    let cs = ConstraintSystem::new_ref();
    ReceiptPublicInputs::allocate(&cs, Some(&inputs)).unwrap();
    assert_eq!(cs.instance_assignment().unwrap(), [Fr::from(1u8), context, amount, coordinator]);
}

#[test]
fn the_registry_knows_every_circuit_once() {
    for circuit in registry::CIRCUITS {
        let by_name = registry::by_name(circuit.name()).unwrap();
        let by_id = registry::by_id(&circuit.id()).unwrap();
        assert_eq!(by_name.id(), circuit.id());
        assert_eq!(by_id.name(), circuit.name());
    }
    let receipt = registry::by_name("receipt").unwrap();
    assert_eq!(receipt.id(), circuit::id::<ReceiptCircuit>());
    let json = serde_json::to_string(&signed_receipt()).unwrap();
    let assigned = receipt.assign(&json).unwrap();
    assert_eq!(assigned.input_values(), signed_receipt().public_inputs().to_vec());
}
