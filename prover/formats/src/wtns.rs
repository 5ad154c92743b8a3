//! `.wtns`: the value of every signal, the constant 1 first (`snarkjs/src/wtns_utils.js`).

use std::path::Path;

use ark_bn254::Fr;

use crate::{
    container::{Container, ContainerWriter, Kind, section},
    error::{FormatError, Section},
    field::{FIELD_BYTES, fr_from_le, fr_to_le, r_bytes},
};

const HEADER: Section = section(1, "header");
const VALUES: Section = section(2, "values");
static KIND: Kind = Kind { magic: "wtns", newest: 2, written: 2, sections: &[HEADER, VALUES] };

/// A witness file.
#[derive(Debug)]
pub struct Wtns {
    container: Container,
    len: usize,
}

impl Wtns {
    /// Maps a witness file and checks its header and lengths.
    ///
    /// # Errors
    /// [`FormatError`]: no intact witness over BN254's scalars.
    pub fn open(path: &Path) -> Result<Self, FormatError> {
        Self::new(Container::open(path, &KIND)?)
    }

    /// As [`Self::open`], of bytes in memory; `name` stands for the path in errors.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn from_bytes(name: &Path, bytes: Vec<u8>) -> Result<Self, FormatError> {
        Self::new(Container::from_bytes(name, bytes, &KIND)?)
    }

    fn new(container: Container) -> Result<Self, FormatError> {
        let mut header = container.cursor(HEADER)?;
        header.prime("r", &r_bytes())?;
        let len = header.u32()?;
        header.finish()?;
        container.section_of(VALUES, u64::from(len) * FIELD_BYTES as u64)?;
        Ok(Self { container, len: len as usize })
    }

    /// How many signals there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All values as plain little-endian integers of 32 bytes, not yet checked against the prime.
    ///
    /// # Errors
    /// None after [`Self::open`]; the type is that of every look into a file.
    pub fn as_bytes(&self) -> Result<&[[u8; FIELD_BYTES]], FormatError> {
        Ok(self.container.section(VALUES)?.as_chunks().0)
    }

    /// Every value, checked to be below the prime.
    ///
    /// # Errors
    /// [`FormatError::Content`] with the first signal whose value is not.
    pub fn values(&self) -> Result<Vec<Fr>, FormatError> {
        let values = self.as_bytes()?.iter().enumerate();
        values.map(|(signal, bytes)| self.value(signal, bytes)).collect()
    }

    /// The value of a signal.
    ///
    /// # Errors
    /// [`FormatError::Content`]: there is no such signal, or its value is not below the prime.
    pub fn get(&self, signal: usize) -> Result<Fr, FormatError> {
        let none = || self.content(format!("there is no signal {signal} of {}", self.len));
        self.value(signal, self.as_bytes()?.get(signal).ok_or_else(none)?)
    }

    fn value(&self, signal: usize, bytes: &[u8; FIELD_BYTES]) -> Result<Fr, FormatError> {
        fr_from_le(bytes)
            .ok_or_else(|| self.content(format!("signal {signal} is not below the prime r")))
    }

    fn content(&self, what: String) -> FormatError {
        FormatError::Content { path: self.container.path().to_owned(), section: VALUES, what }
    }
}

/// Writes a witness file, value by value.
#[derive(Debug)]
pub struct WtnsWriter {
    container: ContainerWriter,
    missing: u32,
}

impl WtnsWriter {
    /// Begins a file of `len` values.
    ///
    /// # Errors
    /// [`FormatError::Io`].
    pub fn create(path: &Path, len: u32) -> Result<Self, FormatError> {
        let mut container = ContainerWriter::create(path, &KIND, 2)?;
        container.begin(HEADER.id)?;
        container.write(&(FIELD_BYTES as u32).to_le_bytes())?;
        container.write(&r_bytes())?;
        container.write(&len.to_le_bytes())?;
        container.end()?;
        container.begin(VALUES.id)?;
        Ok(Self { container, missing: len })
    }

    /// Appends the value of the next signal.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] for one value too many.
    pub fn push(&mut self, value: &Fr) -> Result<(), FormatError> {
        let left = self.missing.checked_sub(1);
        self.missing = left.ok_or_else(|| self.container.misuse("more values than announced"))?;
        self.container.write(&fr_to_le(value))
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] where values are missing.
    pub fn finish(mut self) -> Result<(), FormatError> {
        if self.missing != 0 {
            return Err(self.container.misuse(format!("{} values are missing", self.missing)));
        }
        self.container.end()?;
        self.container.finish()
    }
}
