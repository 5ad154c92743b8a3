//! Proving keys, borrowed from wherever they lie.

mod packed;
mod zkey;

pub use packed::PackedKey;

use crate::{
    G1, G2,
    matrix::{Entries, MatrixError, Rows},
    msm::{Bases, BasesError},
};
use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ff::FftField as _;
use proofrail_formats::FormatError;

/// A key that cannot be proved with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A list of points is malformed.
    #[error("query {query}: {source}")]
    Bases {
        /// The list's name.
        query: &'static str,
        /// What is wrong.
        source: BasesError,
    },
    /// A list of points is too short or too long for the circuit.
    #[error(
        "query {query} has {got} points, the circuit needs {expected}: the key belongs to another circuit"
    )]
    Length {
        /// The list's name.
        query: &'static str,
        /// Points that the circuit needs.
        expected: usize,
        /// Points there.
        got: usize,
    },
    /// A matrix does not fit.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// There are not three matrices with a row each for every constraint.
    #[error("the matrices A, B, C have {0:?} rows: they must be three of the same length")]
    Matrices(Vec<usize>),
    /// There is no domain of that size.
    #[error("{0} constraints and public inputs: the field has no domain above 2^28")]
    TooLarge(usize),
    /// The file of the key is malformed.
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// How the quotient H comes to its bases.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reduction<'a> {
    /// Of snarkjs: values of A·B − C on the coset, for bases in Lagrange form.
    Circom {
        /// A and B. C is their product.
        entries: Entries<'a>,
    },
    /// Of libsnark and arkworks: coefficients of (A·B − C)/Z, for powers.
    Libsnark {
        /// A, B and C.
        matrices: &'a [Rows; 3],
    },
}

/// A proving key in place: nothing is copied and nothing read until there is something to prove.
///
/// Points are taken as they are. A key from elsewhere should be checked once, where it arrives; with a bad one proofs
/// do not verify.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    pub(crate) alpha_g1: G1Affine,
    pub(crate) beta_g1: G1Affine,
    pub(crate) beta_g2: G2Affine,
    pub(crate) delta_g1: G1Affine,
    pub(crate) delta_g2: G2Affine,
    /// Public inputs and the constant one.
    pub(crate) instances: usize,
    pub(crate) variables: usize,
    pub(crate) domain: usize,
    pub(crate) a: Bases<'a, G1>,
    pub(crate) b_g1: Bases<'a, G1>,
    pub(crate) b_g2: Bases<'a, G2>,
    pub(crate) l: Bases<'a, G1>,
    pub(crate) h: Bases<'a, G1>,
    pub(crate) reduction: Reduction<'a>,
}

impl Key<'_> {
    /// The number of variables, the constant one counted.
    #[must_use]
    pub const fn variables(&self) -> usize {
        self.variables
    }

    /// The points of the evaluation domain: the constraints and public inputs, rounded up to a power of two.
    #[must_use]
    pub const fn domain(&self) -> usize {
        self.domain
    }

    /// Compares every list's length with the circuit.
    fn checked(self) -> Result<Self, KeyError> {
        let h = match self.reduction {
            Reduction::Circom { .. } => self.domain,
            Reduction::Libsnark { .. } => self.domain - 1,
        };
        for (query, expected, got) in [
            ("A", self.variables, self.a.len()),
            ("B in G1", self.variables, self.b_g1.len()),
            ("B in G2", self.variables, self.b_g2.len()),
            ("L", self.variables.saturating_sub(self.instances), self.l.len()),
            ("H", h, self.h.len()),
        ] {
            if got != expected {
                return Err(KeyError::Length { query, expected, got });
            }
        }
        Ok(self)
    }
}

/// The size of the domain for so many rows.
fn domain(rows: usize) -> Result<usize, KeyError> {
    match rows.checked_next_power_of_two() {
        Some(size) if size <= 1 << Fr::TWO_ADICITY => Ok(size),
        _ => Err(KeyError::TooLarge(rows)),
    }
}

fn bases<'a, G: crate::Group>(
    query: &'static str,
    bytes: &'a [u8],
) -> Result<Bases<'a, G>, KeyError> {
    Bases::new(bytes).map_err(|source| KeyError::Bases { query, source })
}
