//! Bad receipts are refused natively, each by the name of its field.

use ark_ff::AdditiveGroup;
use proofrail_circuits::{
    circuit::{Circuit, InputError},
    eddsa::{PublicKey, PublicKeyError, SignatureError},
    field::Fr,
    receipt::{Receipt, ReceiptCircuit, ReceiptError, SignedReceipt},
};
use serde_json::{Value, json};

use crate::support::{coordinator, signed_receipt};

/// The error of the receipt after `change`, signed before it.
fn refusal(change: impl Fn(&mut SignedReceipt)) -> ReceiptError {
    let mut signed = signed_receipt();
    change(&mut signed);
    signed.to_circuit().unwrap_err()
}

#[test]
fn each_rule_names_its_field() {
    assert_eq!(refusal(|s| s.receipt.amount += 1).field(), "amount");
    assert_eq!(refusal(|s| s.receipt.units += 1).field(), "amount");
    assert_eq!(refusal(|s| s.receipt.rate = 1 << 96).field(), "rate");
    assert_eq!(refusal(|s| s.receipt.coordinator_fee += 1).field(), "coordinator_fee");
    assert_eq!(refusal(|s| s.receipt.prover_reward -= 1).field(), "prover_reward");
    assert_eq!(refusal(|s| s.receipt.fee_bps = 10_001).field(), "fee_bps");
    assert_eq!(refusal(|s| s.receipt.context += Fr::from(1u8)).field(), "signature");
    assert_eq!(refusal(|s| s.receipt.details += Fr::from(1u8)).field(), "signature");
    assert_eq!(refusal(|s| s.signature.s += s.signature.s).field(), "signature");
    assert_eq!(refusal(|s| s.coordinator.x += Fr::from(1u8)).field(), "coordinator");
}

#[test]
fn an_unusable_key_is_refused() {
    let neutral = PublicKey { x: Fr::ZERO, y: Fr::from(1u8) };
    let order_two = PublicKey { x: Fr::ZERO, y: -Fr::from(1u8) };
    let cases = [(neutral, PublicKeyError::Identity), (order_two, PublicKeyError::NotInSubgroup)];
    for (key, expected) in cases {
        assert_eq!(refusal(|s| s.coordinator = key), ReceiptError::Coordinator(expected));
    }
    let off_curve = refusal(|s| s.signature.r8x += Fr::from(1u8));
    assert_eq!(off_curve, ReceiptError::Signature(SignatureError::NonceNotOnCurve));
}

#[test]
fn a_coordinator_signs_only_what_keeps_the_rules() {
    let receipt = signed_receipt().receipt;
    let foreign = coordinator().sign(Receipt { fee_bps: 251, ..receipt }).unwrap_err();
    assert_eq!(foreign.field(), "fee_bps");
    let wrong = coordinator().sign(Receipt { amount: receipt.amount + 1, ..receipt }).unwrap_err();
    assert_eq!(wrong.field(), "amount");
    let too_large = Receipt::new(Fr::ZERO, Fr::ZERO, u64::MAX, 1 << 95, 0).unwrap_err();
    assert!(matches!(too_large, ReceiptError::AmountTooLarge { .. }));
}

#[test]
fn json_returns_and_unknown_or_malformed_fields_are_refused() {
    let json = serde_json::to_value(signed_receipt()).unwrap();
    assert_eq!(json["receipt"]["amount"], "1234571594703673");
    let text = json.to_string();
    assert_eq!(serde_json::from_str::<SignedReceipt>(&text).unwrap(), signed_receipt());
    assert!(ReceiptCircuit::from_json(&text).is_ok());

    let alias = "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
    let bad: [(&str, Value); 6] = [
        ("amount", json!(5)),
        ("amount", json!("+5")),
        ("amount", json!("340282366920938463463374607431768211456")),
        ("context", json!("0x01")),
        ("context", json!(alias)),
        ("tip", json!("1")),
    ];
    for (field, value) in bad {
        let mut changed = json.clone();
        changed["receipt"][field] = value.clone();
        let error = ReceiptCircuit::from_json(&changed.to_string()).unwrap_err();
        let InputError::Json { field: named, .. } = error else { panic!("{field} = {value}") };
        assert_eq!(named, format!("receipt.{field}"), "{value}");
    }
    // S at the subgroup order.
    let mut changed = json;
    changed["signature"]["s"] =
        json!("0x060c89ce5c263405370a08b6d0302b0bab3eedb83920ee0a677297dc392126f1");
    let error = ReceiptCircuit::from_json(&changed.to_string()).unwrap_err();
    assert!(matches!(error, InputError::Json { field, .. } if field == "signature.s"));
    // Not JSON, and more than JSON.
    for text in ["{".to_owned(), format!("{text} 1")] {
        let error = ReceiptCircuit::from_json(&text).unwrap_err();
        assert!(matches!(error, InputError::Json { field, .. } if field == "input"));
    }
}

#[test]
fn secrets_are_not_printed() {
    let printed = format!(
        "{:?} {:?}",
        coordinator(),
        proofrail_circuits::eddsa::SecretKey::from_bytes([7; 32])
    );
    assert!(!printed.contains("7, 7") && !printed.contains("0707"), "{printed}");
    assert!(printed.contains("redacted"));
}
