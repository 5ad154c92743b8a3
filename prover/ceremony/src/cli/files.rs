//! The files that commands read and write.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use proofrail_formats::{ptau::Ptau, r1cs::R1cs, zkey::Zkey};

use super::args::OriginArgs;
use crate::{
    contribute::Entropy,
    error::CeremonyError,
    transcript::{Action, Transcript, TranscriptError, sha256},
};

/// More is no better, and an endless file would fill the memory.
const MAX_ENTROPY_BYTES: u64 = 1 << 20;

/// The circuit and the powers of tau.
pub(super) struct Origin {
    pub(super) r1cs: R1cs,
    pub(super) ptau: Ptau,
    pub(super) r1cs_sha256: String,
    pub(super) ptau_sha256: String,
}

impl Origin {
    pub(super) fn open(args: &OriginArgs) -> Result<Self, CeremonyError> {
        let (r1cs, ptau) = (R1cs::open(&args.r1cs)?, Ptau::open(&args.ptau)?);
        let (r1cs_sha256, ptau_sha256) = (sha256(r1cs.file_bytes()), sha256(ptau.file_bytes()));
        match &args.ptau_sha256 {
            Some(expected) if !expected.eq_ignore_ascii_case(&ptau_sha256) => {
                Err(CeremonyError::Pin {
                    path: args.ptau.clone(),
                    expected: expected.clone(),
                    got: ptau_sha256,
                })
            }
            _ => Ok(Self { r1cs, ptau, r1cs_sha256, ptau_sha256 }),
        }
    }

    /// Refuses a record that begins with other files.
    pub(super) fn is_of(&self, transcript: &Transcript) -> Result<(), TranscriptError> {
        let first = transcript.entries().first().map(|entry| &entry.step.action);
        let Some(Action::Init { r1cs_sha256, ptau_sha256, .. }) = first else {
            return Err(TranscriptError::NotInit);
        };
        if *r1cs_sha256 != self.r1cs_sha256 {
            return Err(TranscriptError::OtherCeremony("circuit"));
        }
        if *ptau_sha256 != self.ptau_sha256 {
            return Err(TranscriptError::OtherCeremony("file of powers of tau"));
        }
        Ok(())
    }
}

/// Reads what the contributor adds to the system's randomness.
pub(super) fn entropy(path: Option<&Path>) -> Result<Entropy, CeremonyError> {
    let Some(path) = path else { return Ok(Entropy::default()) };
    let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(MAX_ENTROPY_BYTES as usize));
    let read = if path == Path::new("-") {
        io::stdin().lock().take(MAX_ENTROPY_BYTES).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_ENTROPY_BYTES).read_to_end(&mut bytes))
    };
    read.map_err(|source| CeremonyError::Io { path: path.to_owned(), source })?;
    Ok(Entropy::new(std::mem::take(&mut *bytes)))
}

/// A key that a record ends with, unless another program contributed since.
pub(super) fn key_of(
    path: &Path,
    transcript: &Transcript,
) -> Result<(Zkey, String), CeremonyError> {
    let key = Zkey::open(path)?;
    let got = sha256(key.file_bytes());
    let contributions = key.mpc_params()?.contributions.len();
    let last = transcript.entries().last();
    let recorded = last.map(|entry| match entry.step.action {
        Action::Init { .. } => Ok(0),
        Action::Contribution { index, .. } | Action::Beacon { index, .. } => Ok(index),
        Action::Finalize { .. } => Err(TranscriptError::Finalized),
    });
    if let (Some(recorded), Some(last)) = (recorded.transpose()?, last)
        && recorded == contributions
        && last.step.key_sha256 != got
    {
        let expected = last.step.key_sha256.clone();
        return Err(TranscriptError::Key { expected, got }.into());
    }
    Ok((key, got))
}

/// The SHA-256 of a file that was just written.
pub(super) fn hash_file(path: &Path) -> Result<String, CeremonyError> {
    Ok(sha256(Zkey::open(path)?.file_bytes()))
}
