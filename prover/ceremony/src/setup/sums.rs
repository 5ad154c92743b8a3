//! Sums of points with coefficients.

use std::ops::Range;

use ark_bn254::{Fr, g1, g2};
use ark_ec::{CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, PrimeField};
use proofrail_formats::{
    FormatError,
    points::{FilePoint, Points},
};
use rayon::prelude::*;

/// From this many full-size coefficients on, one multi-scalar multiplication beats single ones.
const MSM_TERMS: usize = 16;

/// A point that sums are made of.
pub(super) trait SumPoint:
    FilePoint<ScalarField = Fr, Group: VariableBaseMSM<MulBase = Self>>
{
}
impl SumPoint for g1::G1Affine {}
impl SumPoint for g2::G2Affine {}

/// A Lagrange basis, every point checked.
pub(super) struct Basis<'a, P>(Points<'a, P>);

impl<'a, P: FilePoint> Basis<'a, P> {
    pub(super) fn check(points: Points<'a, P>) -> Result<Self, FormatError> {
        (0..points.len()).into_par_iter().try_for_each(|index| points.get(index).map(drop))?;
        Ok(Self(points))
    }

    /// A point of the basis, which has one for every row of the circuit.
    pub(super) fn point(&self, row: usize) -> P {
        self.0.get_unchecked(row).unwrap_or_default()
    }
}

/// A coefficient, by what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Multiplier {
    /// Up to 64 bits, and the sign.
    Short { magnitude: u64, negative: bool },
    /// Any other.
    Full(Fr),
}

impl Multiplier {
    pub(super) fn new(coefficient: Fr) -> Self {
        let short = |value: Fr, negative| match value.into_bigint().0 {
            [magnitude, 0, 0, 0] => Some(Self::Short { magnitude, negative }),
            _ => None,
        };
        short(coefficient, false)
            .or_else(|| short(-coefficient, true))
            .unwrap_or(Self::Full(coefficient))
    }
}

/// A point times a coefficient.
pub(super) struct Term<'a, P> {
    pub(super) point: P,
    pub(super) multiplier: &'a Multiplier,
}

/// The sum of every signal's terms, on all cores.
pub(super) fn sum_terms<'a, P: SumPoint>(
    signals: Range<usize>,
    terms: impl Fn(usize) -> Vec<Term<'a, P>> + Sync,
) -> Vec<P> {
    let sums: Vec<P::Group> =
        signals.into_par_iter().with_max_len(64).map(|signal| sum(&terms(signal))).collect();
    let blocks: Vec<Vec<P>> =
        sums.par_chunks(256).map(<P::Group as CurveGroup>::normalize_batch).collect();
    blocks.concat()
}

fn sum<P: SumPoint>(terms: &[Term<'_, P>]) -> P::Group {
    let mut total = P::Group::ZERO;
    let (mut bases, mut scalars) = (Vec::new(), Vec::new());
    for Term { point, multiplier } in terms {
        match multiplier {
            Multiplier::Short { magnitude, negative } => {
                let product = short_product(point, *magnitude);
                total += if *negative { -product } else { product };
            }
            Multiplier::Full(scalar) => {
                bases.push(*point);
                scalars.push(*scalar);
            }
        }
    }
    total + sum_full(&bases, &scalars)
}

fn short_product<P: SumPoint>(point: &P, magnitude: u64) -> P::Group {
    if magnitude == 1 { point.into_group() } else { point.mul_bigint([magnitude]) }
}

fn sum_full<P: SumPoint>(bases: &[P], scalars: &[Fr]) -> P::Group {
    if bases.len() >= MSM_TERMS {
        return P::Group::msm_unchecked(bases, scalars);
    }
    bases.iter().zip(scalars).map(|(base, scalar)| *base * scalar).sum()
}
