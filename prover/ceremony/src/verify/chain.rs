//! The contributions of a key, from the first to the last. All pairings are checked at once with random
//! weights; where that fails, one by one, for the error's sake.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, pairing::Pairing};
use ark_ff::{One, PrimeField};
use proofrail_formats::zkey::{Contribution, ContributionKind, MpcParams};

use super::weights;
use crate::{
    error::CeremonyError,
    progress::Progress,
    snarkjs::{BeaconKey, MAX_EXPONENT, MIN_EXPONENT, PointHasher, hash_to_g2},
};

/// e(left, g2_spx) = e(right, g2_sp), twice for each contribution.
struct Equation {
    index: usize,
    g2_sp: G2Affine,
    g2_spx: G2Affine,
    /// g1_s and g1_sx: the proof of knowledge.
    proof: [G1Affine; 2],
    /// delta before and after.
    delta: [G1Affine; 2],
}

pub(super) fn verify(mpc: &MpcParams, progress: &dyn Progress) -> Result<(), CeremonyError> {
    let mut hasher = PointHasher::of_circuit(&mpc.circuit_hash);
    let mut delta = G1Affine::generator();
    let mut equations = Vec::new();
    for (index, contribution) in (1..).zip(&mpc.contributions) {
        refuse_infinity(index, contribution)?;
        let mut bound = hasher.clone();
        bound.point(&contribution.g1_s);
        bound.point(&contribution.g1_sx);
        if bound.finish() != contribution.transcript {
            return Err(CeremonyError::Transcript { index });
        }
        verify_beacon(index, contribution, progress)?;
        equations.push(Equation {
            index,
            g2_sp: hash_to_g2(&contribution.transcript),
            g2_spx: contribution.g2_spx,
            proof: [contribution.g1_s, contribution.g1_sx],
            delta: [delta, contribution.delta_after],
        });
        delta = contribution.delta_after;
        hasher.contribution(contribution);
    }
    if all_hold(&equations)? { Ok(()) } else { equations.iter().try_for_each(Equation::verify) }
}

fn refuse_infinity(index: usize, contribution: &Contribution) -> Result<(), CeremonyError> {
    let points = [
        ("delta", contribution.delta_after.is_zero()),
        ("g1_s", contribution.g1_s.is_zero()),
        ("g1_sx", contribution.g1_sx.is_zero()),
        ("g2_spx", contribution.g2_spx.is_zero()),
    ];
    match points.into_iter().find(|(_, infinite)| *infinite) {
        Some((point, _)) => Err(CeremonyError::Infinity { index, point }),
        None => Ok(()),
    }
}

/// A beacon's secret is public: it is computed anew.
fn verify_beacon(
    index: usize,
    contribution: &Contribution,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    let ContributionKind::Beacon { value, iterations_exp } = &contribution.kind else {
        return Ok(());
    };
    if !(MIN_EXPONENT..=MAX_EXPONENT).contains(iterations_exp) {
        return Err(CeremonyError::Beacon { bytes: value.len(), exponent: *iterations_exp });
    }
    progress.begin("iterating the beacon", 1 << iterations_exp);
    let key = BeaconKey::derive(value, *iterations_exp, |done| progress.advance(done));
    let g1_sx: G1Affine = (key.g1_s * key.secret).into();
    let same = key.g1_s == contribution.g1_s && g1_sx == contribution.g1_sx;
    if same { Ok(()) } else { Err(CeremonyError::BeaconSecret { index }) }
}

fn all_hold(equations: &[Equation]) -> Result<bool, CeremonyError> {
    let weights = weights(2 * equations.len())?;
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (equation, weights) in equations.iter().zip(weights.as_chunks::<2>().0) {
        let [first, second] = weights.map(|weight| Fr::from_bigint(weight).unwrap_or_default());
        let side = |at: usize| -> G1Projective {
            equation.proof[at] * first + equation.delta[at] * second
        };
        left.extend([side(0), -side(1)]);
        right.extend([equation.g2_spx, equation.g2_sp]);
    }
    let left = G1Projective::normalize_batch(&left);
    Ok(Bn254::multi_pairing(left, right).0.is_one())
}

impl Equation {
    fn verify(&self) -> Result<(), CeremonyError> {
        let holds = |[left, right]: [G1Affine; 2]| {
            Bn254::multi_pairing([left, -right], [self.g2_spx, self.g2_sp]).0.is_one()
        };
        if !holds(self.proof) {
            return Err(CeremonyError::ProofOfKnowledge { index: self.index });
        }
        if !holds(self.delta) {
            return Err(CeremonyError::Delta { index: self.index });
        }
        Ok(())
    }
}
