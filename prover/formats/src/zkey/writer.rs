//! Writes a key as a stream of sections, in the order of the calls. `groth16 setup` writes 1, 2, 4, 3,
//! 9, 8, 5, 6, 7, 10, and contributions are written from 1 to 10.

use std::{collections::BTreeMap, path::Path};

use super::{
    COEFFICIENT_BYTES, COEFFICIENTS, CONTRIBUTIONS, Coefficient, KIND, MpcParams, SECTIONS, Zkey,
    ZkeyHeader,
};
use crate::{
    container::ContainerWriter,
    error::{FormatError, Section},
    points::FilePoint,
};

/// Writes a key. Every section is written once; [`Self::finish`] checks their lengths.
#[derive(Debug)]
pub struct ZkeyWriter {
    container: ContainerWriter,
    header: ZkeyHeader,
    lengths: BTreeMap<u32, u64>,
    open: Option<u32>,
}

impl ZkeyWriter {
    /// Begins a file and writes the protocol and the header.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] for a header whose sizes cannot be.
    pub fn create(path: &Path, header: &ZkeyHeader) -> Result<Self, FormatError> {
        let mut container = ContainerWriter::create(path, &KIND, SECTIONS)?;
        header.write(&mut container)?;
        Ok(Self { container, header: *header, lengths: BTreeMap::new(), open: None })
    }

    /// Begins a section of points, which [`Self::points`] and [`Self::bytes`] fill.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] where the section was written before.
    pub fn begin(&mut self, section: Section) -> Result<(), FormatError> {
        if self.lengths.contains_key(&section.id) {
            return Err(self.container.misuse(format!("{section} was written twice")));
        }
        self.container.begin(section.id)?;
        self.open = Some(section.id);
        Ok(())
    }

    /// Appends points to the open section.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] where no section is open.
    pub fn points<P: FilePoint>(&mut self, points: &[P]) -> Result<(), FormatError> {
        points.iter().try_for_each(|point| self.container.write(&point.to_montgomery()))
    }

    /// Appends bytes to the open section.
    ///
    /// # Errors
    /// As [`Self::points`].
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        self.container.write(bytes)
    }

    /// Ends the open section.
    ///
    /// # Errors
    /// As [`Self::points`].
    pub fn end(&mut self) -> Result<(), FormatError> {
        let length = self.container.end()?;
        if let Some(id) = self.open.take() {
            self.lengths.insert(id, length);
        }
        Ok(())
    }

    /// A whole section of points.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn section<P: FilePoint>(
        &mut self,
        section: Section,
        points: &[P],
    ) -> Result<(), FormatError> {
        self.begin(section)?;
        self.points(points)?;
        self.end()
    }

    /// Copies a section of another key.
    ///
    /// # Errors
    /// As [`Self::begin`], and what is wrong with the other key.
    pub fn copy(&mut self, from: &Zkey, section: Section) -> Result<(), FormatError> {
        let bytes = from.section(section)?;
        self.begin(section)?;
        self.bytes(bytes)?;
        self.end()
    }

    /// Begins the matrices, of `count` entries, which [`Self::coefficient`] writes.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn begin_coefficients(&mut self, count: u32) -> Result<(), FormatError> {
        self.begin(COEFFICIENTS)?;
        self.container.write(&count.to_le_bytes())
    }

    /// Appends an entry of the matrices.
    ///
    /// # Errors
    /// As [`Self::points`].
    pub fn coefficient(&mut self, entry: Coefficient) -> Result<(), FormatError> {
        self.container.write(&entry.to_bytes())
    }

    /// Writes the record of phase 2.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] for a name or beacon too long.
    pub fn mpc_params(&mut self, params: &MpcParams) -> Result<(), FormatError> {
        if self.lengths.insert(CONTRIBUTIONS.id, 0).is_some() {
            return Err(self.container.misuse(format!("{CONTRIBUTIONS} was written twice")));
        }
        params.write(&mut self.container)
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] where a section is missing or not as long as
    /// the header implies.
    pub fn finish(self) -> Result<(), FormatError> {
        for (section, expected) in self.header.lengths() {
            let got = self.lengths.get(&section.id).copied().unwrap_or_default();
            if got != expected {
                let what = format!("{section} has {got} bytes of {expected}");
                return Err(self.container.misuse(what));
            }
        }
        let entries = self.lengths.get(&COEFFICIENTS.id).and_then(|length| length.checked_sub(4));
        if entries.is_none_or(|bytes| bytes % COEFFICIENT_BYTES as u64 != 0) {
            return Err(self.container.misuse(format!("{COEFFICIENTS} has half an entry")));
        }
        self.container.finish()
    }
}
