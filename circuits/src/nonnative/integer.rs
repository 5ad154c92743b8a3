//! Integers in limbs.

use ark_ff::Field;
use ark_r1cs_std::{GR1CSVar, alloc::AllocVar, boolean::Boolean, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use num_bigint::{BigInt, BigUint};

use super::{INTEGER_BITS, LIMB_BITS, LIMBS};
use crate::{
    audit::{self, Checked},
    field::Fr,
    linear::{linear_combination, packed_bits},
};

/// An integer below `2^256`, or the difference of two.
#[derive(Debug, Clone)]
pub(crate) struct Integer {
    /// Least significant first; each below `2^45`, or the difference of two such.
    pub(crate) limbs: [FpVar<Fr>; LIMBS],
    /// The integer modulo the field order.
    pub(crate) native: FpVar<Fr>,
    /// The assigned integer.
    pub(crate) value: Option<BigInt>,
}

impl Integer {
    /// A hint of 256 bits, and the bits. 256 constraints.
    pub(crate) fn hint(
        cs: &ConstraintSystemRef<Fr>,
        value: Option<&BigUint>,
    ) -> Result<(Self, Vec<Boolean<Fr>>), SynthesisError> {
        let bits = bits(cs, value, INTEGER_BITS)?;
        Ok((Self::from_bits(&bits, value), bits))
    }

    /// The integer of at most 270 bits.
    pub(crate) fn from_bits(bits: &[Boolean<Fr>], value: Option<&BigUint>) -> Self {
        let limb = |i: usize| {
            let chunk = bits.chunks(LIMB_BITS).nth(i).unwrap_or_default();
            packed_bits(chunk)
        };
        let limbs = std::array::from_fn(limb);
        Self { native: joined(&limbs), limbs, value: value.cloned().map(BigInt::from) }
    }

    /// The integer of limbs that are known to be below `2^45`.
    pub(crate) fn from_limbs(limbs: [FpVar<Fr>; LIMBS]) -> Self {
        let value = limbs.iter().rev().try_fold(BigInt::ZERO, |sum, limb| {
            Some((sum << LIMB_BITS) + BigInt::from(BigUint::from(limb.value().ok()?)))
        });
        Self { native: joined(&limbs), limbs, value }
    }

    /// `self − other`, both below `2^256`.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        let value = self.value.as_ref().zip(other.value.as_ref()).map(|(a, b)| a - b);
        Self {
            limbs: std::array::from_fn(|i| &self.limbs[i] - &other.limbs[i]),
            native: &self.native - &other.native,
            value,
        }
    }
}

/// `length` booleans with the bits of `value`.
pub(super) fn bits(
    cs: &ConstraintSystemRef<Fr>,
    value: Option<&BigUint>,
    length: usize,
) -> Result<Vec<Boolean<Fr>>, SynthesisError> {
    let bit = |i: usize| {
        let value = value.ok_or(SynthesisError::AssignmentMissing);
        Boolean::new_witness(cs.clone(), || value.map(|value| value.bit(i as u64)))
    };
    let first = cs.num_constraints();
    let bits = (0..length).map(bit).collect::<Result<Vec<_>, _>>()?;
    let rows = first..cs.num_constraints();
    audit::range_check(&bits, Checked::Bits, || (BigUint::from(1u8) << length) - 1u8, rows);
    Ok(bits)
}

/// `Σ limbs[i] · 2^(45·i)` modulo the field order.
fn joined(limbs: &[FpVar<Fr>; LIMBS]) -> FpVar<Fr> {
    let weights: [Fr; LIMBS] = std::array::from_fn(|i| Fr::from(2u8).pow([(LIMB_BITS * i) as u64]));
    linear_combination(&weights, limbs)
}
