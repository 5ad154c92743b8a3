//! Whether a whole section is the initial one divided by delta.

use ark_bn254::{Bn254, G1Affine, G1Projective};
use ark_ec::{VariableBaseMSM, pairing::Pairing};
use ark_ff::{AdditiveGroup, BigInt, One};
use proofrail_formats::{
    FormatError, Section,
    points::PointsG1,
    zkey::{self, Zkey},
};
use rand::{TryRng as _, rngs::SysRng};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use rayon::prelude::*;

use crate::{error::CeremonyError, progress::Progress};

/// Points that are in memory at once.
const WINDOW: usize = 1 << 15;

/// Secret random weights of 128 bits: a wrong point stays hidden with a chance of 2^-128.
pub(crate) fn weights(count: usize) -> Result<Vec<BigInt<4>>, CeremonyError> {
    let mut rng = generator()?;
    Ok((0..count).map(|_| BigInt([rng.next_u64(), rng.next_u64(), 0, 0])).collect())
}

fn generator() -> Result<ChaCha20Rng, CeremonyError> {
    let mut seed = [0; 32];
    SysRng.try_fill_bytes(&mut seed)?;
    Ok(ChaCha20Rng::from_seed(seed))
}

/// e(sum of rᵢ·keyᵢ, delta₂) = e(sum of rᵢ·initialᵢ, initial delta₂), every point of the key checked.
pub(super) fn verify(
    initial: &Zkey,
    key: &Zkey,
    section: Section,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    let mut sums = [G1Projective::ZERO; 2];
    let views = [points(initial, section)?, points(key, section)?];
    progress.begin(&format!("verifying {}", section.name), views[1].len() as u64);
    // As long as each other by the headers, which were compared.
    for start in (0..views[1].len()).step_by(WINDOW) {
        let range = start..views[1].len().min(start + WINDOW);
        let weights = weights(range.len())?;
        let windows = views.par_iter().map(|view| window_sum(view, range.clone(), &weights));
        let windows: Vec<G1Projective> = windows.collect::<Result<_, _>>()?;
        sums.iter_mut().zip(windows).for_each(|(sum, window)| *sum += window);
        progress.advance(range.len() as u64);
    }
    let [before, after] = sums;
    let sides =
        Bn254::multi_pairing([before, -after], [initial.header().delta_g2, key.header().delta_g2]);
    if sides.0.is_one() { Ok(()) } else { Err(CeremonyError::Ratio(section)) }
}

fn points(key: &Zkey, section: Section) -> Result<PointsG1<'_>, FormatError> {
    if section == zkey::L { key.l() } else { key.h() }
}

fn window_sum(
    points: &PointsG1<'_>,
    range: std::ops::Range<usize>,
    weights: &[BigInt<4>],
) -> Result<G1Projective, FormatError> {
    let points: Vec<G1Affine> = range.map(|index| points.get(index)).collect::<Result<_, _>>()?;
    Ok(G1Projective::msm_bigint(&points, weights))
}
