//! Private inputs on their way to the prover.

use std::{
    fs, io,
    io::Read,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::keystore::private_folder;

/// The longest input that is read, bytes.
const MAX_INPUT: u64 = 16 * 1024 * 1024;

/// Why an input cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum InputSourceError {
    /// The system refuses.
    #[error("inbox {path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Others can read what clients entrust to the prover.
    #[error("inbox {path} has mode {mode:o}: private inputs would lie open; `chmod 700 {path}`")]
    Exposed {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

/// A job's private input; wiped when dropped.
#[derive(Clone)]
pub struct Input {
    /// The JSON that the circuit's witness is made from.
    pub text: Zeroizing<String>,
    /// Tells one delivery from the next.
    pub fingerprint: [u8; 32],
}

impl Input {
    /// An input from its text.
    pub fn new(text: Zeroizing<String>) -> Self {
        let fingerprint = Sha256::digest(text.as_bytes()).into();
        Self { text, fingerprint }
    }
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// Where private inputs come from.
pub trait InputSource: Send + Sync + std::fmt::Debug {
    /// The input of a job, if it is there.
    ///
    /// # Errors
    /// When it cannot be looked for; to be tried again.
    fn fetch(&self, job_id: u64) -> Result<Option<Input>, InputSourceError>;

    /// The job is closed: its input is not needed any more and should not be kept.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn discard(&self, job_id: u64) -> Result<(), InputSourceError>;
}

/// A folder into which somebody delivers `<job id>.json`, by a rename.
#[derive(Clone, Debug)]
pub struct Inbox {
    folder: PathBuf,
}

impl Inbox {
    /// Opens or creates the folder (mode 0700).
    ///
    /// # Errors
    /// [`InputSourceError::Exposed`] when others can look into it.
    pub fn open(folder: &Path) -> Result<Self, InputSourceError> {
        private_folder(folder).map_err(at(folder))?;
        let mode = fs::metadata(folder).map_err(at(folder))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(InputSourceError::Exposed { path: folder.to_owned(), mode });
        }
        Ok(Self { folder: folder.to_owned() })
    }

    fn path(&self, job_id: u64) -> PathBuf {
        self.folder.join(format!("{job_id}.json"))
    }
}

impl InputSource for Inbox {
    fn fetch(&self, job_id: u64) -> Result<Option<Input>, InputSourceError> {
        let path = self.path(job_id);
        let file = match fs::File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(at(&path))?,
        };
        let length = file.metadata().map_err(at(&path))?.len();
        if length > MAX_INPUT {
            let error = io::Error::new(io::ErrorKind::FileTooLarge, "longer than 16 MiB");
            return Err(at(&path)(error));
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(length as usize + 1));
        file.take(MAX_INPUT).read_to_end(&mut bytes).map_err(at(&path))?;
        // Bytes that are no text are an input too: one that no circuit takes.
        let text = std::str::from_utf8(&bytes).map(str::to_owned).unwrap_or_default();
        Ok(Some(Input::new(Zeroizing::new(text))))
    }

    fn discard(&self, job_id: u64) -> Result<(), InputSourceError> {
        let path = self.path(job_id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&path)(error)),
            _ => Ok(()),
        }
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> InputSourceError {
    let path = path.to_owned();
    move |source| InputSourceError::File { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inbox_should_find_what_was_delivered_and_discard_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inbox");
        let inbox = Inbox::open(&path).unwrap();
        assert!(inbox.fetch(7).unwrap().is_none());
        fs::write(path.join("7.json"), "{\"a\": 1}").unwrap();
        let first = inbox.fetch(7).unwrap().unwrap();
        assert_eq!(*first.text, "{\"a\": 1}");
        fs::write(path.join("7.json"), "{\"a\": 2}").unwrap();
        assert_ne!(inbox.fetch(7).unwrap().unwrap().fingerprint, first.fingerprint);
        assert!(!format!("{first:?}").contains("\"a\""));
        inbox.discard(7).unwrap();
        inbox.discard(7).unwrap();
        assert!(inbox.fetch(7).unwrap().is_none());
    }

    #[test]
    fn inbox_should_refuse_a_folder_that_others_can_read() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let error = Inbox::open(folder.path()).unwrap_err();
        assert!(error.to_string().contains("chmod 700"), "{error}");
    }
}
