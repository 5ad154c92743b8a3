//! Writes a container as a stream. It appears under its name when it is whole.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::Kind;
use crate::error::FormatError;

const BUFFER_BYTES: usize = 1 << 20;

/// A container that is being written, section by section, in the order of the calls.
#[derive(Debug)]
pub struct ContainerWriter {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
    announced: u32,
    written: u32,
    /// Where the open section's length belongs, and the length so far.
    open: Option<(u64, u64)>,
    position: u64,
}

impl ContainerWriter {
    pub(crate) fn create(path: &Path, kind: &Kind, sections: u32) -> Result<Self, FormatError> {
        let file =
            temporary(path).map_err(|source| FormatError::Io { path: path.to_owned(), source })?;
        let mut writer = Self {
            path: path.to_owned(),
            file: BufWriter::with_capacity(BUFFER_BYTES, file),
            announced: sections,
            written: 0,
            open: None,
            position: 0,
        };
        writer.raw(kind.magic.as_bytes())?;
        writer.raw(&kind.written.to_le_bytes())?;
        writer.raw(&sections.to_le_bytes())?;
        Ok(writer)
    }

    pub(crate) fn begin(&mut self, id: u32) -> Result<(), FormatError> {
        if self.open.is_some() {
            return Err(self.misuse(format!("section {id} was begun within another")));
        }
        self.raw(&id.to_le_bytes())?;
        self.open = Some((self.position, 0));
        self.raw(&0u64.to_le_bytes())
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        match &mut self.open {
            Some((_, length)) => *length += bytes.len() as u64,
            None => return Err(self.misuse("bytes were written outside a section")),
        }
        self.raw(bytes)
    }

    /// Ends the section and gives its length.
    pub(crate) fn end(&mut self) -> Result<u64, FormatError> {
        let Some((at, length)) = self.open.take() else {
            return Err(self.misuse("a section was ended that was not begun"));
        };
        self.seek(at)?;
        let io = |source| FormatError::Io { path: self.path.clone(), source };
        self.file.write_all(&length.to_le_bytes()).map_err(io)?;
        self.seek(self.position)?;
        self.written += 1;
        Ok(length)
    }

    /// A whole section.
    pub(crate) fn section(&mut self, id: u32, bytes: &[u8]) -> Result<(), FormatError> {
        self.begin(id)?;
        self.write(bytes)?;
        self.end().map(drop)
    }

    /// Puts the file in its place.
    pub(crate) fn finish(self) -> Result<(), FormatError> {
        if self.open.is_some() || self.written != self.announced {
            let counts = format!("{} sections of {} were written", self.written, self.announced);
            return Err(self.misuse(counts));
        }
        let path = self.path;
        let persist =
            || persist(self.file.into_inner().map_err(io::IntoInnerError::into_error)?, &path);
        persist().map_err(|source| FormatError::Io { path: path.clone(), source })
    }

    /// An error of the caller's, which leaves no file behind.
    pub(crate) fn misuse(&self, what: impl Into<String>) -> FormatError {
        FormatError::Writer { path: self.path.clone(), what: what.into() }
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        self.position += bytes.len() as u64;
        self.file
            .write_all(bytes)
            .map_err(|source| FormatError::Io { path: self.path.clone(), source })
    }

    fn seek(&mut self, to: u64) -> Result<(), FormatError> {
        self.file
            .seek(SeekFrom::Start(to))
            .map(drop)
            .map_err(|source| FormatError::Io { path: self.path.clone(), source })
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file beside `path`, readable as the user's mask allows: these files are public.
fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::create_dir_all(folder(path))?;
    tempfile::Builder::new()
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(folder(path))
}

fn persist(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(path)?;
    // The rename itself is on disk only with its folder.
    File::open(folder(path))?.sync_all()
}

/// Writes a file beside `path`, then renames it over: it appears whole or not at all.
///
/// # Errors
/// What the system says.
pub fn replace(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut file = temporary(path)?;
    write(file.as_file_mut())?;
    persist(file, path)
}
