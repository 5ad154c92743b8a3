//! `.ptau`: powers of tau, with Lagrange bases once prepared for phase 2
//! (`snarkjs/src/powersoftau_new.js` and `powersoftau_preparephase2.js`).

use std::path::Path;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ff::FftField;

use crate::{
    container::{Container, ContainerWriter, Kind, section},
    error::{FormatError, Section},
    field::{FIELD_BYTES, q_bytes},
    points::{FilePoint, Points, PointsG1, PointsG2},
};

/// The field and the power.
pub const HEADER: Section = section(1, "header");
/// Powers of tau in G1, 2^(power + 1) - 1 of them.
pub const TAU_G1: Section = section(2, "tauG1");
/// Powers of tau in G2, 2^power of them.
pub const TAU_G2: Section = section(3, "tauG2");
/// alpha times the powers of tau in G1, 2^power of them.
pub const ALPHA_TAU_G1: Section = section(4, "alphaTauG1");
/// beta times the powers of tau in G1, 2^power of them.
pub const BETA_TAU_G1: Section = section(5, "betaTauG1");
/// beta in G2.
pub const BETA_G2: Section = section(6, "betaG2");
/// The contributions to phase 1.
pub const CONTRIBUTIONS: Section = section(7, "contributions");
/// The Lagrange bases of [`TAU_G1`] on the domains of 1, 2, 4, … 2^(power + 1) points.
pub const LAGRANGE_TAU_G1: Section = section(12, "lagrange tauG1");
/// The Lagrange bases of [`TAU_G2`], up to 2^power points.
pub const LAGRANGE_TAU_G2: Section = section(13, "lagrange tauG2");
/// The Lagrange bases of [`ALPHA_TAU_G1`], up to 2^power points.
pub const LAGRANGE_ALPHA_TAU_G1: Section = section(14, "lagrange alphaTauG1");
/// The Lagrange bases of [`BETA_TAU_G1`], up to 2^power points.
pub const LAGRANGE_BETA_TAU_G1: Section = section(15, "lagrange betaTauG1");

static KIND: Kind = Kind {
    magic: "ptau",
    newest: 1,
    written: 1,
    sections: &[
        HEADER,
        TAU_G1,
        TAU_G2,
        ALPHA_TAU_G1,
        BETA_TAU_G1,
        BETA_G2,
        CONTRIBUTIONS,
        LAGRANGE_TAU_G1,
        LAGRANGE_TAU_G2,
        LAGRANGE_ALPHA_TAU_G1,
        LAGRANGE_BETA_TAU_G1,
    ],
};

const LAGRANGE: [Section; 4] =
    [LAGRANGE_TAU_G1, LAGRANGE_TAU_G2, LAGRANGE_ALPHA_TAU_G1, LAGRANGE_BETA_TAU_G1];

/// A file of powers of tau.
#[derive(Debug)]
pub struct Ptau {
    container: Container,
    header: PtauHeader,
}

/// The size of a phase 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PtauHeader {
    /// Circuits up to 2^power constraints can be set up.
    pub power: u32,
    /// The power of the ceremony, of which this file may be a part.
    pub ceremony_power: u32,
}

impl PtauHeader {
    /// The bytes of each section of points; those of Lagrange bases are there in prepared files.
    fn lengths(&self, prepared: bool) -> Vec<(Section, u64)> {
        let points = 1u64 << self.power;
        let (g1, g2) = (G1Affine::BYTES as u64, G2Affine::BYTES as u64);
        let mut lengths = vec![
            (TAU_G1, (2 * points - 1) * g1),
            (TAU_G2, points * g2),
            (ALPHA_TAU_G1, points * g1),
            (BETA_TAU_G1, points * g1),
            (BETA_G2, g2),
        ];
        if prepared {
            let bases = 2 * points - 1;
            lengths.extend([
                (LAGRANGE_TAU_G1, (4 * points - 1) * g1),
                (LAGRANGE_TAU_G2, bases * g2),
                (LAGRANGE_ALPHA_TAU_G1, bases * g1),
                (LAGRANGE_BETA_TAU_G1, bases * g1),
            ]);
        }
        lengths
    }
}

impl Ptau {
    /// Maps a file of powers of tau and checks its header and lengths, not its points: `snarkjs
    /// powersoftau verify` does, and a pinned hash stands for it.
    ///
    /// # Errors
    /// [`FormatError`]: no intact file over BN254.
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
        let mut cursor = container.cursor(HEADER)?;
        cursor.prime("q", &q_bytes())?;
        let header = PtauHeader { power: cursor.u32()?, ceremony_power: cursor.u32()? };
        if header.power > Fr::TWO_ADICITY {
            return Err(cursor.content(format!("power {} is above 28", header.power)));
        }
        cursor.finish()?;
        for (section, length) in header.lengths(container.has(LAGRANGE_TAU_G1)) {
            container.section_of(section, length)?;
        }
        container.section(CONTRIBUTIONS)?;
        Ok(Self { container, header })
    }

    /// The size.
    pub const fn header(&self) -> PtauHeader {
        self.header
    }

    /// Whether the Lagrange bases are there, as `snarkjs powersoftau prepare phase2` adds them.
    pub fn is_prepared(&self) -> bool {
        LAGRANGE.into_iter().all(|section| self.container.has(section))
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

    /// Points of a section of G1.
    ///
    /// # Errors
    /// As [`Self::section`].
    pub fn g1(&self, section: Section) -> Result<PointsG1<'_>, FormatError> {
        self.points(section)
    }

    /// Points of a section of G2.
    ///
    /// # Errors
    /// As [`Self::section`].
    pub fn g2(&self, section: Section) -> Result<PointsG2<'_>, FormatError> {
        self.points(section)
    }

    /// The Lagrange basis of 2^`power` points in a prepared section of G1.
    ///
    /// # Errors
    /// As [`Self::section`], and [`FormatError::Content`] where there is none of that size.
    pub fn lagrange_g1(&self, section: Section, power: u32) -> Result<PointsG1<'_>, FormatError> {
        self.lagrange(section, power)
    }

    /// The Lagrange basis of 2^`power` points in a prepared section of G2.
    ///
    /// # Errors
    /// As [`Self::lagrange_g1`].
    pub fn lagrange_g2(&self, section: Section, power: u32) -> Result<PointsG2<'_>, FormatError> {
        self.lagrange(section, power)
    }

    fn lagrange<P: FilePoint>(
        &self,
        section: Section,
        power: u32,
    ) -> Result<Points<'_, P>, FormatError> {
        let all: Points<'_, P> = self.points(section)?;
        let size = 1usize.checked_shl(power).unwrap_or(usize::MAX);
        // The bases before this one have 1 + 2 + … + size/2 points.
        let basis = all.bytes_of(size - 1..size.saturating_mul(2).saturating_sub(1));
        let basis = basis.ok_or_else(|| FormatError::Content {
            path: self.container.path().to_owned(),
            section,
            what: format!("there is no basis of 2^{power} points; take a larger file"),
        })?;
        Ok(Points::new(basis, self.container.path(), section))
    }

    fn points<P: FilePoint>(&self, section: Section) -> Result<Points<'_, P>, FormatError> {
        Ok(Points::new(self.container.section(section)?, self.container.path(), section))
    }

    /// The bytes of the file that follow a section, as far as there are any.
    ///
    /// # Errors
    /// As [`Self::section`].
    pub fn bytes_after(&self, section: Section) -> Result<&[u8], FormatError> {
        let end = self.container.range(section)?.end;
        Ok(&self.container.file_bytes()[end..])
    }
}

/// Writes a file of powers of tau as a stream of sections, in the order of the calls.
#[derive(Debug)]
pub struct PtauWriter {
    container: ContainerWriter,
    header: PtauHeader,
    prepared: bool,
    lengths: Vec<(u32, u64)>,
    open: u32,
}

impl PtauWriter {
    /// Begins a file, prepared for phase 2 or not, and writes the header.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] for a power above 28.
    pub fn create(path: &Path, header: PtauHeader, prepared: bool) -> Result<Self, FormatError> {
        let sections = if prepared { 11 } else { 7 };
        let mut container = ContainerWriter::create(path, &KIND, sections)?;
        if header.power > Fr::TWO_ADICITY {
            return Err(container.misuse(format!("power {} is above 28", header.power)));
        }
        container.begin(HEADER.id)?;
        container.write(&(FIELD_BYTES as u32).to_le_bytes())?;
        container.write(&q_bytes())?;
        container.write(&header.power.to_le_bytes())?;
        container.write(&header.ceremony_power.to_le_bytes())?;
        container.end()?;
        Ok(Self { container, header, prepared, lengths: Vec::new(), open: 0 })
    }

    /// Begins a section.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] within another section.
    pub fn begin(&mut self, section: Section) -> Result<(), FormatError> {
        self.open = section.id;
        self.container.begin(section.id)
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
        self.lengths.push((self.open, length));
        Ok(())
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`FormatError::Io`], or [`FormatError::Writer`] where a section is missing or not as long as
    /// the power implies.
    pub fn finish(self) -> Result<(), FormatError> {
        for (section, expected) in self.header.lengths(self.prepared) {
            let got: u64 =
                self.lengths.iter().filter(|(id, _)| *id == section.id).map(|(_, n)| n).sum();
            if got != expected {
                let what = format!("{section} has {got} bytes of {expected}");
                return Err(self.container.misuse(what));
            }
        }
        self.container.finish()
    }
}
