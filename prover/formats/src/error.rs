//! Why a file is refused, with the file and the section that are at fault.

use std::{fmt, io, path::PathBuf};

/// A section of a file, by number and name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Section {
    /// The number that the file gives.
    pub id: u32,
    /// What the format calls it.
    pub name: &'static str,
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "section {} ({})", self.id, self.name)
    }
}

/// What is wrong with a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PointFault {
    /// A coordinate is not below the prime of the base field.
    #[error("a coordinate is not below the field's prime")]
    Coordinate,
    /// The coordinates do not satisfy the curve's equation.
    #[error("it is not on the curve")]
    OffCurve,
    /// The point is on the curve but not of the group's prime order.
    #[error("it is not in the subgroup of prime order")]
    OffSubgroup,
}

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The system does not give or take the bytes.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file does not begin as its kind does.
    #[error("{path}: not a {expected} file; check which file this is", path = path.display())]
    Magic {
        /// The file.
        path: PathBuf,
        /// The kind asked for.
        expected: &'static str,
    },
    /// A version that this program does not read.
    #[error("{path}: version {got}, and this program reads up to {newest}", path = path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// As the file says.
        got: u32,
        /// The newest that is read.
        newest: u32,
    },
    /// The file ends too early.
    #[error("{path}: ends within {part}; fetch it again", path = path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// What is cut.
        part: String,
    },
    /// Bytes follow the last section.
    #[error("{path}: {surplus} bytes follow the last section; fetch it again", path = path.display())]
    Surplus {
        /// The file.
        path: PathBuf,
        /// How many.
        surplus: u64,
    },
    /// A section that the format demands is not there.
    #[error("{path}: {section} is missing", path = path.display())]
    MissingSection {
        /// The file.
        path: PathBuf,
        /// The section.
        section: Section,
    },
    /// A section is there twice, so that readers may disagree on which counts.
    #[error("{path}: {section} occurs more than once", path = path.display())]
    DuplicateSection {
        /// The file.
        path: PathBuf,
        /// The section.
        section: Section,
    },
    /// A section has another length than the header implies.
    #[error("{path}: {section} has {got} bytes where {expected} are due", path = path.display())]
    SectionLength {
        /// The file.
        path: PathBuf,
        /// The section.
        section: Section,
        /// By the header.
        expected: u64,
        /// In fact.
        got: u64,
    },
    /// Another field or curve.
    #[error("{path}: {section}: the prime {field} is not that of BN254", path = path.display())]
    Prime {
        /// The file.
        path: PathBuf,
        /// The section.
        section: Section,
        /// `q` of the base field or `r` of the scalars.
        field: &'static str,
    },
    /// Another proof system.
    #[error("{path}: protocol {got} is not groth16 (1)", path = path.display())]
    Protocol {
        /// The file.
        path: PathBuf,
        /// As the file says.
        got: u32,
    },
    /// A value that the format does not admit.
    #[error("{path}: {section}: {what}", path = path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// The section.
        section: Section,
        /// Which value, and why.
        what: String,
    },
    /// A point that is none.
    #[error("{path}: {section}: point {index}: {fault}", path = path.display())]
    Point {
        /// The file.
        path: PathBuf,
        /// The section.
        section: Section,
        /// The point's position, from 0.
        index: usize,
        /// What is wrong.
        fault: PointFault,
    },
    /// Text that is not the JSON of the format.
    #[error("{path}: {source}", path = path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// JSON whose values are not those of BN254.
    #[error("{path}: {field}: {what}", path = path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The member, such as `vk_alpha_1`.
        field: String,
        /// What is wrong.
        what: String,
    },
    /// The caller wrote something else than the header promises.
    #[error("{path}: {what}; nothing was written", path = path.display())]
    Writer {
        /// The file that would have come to be.
        path: PathBuf,
        /// What is missing or too much.
        what: String,
    },
}
