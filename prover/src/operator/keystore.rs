//! Keys in files that only their owner can read.

mod account;
mod private_file;
mod statement;

use std::{io, path::PathBuf};

pub(crate) use self::private_file::private_folder;
pub use self::{
    account::{AccountKeySource, load_account},
    private_file::{read_private, write_private},
    statement::StatementKey,
};

/// Why a key cannot be used. No message repeats what a key file holds.
#[derive(Debug, thiserror::Error)]
pub enum KeystoreError {
    /// The file cannot be read or written.
    #[error("key file {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Others can read the file.
    #[error(
        "key file {path} has mode {mode:o}: others could read or replace it; `chmod 600 {path}`, and change the key if others were on this machine"
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The content is no such key.
    #[error("key file {path} is not {expected}")]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
    /// Public and private half do not belong together.
    #[error("key file {path}: the public key is not that of the private key; write the file anew")]
    Mismatch {
        /// The file.
        path: PathBuf,
    },
    /// The file is another account's.
    #[error("key file {path} is for the account {found}, not {wanted}")]
    OtherAccount {
        /// The file.
        path: PathBuf,
        /// The account that the configuration names.
        wanted: String,
        /// The account in the file.
        found: String,
    },
    /// The file is there already and will not be overwritten.
    #[error("{path} is there already; a key is never overwritten")]
    Exists {
        /// The file.
        path: PathBuf,
    },
}
