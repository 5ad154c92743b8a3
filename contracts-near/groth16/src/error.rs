//! What can be wrong with the bytes of a proof or a key.

use core::fmt;

/// Why bytes are no point that a host function would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// A coordinate is not below the BN254 base field order.
    #[error("has a coordinate that is not below the field order")]
    NotReduced,
    /// The coordinates do not satisfy the curve's equation.
    #[error("is not on the curve")]
    NotOnCurve,
    /// The point is on the twist but not in its prime-order subgroup.
    #[error("is not in the prime-order subgroup")]
    NotInSubgroup,
    /// The point at infinity, which no honest prover or setup produces.
    #[error("is the point at infinity")]
    Infinity,
}

/// An element of a proof or a verifying key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// A of the proof, in G1.
    A,
    /// B of the proof, in G2.
    B,
    /// C of the proof, in G1.
    C,
    /// alpha of the key, in G1.
    Alpha,
    /// beta of the key, in G2.
    Beta,
    /// gamma of the key, in G2.
    Gamma,
    /// delta of the key, in G2.
    Delta,
    /// The n-th input point of the key, in G1; 0 is the constant's.
    Ic(usize),
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A => f.write_str("A"),
            Self::B => f.write_str("B"),
            Self::C => f.write_str("C"),
            Self::Alpha => f.write_str("alpha"),
            Self::Beta => f.write_str("beta"),
            Self::Gamma => f.write_str("gamma"),
            Self::Delta => f.write_str("delta"),
            Self::Ic(index) => write!(f, "ic[{index}]"),
        }
    }
}

/// An element that is no valid point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{element} {error}")]
pub struct Malformed {
    /// Which element.
    pub element: Element,
    /// What is wrong with it.
    pub error: PointError,
}

/// Why a verifying key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// One of its points is malformed.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// There must be one input point more than there are public inputs.
    #[error(
        "has {got} ic points where {expected} are needed: one for each public input and one more"
    )]
    IcLength {
        /// Public inputs plus one.
        expected: usize,
        /// Points found.
        got: usize,
    },
    /// More public inputs than a verification may cost.
    #[error("has {0} public inputs, at most 32 are taken")]
    TooManyInputs(usize),
    /// gamma equals delta: proofs can be forged (the input and the witness part are then one).
    #[error("has gamma equal to delta, with which proofs can be forged")]
    GammaIsDelta,
    /// delta is the group's generator: the second phase of the setup was never contributed to. (gamma
    /// may be the generator: ceremonies in the manner of Bowe, Gabizon and Miers fix it there.)
    #[error("has delta equal to the generator of G2, the mark of an unfinished setup")]
    DeltaIsGenerator,
}

/// The number of public inputs is not the key's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key takes {expected} public inputs, got {got}")]
pub struct WrongInputCount {
    /// Inputs of the key.
    pub expected: usize,
    /// Inputs given.
    pub got: usize,
}
