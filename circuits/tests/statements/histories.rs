//! `income_threshold`.

use ark_ff::{AdditiveGroup, Field};
use proofrail_circuits::{
    circuit::Circuit,
    field::Fr,
    income_threshold::{
        IncomeClaim, IncomeThresholdCircuit, IncomeThresholdPublicInputs, IncomeThresholdWitness,
        MAX_PAYMENTS, PaymentHistory, history_commitment, pack_claim,
    },
};
use proptest::prelude::*;

use crate::{satisfied, secret};

/// Whether the circuit accepts `claim` of `payments`.
fn accepted(payments: &[u128], claim: &IncomeClaim) -> bool {
    let mut places = [Fr::ZERO; MAX_PAYMENTS];
    for (place, payment) in places.iter_mut().zip(payments) {
        *place = (*payment).into();
    }
    let public = IncomeThresholdPublicInputs {
        history: history_commitment(payments, &secret(4)),
        claim: pack_claim(claim),
    };
    let witness = IncomeThresholdWitness {
        payments: Box::new(places),
        salt: secret(4),
        threshold: claim.threshold.into(),
        met: claim.met.into(),
    };
    satisfied(&IncomeThresholdCircuit::assigned(public, witness))
}

const fn claim(threshold: u128, count: u16, met: bool) -> IncomeClaim {
    IncomeClaim { threshold, count, met }
}

#[test]
fn a_claim_should_say_what_is_true_of_the_payments() {
    let payments = [100, 200, 300];
    for (threshold, met) in [(0, true), (599, true), (600, true), (601, false), (u128::MAX, false)]
    {
        assert!(accepted(&payments, &claim(threshold, 3, met)), "{threshold}");
        assert!(!accepted(&payments, &claim(threshold, 3, !met)), "{threshold}");
    }
    for count in [0, 2, 4, 60] {
        assert!(!accepted(&payments, &claim(600, count, true)));
    }
    assert!(accepted(&[], &claim(1, 0, false)));
}

#[test]
fn payments_should_be_in_range_and_without_gaps() {
    assert!(accepted(&[1, (1 << 96) - 1], &claim(5, 2, true)));
    assert!(!accepted(&[1, 1 << 96], &claim(5, 2, true)));
    // A gap would let the count be told smaller or larger.
    assert!(!accepted(&[1, 0, 2], &claim(3, 2, true)));
    assert!(!accepted(&[1, 0, 2], &claim(3, 3, true)));
}

#[test]
fn a_claim_should_unpack_in_one_way_only() {
    // The threshold with one unit of the count: the same packed claim.
    let public = IncomeThresholdPublicInputs {
        history: history_commitment(&[100], &secret(4)),
        claim: pack_claim(&claim(50, 2, false)),
    };
    let mut payments = [Fr::ZERO; MAX_PAYMENTS];
    payments[0] = Fr::from(100u8);
    let threshold = Fr::from(50u8) + Fr::from(2u8).pow([128]);
    let witness = IncomeThresholdWitness {
        payments: Box::new(payments),
        salt: secret(4),
        threshold,
        met: Fr::ZERO,
    };
    assert!(!satisfied(&IncomeThresholdCircuit::assigned(public, witness.clone())));
    // A result that is neither yes nor no.
    let two = Fr::from(2u8);
    let claim = pack_claim(&claim(50, 1, false)) + Fr::from(2u8).pow([144]) * two;
    let public = IncomeThresholdPublicInputs { claim, ..public };
    let witness = IncomeThresholdWitness { threshold: Fr::from(50u8), met: two, ..witness };
    assert!(!satisfied(&IncomeThresholdCircuit::assigned(public, witness)));
    assert_eq!(IncomeThresholdCircuit::impossible_inputs().claim, -Fr::ONE);
}

#[test]
fn a_wrong_history_should_be_refused_by_its_field() {
    let honest = PaymentHistory::new(&[5, 6], secret(4), 11);
    assert!(satisfied(&honest.to_circuit().unwrap()));
    let refusal = |change: &dyn Fn(&mut PaymentHistory)| {
        let mut history = honest.clone();
        change(&mut history);
        history.to_circuit().unwrap_err().field()
    };
    assert_eq!(refusal(&|h| h.payments[1].0 = 0), "payments");
    assert_eq!(refusal(&|h| h.payments[1].0 = 1 << 96), "payments");
    assert_eq!(refusal(&|h| h.payments = vec![h.payments[0]; MAX_PAYMENTS + 1]), "payments");
    assert_eq!(refusal(&|h| h.payments[1].0 = 7), "history");
    assert_eq!(refusal(&|h| h.salt = secret(5)), "history");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn every_history_that_the_native_check_accepts_should_be_provable(
        payments in proptest::collection::vec(1u128..1 << 96, 0..=MAX_PAYMENTS),
        threshold: u128,
    ) {
        let history = PaymentHistory::new(&payments, secret(4), threshold >> 24);
        prop_assert!(satisfied(&history.to_circuit().unwrap()));
    }
}
