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
        let offset = self.quotient_offset(modulus);
        let quotient = self.value.as_ref().map(|value| shifted_quotient(value, modulus, &offset));
        self.enforce_quotient(cs, modulus, quotient.as_ref())
    }

    /// What is added to a quotient so that it is not negative: half of what its bits hold.
    fn quotient_offset(&self, modulus: &BigUint) -> BigUint {
        power((&self.bound / modulus).bits() as usize + 1)
    }

    /// The sum is `modulus` times what `quotient` is above [`Self::quotient_offset`].
    fn enforce_quotient(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        modulus: &BigUint,
        quotient: Option<&BigUint>,
    ) -> Result<(), SynthesisError> {
        let offset = self.quotient_offset(modulus);
        let length = offset.bits() as usize;
        let limit = power(LIMBS * LIMB_BITS - 1) * BigUint::from(Fr::MODULUS);
        if length > LIMBS * LIMB_BITS || &self.bound + &offset * modulus >= limit {
            return Err(SynthesisError::Unsatisfiable);
        }
        let quotient = Integer::from_bits(&bits(cs, quotient, length)?, None);
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

#[cfg(test)]
mod tests {
    use ark_relations::gr1cs::ConstraintSystem;
    use ark_std::rand::{RngCore, SeedableRng, rngs::StdRng};

    use super::*;
    use crate::secp256k1::Base;

    fn prime() -> BigUint {
        Base::MODULUS.into()
    }

    fn random(rng: &mut StdRng, bits: usize) -> BigUint {
        let mut bytes = vec![0; bits / 8];
        rng.fill_bytes(&mut bytes);
        BigUint::from_bytes_le(&bytes)
    }

    /// Whether `a · b − c` passes as a multiple of the prime. `forged` is the quotient less its offset,
    /// where the prover does not show the true one.
    fn admitted(factors: [&BigUint; 2], c: &BigUint, forged: Option<&BigInt>) -> bool {
        let cs = ConstraintSystem::new_ref();
        let hint = |value: &BigUint| Integer::hint(&cs, Some(value)).unwrap().0;
        let [a, b] = factors.map(hint);
        let form = Form::product(&a, &b).minus(&Form::from(&hint(c)));
        match forged {
            None => form.enforce_multiple_of(&cs, &prime()).unwrap(),
            Some(quotient) => {
                let shifted = quotient + BigInt::from(form.quotient_offset(&prime()));
                let shifted = shifted.to_biguint().unwrap();
                form.enforce_quotient(&cs, &prime(), Some(&shifted)).unwrap();
            }
        }
        cs.is_satisfied().unwrap()
    }

    #[test]
    fn multiples_should_pass_and_their_neighbours_should_not() {
        let mut rng = StdRng::seed_from_u64(1);
        let largest = power(INTEGER_BITS) - 1u8;
        let pairs = [
            [random(&mut rng, 256), random(&mut rng, 256)],
            [largest.clone(), largest],
            [BigUint::ZERO, random(&mut rng, 256)],
        ];
        for [a, b] in &pairs {
            let (quotient, c) = (BigInt::from(a * b / prime()), a * b % prime());
            assert!(admitted([a, b], &c, None));
            assert!(!admitted([a, b], &(&c + 1u8), None));
            assert!(!admitted([a, b], &c, Some(&(&quotient + 1))));
            assert!(!admitted([a, b], &c, Some(&(&quotient - 1))));
        }
    }

    #[test]
    fn a_quotient_that_holds_in_the_field_alone_should_be_refused() {
        let mut rng = StdRng::seed_from_u64(2);
        let (a, b) = (random(&mut rng, 256), random(&mut rng, 256));
        let c = &a * &b % prime() + 1u8;
        let element = |integer: &BigUint| Fr::from(integer.clone());
        let quotient = (element(&a) * element(&b) - element(&c)) / element(&prime());
        assert!(!admitted([&a, &b], &c, Some(&BigUint::from(quotient).into())));
    }

    #[test]
    fn a_quotient_that_holds_in_the_limbs_alone_should_be_refused() {
        let mut rng = StdRng::seed_from_u64(3);
        let (a, b) = (random(&mut rng, 256), random(&mut rng, 256));
        let wrapped = power(LIMBS * LIMB_BITS);
        // Some c = a·b − q·p modulo 2^270 is below 2^256, and is not that modulo the field order.
        let (quotient, c) = std::iter::repeat_with(|| random(&mut rng, 248))
            .map(|q| {
                let c = (&a * &b + &wrapped * prime() - &q * prime()) % &wrapped;
                (q, c)
            })
            .find(|(_, c)| c.bits() as usize <= INTEGER_BITS)
            .unwrap();
        assert_ne!((&a * &b) % prime(), &c % prime());
        assert!(!admitted([&a, &b], &c, Some(&quotient.into())));
    }
}
