//! The receipt circuit: accepts what the native check accepts, and nothing else.

mod support;

use proofrail_circuits::circuit::Circuit;

use self::support::{satisfied, signed_receipt};

#[test]
fn a_signed_receipt_satisfies_the_circuit() {
    let circuit = signed_receipt().to_circuit().unwrap();
    assert!(satisfied(&circuit));
    assert_eq!(circuit.public_inputs(), Some(&signed_receipt().public_inputs()));
}
