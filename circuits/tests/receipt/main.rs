//! The receipt circuit: accepts what the native check accepts, and nothing else.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod constraints;
mod forgeries;
mod identity;
mod refusals;
mod support;

use proofrail_circuits::{circuit::Circuit, field::Fr, receipt::Receipt};
use proptest::prelude::*;

use self::support::{Forgery, coordinator, satisfied, signed_receipt};

#[test]
fn a_signed_receipt_satisfies_the_circuit() {
    let circuit = signed_receipt().to_circuit().unwrap();
    assert!(satisfied(&circuit));
    assert_eq!(circuit.public_inputs(), Some(&signed_receipt().public_inputs()));
}

#[test]
fn the_bounds_of_every_range_are_accepted() {
    let max_rate = (1u128 << 96) - 1;
    assert!(Forgery::honest(0, 0, 0).accepted());
    assert!(Forgery::honest(u64::MAX.into(), 1 << 50, 10_000).accepted());
    assert!(Forgery::honest(1 << 18, max_rate, 9_999).accepted());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn every_receipt_that_the_native_check_accepts_is_provable(
        units: u64,
        rate in 0u128..1 << 64,
        context: u64,
    ) {
        let receipt = Receipt::new(context.into(), Fr::from(22u8), units, rate, 250).unwrap();
        let signed = coordinator().sign(receipt).unwrap();
        prop_assert!(satisfied(&signed.to_circuit().unwrap()));
    }
}
