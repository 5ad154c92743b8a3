//! Receipts and checks that several tests share.

use ark_relations::gr1cs::ConstraintSystem;
use proofrail_circuits::{
    circuit::Circuit,
    eddsa::SecretKey,
    field::Fr,
    receipt::{CoordinatorKey, Receipt, SignedReceipt},
};

/// Whether the assigned circuit's constraints hold.
pub(crate) fn satisfied(circuit: &impl Circuit) -> bool {
    let cs = ConstraintSystem::new_ref();
    circuit.synthesize(cs.clone()).unwrap();
    cs.is_satisfied().unwrap()
}

/// A coordinator that takes 2.5 %.
pub(crate) fn coordinator() -> CoordinatorKey {
    CoordinatorKey::new(SecretKey::from_bytes([7; 32]), 250).unwrap()
}

/// A receipt whose fee is rounded down.
pub(crate) fn signed_receipt() -> SignedReceipt {
    let receipt =
        Receipt::new(Fr::from(11u8), Fr::from(22u8), 1_000_003, 1_234_567_891, 250).unwrap();
    coordinator().sign(receipt).unwrap()
}
