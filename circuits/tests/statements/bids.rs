//! `bid_range`.

use ark_ff::{AdditiveGroup, Field};
use proofrail_circuits::{
    bid_range::{BID_BITS, Bid, BidRangeCircuit, BidRangeWitness},
    circuit::Circuit,
    field::Fr,
};
use proptest::prelude::*;

use crate::{satisfied, secret};

fn bid(bid: u128, min: u128, max: u128) -> Bid {
    Bid { auction: Fr::from(5u8), bid, salt: secret(6), min, max }
}

fn accepted(bid: &Bid) -> bool {
    let witness = BidRangeWitness {
        bid: bid.bid.into(),
        salt: bid.salt.clone(),
        min: bid.min.into(),
        max: bid.max.into(),
    };
    satisfied(&BidRangeCircuit::assigned(bid.public_inputs(), witness))
}

#[test]
fn bounds_should_be_part_of_the_range() {
    let top = (1 << BID_BITS) - 1;
    for bid in [bid(7, 7, 9), bid(9, 7, 9), bid(0, 0, 0), bid(top, 0, top), bid(top, top, top)] {
        assert!(bid.check().is_ok() && accepted(&bid), "{bid:?}");
    }
    for bid in [bid(6, 7, 9), bid(10, 7, 9), bid(8, 9, 7), bid(top, 0, 1 << BID_BITS)] {
        assert!(bid.check().is_err() && !accepted(&bid), "{bid:?}");
    }
    assert_eq!(bid(6, 7, 9).check().unwrap_err().field(), "bid");
    assert_eq!(bid(6, 0, 1 << 120).check().unwrap_err().field(), "max");
}

#[test]
fn bounds_should_split_in_one_way_only() {
    // One unit of the upper bound moved into the lower: the same packed bounds.
    let honest = bid(8, 7, 9);
    let witness = BidRangeWitness {
        bid: Fr::from(8u8),
        salt: secret(6),
        min: Fr::from(7u8) + Fr::from(2u8).pow([BID_BITS as u64]),
        max: Fr::from(8u8),
    };
    assert!(!satisfied(&BidRangeCircuit::assigned(honest.public_inputs(), witness)));
}

#[test]
fn the_impossible_statement_should_have_no_witness_at_hand() {
    let bounds = BidRangeCircuit::impossible_inputs().bounds;
    let honest = bid(8, 7, 9);
    for max in [Fr::ZERO, Fr::from(9u8), bounds] {
        let min = bounds - max * Fr::from(2u8).pow([BID_BITS as u64]);
        let witness = BidRangeWitness { bid: Fr::from(8u8), salt: secret(6), min, max };
        let mut public = honest.public_inputs();
        public.bounds = bounds;
        assert!(!satisfied(&BidRangeCircuit::assigned(public, witness)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn constraints_should_accept_what_the_native_check_accepts(
        value in 0u128..12, min in 0u128..12, max in 0u128..12,
    ) {
        let bid = bid(value, min, max);
        prop_assert_eq!(accepted(&bid), bid.check().is_ok());
    }
}
