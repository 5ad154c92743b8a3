//! Views into a key.

use std::path::Path;

use super::{
    A, B1, B2, COEFFICIENTS, CONTRIBUTIONS, Coefficients, H, IC, KIND, L, MpcParams, ZkeyHeader,
};
use crate::{
    container::Container,
    error::{FormatError, Section},
    points::{FilePoint, Points, PointsG1, PointsG2},
};

/// A proving key in a file.
///
/// Opening it checks the header with its points, and that every section is there and as long as the
/// header implies. Points of the queries are checked when they are asked for, or not, as the caller
/// says.
#[derive(Debug)]
pub struct Zkey {
    container: Container,
    header: ZkeyHeader,
}

impl Zkey {
    /// Maps a key.
    ///
    /// # Errors
    /// [`FormatError`]: no intact Groth16 key over BN254.
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
        let header = ZkeyHeader::read(&container)?;
        for (section, length) in header.lengths() {
            container.section_of(section, length)?;
        }
        container.section(CONTRIBUTIONS)?;
        let key = Self { container, header };
        key.coefficients()?;
        Ok(key)
    }

    /// Where the key was opened.
    pub fn path(&self) -> &Path {
        self.container.path()
    }

    /// Sizes and single points.
    pub const fn header(&self) -> &ZkeyHeader {
        &self.header
    }

    /// The file's bytes, for hashing.
    pub fn file_bytes(&self) -> &[u8] {
        self.container.file_bytes()
    }

    /// The sections in the order of the file.
    pub fn order(&self) -> impl Iterator<Item = Section> + '_ {
        self.container.order()
    }

    /// The bytes of a section.
    ///
    /// # Errors
    /// [`FormatError::MissingSection`] or [`FormatError::DuplicateSection`].
    pub fn section(&self, section: Section) -> Result<&[u8], FormatError> {
        self.container.section(section)
    }

    /// The points of the constant and of each public signal: [`IC`].
    ///
    /// # Errors
    /// None after [`Self::open`]; the type is that of every look into a file.
    pub fn ic(&self) -> Result<PointsG1<'_>, FormatError> {
        self.points(IC)
    }

    /// A of every signal: [`A`].
    ///
    /// # Errors
    /// As [`Self::ic`].
    pub fn a(&self) -> Result<PointsG1<'_>, FormatError> {
        self.points(A)
    }

    /// B of every signal in G1: [`B1`].
    ///
    /// # Errors
    /// As [`Self::ic`].
    pub fn b1(&self) -> Result<PointsG1<'_>, FormatError> {
        self.points(B1)
    }

    /// B of every signal in G2: [`B2`].
    ///
    /// # Errors
    /// As [`Self::ic`].
    pub fn b2(&self) -> Result<PointsG2<'_>, FormatError> {
        self.points(B2)
    }

    /// One point for every private signal: [`L`].
    ///
    /// # Errors
    /// As [`Self::ic`].
    pub fn l(&self) -> Result<PointsG1<'_>, FormatError> {
        self.points(L)
    }

    /// The quotient's basis: [`H`].
    ///
    /// With w a root of unity of order 2·`domain_size`, point i is the (2i + 1)-th Lagrange polynomial
    /// of the domain of that order, at tau, over delta. Its scalar is the i-th value of A·B - C on the
    /// coset w·D, without a division by the vanishing polynomial.
    ///
    /// # Errors
    /// As [`Self::ic`].
    pub fn h(&self) -> Result<PointsG1<'_>, FormatError> {
        self.points(H)
    }

    /// The matrices: [`COEFFICIENTS`].
    ///
    /// # Errors
    /// As [`Self::ic`].
    pub fn coefficients(&self) -> Result<Coefficients<'_>, FormatError> {
        let section = self.container.section(COEFFICIENTS)?;
        Coefficients::new(section, self.container.path(), &self.header)
    }

    /// The record of phase 2: [`CONTRIBUTIONS`]. Every point in it is checked.
    ///
    /// # Errors
    /// [`FormatError`] with what is malformed.
    pub fn mpc_params(&self) -> Result<MpcParams, FormatError> {
        MpcParams::read(&self.container)
    }

    fn points<P: FilePoint>(&self, section: Section) -> Result<Points<'_, P>, FormatError> {
        Ok(Points::new(self.container.section(section)?, self.container.path(), section))
    }
}
