//! What must outlive a crash: the transaction under way and the proofs that were made.
//!
//! Every write is a rename over the old file, mode 0600, synced before it counts. A transaction is written
//! down before it is sent; proofs before their hash is submitted, since a challenge asks for that very proof.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::keystore::private_folder;
use crate::output::write_atomically;

/// The version of the files that this program writes and reads.
const VERSION: u16 = 1;
/// How long to wait for another command of the same prover to finish sending.
const LOCK_PATIENCE: Duration = Duration::from_secs(120);
/// How often to try.
const LOCK_POLL: Duration = Duration::from_millis(100);

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file cannot be read or written.
    #[error("state {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A file is not what this program writes.
    #[error(
        "state {path} cannot be read ({reason}): it was written by another version or damaged; \
         look on chain what the last transaction did before you move it away"
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Another process holds the prover.
    #[error("another `proofrail-prover` works with {path}: one at a time")]
    Held {
        /// The lock.
        path: PathBuf,
    },
}

/// A transaction that was signed and of which it is not known yet what became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// The method that it calls.
    pub method: String,
    /// The job that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<u64>,
    /// Its hash, for people.
    pub hash: String,
    /// Base64 of the signed transaction: sent again, it still runs at most once.
    pub signed: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Versioned<T> {
    version: u16,
    #[serde(flatten)]
    value: T,
}

#[derive(Serialize, Deserialize)]
struct Open {
    // Absent is damaged: only a file that says so has nothing open.
    #[serde(deserialize_with = "Option::deserialize")]
    open: Option<Intent>,
}

#[derive(Serialize, Deserialize)]
struct Proof {
    proof: serde_json::Value,
}

/// The folder of one prover's state.
#[derive(Clone, Debug)]
pub struct StateFolder {
    folder: PathBuf,
}

/// A lock that lasts as long as it is held.
#[derive(Debug)]
pub struct Lock {
    _file: fs::File,
}

impl StateFolder {
    /// Opens or creates the folder (mode 0700).
    ///
    /// # Errors
    /// [`StateError::File`].
    pub fn open(folder: &Path) -> Result<Self, StateError> {
        let proofs = folder.join("proofs");
        private_folder(&proofs).map_err(at(&proofs))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Makes this process the one that runs the prover.
    ///
    /// # Errors
    /// [`StateError::Held`] when another does.
    pub fn hold_running(&self) -> Result<Lock, StateError> {
        self.try_lock("run.lock")
    }

    /// Makes this process the one that sends, waiting for another to finish.
    ///
    /// # Errors
    /// [`StateError::Held`] when the other does not finish.
    pub async fn hold_sending(&self) -> Result<Lock, StateError> {
        let deadline = tokio::time::Instant::now() + LOCK_PATIENCE;
        loop {
            match self.try_lock("send.lock") {
                Err(StateError::Held { .. }) if tokio::time::Instant::now() < deadline => {
                    tokio::time::sleep(LOCK_POLL).await;
                }
                result => return result,
            }
        }
    }

    fn try_lock(&self, name: &str) -> Result<Lock, StateError> {
        let path = self.folder.join(name);
        let mut options = fs::OpenOptions::new();
        let file =
            options.create(true).truncate(false).write(true).open(&path).map_err(at(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(fs::TryLockError::WouldBlock) => Err(StateError::Held { path }),
            Err(fs::TryLockError::Error(source)) => Err(StateError::File { path, source }),
        }
    }

    /// The transaction under way, if any.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn intent(&self) -> Result<Option<Intent>, StateError> {
        Ok(read::<Open>(&self.intent_path())?.and_then(|file| file.open))
    }

    /// Writes down the transaction about to be sent, or that there is none.
    ///
    /// # Errors
    /// [`StateError::File`].
    pub fn set_intent(&self, open: Option<&Intent>) -> Result<(), StateError> {
        write(&self.intent_path(), Open { open: open.cloned() })
    }

    /// The proof file that was made for a job, if any.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn proof(&self, job_id: u64) -> Result<Option<String>, StateError> {
        Ok(read::<Proof>(&self.proof_path(job_id))?.map(|file| file.proof.to_string()))
    }

    /// Keeps the proof file of a job until the job is closed.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn set_proof(&self, job_id: u64, proof_file: &str) -> Result<(), StateError> {
        let path = self.proof_path(job_id);
        let proof = serde_json::from_str(proof_file).map_err(|error| StateError::Malformed {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        write(&path, Proof { proof })
    }

    /// Forgets a job's proof.
    ///
    /// # Errors
    /// [`StateError::File`].
    pub fn forget_proof(&self, job_id: u64) -> Result<(), StateError> {
        let path = self.proof_path(job_id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&path)(error)),
            _ => Ok(()),
        }
    }

    fn intent_path(&self) -> PathBuf {
        self.folder.join("intent.json")
    }

    fn proof_path(&self, job_id: u64) -> PathBuf {
        self.folder.join("proofs").join(format!("{job_id}.json"))
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> StateError {
    let path = path.to_owned();
    move |source| StateError::File { path, source }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, StateError> {
    let malformed = |reason: String| StateError::Malformed { path: path.to_owned(), reason };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(path)(error)),
    };
    let file: Versioned<T> =
        serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
    if file.version != VERSION {
        return Err(malformed(format!("version {} is not {VERSION}", file.version)));
    }
    Ok(Some(file.value))
}

fn write<T: Serialize>(path: &Path, value: T) -> Result<(), StateError> {
    let file = Versioned { version: VERSION, value };
    write_atomically(path, |out| {
        let text = serde_json::to_vec(&file)?;
        out.write_all(&text)
    })
    .map_err(at(path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn state() -> (tempfile::TempDir, StateFolder) {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::open(&folder.path().join("state")).unwrap();
        (folder, state)
    }

    fn intent() -> Intent {
        Intent {
            method: "submit_proof".to_owned(),
            job_id: Some(7),
            hash: "hash".to_owned(),
            signed: "c2lnbmVk".to_owned(),
        }
    }

    #[test]
    fn an_intent_should_be_there_until_it_is_taken_back() {
        let (_folder, state) = state();
        assert_eq!(state.intent().unwrap(), None);
        state.set_intent(Some(&intent())).unwrap();
        let again = StateFolder::open(&state.folder).unwrap();
        assert_eq!(again.intent().unwrap(), Some(intent()));
        again.set_intent(None).unwrap();
        assert_eq!(state.intent().unwrap(), None);
    }

    #[test]
    fn state_files_should_be_private() {
        let (_folder, state) = state();
        state.set_intent(Some(&intent())).unwrap();
        state.set_proof(7, "{\"a\": 1}").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&state.intent_path()), 0o600);
        assert_eq!(mode(&state.proof_path(7)), 0o600);
        assert_eq!(mode(&state.folder), 0o700);
    }

    #[test]
    fn a_write_cut_short_should_leave_the_old_file() {
        let (_folder, state) = state();
        state.set_intent(Some(&intent())).unwrap();
        // What a crash in the middle of a write leaves behind: a partial file beside the real one.
        fs::write(state.folder.join(".tmpAbCdEf"), "{\"version\":1,\"op").unwrap();
        assert_eq!(state.intent().unwrap(), Some(intent()));
        let failed = write_atomically(&state.intent_path(), |out| {
            out.write_all(b"{\"version\":1,")?;
            Err(io::Error::other("the disk is full"))
        });
        assert!(failed.is_err());
        assert_eq!(state.intent().unwrap(), Some(intent()));
    }

    #[test]
    fn a_damaged_file_should_be_refused_not_ignored() {
        let (_folder, state) = state();
        for text in ["", "{}", "{\"version\":2,\"open\":null}", "{\"version\":1}"] {
            fs::write(state.intent_path(), text).unwrap();
            let error = state.intent().unwrap_err();
            assert!(matches!(error, StateError::Malformed { .. }), "{text}: {error}");
        }
    }

    #[test]
    fn a_prover_should_run_once_at_a_time() {
        let (_folder, state) = state();
        let held = state.hold_running().unwrap();
        assert!(matches!(state.hold_running(), Err(StateError::Held { .. })));
        drop(held);
        state.hold_running().unwrap();
    }

    #[test]
    fn proofs_should_be_kept_per_job_and_forgotten() {
        let (_folder, state) = state();
        state.set_proof(7, "{\"proof\":\"0x00\"}").unwrap();
        assert_eq!(state.proof(7).unwrap().unwrap(), "{\"proof\":\"0x00\"}");
        assert_eq!(state.proof(8).unwrap(), None);
        state.forget_proof(7).unwrap();
        state.forget_proof(7).unwrap();
        assert_eq!(state.proof(7).unwrap(), None);
    }
}
