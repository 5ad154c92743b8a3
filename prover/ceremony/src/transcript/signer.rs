//! The key that signs steps: 32 bytes in hex in a file that only its owner can read.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use ed25519_dalek::{Signer as _, SigningKey};
use rand::{TryRng as _, rngs::SysRng};
use zeroize::Zeroizing;

use super::{Entry, Step, entry::message, error::TranscriptError};
use crate::error::CeremonyError;

/// An Ed25519 key. Wiped when dropped.
pub struct Signer(SigningKey);

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signer").field(&self.public_key()).finish()
    }
}

impl Signer {
    /// A new key from the system's randomness.
    ///
    /// # Errors
    /// [`CeremonyError::Randomness`].
    pub fn generate() -> Result<Self, CeremonyError> {
        let mut seed = Zeroizing::new([0; 32]);
        SysRng.try_fill_bytes(seed.as_mut_slice())?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`CeremonyError::Io`], or [`CeremonyError::SigningKey`] for a file that others can read or that
    /// is no key.
    pub fn load(path: &Path) -> Result<Self, CeremonyError> {
        let io = |source| CeremonyError::Io { path: path.to_owned(), source };
        let fault = |what| CeremonyError::SigningKey { path: path.to_owned(), what };
        let file = fs::File::open(path).map_err(io)?;
        if file.metadata().map_err(io)?.permissions().mode() & 0o077 != 0 {
            return Err(fault("others can read the key: `chmod 600` it"));
        }
        let mut text = Zeroizing::new(String::with_capacity(128));
        file.take(128).read_to_string(&mut text).map_err(io)?;
        let mut seed = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim_end(), seed.as_mut_slice())
            .map_err(|_| fault("not a signing key: make one with `ceremony keygen`"))?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// Writes a new file that only its owner can read.
    ///
    /// # Errors
    /// [`CeremonyError::Io`], also where the file exists.
    pub fn save(&self, path: &Path) -> Result<(), CeremonyError> {
        let seed = Zeroizing::new(self.0.to_bytes());
        let mut text = Zeroizing::new(vec![0; 2 * seed.len()]);
        let write = || {
            hex::encode_to_slice(seed.as_slice(), &mut text).map_err(std::io::Error::other)?;
            let mut options = OpenOptions::new();
            let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
            file.write_all(&text)?;
            file.sync_all()
        };
        let mut write = write;
        write().map_err(|source| CeremonyError::Io { path: path.to_owned(), source })
    }

    /// The public key in hex.
    pub fn public_key(&self) -> String {
        hex::encode(self.0.verifying_key().as_bytes())
    }

    pub(super) fn sign(&self, step: Step) -> Result<Entry, TranscriptError> {
        let line = usize::try_from(step.number).unwrap_or(usize::MAX);
        let message = message(&step).map_err(|source| TranscriptError::Json { line, source })?;
        let signature = hex::encode(self.0.sign(&message).to_bytes());
        Ok(Entry { step, public_key: self.public_key(), signature })
    }
}
