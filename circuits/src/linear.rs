//! Linear combinations of variables: free in R1CS, made as one row and not as a chain of sums.

use ark_ff::{AdditiveGroup, Field};
use ark_r1cs_std::{
    boolean::Boolean,
    fields::fp::{AllocatedFp, FpVar},
};

use crate::field::Fr;

/// `Σ coefficients[i] · terms[i]`.
pub(crate) fn linear_combination(coefficients: &[Fr], terms: &[FpVar<Fr>]) -> FpVar<Fr> {
    let mut constant = Fr::ZERO;
    let mut weights = Vec::with_capacity(terms.len());
    let mut variables: Vec<&AllocatedFp<Fr>> = Vec::with_capacity(terms.len());
    for (coefficient, term) in coefficients.iter().zip(terms) {
        match term {
            FpVar::Constant(value) => constant += *coefficient * value,
            FpVar::Var(variable) => {
                weights.push(*coefficient);
                variables.push(variable);
            }
        }
    }
    AllocatedFp::linear_combination(weights, &variables)
        .map_or(FpVar::Constant(constant), |sum| FpVar::Var(sum.add_constant(constant)))
}

/// The integer of `bits`, least significant first, modulo the field order.
pub(crate) fn packed_bits(bits: &[Boolean<Fr>]) -> FpVar<Fr> {
    let powers: Vec<Fr> = std::iter::successors(Some(Fr::ONE), |power| Some(power.double()))
        .take(bits.len())
        .collect();
    let terms: Vec<FpVar<Fr>> = bits.iter().map(|bit| FpVar::from(bit.clone())).collect();
    linear_combination(&powers, &terms)
}
