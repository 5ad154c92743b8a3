//! Files that appear whole or not at all.

use std::{fs, io, path::Path};

use tempfile::NamedTempFile;

/// Writes beside `path`, then renames over it.
pub(crate) fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut fs::File) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    write(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    // The rename itself is on disk only with its folder.
    fs::File::open(folder)?.sync_all()
}
