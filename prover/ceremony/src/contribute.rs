//! A contribution to phase 2: delta is multiplied by a secret s, and L and H are divided by it.

mod scale;
mod secret;

pub use self::{scale::ConstantScalar, secret::Entropy};

use std::path::Path;

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::Field;
use proofrail_formats::{
    FormatError, Section,
    zkey::{
        self, Contribution, ContributionKind, HASH_BYTES, MAX_NAME_BYTES, MpcParams, Zkey,
        ZkeyHeader, ZkeyWriter,
    },
};
use rayon::prelude::*;
use zeroize::Zeroizing;

use self::secret::Secret;
use crate::{
    error::CeremonyError,
    progress::Progress,
    snarkjs::{BeaconKey, MAX_EXPONENT, MIN_EXPONENT, PointHasher, contribution_hash, hash_to_g2},
};

/// Points that are in memory at once.
const WINDOW: usize = 1 << 16;

/// What became of a contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributed {
    /// Its position in the key, from 1.
    pub index: usize,
    /// Its hash, which the contributor publishes.
    pub hash: [u8; HASH_BYTES],
}

/// Contributes fresh randomness to the key at `from` and writes the key to `to`.
///
/// The secret is in memory only, until this returns. Every point of L and H is checked to be on the
/// curve before it meets the secret, so that a crafted key learns nothing of it.
///
/// # Errors
/// [`CeremonyError`]; then there is no file at `to`.
pub fn contribute(
    from: &Zkey,
    to: &Path,
    name: &str,
    entropy: Entropy,
    progress: &dyn Progress,
) -> Result<Contributed, CeremonyError> {
    let secret = Secret::draw(entropy)?;
    apply(from, to, name, ContributionKind::Random, &secret, progress)
}

/// Contributes a public beacon to the key at `from` and writes the key to `to`.
///
/// # Errors
/// [`CeremonyError`]; then there is no file at `to`.
pub fn beacon(
    from: &Zkey,
    to: &Path,
    name: &str,
    value: &[u8],
    iterations_exp: u8,
    progress: &dyn Progress,
) -> Result<Contributed, CeremonyError> {
    let sizes = (1..=255).contains(&value.len());
    if !sizes || !(MIN_EXPONENT..=MAX_EXPONENT).contains(&iterations_exp) {
        return Err(CeremonyError::Beacon { bytes: value.len(), exponent: iterations_exp });
    }
    progress.begin("iterating the beacon", 1 << iterations_exp);
    let key = BeaconKey::derive(value, iterations_exp, |done| progress.advance(done));
    let kind = ContributionKind::Beacon { value: value.to_vec(), iterations_exp };
    let secret = Secret { s: Zeroizing::new(key.secret), g1_s: key.g1_s };
    apply(from, to, name, kind, &secret, progress)
}

fn apply(
    from: &Zkey,
    to: &Path,
    name: &str,
    kind: ContributionKind,
    secret: &Secret,
    progress: &dyn Progress,
) -> Result<Contributed, CeremonyError> {
    check_name(name)?;
    let mut mpc = from.mpc_params()?;
    refuse_ended(from, &mpc)?;
    if to.exists() {
        return Err(CeremonyError::OutputExists(to.to_owned()));
    }
    let header = scaled_header(from.header(), secret);
    let contribution = prove(&mpc, &header, secret, kind, name);
    let contributed =
        Contributed { index: mpc.contributions.len() + 1, hash: contribution_hash(&contribution) };
    mpc.contributions.push(contribution);
    write(from, to, &header, &mpc, secret, progress)?;
    Ok(contributed)
}

/// What section 10 and every terminal take for a name.
fn check_name(name: &str) -> Result<(), CeremonyError> {
    let sized = (1..=MAX_NAME_BYTES).contains(&name.len());
    if sized && !name.chars().any(char::is_control) {
        return Ok(());
    }
    Err(CeremonyError::Name(name.len()))
}

/// A key whose delta is not that of its last contribution, or whose last is a beacon.
fn refuse_ended(key: &Zkey, mpc: &MpcParams) -> Result<(), CeremonyError> {
    let last = mpc.contributions.last();
    let delta = last.map_or_else(G1Affine::generator, |last| last.delta_after);
    if delta != key.header().delta_g1 {
        return Err(CeremonyError::DeltaG1);
    }
    match last.map(|last| &last.kind) {
        Some(ContributionKind::Beacon { .. }) => Err(CeremonyError::AfterBeacon),
        _ => Ok(()),
    }
}

fn scaled_header(header: &ZkeyHeader, secret: &Secret) -> ZkeyHeader {
    let delta_g1: G1Affine = (header.delta_g1 * *secret.s).into();
    let delta_g2: G2Affine = (header.delta_g2 * *secret.s).into();
    ZkeyHeader { delta_g1, delta_g2, ..*header }
}

/// The proof that the contributor knows s, bound to all that came before.
fn prove(
    mpc: &MpcParams,
    header: &ZkeyHeader,
    secret: &Secret,
    kind: ContributionKind,
    name: &str,
) -> Contribution {
    let g1_sx = (secret.g1_s * *secret.s).into();
    let mut hasher = PointHasher::of_circuit(&mpc.circuit_hash);
    mpc.contributions.iter().for_each(|earlier| hasher.contribution(earlier));
    hasher.point(&secret.g1_s);
    hasher.point::<G1Affine>(&g1_sx);
    let transcript = hasher.finish();
    Contribution {
        delta_after: header.delta_g1,
        g1_s: secret.g1_s,
        g1_sx,
        g2_spx: (hash_to_g2(&transcript) * *secret.s).into(),
        transcript,
        kind,
        name: Some(name.to_owned()),
    }
}

fn write(
    from: &Zkey,
    to: &Path,
    header: &ZkeyHeader,
    mpc: &MpcParams,
    secret: &Secret,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    let inverse = Zeroizing::new(secret.s.inverse().unwrap_or_default());
    let inverse = ConstantScalar::new(&inverse);
    let mut writer = ZkeyWriter::create(to, header)?;
    for section in [zkey::IC, zkey::COEFFICIENTS, zkey::A, zkey::B1, zkey::B2] {
        writer.copy(from, section)?;
    }
    scale_section(from, &mut writer, zkey::L, &inverse, progress)?;
    scale_section(from, &mut writer, zkey::H, &inverse, progress)?;
    writer.mpc_params(mpc)?;
    Ok(writer.finish()?)
}

fn scale_section(
    from: &Zkey,
    writer: &mut ZkeyWriter,
    section: Section,
    scalar: &ConstantScalar,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    let points = if section == zkey::L { from.l()? } else { from.h()? };
    progress.begin(&format!("dividing {} by the secret", section.name), points.len() as u64);
    writer.begin(section)?;
    for start in (0..points.len()).step_by(WINDOW) {
        let end = points.len().min(start + WINDOW);
        let checked: Result<Vec<G1Affine>, FormatError> =
            (start..end).into_par_iter().map(|index| points.get(index)).collect();
        let mut window = checked?;
        scalar.multiply(&mut window);
        writer.points(&window)?;
        progress.advance(window.len() as u64);
    }
    Ok(writer.end()?)
}
