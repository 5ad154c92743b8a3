//! What a prover could show instead of the hints that the gadget computes.

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field};
use ark_r1cs_std::alloc::AllocVar;
use ark_relations::gr1cs::ConstraintSystem;

use super::*;
use crate::{
    ecdsa::{PublicKey, signature::Word},
    secp256k1::{Affine, Projective},
};

fn multiple(of: u64) -> Affine {
    (Affine::generator() * Scalar::from(of)).into_affine()
}

/// Whether the chord through two points passes with this slope and this x coordinate of the sum.
fn admitted(p: &Affine, q: &Affine, slope: Base, x: Base) -> bool {
    let cs = ConstraintSystem::new_ref();
    // Variables, so that every equation is one of constraints.
    let point = |point: &Affine| {
        let number = |value: Fr| FpVar::new_witness(cs.clone(), || Ok(value)).unwrap();
        Point::from_numbers(numbers(point).map(number))
    };
    let hint = |value: Base| Integer::hint(&cs, Some(&integer(&value))).unwrap().0;
    enforce_chord(&cs, &point(p), &point(q), &hint(slope), &hint(x)).unwrap();
    cs.is_satisfied().unwrap()
}

#[test]
fn a_sum_should_be_that_of_the_chord_and_no_other() {
    let (p, q) = (multiple(5), multiple(77));
    let slope = (q.y - p.y) / (q.x - p.x);
    let sum = (p.into_group() + q).into_affine();
    assert_eq!(slope.square() - p.x - q.x, sum.x);
    assert!(admitted(&p, &q, slope, sum.x));
    // Another line through nothing in particular: x follows from the slope, the slope from nothing.
    let other = slope + Base::ONE;
    assert!(!admitted(&p, &q, other, other.square() - p.x - q.x));
    // The slope of the chord, and another point.
    assert!(!admitted(&p, &q, slope, sum.x + Base::ONE));
    assert!(!admitted(&p, &q, slope, multiple(83).x));
}

#[test]
fn points_with_one_x_should_have_no_sum() {
    let p = multiple(5);
    for slope in [Base::ZERO, Base::ONE, p.y] {
        assert!(!admitted(&p, &-p, slope, slope.square() - p.x.double()));
    }
}

/// A table whose points are a key's, in one window of which the prover has changed something.
fn table(change: impl FnOnce(&mut KeyTable)) -> KeyTable {
    let key = multiple(9);
    let key = PublicKey { x: Word::of(&key.x), y: Word::of(&key.y) };
    let mut table = KeyTable::new(&key).unwrap();
    change(&mut table);
    table
}

/// Whether the point of a digit passes with what the table opens it to.
fn opens(table: &KeyTable, window: usize, digit: u8) -> bool {
    let cs = ConstraintSystem::new_ref();
    let bits: Vec<_> = (0..WINDOW_BITS)
        .map(|i| Boolean::new_witness(cs.clone(), || Ok(digit >> i & 1 == 1)).unwrap())
        .collect();
    let _ = lookup(&cs, Some(table), window, &bits).unwrap();
    cs.is_satisfied().unwrap()
}

#[test]
fn a_point_should_be_the_one_of_its_digit() {
    let honest = table(|_| ());
    for digit in [0, 1, 0x5a, 0xf0, 0xff] {
        assert!(opens(&honest, 3, digit));
    }
    // Another digit's point under the digit's leaf.
    assert!(!opens(&table(|table| table.exchange_points(3, 0x5a, 0x5b)), 3, 0x5a));
    // With its leaf, and the node of before.
    let moved = table(|table| {
        table.exchange_points(3, 0x5a, 0x6b);
        table.exchange_leaves(3, 0x5a, 0x6b);
    });
    assert!(!opens(&moved, 3, 0x5a));
}

#[test]
fn sums_should_be_those_of_the_curve() {
    let cs = ConstraintSystem::new_ref();
    let bits = |value: u64| -> Vec<_> {
        let bit = |i: usize| Boolean::new_witness(cs.clone(), || Ok(i < 64 && value >> i & 1 == 1));
        (0..256).map(|i| bit(i).unwrap()).collect()
    };
    let honest = table(|_| ());
    let (_, key_points) = key_points(&cs, Some(&honest), &bits(1_000_003)).unwrap();
    let points = generator_points(&bits(0xdead_beef)).unwrap();
    let x = sum(&cs, points.into_iter().chain(key_points)).unwrap();
    let expected: Projective = Affine::generator() * Scalar::from(0xdead_beef_u64)
        + multiple(9) * Scalar::from(1_000_003_u64);
    assert_eq!(x.value, Some(BigInt::from(integer(&expected.into_affine().x))));
    assert!(cs.is_satisfied().unwrap());
}
