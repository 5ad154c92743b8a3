//! Reads a container through a memory map.

use std::{
    fmt,
    fs::File,
    ops::Range,
    path::{Path, PathBuf},
};

use memmap2::Mmap;

use super::{Cursor, Kind};
use crate::error::{FormatError, Section};

/// An open container: its bytes and where its sections are.
pub(crate) struct Container {
    path: PathBuf,
    bytes: Bytes,
    table: Vec<(Section, Range<usize>)>,
}

enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Container")
            .field("path", &self.path)
            .field("sections", &self.table)
            .finish_non_exhaustive()
    }
}

impl Container {
    /// Maps a file and reads its table of sections.
    pub(crate) fn open(path: &Path, kind: &Kind) -> Result<Self, FormatError> {
        let io = |source| FormatError::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(io)?;
        #[expect(unsafe_code, reason = "the one place that maps files")]
        // SAFETY: the map is read-only. A file that another process cuts or changes meanwhile is an
        // operator's error that no check here can exclude; writers of this crate replace files whole.
        let map = unsafe { Mmap::map(&file) }.map_err(io)?;
        Self::parse(path, Bytes::Mapped(map), kind)
    }

    /// Takes bytes in memory for a file; `path` names it in errors.
    pub(crate) fn from_bytes(
        path: &Path,
        bytes: Vec<u8>,
        kind: &Kind,
    ) -> Result<Self, FormatError> {
        Self::parse(path, Bytes::Owned(bytes), kind)
    }

    fn parse(path: &Path, bytes: Bytes, kind: &Kind) -> Result<Self, FormatError> {
        let table = read_table(path, bytes.as_slice(), kind)?;
        Ok(Self { path: path.to_owned(), bytes, table })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The sections in the order of the file.
    pub(crate) fn order(&self) -> impl Iterator<Item = Section> {
        self.table.iter().map(|(section, _)| *section)
    }

    /// All bytes of the file.
    pub(crate) fn file_bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    pub(crate) fn has(&self, section: Section) -> bool {
        self.table.iter().any(|(other, _)| other.id == section.id)
    }

    /// Where the bytes of a section are in the file.
    pub(crate) fn range(&self, section: Section) -> Result<Range<usize>, FormatError> {
        let mut found = self.table.iter().filter(|(other, _)| other.id == section.id);
        let (_, range) = found
            .next()
            .ok_or_else(|| FormatError::MissingSection { path: self.path.clone(), section })?;
        if found.next().is_some() {
            return Err(FormatError::DuplicateSection { path: self.path.clone(), section });
        }
        Ok(range.clone())
    }

    /// The bytes of a section that occurs once.
    pub(crate) fn section(&self, section: Section) -> Result<&[u8], FormatError> {
        let range = self.range(section)?;
        Ok(&self.bytes.as_slice()[range])
    }

    /// As [`Self::section`], of a length that the header implies.
    pub(crate) fn section_of(&self, section: Section, length: u64) -> Result<&[u8], FormatError> {
        let bytes = self.section(section)?;
        let got = bytes.len() as u64;
        if got == length {
            return Ok(bytes);
        }
        Err(FormatError::SectionLength { path: self.path.clone(), section, expected: length, got })
    }

    /// Reads a section from its start.
    pub(crate) fn cursor(&self, section: Section) -> Result<Cursor<'_>, FormatError> {
        Ok(Cursor::new(self.section(section)?, &self.path, section))
    }
}

fn read_table(
    path: &Path,
    bytes: &[u8],
    kind: &Kind,
) -> Result<Vec<(Section, Range<usize>)>, FormatError> {
    let truncated = |part: &dyn fmt::Display| FormatError::Truncated {
        path: path.to_owned(),
        part: part.to_string(),
    };
    if bytes.get(..4) != Some(kind.magic.as_bytes()) {
        return Err(FormatError::Magic { path: path.to_owned(), expected: kind.magic });
    }
    let mut at = 4;
    let version = u32_at(bytes, &mut at).ok_or_else(|| truncated(&"its head"))?;
    if version == 0 || version > kind.newest {
        return Err(FormatError::Version {
            path: path.to_owned(),
            got: version,
            newest: kind.newest,
        });
    }
    let count = u32_at(bytes, &mut at).ok_or_else(|| truncated(&"its head"))?;
    let mut table = Vec::new();
    for _ in 0..count {
        let id = u32_at(bytes, &mut at).ok_or_else(|| truncated(&"the table of sections"))?;
        let section = kind.section(id);
        let length = u64_at(bytes, &mut at).ok_or_else(|| truncated(&section))?;
        let end = usize::try_from(length).ok().and_then(|length| at.checked_add(length));
        let end = end.filter(|&end| end <= bytes.len()).ok_or_else(|| truncated(&section))?;
        table.push((section, at..end));
        at = end;
    }
    match bytes.len() - at {
        0 => Ok(table),
        surplus => Err(FormatError::Surplus { path: path.to_owned(), surplus: surplus as u64 }),
    }
}

fn u32_at(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let value = bytes.get(*at..)?.first_chunk().copied().map(u32::from_le_bytes)?;
    *at += 4;
    Some(value)
}

fn u64_at(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let value = bytes.get(*at..)?.first_chunk().copied().map(u64::from_le_bytes)?;
    *at += 8;
    Some(value)
}
