//! Reads a section piece by piece.

use std::path::Path;

use crate::{
    error::{FormatError, Section},
    field::FIELD_BYTES,
    points::FilePoint,
};

/// A position in a section.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    points: usize,
    path: &'a Path,
    section: Section,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8], path: &'a Path, section: Section) -> Self {
        Self { bytes, at: 0, points: 0, path, section }
    }

    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    pub(crate) const fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], FormatError> {
        let end = self.at.checked_add(count).filter(|&end| end <= self.bytes.len());
        let end = end.ok_or_else(|| self.truncated())?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let taken = self.take(N)?;
        taken.first_chunk().copied().ok_or_else(|| self.truncated())
    }

    pub(crate) fn u8(&mut self) -> Result<u8, FormatError> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, FormatError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, FormatError> {
        self.array().map(u64::from_le_bytes)
    }

    /// A checked point; the first of a section is point 0 in errors.
    pub(crate) fn point<P: FilePoint>(&mut self) -> Result<P, FormatError> {
        let bytes = self.take(P::BYTES)?;
        let index = self.points;
        self.points += 1;
        P::from_montgomery(bytes).map_err(|fault| FormatError::Point {
            path: self.path.to_owned(),
            section: self.section,
            index,
            fault,
        })
    }

    /// The size of an element in bytes and the prime, which must be as given.
    pub(crate) fn prime(
        &mut self,
        field: &'static str,
        expected: &[u8; FIELD_BYTES],
    ) -> Result<(), FormatError> {
        let size = self.u32()?;
        if size as usize == FIELD_BYTES && self.array::<FIELD_BYTES>()? == *expected {
            return Ok(());
        }
        Err(FormatError::Prime { path: self.path.to_owned(), section: self.section, field })
    }

    /// Ends the section.
    pub(crate) fn finish(self) -> Result<(), FormatError> {
        if self.remaining() == 0 {
            return Ok(());
        }
        Err(FormatError::SectionLength {
            path: self.path.to_owned(),
            section: self.section,
            expected: self.at as u64,
            got: self.bytes.len() as u64,
        })
    }

    pub(crate) fn content(&self, what: impl Into<String>) -> FormatError {
        FormatError::Content {
            path: self.path.to_owned(),
            section: self.section,
            what: what.into(),
        }
    }

    fn truncated(&self) -> FormatError {
        FormatError::Truncated { path: self.path.to_owned(), part: self.section.to_string() }
    }
}
