//! Whether a key came from its circuit and its powers of tau through its contributions, and through
//! nothing else.

mod chain;
mod ratio;

pub(crate) use self::ratio::weights;

use std::path::Path;

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::{AffineRepr, pairing::Pairing};
use proofrail_formats::{
    ptau::Ptau,
    r1cs::R1cs,
    zkey::{self, ContributionKind, HASH_BYTES, Zkey, ZkeyHeader},
};

use crate::{
    check::check_verifying_key,
    error::CeremonyError,
    progress::Progress,
    setup::{check_bases, initial_key},
    snarkjs::contribution_hash,
};

/// A key that was verified, and who contributed to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The hash of the initial key.
    pub circuit_hash: [u8; HASH_BYTES],
    /// The contributions, first to last.
    pub contributions: Vec<VerifiedContribution>,
}

/// A contribution whose proof holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedContribution {
    /// Its hash, which its contributor published.
    pub hash: [u8; HASH_BYTES],
    /// The name in the key, which anybody can write there.
    pub name: Option<String>,
    /// By a person or from a beacon.
    pub kind: ContributionKind,
}

/// Verifies a key against its circuit and powers of tau. The initial key is computed anew, in a file in
/// `scratch` that goes away.
///
/// # Errors
/// [`CeremonyError`] with the first thing that does not hold.
pub fn verify(
    r1cs: &R1cs,
    powers: &Ptau,
    key: &Zkey,
    scratch: &Path,
    progress: &dyn Progress,
) -> Result<Verified, CeremonyError> {
    let io = |source| CeremonyError::Io { path: scratch.to_owned(), source };
    let folder = tempfile::tempdir_in(scratch).map_err(io)?;
    let path = folder.path().join("initial.zkey");
    check_bases(r1cs, powers)?;
    initial_key(r1cs, powers, &path, progress)?;
    verify_from_initial(&Zkey::open(&path)?, key, progress)
}

/// As [`verify`], from an initial key that the caller computed.
///
/// # Errors
/// As [`verify`].
pub fn verify_from_initial(
    initial: &Zkey,
    key: &Zkey,
    progress: &dyn Progress,
) -> Result<Verified, CeremonyError> {
    let mpc = key.mpc_params()?;
    if mpc.contributions.is_empty() {
        return Err(CeremonyError::NoContributions);
    }
    if initial.mpc_params()?.circuit_hash != mpc.circuit_hash {
        return Err(CeremonyError::CircuitHash);
    }
    chain::verify(&mpc, progress)?;
    let last = mpc.contributions.last().map_or_else(G1Affine::generator, |last| last.delta_after);
    same_header(initial.header(), key.header(), &last)?;
    same_sections(initial, key)?;
    ratio::verify(initial, key, zkey::L, progress)?;
    ratio::verify(initial, key, zkey::H, progress)?;
    check_verifying_key(&key.verifying_key()?)?;
    let contributions = mpc.contributions.into_iter().map(|contribution| VerifiedContribution {
        hash: contribution_hash(&contribution),
        name: contribution.name,
        kind: contribution.kind,
    });
    Ok(Verified { circuit_hash: mpc.circuit_hash, contributions: contributions.collect() })
}

/// delta is the chain's, in both groups, and all else is as it was.
fn same_header(
    initial: &ZkeyHeader,
    key: &ZkeyHeader,
    delta: &G1Affine,
) -> Result<(), CeremonyError> {
    let same = [
        ("nVars", initial.variables == key.variables),
        ("nPublic", initial.public == key.public),
        ("domainSize", initial.domain_size == key.domain_size),
        ("alpha in G1", initial.alpha_g1 == key.alpha_g1),
        ("beta in G1", initial.beta_g1 == key.beta_g1),
        ("beta in G2", initial.beta_g2 == key.beta_g2),
        ("gamma in G2", initial.gamma_g2 == key.gamma_g2),
    ];
    if let Some((part, _)) = same.into_iter().find(|(_, same)| !same) {
        return Err(CeremonyError::Changed(part));
    }
    if key.delta_g1 != *delta {
        return Err(CeremonyError::DeltaG1);
    }
    let sides = Bn254::multi_pairing(
        [key.delta_g1, -G1Affine::generator()],
        [G2Affine::generator(), key.delta_g2],
    );
    if sides.0 == ark_ff::One::one() { Ok(()) } else { Err(CeremonyError::DeltaG2) }
}

fn same_sections(initial: &Zkey, key: &Zkey) -> Result<(), CeremonyError> {
    for section in [zkey::IC, zkey::COEFFICIENTS, zkey::A, zkey::B1, zkey::B2] {
        if initial.section(section)? != key.section(section)? {
            return Err(CeremonyError::ChangedSection(section));
        }
    }
    Ok(())
}
