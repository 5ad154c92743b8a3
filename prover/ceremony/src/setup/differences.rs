//! The powers of tau that stand for H in the circuit's hash, and the check that the bases are theirs.

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::PrimeField;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use proofrail_formats::{
    Section,
    points::{G1_BYTES, Points, PointsG1},
    ptau::{self, Ptau},
};
use rayon::prelude::*;

use super::{sums::SumPoint, wasm};
use crate::{error::CeremonyError, snarkjs::PointHasher, verify::weights};

/// snarkjs hashes in chunks of this many, and the last chunk is full, too.
const CHUNK: usize = 1 << 14;

/// Hashes tau^(n + i) - tau^i for i below n - 1, and one more as snarkjs does in domains of more than
/// [`CHUNK`] points.
pub(super) fn hash_h(
    powers: &Ptau,
    power: u32,
    hasher: &mut PointHasher,
) -> Result<(), CeremonyError> {
    let size = 1usize << power;
    let tau = powers.g1(ptau::TAU_G1)?;
    hasher.number((1 << power) - 1);
    let hashed = if size > CHUNK { size } else { size - 1 };
    for start in (0..hashed).step_by(CHUNK) {
        let end = hashed.min(start + CHUNK).min(tau.len() - size);
        let differences: Vec<_> = (start..end)
            .into_par_iter()
            .map(|index| Ok(tau.get(size + index)?.into_group() - tau.get(index)?))
            .collect::<Result<_, CeremonyError>>()?;
        let points: Vec<G1Affine> = CurveGroup::normalize_batch(&differences);
        points.iter().for_each(|point| hasher.point(point));
    }
    if size + hashed > tau.len() {
        hash_past_the_end(powers, &tau, size, hasher)?;
    }
    Ok(())
}

/// The bytes behind the last power, for a point.
fn hash_past_the_end(
    powers: &Ptau,
    tau: &PointsG1<'_>,
    size: usize,
    hasher: &mut PointHasher,
) -> Result<(), CeremonyError> {
    let behind = powers.bytes_after(ptau::TAU_G1)?.first_chunk::<G1_BYTES>();
    let last = tau.bytes_of(size - 1..size).and_then(<[u8]>::first_chunk);
    let (Some(behind), Some(last)) = (behind, last) else {
        return Err(CeremonyError::PtauBasis(ptau::TAU_G1));
    };
    match wasm::subtract(behind, last) {
        None => hasher.bytes(&[0; G1_BYTES]),
        Some((x, y)) => [x, y].iter().for_each(|value: &Fq| {
            let mut bytes = proofrail_formats::field::to_le(&value.into_bigint());
            bytes.reverse();
            hasher.bytes(&bytes);
        }),
    }
    Ok(())
}

/// One random combination for each basis.
pub(super) fn check_bases(powers: &Ptau, power: u32) -> Result<(), CeremonyError> {
    let g1 = |monomials, lagrange, power| {
        check_basis::<G1Affine>(
            powers.g1(monomials)?,
            powers.lagrange_g1(lagrange, power)?,
            lagrange,
        )
    };
    g1(ptau::TAU_G1, ptau::LAGRANGE_TAU_G1, power)?;
    g1(ptau::TAU_G1, ptau::LAGRANGE_TAU_G1, power + 1)?;
    g1(ptau::ALPHA_TAU_G1, ptau::LAGRANGE_ALPHA_TAU_G1, power)?;
    g1(ptau::BETA_TAU_G1, ptau::LAGRANGE_BETA_TAU_G1, power)?;
    check_basis::<G2Affine>(
        powers.g2(ptau::TAU_G2)?,
        powers.lagrange_g2(ptau::LAGRANGE_TAU_G2, power)?,
        ptau::LAGRANGE_TAU_G2,
    )
}

/// The powers are one short of twice the largest domain: snarkjs takes zero for the last.
fn check_basis<P: SumPoint>(
    monomials: Points<'_, P>,
    lagrange: Points<'_, P>,
    section: Section,
) -> Result<(), CeremonyError> {
    let size = lagrange.len();
    let fault = || CeremonyError::PtauBasis(section);
    let domain = Radix2EvaluationDomain::<Fr>::new(size).ok_or_else(fault)?;
    let weights: Vec<Fr> = weights(size)?
        .into_iter()
        .map(|weight| Fr::from_bigint(weight).unwrap_or_default())
        .collect();
    let coefficients = domain.ifft(&weights);
    let bases: Vec<P> = lagrange.iter_unchecked().collect();
    let left = P::Group::msm_unchecked(&bases, &weights);
    let bases: Vec<P> = monomials.iter_unchecked().take(size).collect();
    let right = P::Group::msm_unchecked(&bases, &coefficients[..bases.len()]);
    if left == right { Ok(()) } else { Err(fault()) }
}
