//! The container of a key file: magic, version, flags, circuit id, payload, SHA-256 of it all.

use std::{fmt, fs, io::Write as _, path::Path};

use proofrail_circuits::circuit::CircuitId;
use sha2::{Digest, Sha256};

use super::{KeyOrigin, error::KeyError};

/// The version of key files that this crate writes and reads.
pub const KEY_FILE_VERSION: u16 = 1;

const MAGIC_BYTES: usize = 8;
const HEADER_BYTES: usize = MAGIC_BYTES + 2 + 2 + 32 + 8;
const CHECKSUM_BYTES: usize = 32;
const FLAG_INSECURE_DEV: u16 = 1;

/// What a key file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFileKind {
    /// A proving key.
    Proving,
    /// A verifying key.
    Verifying,
}

impl KeyFileKind {
    const ALL: [Self; 2] = [Self::Proving, Self::Verifying];

    const fn magic(self) -> &'static [u8; MAGIC_BYTES] {
        match self {
            Self::Proving => b"PROOFRPK",
            Self::Verifying => b"PROOFRVK",
        }
    }
}

impl fmt::Display for KeyFileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proving => "proving key",
            Self::Verifying => "verifying key",
        })
    }
}

/// What a key file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySummary {
    /// What it holds.
    pub kind: KeyFileKind,
    /// Where the key comes from.
    pub origin: KeyOrigin,
    /// The circuit that the key belongs to.
    pub circuit_id: CircuitId,
    /// Bytes of the key itself.
    pub payload_bytes: usize,
}

/// Reads what a key file of either kind says of itself, with its checksum verified.
///
/// # Errors
/// [`KeyError`] when the bytes are no intact key file of this version.
pub fn inspect(bytes: &[u8]) -> Result<KeySummary, KeyError> {
    let (kind, envelope) = Envelope::parse(bytes)?;
    Ok(KeySummary {
        kind,
        origin: envelope.origin,
        circuit_id: envelope.circuit_id,
        payload_bytes: envelope.payload.len(),
    })
}

/// A key file, taken apart.
pub(super) struct Envelope<'a> {
    pub(super) origin: KeyOrigin,
    pub(super) circuit_id: CircuitId,
    pub(super) payload: &'a [u8],
}

impl<'a> Envelope<'a> {
    pub(super) fn to_bytes(&self, kind: KeyFileKind) -> Vec<u8> {
        let flags = match self.origin {
            KeyOrigin::Ceremony => 0,
            KeyOrigin::InsecureDev => FLAG_INSECURE_DEV,
        };
        let mut bytes = Vec::with_capacity(HEADER_BYTES + self.payload.len() + CHECKSUM_BYTES);
        bytes.extend_from_slice(kind.magic());
        bytes.extend_from_slice(&KEY_FILE_VERSION.to_be_bytes());
        bytes.extend_from_slice(&flags.to_be_bytes());
        bytes.extend_from_slice(self.circuit_id.as_bytes());
        bytes.extend_from_slice(&(self.payload.len() as u64).to_be_bytes());
        bytes.extend_from_slice(self.payload);
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Takes a file of the expected kind apart.
    pub(super) fn from_bytes(bytes: &'a [u8], expected: KeyFileKind) -> Result<Self, KeyError> {
        let (got, envelope) = Self::parse(bytes)?;
        if got == expected { Ok(envelope) } else { Err(KeyError::Kind { expected, got }) }
    }

    fn parse(bytes: &'a [u8]) -> Result<(KeyFileKind, Self), KeyError> {
        let mut rest = bytes;
        let magic = take::<MAGIC_BYTES>(&mut rest).ok_or(KeyError::Magic)?;
        let kind = KeyFileKind::ALL
            .into_iter()
            .find(|kind| *kind.magic() == magic)
            .ok_or(KeyError::Magic)?;
        let short = || KeyError::Length {
            expected: (HEADER_BYTES + CHECKSUM_BYTES) as u64,
            got: bytes.len() as u64,
        };
        let version = u16::from_be_bytes(take(&mut rest).ok_or_else(short)?);
        if version != KEY_FILE_VERSION {
            return Err(KeyError::Version(version));
        }
        let flags = u16::from_be_bytes(take(&mut rest).ok_or_else(short)?);
        let circuit_id = CircuitId::from_bytes(take(&mut rest).ok_or_else(short)?);
        let length = u64::from_be_bytes(take(&mut rest).ok_or_else(short)?);
        let expected = length.saturating_add((HEADER_BYTES + CHECKSUM_BYTES) as u64);
        if expected != bytes.len() as u64 {
            return Err(KeyError::Length { expected, got: bytes.len() as u64 });
        }
        let (signed, checksum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
        if Sha256::digest(signed)[..] != *checksum {
            return Err(KeyError::Checksum);
        }
        let origin = match flags {
            0 => KeyOrigin::Ceremony,
            FLAG_INSECURE_DEV => KeyOrigin::InsecureDev,
            unknown => return Err(KeyError::Flags(unknown)),
        };
        Ok((kind, Self { origin, circuit_id, payload: &signed[HEADER_BYTES..] }))
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(*head)
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, KeyError> {
    fs::read(path).map_err(|source| KeyError::Io { path: path.to_owned(), source })
}

/// Writes the whole file or nothing: a crash leaves no half key behind.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    crate::output::write_atomically(path, |file| file.write_all(bytes))
        .map_err(|source| KeyError::Io { path: path.to_owned(), source })
}
