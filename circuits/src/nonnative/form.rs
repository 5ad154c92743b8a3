//! Sums of integers and products of integers, and when they are multiples of a modulus.

use ark_ff::{AdditiveGroup, Field, PrimeField};
use ark_r1cs_std::{
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use num_bigint::{BigInt, BigUint, Sign};

use super::{
    HALF_BITS, INTEGER_BITS, LIMB_BITS, LIMBS,
    integer::{Integer, bits},
};
use crate::{field::Fr, linear::linear_combination, range};

/// A sum of integers and of products of two integers, not reduced.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// The coefficients of `2^(45·k)`, for the six lowest `k`.
    columns: [FpVar<Fr>; LIMBS],
    /// The sum modulo the field order.
    native: FpVar<Fr>,
    /// The assigned sum.
    pub(crate) value: Option<BigInt>,
    /// The sum's size is below this.
    bound: BigUint,
    /// The columns' sizes are below these.
    column_bounds: [BigUint; LIMBS],
}

fn power(exponent: usize) -> BigUint {
    BigUint::from(1u8) << exponent
}

impl From<&Integer> for Form {
    fn from(integer: &Integer) -> Self {
        Self {
            columns: integer.limbs.clone(),
            native: integer.native.clone(),
            value: integer.value.clone(),
            bound: power(INTEGER_BITS),
            column_bounds: std::array::from_fn(|_| power(LIMB_BITS)),
        }
    }
}

impl Form {
    /// The integer of two halves of at most 135 bits.
    pub(crate) fn from_halves(low: &FpVar<Fr>, high: &FpVar<Fr>, value: Option<BigInt>) -> Self {
        let mut columns = [const { FpVar::Constant(Fr::ZERO) }; LIMBS];
        columns[0] = low.clone();
        columns[LIMBS / 2] = high.clone();
        Self {
            columns,
            native: low + high * Fr::from(2u8).pow([HALF_BITS as u64]),
            value,
            bound: power(INTEGER_BITS),
            column_bounds: std::array::from_fn(|k| match k % (LIMBS / 2) {
                0 => power(HALF_BITS),
                _ => BigUint::ZERO,
            }),
        }
    }

    /// `a · b`. 22 constraints.
    pub(crate) fn product(a: &Integer, b: &Integer) -> Self {
        let column =
            |k: usize| -> FpVar<Fr> { (0..=k).map(|i| &a.limbs[i] * &b.limbs[k - i]).sum() };
        Self {
            columns: std::array::from_fn(column),
            native: &a.native * &b.native,
            value: a.value.as_ref().zip(b.value.as_ref()).map(|(a, b)| a * b),
            bound: power(2 * INTEGER_BITS),
            column_bounds: std::array::from_fn(|k| power(2 * LIMB_BITS) * (k + 1)),
        }
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        self.combined(other, Fr::ONE, |a, b| a + b)
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.combined(other, -Fr::ONE, |a, b| a - b)
    }

    fn combined(&self, other: &Self, sign: Fr, values: fn(&BigInt, &BigInt) -> BigInt) -> Self {
        let sum = |a: &FpVar<Fr>, b: &FpVar<Fr>| {
            linear_combination(&[Fr::ONE, sign], &[a.clone(), b.clone()])
        };
        Self {
            columns: std::array::from_fn(|k| sum(&self.columns[k], &other.columns[k])),
            native: sum(&self.native, &other.native),
            value: self.value.as_ref().zip(other.value.as_ref()).map(|(a, b)| values(a, b)),
            bound: &self.bound + &other.bound,
            column_bounds: std::array::from_fn(|k| {
                &self.column_bounds[k] + &other.column_bounds[k]
            }),
        }
    }

    /// The sum is a multiple of `modulus`, of 256 bits.
    ///
    /// The prover shows the quotient, in bits. Sum less multiple is zero modulo the field order `r`, and
    /// zero modulo `2^270`: both halves of the columns are, with what the lower one carries. Its size is
    /// below `2^270 · r / 2`, so it is zero.
    pub(crate) fn enforce_multiple_of(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        modulus: &BigUint,
    ) -> Result<(), SynthesisError> {
        let length = (&self.bound / modulus).bits() as usize + 2;
        let offset = power(length - 1);
        let limit = power(LIMBS * LIMB_BITS - 1) * BigUint::from(Fr::MODULUS);
        if length > LIMBS * LIMB_BITS || &self.bound + &offset * modulus >= limit {
            return Err(SynthesisError::Unsatisfiable);
        }
        let quotient = self.value.as_ref().map(|value| shifted_quotient(value, modulus, &offset));
        let quotient = Integer::from_bits(&bits(cs, quotient.as_ref(), length)?, None);
        let multiple = limbs(modulus);
        let constant = limbs(&(&offset * modulus));

        let native = &self.native - quotient.native * Fr::from(modulus.clone())
            + Fr::from(&offset * modulus);
        native.enforce_equal(&FpVar::zero())?;
        let column = |k: usize| {
            let weights: Vec<Fr> = (0..=k).map(|i| -multiple[k - i]).collect();
            &self.columns[k] + linear_combination(&weights, &quotient.limbs[..=k]) + constant[k]
        };
        let columns: [FpVar<Fr>; LIMBS] = std::array::from_fn(column);
        let bounds: [BigUint; LIMBS] =
            std::array::from_fn(|k| &self.column_bounds[k] + power(2 * LIMB_BITS) * (k + 2));
        let carry = enforce_half(&columns[..LIMBS / 2], FpVar::zero(), &bounds[..LIMBS / 2])?;
        enforce_half(&columns[LIMBS / 2..], carry, &bounds[LIMBS / 2..]).map(|_| ())
    }
}

/// Three columns and the carry into them are a multiple of `2^135`; returns the carry out of them.
fn enforce_half(
    columns: &[FpVar<Fr>],
    carry: FpVar<Fr>,
    bounds: &[BigUint],
) -> Result<FpVar<Fr>, SynthesisError> {
    let weight = |k: usize| Fr::from(2u8).pow([(LIMB_BITS * k) as u64]);
    let sum = linear_combination(&[weight(0), weight(1), weight(2)], columns) + carry;
    // The carry into the columns is far below the first of them; the factor two covers it.
    let size: BigUint = bounds.iter().enumerate().map(|(k, b)| b << (LIMB_BITS * k)).sum();
    let length = (size >> (HALF_BITS - 1)).bits() as usize + 1;
    if length + HALF_BITS >= range::MAX_BITS {
        return Err(SynthesisError::Unsatisfiable);
    }
    let offset = Fr::from(power(length - 1));
    let unit = Fr::from(2u8).pow([HALF_BITS as u64]).inverse().unwrap_or_default();
    // Both the sum and 2^135 times what fits the bits are far below r: the equation is one of integers.
    let carry = sum * unit;
    range::to_bits(&(&carry + offset), length)?;
    Ok(carry)
}

/// `value / modulus + offset`; where the division leaves a remainder, there is no witness anyway.
fn shifted_quotient(value: &BigInt, modulus: &BigUint, offset: &BigUint) -> BigUint {
    let quotient = value / BigInt::from(modulus.clone()) + BigInt::from(offset.clone());
    match quotient.into_parts() {
        (Sign::Minus, _) => BigUint::ZERO,
        (_, quotient) => quotient,
    }
}

/// The low 270 bits in limbs.
fn limbs(integer: &BigUint) -> [Fr; LIMBS] {
    let mask = power(LIMB_BITS) - 1u8;
    std::array::from_fn(|i| Fr::from((integer >> (LIMB_BITS * i)) & &mask))
}
