//! Whether a record is of a key that was verified.

use std::collections::BTreeSet;

use super::{Action, Transcript, error::TranscriptError};
use crate::verify::Verified;

/// Who stands for a key's contributions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatures {
    /// The public keys that signed a contribution, without those of beacons. One person may have
    /// several: who they belong to is for attestations to say.
    pub contributors: BTreeSet<String>,
    /// Contributions that nobody signed, by position from 1: made with another program.
    pub unsigned: Vec<usize>,
}

/// Compares a record, whose own chain holds, with a verified key of this hash and its files.
///
/// # Errors
/// [`TranscriptError`] with the line that is not of the key.
pub fn verify_against(
    transcript: &Transcript,
    verified: &Verified,
    key_sha256: &str,
) -> Result<Signatures, TranscriptError> {
    let mut walk = Walk::new(verified);
    for (line, entry) in (1..).zip(transcript.entries()) {
        walk.step(line, &entry.step.action, &entry.step.key_sha256, &entry.public_key)?;
    }
    let Walk { last, signed, contributors, .. } = walk;
    let count = verified.contributions.len();
    match last {
        Some((index, expected)) if index == count && expected != key_sha256 => {
            Err(TranscriptError::Key { expected, got: key_sha256.to_owned() })
        }
        _ => {
            let unsigned = (1..=count).filter(|index| !signed.contains(index)).collect();
            Ok(Signatures { contributors, unsigned })
        }
    }
}

struct Walk<'a> {
    verified: &'a Verified,
    /// The position and the file of the line before.
    last: Option<(usize, String)>,
    signed: BTreeSet<usize>,
    contributors: BTreeSet<String>,
    finalized: bool,
}

impl<'a> Walk<'a> {
    const fn new(verified: &'a Verified) -> Self {
        Self {
            verified,
            last: None,
            signed: BTreeSet::new(),
            contributors: BTreeSet::new(),
            finalized: false,
        }
    }

    fn step(
        &mut self,
        line: usize,
        action: &Action,
        key: &str,
        signer: &str,
    ) -> Result<(), TranscriptError> {
        if self.finalized {
            return Err(TranscriptError::Finalized);
        }
        match action {
            Action::Init { circuit_hash, .. } => {
                if *circuit_hash != hex::encode(self.verified.circuit_hash) {
                    return Err(TranscriptError::OtherCeremony("circuit hash"));
                }
                self.last = Some((0, key.to_owned()));
                Ok(())
            }
            Action::Contribution { index, name, hash, input_sha256 } => {
                self.contribution(line, *index, (name, hash), input_sha256, key)?;
                self.contributors.insert(signer.to_owned());
                Ok(())
            }
            Action::Beacon { index, name, hash, input_sha256 } => {
                self.contribution(line, *index, (name, hash), input_sha256, key)
            }
            Action::Finalize { contributions, .. } => {
                self.finalized = true;
                let same = *contributions == self.verified.contributions.len();
                let found = self
                    .last
                    .as_ref()
                    .is_none_or(|(index, file)| *index != *contributions || file == key);
                self.last = Some((*contributions, key.to_owned()));
                if same && found { Ok(()) } else { Err(TranscriptError::Input { line }) }
            }
        }
    }

    fn contribution(
        &mut self,
        line: usize,
        index: usize,
        (name, hash): (&str, &str),
        input: &str,
        key: &str,
    ) -> Result<(), TranscriptError> {
        let none = TranscriptError::NoSuchContribution { line, index };
        let at = index.checked_sub(1).and_then(|at| self.verified.contributions.get(at));
        let Some(contribution) = at else { return Err(none) };
        if hex::encode(contribution.hash) != hash || contribution.name.as_deref() != Some(name) {
            return Err(none);
        }
        if let Some((last, file)) = &self.last {
            if index <= *last {
                return Err(TranscriptError::Order { line, index });
            }
            if index == last + 1 && file != input {
                return Err(TranscriptError::Input { line });
            }
        }
        self.signed.insert(index);
        self.last = Some((index, key.to_owned()));
        Ok(())
    }
}
