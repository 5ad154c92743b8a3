//! Gadgets compute what their native twins compute, and admit what they admit.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::PrimeField;
use ark_r1cs_std::{alloc::AllocVar, boolean::Boolean, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystem, ConstraintSystemRef};
use num_bigint::BigUint;
use proofrail_circuits::{
    babyjubjub::{Affine, PointVar, Scalar, fixed_base},
    field::Fr,
    range,
};
use proptest::prelude::*;

fn bits(cs: &ConstraintSystemRef<Fr>, value: u64, count: usize) -> Vec<Boolean<Fr>> {
    (0..count)
        .map(|i| Boolean::new_witness(cs.clone(), || Ok(value >> i & 1 == 1)).unwrap())
        .collect()
}

fn point(cs: &ConstraintSystemRef<Fr>, point: &Affine) -> PointVar {
    PointVar::new_witness(cs.clone(), || Ok((point.x, point.y))).unwrap()
}

#[test]
fn bits_are_compared_with_every_bound_of_six_bits() {
    for bound in 1u64..64 {
        let length = (u64::BITS - bound.leading_zeros()) as usize;
        for value in 0..1 << length {
            let cs = ConstraintSystem::new_ref();
            let bits = bits(&cs, value, length);
            range::enforce_bits_at_most(&bits, &BigUint::from(bound)).unwrap();
            assert_eq!(cs.is_satisfied().unwrap(), value <= bound, "{value} <= {bound}");
        }
    }
}

#[test]
fn sums_have_no_exception_on_the_curve() {
    let base = Affine::generator();
    let order_two = Affine::new_unchecked(Fr::from(0u8), -Fr::from(1u8));
    let points = [Affine::zero(), base, (-base.into_group()).into_affine(), order_two];
    for (p, q) in points.iter().flat_map(|p| points.iter().map(move |q| (p, q))) {
        let cs = ConstraintSystem::new_ref();
        let sum = point(&cs, p).add(&point(&cs, q)).unwrap().value().unwrap();
        let double = point(&cs, p).double().unwrap().value().unwrap();
        let (expected, twice) = ((*p + *q).into_affine(), (*p + *p).into_affine());
        assert_eq!((sum, double), ((expected.x, expected.y), (twice.x, twice.y)));
        assert!(cs.is_satisfied().unwrap());
    }
}

#[test]
fn a_point_off_the_curve_is_rejected() {
    for (offset, expected) in [(0u8, true), (1, false)] {
        let cs = ConstraintSystem::new_ref();
        let mut off = Affine::generator();
        off.y += Fr::from(offset);
        point(&cs, &off).enforce_on_curve().unwrap();
        assert_eq!(cs.is_satisfied().unwrap(), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn ranges_agree(value: u64, bound in 1u64.., length in 1usize..64) {
        let cs = ConstraintSystem::new_ref();
        let var = FpVar::new_witness(cs.clone(), || Ok(Fr::from(value))).unwrap();
        range::to_bits(&var, length).unwrap();
        prop_assert_eq!(cs.is_satisfied().unwrap(), range::fits(&Fr::from(value), length));

        let cs = ConstraintSystem::new_ref();
        let var = FpVar::new_witness(cs.clone(), || Ok(Fr::from(value))).unwrap();
        range::enforce_at_most(&var, bound).unwrap();
        prop_assert_eq!(cs.is_satisfied().unwrap(), range::at_most(&Fr::from(value), bound));
    }

    #[test]
    fn multiples_agree(scalar in 0u64.., logarithm: u64) {
        let cs = ConstraintSystem::new_ref();
        let bits = bits(&cs, scalar, 64);
        let base = (Affine::generator() * Scalar::from(logarithm)).into_affine();
        let fixed = fixed_base::mul_base8(&bits).unwrap().value().unwrap();
        let variable = point(&cs, &base).mul_bits(&bits).unwrap().value().unwrap();
        let scalar = Scalar::from(scalar).into_bigint();
        let expected = [Affine::generator(), base].map(|p| p.mul_bigint(scalar).into_affine());
        prop_assert_eq!([fixed, variable], expected.map(|p| (p.x, p.y)));
        prop_assert!(cs.is_satisfied().unwrap());
    }
}
