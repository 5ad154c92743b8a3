//! One key and one proof for all tests: making them is the slow part.

use std::sync::LazyLock;

use proofrail_circuits::{
    eddsa::SecretKey,
    field::Fr,
    receipt::{CoordinatorKey, Receipt, SignedReceipt},
    registry::{self, RegisteredCircuit},
};
use proofrail_prover::{key::ProvingKey, proof::ProofFile, setup::setup_dev};

pub(crate) static KEY: LazyLock<ProvingKey> = LazyLock::new(|| setup_dev(circuit()).unwrap());

pub(crate) static PROOF: LazyLock<ProofFile> =
    LazyLock::new(|| KEY.prove_json(&receipt_json()).unwrap());

pub(crate) fn circuit() -> &'static dyn RegisteredCircuit {
    registry::by_name("receipt").unwrap()
}

pub(crate) fn signed_receipt() -> SignedReceipt {
    let coordinator = CoordinatorKey::new(SecretKey::from_bytes([7; 32]), 250).unwrap();
    let receipt = Receipt::new(Fr::from(11u8), Fr::from(22u8), 1_000_003, 987_654_321, 250);
    coordinator.sign(receipt.unwrap()).unwrap()
}

pub(crate) fn receipt_json() -> String {
    serde_json::to_string(&signed_receipt()).unwrap()
}
