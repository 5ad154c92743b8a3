//! Multiplication of `Base8` by a scalar given in bits.

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::AdditiveGroup;
use ark_r1cs_std::{
    boolean::Boolean,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::SynthesisError;

use super::{
    curve::{Affine, Projective},
    gadget::PointVar,
};
use crate::{field::Fr, linear::linear_combination};

/// `Base8` times the integer of `bits`, least significant first, in windows of two bits.
///
/// # Errors
/// Those of the constraint system.
pub fn mul_base8(bits: &[Boolean<Fr>]) -> Result<PointVar, SynthesisError> {
    let mut power = Affine::generator().into_group();
    let mut sum: Option<PointVar> = None;
    for window in bits.chunks(2) {
        let high = window.get(1).cloned().unwrap_or(Boolean::FALSE);
        let addend = select(&window[0], &high, power)?;
        sum = Some(match sum {
            None => addend,
            Some(sum) => sum.add(&addend)?,
        });
        power = power.double().double();
    }
    sum.ok_or(SynthesisError::Unsatisfiable)
}

/// `(low + 2·high) · base`. One constraint: both coordinates are linear in the bits' product.
fn select(
    low: &Boolean<Fr>,
    high: &Boolean<Fr>,
    base: Projective,
) -> Result<PointVar, SynthesisError> {
    let low_bit = FpVar::from(low.clone());
    let high_bit = FpVar::from(high.clone());
    let both = &low_bit * &high_bit;
    let terms = [FpVar::one(), low_bit, high_bit, both];
    let table = [Projective::default(), base, base.double(), base.double() + base];
    let table = Projective::normalize_batch(&table);
    let coordinate = |of: fn(&Affine) -> Fr| {
        let [t0, t1, t2, t3] = [0, 1, 2, 3].map(|i| of(&table[i]));
        linear_combination(&[t0, t1 - t0, t2 - t0, t3 - t2 - t1 + t0], &terms)
    };
    Ok(PointVar { x: coordinate(|p| p.x), y: coordinate(|p| p.y) })
}
