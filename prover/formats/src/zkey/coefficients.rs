//! The non-zero entries of the matrices A and B. A value v is stored as v·R² mod r in plain
//! little-endian bytes, R = 2^256: multiplied in Montgomery form with a plain signal it gives the
//! product in Montgomery form, without a conversion of the witness.

use std::path::Path;

use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};

use super::{COEFFICIENTS, ZkeyHeader};
use crate::{
    error::FormatError,
    field::{FIELD_BYTES, from_le, to_le},
};

/// Bytes of an entry: matrix, constraint and signal of four bytes each, and the value.
pub const COEFFICIENT_BYTES: usize = 12 + FIELD_BYTES;

/// A matrix of the constraints A·B = C. C is not stored: a witness that satisfies them has it as the
/// product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matrix {
    /// The left factors.
    A,
    /// The right factors.
    B,
}

/// An entry of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coefficient {
    /// The matrix.
    pub matrix: Matrix,
    /// The row.
    pub constraint: u32,
    /// The column.
    pub signal: u32,
    /// The value.
    pub value: Fr,
}

impl Coefficient {
    pub(crate) fn to_bytes(self) -> [u8; COEFFICIENT_BYTES] {
        let matrix: u32 = match self.matrix {
            Matrix::A => 0,
            Matrix::B => 1,
        };
        // The limbs of a value are v·R: as an integer, their Montgomery form is v·R².
        let squared = Fr::from_bigint(self.value.0).unwrap_or_default().0;
        let mut bytes = [0; COEFFICIENT_BYTES];
        bytes[..4].copy_from_slice(&matrix.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.constraint.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.signal.to_le_bytes());
        bytes[12..].copy_from_slice(&to_le(&squared));
        bytes
    }
}

/// The entries of a key, still the file's bytes.
#[derive(Debug, Clone, Copy)]
pub struct Coefficients<'a> {
    entries: &'a [[u8; COEFFICIENT_BYTES]],
    variables: u32,
    domain_size: u32,
    path: &'a Path,
}

impl<'a> Coefficients<'a> {
    /// Takes the section, whose first four bytes count the entries.
    pub(super) fn new(
        section: &'a [u8],
        path: &'a Path,
        header: &ZkeyHeader,
    ) -> Result<Self, FormatError> {
        let (count, rest) = section.split_first_chunk::<4>().ok_or_else(|| {
            FormatError::Truncated { path: path.to_owned(), part: COEFFICIENTS.to_string() }
        })?;
        let count = u64::from(u32::from_le_bytes(*count));
        let expected = 4 + count * COEFFICIENT_BYTES as u64;
        let got = section.len() as u64;
        if got != expected {
            return Err(FormatError::SectionLength {
                path: path.to_owned(),
                section: COEFFICIENTS,
                expected,
                got,
            });
        }
        let entries = rest.as_chunks().0;
        Ok(Self { entries, variables: header.variables, domain_size: header.domain_size, path })
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The bytes of the entries.
    pub const fn as_bytes(&self) -> &'a [[u8; COEFFICIENT_BYTES]] {
        self.entries
    }

    /// The entries in the order of the file, each checked against the key's sizes and the prime.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = Result<Coefficient, FormatError>> + use<'a> {
        let all = *self;
        self.entries.iter().enumerate().map(move |(index, bytes)| {
            all.parse(bytes).map_err(|what| FormatError::Content {
                path: all.path.to_owned(),
                section: COEFFICIENTS,
                what: format!("entry {index}: {what}"),
            })
        })
    }

    fn parse(&self, bytes: &[u8; COEFFICIENT_BYTES]) -> Result<Coefficient, &'static str> {
        let number =
            |at: usize| bytes[at..at + 4].iter().rev().fold(0, |n, &b| n << 8 | u32::from(b));
        let matrix = match number(0) {
            0 => Matrix::A,
            1 => Matrix::B,
            _ => return Err("no such matrix"),
        };
        let (constraint, signal) = (number(4), number(8));
        if constraint >= self.domain_size {
            return Err("the constraint is outside the domain");
        }
        if signal >= self.variables {
            return Err("there is no such signal");
        }
        let value = bytes.last_chunk().and_then(|value| unsquared(&from_le(value)));
        let value = value.ok_or("the value is not below the prime r")?;
        Ok(Coefficient { matrix, constraint, signal, value })
    }
}

/// v of v·R².
fn unsquared(stored: &BigInt<4>) -> Option<Fr> {
    let below = *stored < Fr::MODULUS;
    below.then(|| Fr::new_unchecked(Fr::new_unchecked(*stored).into_bigint()))
}
