//! The Poseidon gadget: three constraints an S-box, the linear layers are free.

use ark_ff::AdditiveGroup;
use ark_r1cs_std::{
    GR1CSVar,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::SynthesisError;

use super::{MAX_INPUTS, params::Params};
use crate::{field::Fr, linear::linear_combination};

/// The gadget twin of [`super::hash`].
///
/// # Errors
/// Those of the constraint system.
pub fn hash_var<const N: usize>(inputs: &[FpVar<Fr>; N]) -> Result<FpVar<Fr>, SynthesisError> {
    const { assert!(N >= 1 && N <= MAX_INPUTS) }
    let params = Params::of_width(N + 1);
    let mut state = vec![FpVar::Constant(Fr::ZERO)];
    state.extend_from_slice(inputs);
    for (round, constants) in params.round_constants.iter().enumerate() {
        for (element, constant) in state.iter_mut().zip(constants) {
            *element += *constant;
        }
        for element in state.iter_mut().take(params.active_sboxes(round)) {
            *element = pow5(element)?;
        }
        state = params.mds.iter().map(|row| linear_combination(row, &state)).collect();
    }
    Ok(state.swap_remove(0))
}

fn pow5(x: &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
    if let FpVar::Constant(value) = x {
        return Ok(FpVar::Constant(super::pow5(*value)));
    }
    debug_assert!(!x.is_constant());
    Ok(x.square()?.square()? * x)
}
