//! Circuits with one mistake each, and the search that finds it: what the harness is worth.

use ark_ff::{AdditiveGroup, Field, PrimeField};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    boolean::Boolean,
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use num_bigint::BigUint;
use proofrail_circuits::{field::Fr, range};

use crate::{
    jacobian, perturbation, ranges,
    subjects::SUBJECTS,
    system::{RangeCheck, System},
};

type Synthesis = fn(ConstraintSystemRef<Fr>) -> Result<(), SynthesisError>;

fn input(cs: &ConstraintSystemRef<Fr>, value: u64) -> FpVar<Fr> {
    FpVar::new_input(cs.clone(), || Ok(Fr::from(value))).unwrap()
}

fn hint(cs: &ConstraintSystemRef<Fr>, value: Fr) -> FpVar<Fr> {
    FpVar::new_witness(cs.clone(), || Ok(value)).unwrap()
}

fn moves_unnoticed(system: &System) -> bool {
    !perturbation::unnoticed(system, 200, &mut StdRng::seed_from_u64(7)).is_empty()
}

/// With the `given` public inputs standing still.
fn has_free_direction(system: &System, given: &[usize]) -> bool {
    jacobian::free_directions(system, &jacobian::dependent(system, given)).0 > 0
}

fn has_free_hint(system: &System) -> bool {
    has_free_direction(system, &system.inputs().collect::<Vec<_>>())
}

/// `y` is the root of the input, and its sign is forgotten: `−y` is a second witness.
const ROOT: Synthesis = |cs| {
    let square = input(&cs, 49);
    let root = hint(&cs, Fr::from(7u8));
    root.square_equals(&square)
};

/// A hint that no constraint mentions.
const FORGOTTEN_HINT: Synthesis = |cs| {
    let _ = hint(&cs, Fr::from(5u8));
    input(&cs, 49).enforce_equal(&FpVar::Constant(Fr::from(49u8)))
};

/// Two parts that are only held to their sum.
const PARTS: Synthesis = |cs| {
    let whole = input(&cs, 10);
    (hint(&cs, Fr::from(3u8)) + hint(&cs, Fr::from(7u8))).enforce_equal(&whole)
};

/// Two factors that are only held to their product.
const FACTORS: Synthesis = |cs| {
    let product = input(&cs, 21);
    hint(&cs, Fr::from(3u8)).mul_equals(&hint(&cs, Fr::from(7u8)), &product)
};

/// arkworks' comparison with zero: where the difference is zero, its inverse may be anything. Harmless
/// there, and the same shape as the mistakes that are not: our circuits have none of it.
const INVERSE_OF_ZERO: Synthesis = |cs| {
    let equal = input(&cs, 3).is_eq(&hint(&cs, Fr::from(3u8)))?;
    equal.enforce_equal(&Boolean::TRUE)
};

/// A quotient whose denominator may be zero: `0 · q = 0` holds for every `q`.
const QUOTIENT_BY_ZERO: Synthesis = |cs| {
    let zero = input(&cs, 0);
    let quotient = hint(&cs, Fr::from(12u8));
    quotient.mul_equals(&zero, &zero)?;
    (&quotient * &quotient).enforce_not_equal(&FpVar::Constant(Fr::from(5u8)))
};

/// An input that is allocated and not used, so that a proof holds for every value of it.
const FORGOTTEN_INPUT: Synthesis = |cs| {
    let _ = input(&cs, 5);
    hint(&cs, Fr::from(7u8)).square_equals(&input(&cs, 49))
};

/// An output that is only held to be below 16 and never to what it is the output of.
const FORGOTTEN_OUTPUT: Synthesis = |cs| {
    let (root, square) = (input(&cs, 3), input(&cs, 9));
    let computed = &root * &root;
    computed.enforce_not_equal(&FpVar::Constant(Fr::from(5u8)))?;
    range::to_bits(&square, 4).map(|_| ())
};

#[test]
fn perturbation_should_find_what_moves_alone_or_in_a_group() {
    for broken in [ROOT, FORGOTTEN_HINT, PARTS, INVERSE_OF_ZERO, FORGOTTEN_INPUT] {
        assert!(moves_unnoticed(&System::of(broken)));
    }
}

#[test]
fn the_jacobian_should_find_every_free_direction() {
    for broken in [FORGOTTEN_HINT, PARTS, FACTORS, INVERSE_OF_ZERO, QUOTIENT_BY_ZERO] {
        assert!(has_free_hint(&System::of(broken)));
    }
    // A second witness that is not near the first is beyond it, and left to the perturbation.
    assert!(!has_free_hint(&System::of(ROOT)));
}

#[test]
fn the_jacobian_should_find_an_output_that_only_a_range_holds() {
    let system = System::of(FORGOTTEN_OUTPUT);
    assert!(!has_free_direction(&system, &[1]));
    assert!(has_free_direction(&system.with_loose_inputs(), &[1]));
}

/// A hint below 2^20 and a hint of at most 10000, as the circuits check ranges.
fn checked() -> System {
    System::of(|cs| {
        range::to_bits(&hint(&cs, Fr::from(77u8)), 20)?;
        range::enforce_at_most(&hint(&cs, Fr::from(1234u64)), 10_000)
    })
}

#[test]
fn a_range_check_without_any_one_of_its_constraints_should_be_found() {
    let sound = checked();
    assert_eq!((sound.ranges.len(), ranges::defects(&sound)), (2, vec![]));
    assert!(!moves_unnoticed(&sound));
    for row in 0..sound.constraints.len() {
        assert!(!ranges::defects(&sound.without(row)).is_empty(), "constraint {row}");
    }
}

#[test]
fn a_receipt_without_one_constraint_of_a_range_check_should_be_found() {
    let mut receipt = SUBJECTS[0].at(1);
    for check in std::mem::take(&mut receipt.ranges) {
        receipt.ranges = vec![check.clone()];
        for row in check.rows.iter().cloned().flatten().step_by(29) {
            let constraint = std::mem::take(&mut receipt.constraints[row]);
            assert!(!ranges::defects(&receipt).is_empty(), "constraint {row}");
            receipt.constraints[row] = constraint;
        }
        assert_eq!(ranges::defects(&receipt), [""; 0]);
    }
}

/// 254 bits hold two integers of every residue below `2^254 − r`.
#[test]
fn bits_that_alias_should_be_found() {
    let mut rows = 0..0;
    let mut system = System::of(|cs| {
        let value = hint(&cs, Fr::from(5u8));
        let length = Fr::MODULUS_BIT_SIZE as usize;
        let bits: Vec<_> = (0..length)
            .map(|i| Boolean::new_witness(cs.clone(), || Ok(5u8 >> i.min(7) & 1 == 1)).unwrap())
            .collect();
        let powers = std::iter::successors(Some(Fr::ONE), |power| Some(power.double()));
        let sum: FpVar<Fr> =
            bits.iter().zip(powers).map(|(bit, power)| FpVar::from(bit.clone()) * power).sum();
        sum.enforce_equal(&value)?;
        rows = 0..value.cs().num_constraints();
        Ok(())
    });
    let bits = (system.public + 1..system.assignment.len()).collect();
    let bound = BigUint::from(Fr::MODULUS) - 1u8;
    system.ranges = vec![RangeCheck { bits, bound, summed: true, rows: vec![rows] }];
    assert!(ranges::defects(&system).iter().any(|defect| defect.contains("two ways")));
}
