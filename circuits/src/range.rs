//! Range checks by bit decomposition, and comparison with constants.
//!
//! Decompositions are shorter than the field, so that an integer has exactly one.

use ark_ff::{AdditiveGroup, BigInteger, PrimeField};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    boolean::Boolean,
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::SynthesisError;
use num_bigint::BigUint;

use crate::{
    audit::{self, Checked},
    field::Fr,
    linear::packed_bits,
};

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
    let cs = value.cs();
    let first = cs.num_constraints();
    let (decomposed, _) = value.to_bits_le_with_top_bits_zero(bits)?;
    let largest = || (BigUint::from(1u8) << bits) - 1u8;
    audit::range_check(&decomposed, Checked::Element, largest, first..cs.num_constraints());
    Ok(decomposed)
}

/// The bits of the integer in `0..r` that `value` is, least significant first; no other bits pass.
///
/// # Errors
/// Those of the constraint system.
pub fn canonical_bits(value: &FpVar<Fr>) -> Result<Vec<Boolean<Fr>>, SynthesisError> {
    let cs = value.cs();
    let first = cs.num_constraints();
    let integer = value.value().map(PrimeField::into_bigint);
    let bit =
        |i: usize| Boolean::new_witness(cs.clone(), || integer.map(|integer| integer.get_bit(i)));
    let bits = (0..Fr::MODULUS_BIT_SIZE as usize).map(bit).collect::<Result<Vec<_>, _>>()?;
    packed_bits(&bits).enforce_equal(value)?;
    let largest = BigUint::from(Fr::MODULUS) - 1u8;
    audit::range_check(&bits, Checked::Element, || largest.clone(), first..cs.num_constraints());
    enforce_bits_at_most(&bits, &largest)?;
    Ok(bits)
}

/// Whether `value`, as an integer, is at most `bound`.
pub fn at_most(value: &Fr, bound: u64) -> bool {
    value.into_bigint() <= Fr::from(bound).into_bigint()
}

/// The gadget twin of [`at_most`]: `value` fits the bits of `bound`, and its bits are at most that.
///
/// # Errors
/// Those of the constraint system.
pub fn enforce_at_most(value: &FpVar<Fr>, bound: u64) -> Result<(), SynthesisError> {
    let bits = to_bits(value, (u64::BITS - bound.leading_zeros()) as usize)?;
    enforce_bits_at_most(&bits, &BigUint::from(bound))
}

/// The integer of `bits` (least significant first, as many as `bound` has) is at most `bound`.
///
/// Going down from the top, `equal` says whether all bits so far equal the bound's. While it
/// holds, a bit may not be set where the bound has a zero; a bit unset under a one ends it. Each
/// run of zeros takes one constraint, each one takes one, trailing ones none. No step takes a hint
/// that could be chosen freely.
///
/// # Errors
/// [`SynthesisError::Unsatisfiable`] when the lengths differ; those of the constraint system.
pub fn enforce_bits_at_most(bits: &[Boolean<Fr>], bound: &BigUint) -> Result<(), SynthesisError> {
    if bits.len() != bound.bits() as usize {
        return Err(SynthesisError::Unsatisfiable);
    }
    let cs = bits.cs();
    let first = cs.num_constraints();
    let mut equal = Boolean::TRUE;
    let mut top = bits.len();
    while let Some(ones_end) = run_end(bound, top, true) {
        let Some(zeros_end) = run_end(bound, ones_end, false) else { break };
        for one in bits[ones_end..top].iter().rev() {
            equal = &equal & one;
        }
        let zeros = &bits[zeros_end..ones_end];
        let set: FpVar<Fr> = zeros.iter().map(|bit| FpVar::from(bit.clone())).sum();
        set.mul_equals(&FpVar::from(equal.clone()), &FpVar::Constant(Fr::ZERO))?;
        top = zeros_end;
    }
    audit::range_check(bits, Checked::Bits, || bound.clone(), first..cs.num_constraints());
    Ok(())
}

/// Where the run of `value`-bits that ends below `top` begins; `None` when there is no bit left.
fn run_end(bound: &BigUint, top: usize, value: bool) -> Option<usize> {
    let length = (0..top).rev().take_while(|&i| bound.bit(i as u64) == value).count();
    (top > 0).then_some(top - length)
}
