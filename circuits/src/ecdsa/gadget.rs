//! The verification gadget.

use ark_ff::PrimeField;
use ark_r1cs_std::{
    GR1CSVar,
    boolean::Boolean,
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use num_bigint::{BigInt, BigUint};

use super::{
    signature::Opening,
    table::{ARITY, Entry, KeyTable},
    windows::{self, GENERATOR, NUMBERS, WINDOW_BITS, WINDOWS, correction, integer, numbers},
};
use crate::{
    audit,
    field::Fr,
    linear::linear_combination,
    nonnative::{Form, HALF_BITS, Integer, LIMBS},
    poseidon, range,
    secp256k1::{Base, Scalar},
};

/// What the prover shows for a signature, or nothing for setup.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EcdsaVar<'a> {
    /// The key's table.
    pub(crate) table: Option<&'a KeyTable>,
    /// The signature, opened.
    pub(crate) opening: Option<&'a Opening>,
}

/// The gadget twin of [`super::PublicKey::verify`]; returns what stands for the key, the twin of
/// [`KeyTable::root`].
///
/// `R = u₁·G + u₂·Q` is summed up from the tables, and with `r` its x coordinate `u₁·s = z` and
/// `u₂·s = r` modulo the group's order. A sum of points that the prover can bring to an exception would
/// show a relation between logarithms that nobody knows; see `windows`.
///
/// # Errors
/// Those of the constraint system.
pub(crate) fn verify_var(
    cs: &ConstraintSystemRef<Fr>,
    message: &FpVar<Fr>,
    signature: EcdsaVar<'_>,
) -> Result<[FpVar<Fr>; 2], SynthesisError> {
    let scalar = |select: fn(&Opening) -> Scalar| {
        let value = signature.opening.map(|opening| integer(&select(opening)));
        Integer::hint(cs, value.as_ref())
    };
    let ((u1, u1_bits), (u2, u2_bits)) = (scalar(|o| o.u1)?, scalar(|o| o.u2)?);
    let (s, _) = scalar(|o| o.s)?;

    let (root, key_points) = key_points(cs, signature.table, &u2_bits)?;
    let r = sum(cs, generator_points(&u1_bits)?.into_iter().chain(key_points))?;
    let order: BigUint = Scalar::MODULUS.into();
    let digest = canonical_integer(message)?;
    Form::product(&u1, &s).minus(&Form::from(&digest)).enforce_multiple_of(cs, &order)?;
    Form::product(&u2, &s).minus(&Form::from(&r)).enforce_multiple_of(cs, &order)?;
    Ok(root)
}

/// A point whose y coordinate is not reduced.
struct Point {
    x: Integer,
    y: Form,
}

impl Point {
    /// The point of numbers that a table has vouched for.
    fn from_numbers(numbers: [FpVar<Fr>; NUMBERS]) -> Self {
        let [x0, x1, x2, x3, x4, x5, low, high] = numbers;
        let half = |half: &FpVar<Fr>| half.value().ok().map(|x| BigInt::from(BigUint::from(x)));
        let y = half(&low).zip(half(&high)).map(|(low, high)| low + (high << HALF_BITS));
        let x: [FpVar<Fr>; LIMBS] = [x0, x1, x2, x3, x4, x5];
        Self { x: Integer::from_limbs(x), y: Form::from_halves(&low, &high, y) }
    }
}

/// The x coordinate of the sum of the points less all their offsets, as an integer below the prime.
fn sum(
    cs: &ConstraintSystemRef<Fr>,
    points: impl Iterator<Item = Point>,
) -> Result<Integer, SynthesisError> {
    let mut total: Option<Point> = None;
    for point in points {
        total = Some(match total {
            None => point,
            Some(total) => add(cs, &total, &point)?,
        });
    }
    let total = total.ok_or(SynthesisError::Unsatisfiable)?;
    let correction = Point::from_numbers(numbers(&correction()).map(FpVar::Constant));
    let (_, x, bits) = chord(cs, &total, &correction)?;
    range::enforce_bits_at_most(&bits, &(prime() - 1u8))?;
    Ok(x)
}

fn prime() -> BigUint {
    Base::MODULUS.into()
}

/// The sum of two points with different x coordinates.
fn add(cs: &ConstraintSystemRef<Fr>, p: &Point, q: &Point) -> Result<Point, SynthesisError> {
    let (slope, x, _) = chord(cs, p, q)?;
    // −y lies on the chord too; it is reduced where it is used next.
    let y = Form::product(&slope, &p.x.minus(&x)).minus(&p.y);
    Ok(Point { x, y })
}

/// The slope of the chord through two points, and the x coordinate of their sum with its bits.
fn chord(
    cs: &ConstraintSystemRef<Fr>,
    p: &Point,
    q: &Point,
) -> Result<(Integer, Integer, Vec<Boolean<Fr>>), SynthesisError> {
    let values = coordinates(p, q);
    let slope_value = values.map(windows::slope);
    let x_value = values.zip(slope_value).map(|([_, _, x2, x1], slope)| {
        slope * slope - windows::base_element(x1) - windows::base_element(x2)
    });
    let hint = |value: Option<Base>| Integer::hint(cs, value.map(|v| integer(&v)).as_ref());
    let ((slope, _), (x, bits)) = (hint(slope_value)?, hint(x_value)?);
    enforce_chord(cs, p, q, &slope, &x)?;
    Ok((slope, x, bits))
}

/// `slope·(x₂ − x₁) = y₂ − y₁` and `slope² = x₁ + x₂ + x₃`, modulo the prime.
fn enforce_chord(
    cs: &ConstraintSystemRef<Fr>,
    p: &Point,
    q: &Point,
    slope: &Integer,
    x: &Integer,
) -> Result<(), SynthesisError> {
    Form::product(slope, &q.x.minus(&p.x))
        .minus(&q.y)
        .plus(&p.y)
        .enforce_multiple_of(cs, &prime())?;
    Form::product(slope, slope)
        .minus(&Form::from(&p.x))
        .minus(&Form::from(&q.x))
        .minus(&Form::from(x))
        .enforce_multiple_of(cs, &prime())
}

/// `[y₂, y₁, x₂, x₁]` of two points.
fn coordinates<'a>(p: &'a Point, q: &'a Point) -> Option<[&'a BigInt; 4]> {
    let [y2, y1] = [&q.y.value, &p.y.value];
    let [x2, x1] = [&q.x.value, &p.x.value];
    Some([y2.as_ref()?, y1.as_ref()?, x2.as_ref()?, x1.as_ref()?])
}

/// The generator's point of every window: linear in the products of the window's bits.
fn generator_points(bits: &[Boolean<Fr>]) -> Result<Vec<Point>, SynthesisError> {
    let windows = bits.chunks(WINDOW_BITS).zip(GENERATOR.iter());
    windows
        .map(|(digit, coefficients)| {
            let products = bit_products(digit);
            Ok(Point::from_numbers(std::array::from_fn(|number| {
                linear_combination(&coefficients[number], &products)
            })))
        })
        .collect()
}

/// The products of every set of bits, in the order of the sets' numbers.
fn bit_products(bits: &[Boolean<Fr>]) -> Vec<FpVar<Fr>> {
    let mut products = vec![FpVar::one()];
    for bit in bits {
        let bit = FpVar::from(bit.clone());
        let with: Vec<_> = products
            .iter()
            .enumerate()
            .map(|(set, product)| if set == 0 { bit.clone() } else { product * &bit })
            .collect();
        products.extend(with);
    }
    products
}

/// The key's point of every window, and the root that vouches for them.
fn key_points(
    cs: &ConstraintSystemRef<Fr>,
    table: Option<&KeyTable>,
    bits: &[Boolean<Fr>],
) -> Result<([FpVar<Fr>; 2], Vec<Point>), SynthesisError> {
    let mut roots = Vec::with_capacity(WINDOWS);
    let mut points = Vec::with_capacity(WINDOWS);
    for (window, digit) in bits.chunks(WINDOW_BITS).enumerate() {
        let (root, point) = lookup(cs, table, window, digit)?;
        roots.push(root);
        points.push(point);
    }
    let half = |i: usize| {
        poseidon::hash_var::<ARITY>(&std::array::from_fn(|j| roots[i * ARITY + j].clone()))
    };
    Ok(([half(0)?, half(1)?], points))
}

/// The point of a digit and the root of its window: the leaf is the digit's, by two levels of 16 children.
fn lookup(
    cs: &ConstraintSystemRef<Fr>,
    table: Option<&KeyTable>,
    window: usize,
    digit: &[Boolean<Fr>],
) -> Result<(FpVar<Fr>, Point), SynthesisError> {
    let chosen = table.and_then(|table| Some(table.entry(window, digit_value(digit)?)));
    let private = |select: &dyn Fn(&Entry<'_>) -> Fr| {
        audit::private(cs, || chosen.as_ref().map(select).ok_or(SynthesisError::AssignmentMissing))
    };
    let numbers =
        (0..NUMBERS).map(|i| private(&|e| e.numbers[i])).collect::<Result<Vec<_>, _>>()?;
    let numbers: [FpVar<Fr>; NUMBERS] = std::array::from_fn(|i| numbers[i].clone());
    let leaf = poseidon::hash_var(&numbers)?;
    let leaves = (0..ARITY).map(|i| private(&|e| e.leaves[i])).collect::<Result<Vec<_>, _>>()?;
    let nodes = (0..ARITY).map(|i| private(&|e| e.nodes[i])).collect::<Result<Vec<_>, _>>()?;
    let (low, high) = digit.split_at(WINDOW_BITS / 2);
    select(&leaves, low).enforce_equal(&leaf)?;
    let node = poseidon::hash_var::<ARITY>(&std::array::from_fn(|i| leaves[i].clone()))?;
    select(&nodes, high).enforce_equal(&node)?;
    let root = poseidon::hash_var::<ARITY>(&std::array::from_fn(|i| nodes[i].clone()))?;
    if let Some(table) = table {
        debug_assert_eq!(root.value().ok(), Some(table.window_root(window)));
    }
    Ok((root, Point::from_numbers(numbers)))
}

fn digit_value(bits: &[Boolean<Fr>]) -> Option<usize> {
    let bits = bits.iter().rev();
    bits.into_iter().try_fold(0, |digit, bit| Some(digit * 2 + usize::from(bit.value().ok()?)))
}

/// The item at the position that the bits give, least significant first.
fn select(items: &[FpVar<Fr>], bits: &[Boolean<Fr>]) -> FpVar<Fr> {
    let mut items = items.to_vec();
    for bit in bits {
        let bit = FpVar::from(bit.clone());
        let pairs = items.chunks_exact(2);
        items = pairs.map(|pair| &pair[0] + &bit * (&pair[1] - &pair[0])).collect();
    }
    items.swap_remove(0)
}

/// The integer in `0..r` of a field element, in limbs.
fn canonical_integer(value: &FpVar<Fr>) -> Result<Integer, SynthesisError> {
    let bits = range::canonical_bits(value)?;
    let integer = value.value().ok().map(BigUint::from);
    Ok(Integer::from_bits(&bits, integer.as_ref()))
}

#[cfg(test)]
mod tests;
