//! Linear combinations of variables: free in R1CS, made as one row and not as a chain of sums.

use ark_ff::AdditiveGroup;
use ark_r1cs_std::fields::fp::{AllocatedFp, FpVar};

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
