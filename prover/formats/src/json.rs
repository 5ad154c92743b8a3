//! snarkjs's JSON: `verification_key.json`, `proof.json` and `public.json`. Numbers are decimal
//! strings; points are projective with z = 1, or z = 0 at infinity.

mod point;
mod proof;
mod verification_key;

pub use self::{
    point::JsonFault,
    proof::{ProofJson, PublicJson},
    verification_key::VerificationKeyJson,
};

use std::{fs, io::Write as _, path::Path};

use serde::{Serialize, de::DeserializeOwned};

use crate::{container::replace, error::FormatError};

/// What a file says of the proof system and the curve.
const PROTOCOL: &str = "groth16";
const CURVE: &str = "bn128";

/// Reads a file as one of the types of this module.
///
/// # Errors
/// [`FormatError::Io`] or [`FormatError::Json`].
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T, FormatError> {
    let bytes =
        fs::read(path).map_err(|source| FormatError::Io { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes)
        .map_err(|source| FormatError::Json { path: path.to_owned(), source })
}

/// Writes a file as snarkjs does, indented by one space. It appears whole or not at all.
///
/// # Errors
/// [`FormatError::Io`] or [`FormatError::Json`].
pub fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), FormatError> {
    let text =
        to_text(value).map_err(|source| FormatError::Json { path: path.to_owned(), source })?;
    replace(path, |file| file.write_all(&text))
        .map_err(|source| FormatError::Io { path: path.to_owned(), source })
}

fn to_text<T: Serialize>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut text, formatter))?;
    Ok(text)
}

/// The proof system and curve of a file.
fn check_kind(protocol: &str, curve: &str) -> Result<(), JsonFault> {
    if protocol != PROTOCOL {
        return Err(JsonFault::new("protocol", format!("{protocol:?} is not {PROTOCOL:?}")));
    }
    if curve != CURVE {
        return Err(JsonFault::new("curve", format!("{curve:?} is not {CURVE:?}")));
    }
    Ok(())
}
