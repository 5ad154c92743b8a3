//! `receipt_private` and `receipt_batch`.

use ark_ff::{AdditiveGroup, Field};
use proofrail_circuits::{
    circuit::Circuit,
    eddsa::SecretKey,
    field::Fr,
    receipt::{
        CoordinatorKey, PrivateReceipt, PrivateReceiptCircuit, PrivateReceiptWitness, Receipt,
        SignedPrivateReceipt, SignedReceipt,
    },
    receipt_batch::{
        BATCH_SIZE, BatchReceiptWitness, ReceiptBatch, ReceiptBatchCircuit, ReceiptBatchWitness,
        SignedReceiptBatch,
    },
};

use crate::{ONE, satisfied, secret};

fn coordinator() -> CoordinatorKey {
    CoordinatorKey::new(SecretKey::from_bytes([7; 32]), 250).unwrap()
}

fn receipt(units: u64) -> Receipt {
    Receipt::new(Fr::from(11u8), Fr::from(units), units, 1_234_567_891, 250).unwrap()
}

fn private() -> SignedPrivateReceipt {
    let (payer, recipient) = (Fr::from(21u8), Fr::from(22u8));
    let receipt = PrivateReceipt { terms: receipt(1_000_003), payer, recipient };
    coordinator().sign_private(receipt, secret(23)).unwrap()
}

fn private_witness(signed: &SignedPrivateReceipt) -> PrivateReceiptWitness {
    let PrivateReceipt { terms, payer, recipient } = signed.receipt;
    let (coordinator, signature) = (signed.coordinator, signed.signature);
    PrivateReceiptWitness {
        receipt: SignedReceipt { receipt: terms, coordinator, signature }.witness(),
        amount: terms.amount.into(),
        payer,
        recipient,
        blinding: signed.blinding.clone(),
    }
}

#[test]
fn a_private_receipt_should_commit_to_amount_and_parties() {
    let signed = private();
    assert!(satisfied(&signed.to_circuit().unwrap()));
    let changes: [fn(&mut PrivateReceiptWitness); 4] = [
        |w| w.amount += Fr::from(ONE),
        |w| w.payer += Fr::from(ONE),
        |w| w.recipient += Fr::from(ONE),
        |w| w.blinding = secret(24),
    ];
    for change in changes {
        let mut witness = private_witness(&signed);
        change(&mut witness);
        assert!(!satisfied(&PrivateReceiptCircuit::assigned(signed.public_inputs(), witness)));
    }
}

#[test]
fn a_private_receipt_should_be_signed_with_its_parties() {
    let mut signed = private();
    signed.receipt.recipient += Fr::from(ONE);
    assert_eq!(signed.to_circuit().unwrap_err().field(), "signature");
    // The commitment follows the exchanged recipient; the signature does not.
    let circuit = PrivateReceiptCircuit::assigned(signed.public_inputs(), private_witness(&signed));
    assert!(!satisfied(&circuit));
    // A signature on the receipt alone is none on the private one.
    let plain = coordinator().sign(receipt(1_000_003)).unwrap();
    let swapped = SignedPrivateReceipt { signature: plain.signature, ..private() };
    assert_eq!(swapped.to_circuit().unwrap_err().field(), "signature");
    // Nor is another coordinator's id that of the key.
    let mut public = private().public_inputs();
    public.coordinator += Fr::from(ONE);
    let circuit = PrivateReceiptCircuit::assigned(public, private_witness(&private()));
    assert!(!satisfied(&circuit));
}

#[test]
fn a_private_receipt_for_nothing_should_be_refused() {
    assert_eq!(PrivateReceiptCircuit::impossible_inputs().context, Fr::ZERO);
    let mut receipt = private().receipt;
    receipt.terms.context = Fr::ZERO;
    let refused = coordinator().sign_private(receipt, secret(23)).unwrap_err();
    assert_eq!(refused.field(), "context");
    // Signed by other means, and right but for that.
    let signature = SecretKey::from_bytes([7; 32]).sign(&receipt.message());
    let signed = SignedPrivateReceipt { receipt, signature, ..private() };
    assert_eq!(signed.to_circuit().unwrap_err().field(), "context");
    let witness = private_witness(&signed);
    assert!(!satisfied(&PrivateReceiptCircuit::assigned(signed.public_inputs(), witness)));
}

fn batch(receipts: usize) -> SignedReceiptBatch {
    let receipts = (0..receipts).map(|i| receipt(i as u64 + 1)).collect();
    coordinator().sign_batch(ReceiptBatch { context: Fr::from(31u8), receipts }).unwrap()
}

#[test]
fn a_batch_of_one_and_of_all_places_should_be_accepted() {
    for count in [1, BATCH_SIZE] {
        let signed = batch(count);
        let expected: u128 = signed.batch.receipts.iter().map(|receipt| receipt.amount).sum();
        assert_eq!(signed.public_inputs().unwrap().total, expected.into());
        assert!(satisfied(&signed.to_circuit().unwrap()));
    }
}

#[test]
fn a_batch_should_be_refused_by_the_receipt_that_is_wrong() {
    let refusal = |change: &dyn Fn(&mut SignedReceiptBatch)| {
        let mut signed = batch(3);
        change(&mut signed);
        signed.to_circuit().unwrap_err().to_string()
    };
    assert!(refusal(&|s| s.batch.receipts[1].amount += 1).starts_with("receipts[1].amount: "));
    assert!(refusal(&|s| s.batch.receipts[2].fee_bps = 9).starts_with("receipts[2].fee_bps: "));
    assert!(refusal(&|s| s.batch.receipts.clear()).starts_with("receipts: "));
    assert!(refusal(&|s| s.batch.receipts = vec![receipt(1); 65]).starts_with("receipts: "));
    assert!(refusal(&|s| s.batch.receipts.swap(0, 1)).starts_with("signature: "));
    assert!(refusal(&|s| s.batch.context += Fr::from(ONE)).starts_with("signature: "));
    assert!(refusal(&|s| s.coordinator.x += Fr::from(ONE)).starts_with("coordinator: "));
}

/// The witness of a batch of one receipt with `units`, `rate` and `fee` as they are given.
fn forged(units: Fr, rate: Fr, fee: Fr, remainder: Fr) -> bool {
    let signed = batch(1);
    let nothing = BatchReceiptWitness {
        context: Fr::ZERO,
        details: Fr::ZERO,
        units: Fr::ZERO,
        rate: Fr::ZERO,
        coordinator_fee: Fr::ZERO,
        fee_remainder: Fr::ZERO,
    };
    let mut receipts = vec![nothing; BATCH_SIZE];
    receipts[0] = BatchReceiptWitness {
        units,
        rate,
        coordinator_fee: fee,
        fee_remainder: remainder,
        ..BatchReceiptWitness::of(&signed.batch.receipts[0])
    };
    let signature = SignedReceipt {
        receipt: signed.batch.receipts[0],
        coordinator: signed.coordinator,
        signature: signed.signature,
    }
    .witness();
    let witness = ReceiptBatchWitness {
        receipts,
        fee_bps: Fr::from(250u8),
        key: signature.key,
        r8: signature.r8,
        s: signature.s,
    };
    let public = signed.public_inputs().unwrap();
    satisfied(&ReceiptBatchCircuit::assigned(public, witness))
}

#[test]
fn a_batch_should_hold_every_receipt_to_its_rules() {
    let honest = receipt(1);
    let fee = Fr::from(honest.coordinator_fee);
    let remainder = Fr::from(honest.amount * 250 - honest.coordinator_fee * 10_000);
    let (units, rate) = (Fr::from(honest.units), Fr::from(honest.rate));
    assert!(forged(units, rate, fee, remainder));
    assert!(!forged(units, rate, fee + Fr::ONE, remainder));
    // The fee equation holds, but around the field.
    let shift = Fr::from(10_000u64).inverse().unwrap();
    assert!(!forged(units, rate, fee + shift, remainder - Fr::ONE));
    // The product holds, but around the field.
    assert!(!forged(units / Fr::from(3u8), rate * Fr::from(3u8), fee, remainder));
}
