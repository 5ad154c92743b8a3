//! Witness and proving time of `receipt`, with development keys.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use criterion::{Criterion, criterion_group, criterion_main};
use proofrail_circuits::{
    eddsa::SecretKey,
    field::Fr,
    receipt::{CoordinatorKey, Receipt, SignedReceipt},
    registry,
};
use proofrail_prover::setup::setup_dev;

fn signed_receipt() -> SignedReceipt {
    let coordinator = CoordinatorKey::new(SecretKey::from_bytes([7; 32]), 250).unwrap();
    let receipt = Receipt::new(Fr::from(1u8), Fr::from(2u8), 1_000_003, 987_654_321, 250);
    coordinator.sign(receipt.unwrap()).unwrap()
}

fn receipt(criterion: &mut Criterion) {
    let key = setup_dev(registry::by_name("receipt").unwrap()).unwrap();
    let signed = signed_receipt();
    let circuit = signed.to_circuit().unwrap();
    let proof = key.prove(&circuit).unwrap();

    let mut group = criterion.benchmark_group("receipt");
    group.sample_size(20);
    group.bench_function("check", |b| b.iter(|| signed.check()));
    group.bench_function("witness", |b| b.iter(|| key.witness(&circuit)));
    group.bench_function("prove", |b| b.iter(|| key.prove(&circuit)));
    group.bench_function("verify", |b| b.iter(|| key.verifying_key().verify_file(&proof)));
    group.finish();
}

criterion_group!(benches, receipt);
criterion_main!(benches);
