//! What can go wrong between the service and its database.

use std::path::PathBuf;

use alloy::primitives::B256;

use crate::status::State;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database itself.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("database migration: {0}; the file may come from a newer relayer")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The database file or its lock.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A second process on the same file could spend twice.
    #[error("{0} is in use by another relayer; stop it first (one process per SQLite file)")]
    InUse(PathBuf),
    /// Somebody else advanced the message first; read it again.
    #[error("settlement {0} changed meanwhile")]
    Stale(B256),
    /// The state machine has no such step.
    #[error("settlement {id}: no step from {from:?} to {to:?}")]
    IllegalStep {
        /// The settlement.
        id: B256,
        /// Where it stands.
        from: State,
        /// Where it was to go.
        to: State,
    },
    /// A stored value that cannot be read back.
    #[error(
        "database column {column}: cannot read {found:?}; the file is damaged or from another version"
    )]
    Unreadable {
        /// The column.
        column: &'static str,
        /// Its content.
        found: String,
    },
}
