//! Reading and creating files of mode 0600.

use std::{
    fs, io,
    io::{Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::KeystoreError;

/// No key file is longer, bytes.
const MAX_KEY_FILE: u64 = 64 * 1024;

fn at(path: &Path) -> impl FnOnce(io::Error) -> KeystoreError {
    let path: PathBuf = path.to_owned();
    move |source| KeystoreError::File { path, source }
}

/// Reads a text that only the file's owner can read or write.
///
/// # Errors
/// [`KeystoreError::Exposed`] when others have any permission, with the cure; [`KeystoreError::File`].
pub fn read_private(path: &Path) -> Result<Zeroizing<String>, KeystoreError> {
    let mut file = fs::File::open(path).map_err(at(path))?;
    // Of the open file, so that what is checked is what is read.
    let meta = file.metadata().map_err(at(path))?;
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeystoreError::Exposed { path: path.to_owned(), mode });
    }
    if meta.len() > MAX_KEY_FILE {
        let error = io::Error::new(io::ErrorKind::FileTooLarge, "longer than 64 KiB: no key file");
        return Err(at(path)(error));
    }
    // As long as the file from the start: growing would leave copies of the secret behind.
    let capacity = usize::try_from(meta.len()).unwrap_or(0) + 1;
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    file.read_to_string(&mut text).map_err(at(path))?;
    Ok(text)
}

/// Creates a file of mode 0600 and the folders above it (0700); an existing file is left alone.
///
/// # Errors
/// [`KeystoreError::Exists`], [`KeystoreError::File`].
pub fn write_private(path: &Path, text: &str) -> Result<(), KeystoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private_folder(folder).map_err(at(folder))?;
    }
    let mut options = fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(path);
    let mut file = opened.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => KeystoreError::Exists { path: path.to_owned() },
        _ => at(path)(error),
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(path))
}

/// Creates missing folders with mode 0700.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, "secret").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn read_private_should_refuse_every_permission_of_others() {
        for bit in 0..6 {
            let mode = 0o600 | (1 << bit);
            let (_folder, path) = file(mode);
            let error = read_private(&path).unwrap_err();
            assert!(matches!(error, KeystoreError::Exposed { mode: found, .. } if found == mode));
            assert!(error.to_string().contains("chmod 600"), "{error}");
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[test]
    fn read_private_should_take_what_only_the_owner_reads() {
        for mode in [0o600, 0o400] {
            let (_folder, path) = file(mode);
            assert_eq!(*read_private(&path).unwrap(), "secret");
        }
    }

    #[test]
    fn write_private_should_create_0600_and_overwrite_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/key");
        write_private(&path, "one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(
            fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777,
            0o700
        );
        assert!(matches!(write_private(&path, "two"), Err(KeystoreError::Exists { .. })));
        assert_eq!(*read_private(&path).unwrap(), "one");
    }
}
