//! The signed record of a ceremony: one JSON object a line, each with the SHA-256 of the line before it
//! and an Ed25519 signature (RFC 8032) by who made it.
//!
//! The key's own section 10 proves that every contribution is what it says. The record adds who stands
//! for it, with which program, and the hashes of the files, so that each can be fetched and compared.

mod entry;
mod error;
mod signer;
mod verify;

pub use self::{
    entry::{Action, Entry, Step},
    error::TranscriptError,
    signer::Signer,
    verify::{Signatures, verify_against},
};

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use proofrail_formats::container::replace;

use crate::error::CeremonyError;

/// Longer lines are none of this program.
const MAX_LINE_BYTES: usize = 16 << 10;

/// A record whose chain and signatures hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    entries: Vec<Entry>,
    text: String,
}

impl Transcript {
    /// A record that begins with the initial key.
    ///
    /// # Errors
    /// [`TranscriptError::NotInit`] for another action.
    pub fn begin(
        action: Action,
        key_sha256: String,
        signer: &Signer,
    ) -> Result<Self, TranscriptError> {
        if !matches!(action, Action::Init { .. }) {
            return Err(TranscriptError::NotInit);
        }
        let mut transcript = Self { entries: Vec::new(), text: String::new() };
        transcript.append(action, key_sha256, signer)?;
        Ok(transcript)
    }

    /// Reads a record and checks every hash and signature.
    ///
    /// # Errors
    /// [`TranscriptError`] with the line that is at fault.
    pub fn parse(text: &str) -> Result<Self, TranscriptError> {
        let mut transcript = Self { entries: Vec::new(), text: String::new() };
        for (number, line) in (1..).zip(text.lines()) {
            if line.len() > MAX_LINE_BYTES {
                return Err(TranscriptError::TooLong { line: number });
            }
            let entry: Entry = serde_json::from_str(line)
                .map_err(|source| TranscriptError::Json { line: number, source })?;
            transcript.check_next(number, line, &entry)?;
            transcript.push(entry)?;
        }
        match transcript.entries.is_empty() {
            true => Err(TranscriptError::NotInit),
            false => Ok(transcript),
        }
    }

    /// As [`Self::parse`], of a file.
    ///
    /// # Errors
    /// [`CeremonyError::Io`], or as [`Self::parse`].
    pub fn read(path: &Path) -> Result<Self, CeremonyError> {
        let text = fs::read_to_string(path)
            .map_err(|source| CeremonyError::Io { path: path.to_owned(), source })?;
        Ok(Self::parse(&text)?)
    }

    /// Writes the file whole.
    ///
    /// # Errors
    /// [`CeremonyError::Io`].
    pub fn write(&self, path: &Path) -> Result<(), CeremonyError> {
        replace(path, |file| -> io::Result<()> { file.write_all(self.text.as_bytes()) })
            .map_err(|source| CeremonyError::Io { path: path.to_owned(), source })
    }

    /// Signs the next step.
    ///
    /// # Errors
    /// [`TranscriptError::Json`] where it cannot be serialized.
    pub fn append(
        &mut self,
        action: Action,
        key_sha256: String,
        signer: &Signer,
    ) -> Result<(), TranscriptError> {
        let step = Step {
            number: self.entries.len() as u64 + 1,
            previous: self.head(),
            tool: concat!("proofrail-ceremony ", env!("CARGO_PKG_VERSION")).to_owned(),
            key_sha256,
            action,
        };
        let entry = signer.sign(step)?;
        self.push(entry)
    }

    /// The steps, first to last.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The hash of the last line: who publishes it has published all that came before.
    pub fn head(&self) -> String {
        let last = self.text.lines().next_back();
        last.map_or_else(|| sha256(b""), |line| sha256(line.as_bytes()))
    }

    fn push(&mut self, entry: Entry) -> Result<(), TranscriptError> {
        let line = self.entries.len() + 1;
        let text = serde_json::to_string(&entry)
            .map_err(|source| TranscriptError::Json { line, source })?;
        self.text.push_str(&text);
        self.text.push('\n');
        self.entries.push(entry);
        Ok(())
    }

    fn check_next(&self, line: usize, text: &str, entry: &Entry) -> Result<(), TranscriptError> {
        // One text for each entry, or the hash of a line would not be that of its content.
        let canonical = serde_json::to_string(entry)
            .map_err(|source| TranscriptError::Json { line, source })?;
        if canonical != text {
            return Err(TranscriptError::NotCanonical { line });
        }
        let follows = entry.step.previous == self.head() && entry.step.number == line as u64;
        if !follows {
            return Err(TranscriptError::Chain { line });
        }
        if matches!(entry.step.action, Action::Init { .. }) != (line == 1) {
            return Err(TranscriptError::NotInit);
        }
        entry.verify_signature().map_err(|()| TranscriptError::Signature { line })
    }
}

/// The SHA-256 of bytes (FIPS 180-4), in hex.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(bytes))
}
