//! For each group of constraints a witness that breaks this group and no other. Native checks are
//! bypassed: the values go straight into the circuit.

use ark_ec::CurveGroup;
use ark_ff::{AdditiveGroup, Field, PrimeField};
use proofrail_circuits::{
    babyjubjub::{Affine, Scalar},
    circuit::Circuit,
    field::Fr,
    receipt::ReceiptCircuit,
};

use crate::support::{Forgery, satisfied};

fn honest() -> Forgery {
    let honest = Forgery::honest(1_000_003, 1_234_567_891, 250);
    assert!(honest.accepted());
    // The tests below move the remainder and need it away from both ends.
    assert!(honest.fee_remainder != Fr::ZERO);
    honest
}

fn two_to(exponent: u64) -> Fr {
    Fr::from(2u8).pow([exponent])
}

#[test]
fn units_of_65_bits() {
    assert!(!Forgery::honest(1 << 64, 3, 250).accepted());
}

#[test]
fn a_rate_of_97_bits() {
    assert!(!Forgery::honest(3, 1 << 96, 250).accepted());
}

#[test]
fn an_amount_of_129_bits() {
    // Half of it is the fee, so that fee and reward stay in range.
    let half = two_to(127);
    let forgery = Forgery {
        units: two_to(60),
        rate: two_to(68),
        amount: two_to(128),
        prover_reward: half,
        coordinator_fee: half,
        fee_bps: Fr::from(5_000u64),
        fee_remainder: Fr::ZERO,
        ..honest()
    };
    assert!(!forgery.accepted());
}

/// The statement that stops the circuit. Its amount alone makes it impossible; the rest of the forgery
/// is as good as it can be: the equations hold and the signature is right.
#[test]
fn the_impossible_statement() {
    let impossible = ReceiptCircuit::impossible_inputs();
    let forgery = Forgery {
        context: impossible.context,
        amount: impossible.amount,
        units: impossible.amount,
        rate: Fr::ONE,
        prover_reward: impossible.amount,
        coordinator_fee: Fr::ZERO,
        fee_bps: Fr::ZERO,
        fee_remainder: Fr::ZERO,
        ..honest()
    };
    assert!(!forgery.accepted());
}

#[test]
fn a_fee_that_wraps_around_the_field() {
    let mut forgery = honest();
    forgery.fee_remainder -= Fr::ONE;
    forgery.coordinator_fee += Fr::from(10_000u64).inverse().unwrap();
    forgery.prover_reward = forgery.amount - forgery.coordinator_fee;
    assert!(!forgery.accepted());
}

#[test]
fn basis_points_above_the_whole() {
    // The fee exceeds the amount and the reward is negative: a huge field element.
    let amount = 1_000_000u64;
    let forgery = Forgery {
        units: Fr::from(amount),
        rate: Fr::ONE,
        amount: Fr::from(amount),
        prover_reward: -Fr::from(100u8),
        coordinator_fee: Fr::from(amount + 100),
        fee_bps: Fr::from(10_001u64),
        fee_remainder: Fr::ZERO,
        ..honest()
    };
    assert!(!forgery.accepted());
}

#[test]
fn a_remainder_of_ten_thousand() {
    // A fee one below the floor.
    let mut forgery = honest();
    forgery.coordinator_fee -= Fr::ONE;
    forgery.prover_reward += Fr::ONE;
    forgery.fee_remainder += Fr::from(10_000u64);
    assert!(!forgery.accepted());

    let mut forgery = Forgery::honest(10_000, 1, 250);
    assert!(forgery.accepted());
    forgery.coordinator_fee -= Fr::ONE;
    forgery.prover_reward += Fr::ONE;
    forgery.fee_remainder = Fr::from(10_000u64);
    assert!(!forgery.accepted());
}

#[test]
fn an_amount_that_is_not_units_times_rate() {
    let mut forgery = honest();
    forgery.units += Fr::ONE;
    assert!(!forgery.accepted());
}

#[test]
fn a_reward_and_a_fee_that_do_not_make_the_amount() {
    let mut forgery = honest();
    forgery.prover_reward += Fr::ONE;
    assert!(!forgery.accepted());
}

#[test]
fn a_fee_that_is_not_the_agreed_share() {
    let mut forgery = honest();
    forgery.coordinator_fee += Fr::ONE;
    forgery.prover_reward -= Fr::ONE;
    assert!(!forgery.accepted());
}

#[test]
fn a_coordinator_id_of_another_key_or_rule() {
    let (public, witness) = honest().sign();
    let mut other_key = public;
    other_key.coordinator += Fr::ONE;
    assert!(!satisfied(&ReceiptCircuit::assigned(other_key, witness)));

    let other_rule = Forgery::honest(1_000_003, 1_234_567_891, 251).sign().0.coordinator;
    let public =
        proofrail_circuits::receipt::ReceiptPublicInputs { coordinator: other_rule, ..public };
    assert!(!satisfied(&ReceiptCircuit::assigned(public, witness)));
}

#[test]
fn a_signature_on_another_context_or_details() {
    let (mut public, witness) = honest().sign();
    public.context += Fr::ONE;
    assert!(!satisfied(&ReceiptCircuit::assigned(public, witness)));

    let (public, mut witness) = honest().sign();
    witness.details += Fr::ONE;
    assert!(!satisfied(&ReceiptCircuit::assigned(public, witness)));
}

#[test]
fn a_signature_by_another_key() {
    let mut forgery = honest();
    forgery.secret += Scalar::from(8u8);
    assert!(!forgery.accepted());
}

#[test]
fn a_scalar_above_the_subgroup_order() {
    let order = Fr::from(Scalar::MODULUS);
    // S + l verifies as S does; it fits the bits of the decomposition where S is small.
    let (public, mut witness) = (0u64..)
        .map(|details| Forgery { details: Fr::from(details), ..honest() }.sign())
        .find(|(_, witness)| (witness.s + order).into_bigint() < two_to(251).into_bigint())
        .unwrap();
    assert!(satisfied(&ReceiptCircuit::assigned(public, witness)));
    witness.s += order;
    assert!(!satisfied(&ReceiptCircuit::assigned(public, witness)));
}

#[test]
fn a_nonce_point_off_the_curve() {
    let (public, mut witness) = honest().sign();
    witness.r8.1 += Fr::ONE;
    assert!(!satisfied(&ReceiptCircuit::assigned(public, witness)));
}

#[test]
fn the_neutral_key() {
    // S = nonce satisfies the equation for every message.
    let forgery = Forgery { key: Affine::zero(), secret: Scalar::ZERO, ..honest() };
    assert!(!forgery.accepted());
}

#[test]
fn a_key_outside_the_prime_subgroup() {
    // (0, −1) has order 2: eight times the key is unchanged, so the signature verifies.
    let order_two = Affine::new_unchecked(Fr::ZERO, -Fr::ONE);
    assert!(order_two.is_on_curve());
    let mut forgery = honest();
    forgery.key = (forgery.key + order_two).into_affine();
    assert!(!forgery.accepted());
    // A key of small order alone.
    let forgery = Forgery { key: order_two, secret: Scalar::ZERO, ..honest() };
    assert!(!forgery.accepted());
}

#[test]
fn a_key_off_the_curve() {
    let mut forgery = honest();
    forgery.key.y += Fr::ONE;
    assert!(!forgery.accepted());
}

#[test]
fn a_batch_with_a_forged_receipt_or_signature() {
    assert!(honest().accepted_in_a_batch());
    let honest = honest();
    let wrapped = Forgery {
        coordinator_fee: honest.coordinator_fee + Fr::from(10_000u64).inverse().unwrap(),
        fee_remainder: honest.fee_remainder - Fr::ONE,
        ..honest.clone()
    };
    let late = Forgery {
        coordinator_fee: honest.coordinator_fee - Fr::ONE,
        fee_remainder: honest.fee_remainder + Fr::from(10_000u64),
        ..honest.clone()
    };
    // All of it is the fee, and a ten-thousandth more.
    let dear = Forgery {
        units: Fr::from(10_000u64),
        rate: Fr::ONE,
        amount: Fr::from(10_000u64),
        coordinator_fee: Fr::from(10_001u64),
        fee_bps: Fr::from(10_001u64),
        fee_remainder: Fr::ZERO,
        ..honest.clone()
    };
    let another = Forgery { secret: honest.secret + Scalar::from(8u8), ..honest.clone() };
    let neutral = Forgery { key: Affine::zero(), secret: Scalar::ZERO, ..honest.clone() };
    let long_units = Forgery::honest(1 << 64, 3, 250);
    let long_rate = Forgery::honest(3, 1 << 96, 250);
    let half = two_to(127);
    let large = Forgery {
        units: two_to(60),
        rate: two_to(68),
        amount: two_to(128),
        coordinator_fee: half,
        fee_bps: Fr::from(5_000u64),
        fee_remainder: Fr::ZERO,
        ..honest
    };
    let forged = [wrapped, late, dear, another, neutral, long_units, long_rate, large];
    for (number, forgery) in forged.iter().enumerate() {
        assert!(!forgery.accepted_in_a_batch(), "forgery {number}");
    }
}
