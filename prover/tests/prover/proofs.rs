//! Proofs hold for their statement and for no other.

use ark_ff::AdditiveGroup;
use proofrail_circuits::{
    circuit::{Circuit, InputError},
    field::Fr,
    public_inputs::PublicInputsError,
    receipt::{ReceiptCircuit, ReceiptError, ReceiptPublicInputs},
};
use proofrail_prover::{
    key::VerifyError,
    proof::{PROOF_BYTES, Proof, ProofDecodeError, ProofFile, ProofFileError},
    prove::ProveError,
};
use serde_json::{Value, json};

use crate::support::{KEY, PROOF, receipt_json, signed_receipt};

fn inputs() -> ReceiptPublicInputs {
    PROOF.typed_inputs().unwrap()
}

fn verify(inputs: &ReceiptPublicInputs, proof: &Proof) -> Result<(), VerifyError> {
    KEY.verifying_key().verify::<ReceiptCircuit>(inputs, proof)
}

#[test]
fn a_proof_verifies_and_its_file_returns() {
    assert_eq!(inputs(), signed_receipt().public_inputs());
    assert_eq!(verify(&inputs(), PROOF.proof()), Ok(()));
    let file = ProofFile::from_json(&PROOF.to_json()).unwrap();
    assert_eq!(file.proof(), PROOF.proof());
    assert_eq!(KEY.verifying_key().verify_file(&file), Ok(()));
}

#[test]
fn every_changed_input_is_rejected() {
    let ReceiptPublicInputs { context, amount, coordinator } = inputs();
    let one = Fr::from(1u8);
    for changed in [
        ReceiptPublicInputs { context: context + one, amount, coordinator },
        ReceiptPublicInputs { context, amount: amount + one, coordinator },
        ReceiptPublicInputs { context, amount, coordinator: coordinator + one },
        ReceiptPublicInputs { context: amount, amount: context, coordinator },
        ReceiptPublicInputs { context: Fr::ZERO, amount: Fr::ZERO, coordinator: Fr::ZERO },
    ] {
        assert_eq!(verify(&changed, PROOF.proof()), Err(VerifyError::Invalid));
    }
}

#[test]
fn every_changed_byte_of_a_proof_is_rejected() {
    let bytes = PROOF.proof().to_bytes();
    for index in 0..PROOF_BYTES {
        let mut changed = bytes;
        changed[index] ^= 1;
        let verdict = Proof::from_bytes(&changed).map(|proof| verify(&inputs(), &proof));
        assert_ne!(verdict, Ok(Ok(())), "byte {index}");
    }
}

#[test]
fn points_of_another_proof_are_rejected() {
    let other = KEY.prove_json(&receipt_json()).unwrap();
    assert_ne!(other.proof(), PROOF.proof());
    let mut mixed = PROOF.proof().to_bytes();
    mixed[..64].copy_from_slice(&other.proof().to_bytes()[..64]);
    let mixed = Proof::from_bytes(&mixed).unwrap();
    assert_eq!(verify(&inputs(), &mixed), Err(VerifyError::Invalid));
}

#[test]
fn a_malformed_proof_names_its_point() {
    let mut bytes = PROOF.proof().to_bytes();
    bytes[192..224].fill(0xff);
    let error = Proof::from_bytes(&bytes).unwrap_err();
    assert!(matches!(error, ProofDecodeError::Point { point: 'C', .. }), "{error}");
    assert_eq!("0x00".parse::<Proof>(), Err(ProofDecodeError::Format));
}

#[test]
fn a_bad_receipt_is_refused_before_proving() {
    let mut receipt = signed_receipt();
    receipt.receipt.prover_reward += 1;
    let error = KEY.prove_json(&serde_json::to_string(&receipt).unwrap()).unwrap_err();
    let ProveError::Input(InputError::Receipt(error)) = error else { panic!("{error}") };
    assert_eq!(error.field(), "prover_reward");
    assert!(matches!(error, ReceiptError::ProverReward { .. }));
}

#[test]
fn a_false_statement_gets_no_proof() {
    let honest = signed_receipt().to_circuit().unwrap();
    let mut inputs = *honest.public_inputs().unwrap();
    inputs.amount += Fr::from(1u8);
    let circuit = ReceiptCircuit::assigned(inputs, signed_receipt().witness());
    assert!(matches!(KEY.prove(&circuit), Err(ProveError::Unsatisfied(_))));
}

/// The proof's file with one field replaced.
fn with(field: &str, value: Value) -> ProofFileError {
    let mut file: Value = serde_json::from_str(&PROOF.to_json()).unwrap();
    file[field] = value;
    ProofFile::from_json(&file.to_string()).unwrap_err()
}

#[test]
fn a_bad_file_names_its_field() {
    assert!(matches!(with("version", json!(2)), ProofFileError::Version(2)));
    assert!(matches!(with("circuit", json!("membership")), ProofFileError::Name { .. }));
    let other = format!("0x{}", "11".repeat(32));
    assert!(matches!(with("circuit_id", json!(other)), ProofFileError::UnknownCircuit(_)));
    assert!(matches!(with("proof", json!("0x")), ProofFileError::Proof(_)));
    assert!(matches!(with("comment", json!("")), ProofFileError::Json(_)));
    let missing = with("public_inputs", json!({"context": other, "amount": other}));
    assert!(matches!(missing, ProofFileError::Inputs(PublicInputsError::Missing(_))), "{missing}");
    let unknown = with("public_inputs", json!({"recipient": other}));
    assert!(matches!(unknown, ProofFileError::Inputs(PublicInputsError::Unknown(_))));
}

#[test]
fn an_input_beyond_the_field_is_refused() {
    // The amount plus the field order: the same residue, another word.
    let alias = "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000002";
    let inputs = json!({"context": alias, "amount": alias, "coordinator": alias});
    let error = with("public_inputs", inputs);
    assert!(matches!(error, ProofFileError::Inputs(PublicInputsError::Value { .. })), "{error}");
}

#[test]
fn an_input_given_twice_is_refused() {
    let twice = PROOF.to_json().replacen("\"context\"", "\"amount\"", 1);
    assert!(matches!(ProofFile::from_json(&twice), Err(ProofFileError::Json(_))));
}
