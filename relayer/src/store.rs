//! The database: what was asked, what was intended, what was signed and what was observed, written down before it is
//! acted upon. SQLite in WAL mode; every commit reaches the disk before the call returns.

mod error;
mod intents;
mod legs;
mod row;
mod settlements;

#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    fs::{File, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

use sqlx::{
    SqlSafeStr, Sqlite, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use self::{
    error::StoreError,
    intents::{Draft, Intent, Kind, Outcome, Purpose, Signed},
    legs::Leg,
    settlements::{Accepted, Facts, HistoryEntry, NewSettlement, Record, Step},
};

/// The relayer's database, held by one process at a time.
#[derive(Debug)]
pub struct Store {
    pool: SqlitePool,
    /// Locked while the store lives; the lock goes with the process, however it ends.
    _lock: File,
}

impl Store {
    /// Opens or creates the database file, readable by its owner only, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process holds it, [`StoreError::Migration`] when its schema is newer.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let lock = lock(path)?;
        private_file(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL may lose the last commits on power loss; an intent must survive it.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        migrator().run(&pool).await?;
        Ok(Self { pool, _lock: lock })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes every connection and folds the write-ahead log into the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction that holds the write lock from its start, so that what it read is still true when it commits.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}

fn migrator() -> Migrator {
    let migration = |version, name, sql: &'static str| {
        let kind = MigrationType::Simple;
        Migration::new(version, Cow::Borrowed(name), kind, sql.into_sql_str(), false)
    };
    let migrations = vec![
        migration(1, "settlements", include_str!("../migrations/0001_settlements.sql")),
        migration(2, "deliveries", include_str!("../migrations/0002_deliveries.sql")),
        migration(3, "legs", include_str!("../migrations/0003_legs.sql")),
    ];
    Migrator { migrations: Cow::Owned(migrations), ..Migrator::DEFAULT }
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = open_private(Path::new(&name))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse(path.to_owned())),
        Err(std::fs::TryLockError::Error(source)) => {
            Err(StoreError::File { path: name.into(), source })
        }
    }
}

fn private_file(path: &Path) -> Result<(), StoreError> {
    open_private(path).map(drop)
}

fn open_private(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|source| StoreError::File { path: path.to_owned(), source })
}
