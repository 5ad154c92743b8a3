//! Range checks by bit decomposition, and comparison with constants.
//!
//! Decompositions are shorter than the field, so that an integer has exactly one.

use ark_ff::{AdditiveGroup, BigInteger, PrimeField};
use ark_r1cs_std::{
    boolean::Boolean,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::SynthesisError;
use num_bigint::BigUint;

use crate::field::Fr;

/// The longest decomposition that cannot alias: 2^253 is below the field order.
pub const MAX_BITS: usize = Fr::MODULUS_BIT_SIZE as usize - 1;

/// Whether `value`, as an integer, is below `2^bits`.
pub fn fits(value: &Fr, bits: usize) -> bool {
    value.into_bigint().num_bits() as usize <= bits
}

/// The bits of `value`, least significant first, and the proof that `value < 2^bits`: the gadget
/// twin of [`fits`]. Takes `bits + 1` constraints.
///
/// # Errors
/// [`SynthesisError::Unsatisfiable`] when `bits` exceeds [`MAX_BITS`]; those of the constraint
/// system.
pub fn to_bits(value: &FpVar<Fr>, bits: usize) -> Result<Vec<Boolean<Fr>>, SynthesisError> {
    if bits > MAX_BITS {
        return Err(SynthesisError::Unsatisfiable);
    }
    Ok(value.to_bits_le_with_top_bits_zero(bits)?.0)
}

/// Whether `value`, as an integer, is at most `bound`.
pub fn at_most(value: &Fr, bound: u64) -> bool {
    value.into_bigint() <= Fr::from(bound).into_bigint()
}

/// The gadget twin of [`at_most`]: `value` and `bound − value` both fit the bits of `bound`.
///
/// # Errors
/// Those of the constraint system.
pub fn enforce_at_most(value: &FpVar<Fr>, bound: u64) -> Result<(), SynthesisError> {
    let bits = (u64::BITS - bound.leading_zeros()) as usize;
    to_bits(value, bits)?;
    to_bits(&(FpVar::Constant(Fr::from(bound)) - value), bits)?;
    Ok(())
}

/// The integer of `bits` (least significant first, as many as `bound` has) is at most `bound`.
///
/// Going down from the top, `equal` says whether all bits so far equal the bound's. While it
/// holds, a bit may not be set where the bound has a zero; a bit unset under a one ends it. Each
/// run of zeros takes one constraint, each run of ones two at most, trailing ones none.
///
/// # Errors
/// [`SynthesisError::Unsatisfiable`] when the lengths differ; those of the constraint system.
pub fn enforce_bits_at_most(bits: &[Boolean<Fr>], bound: &BigUint) -> Result<(), SynthesisError> {
    if bits.len() != bound.bits() as usize {
        return Err(SynthesisError::Unsatisfiable);
    }
    let mut equal = Boolean::TRUE;
    let mut top = bits.len();
    while let Some(ones_end) = run_end(bound, top, true) {
        let ones = &bits[ones_end..top];
        let Some(zeros_end) = run_end(bound, ones_end, false) else { break };
        equal = Boolean::kary_and(&[ones, std::slice::from_ref(&equal)].concat())?;
        let zeros = &bits[zeros_end..ones_end];
        let set: FpVar<Fr> = zeros.iter().map(|bit| FpVar::from(bit.clone())).sum();
        set.mul_equals(&FpVar::from(equal.clone()), &FpVar::Constant(Fr::ZERO))?;
        top = zeros_end;
    }
    Ok(())
}

/// Where the run of `value`-bits that ends below `top` begins; `None` when there is no bit left.
fn run_end(bound: &BigUint, top: usize, value: bool) -> Option<usize> {
    let length = (0..top).rev().take_while(|&i| bound.bit(i as u64) == value).count();
    (top > 0).then_some(top - length)
}
