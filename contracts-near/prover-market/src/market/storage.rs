//! Storage keys, and what storage costs whom.

use near_sdk::{BorshStorageKey, NearToken, borsh, env, near};

use crate::MarketError;
use crate::market::Market;

/// Prefix of each collection. A number, once given, is never given to another.
#[near(serializers = [borsh])]
#[derive(BorshStorageKey)]
pub(crate) enum StorageKey {
    Circuits,
    Keys,
    /// Provers of the first state.
    LegacyProvers,
    Seats,
    /// The roster of the first state.
    LegacyRoster,
    /// Jobs of the first state.
    LegacyJobs,
    /// Credits of the first state.
    LegacyCredits,
    Accounts,
    Provers,
    Jobs,
    TreeNodes,
    Sets,
    FreeSeats,
    Cases,
    Changes,
    Measurements,
    Platforms,
    Epoch,
    Statements,
    Policy,
    CircuitIds,
    Vceks,
    StatementKeys,
}

/// What the protocol charges for each record besides its key and value.
pub(crate) const RECORD_OVERHEAD: u64 = 40;

/// Price of `bytes`.
pub(crate) fn storage_cost(bytes: u64) -> Result<NearToken, MarketError> {
    env::storage_byte_cost().checked_mul(u128::from(bytes)).ok_or(MarketError::AmountOverflow)
}

/// Length of a borsh value; a value in memory always has one.
pub(crate) fn borsh_len(value: &impl borsh::BorshSerialize) -> u64 {
    match borsh::object_length(value) {
        Ok(length) => length as u64,
        Err(error) => env::panic_str(&format!("a record could not be measured: {error}")),
    }
}

/// Bytes that a record with a one-byte prefix, this key and this value takes.
pub(crate) fn record_bytes(key: &impl borsh::BorshSerialize, value_len: u64) -> u64 {
    RECORD_OVERHEAD + 1 + borsh_len(key) + value_len
}

impl Market {
    /// Runs `change` and returns how many bytes of storage it took.
    ///
    /// Collections write late: both readings come after a flush, or storage could be had for nothing.
    pub(crate) fn measured<T>(&mut self, change: impl FnOnce(&mut Self) -> T) -> (T, u64) {
        self.flush();
        let before = env::storage_usage();
        let result = change(self);
        self.flush();
        (result, env::storage_usage().saturating_sub(before))
    }

    fn flush(&mut self) {
        self.circuits.flush();
        self.circuit_ids.flush();
        self.keys.flush();
        self.provers.flush();
        self.seats.flush();
        self.free_seats.flush();
        self.jobs.flush();
        self.accounts.flush();
        self.tree.flush();
        self.measurements.flush();
        self.banned_platforms.flush();
        self.vceks.flush();
        self.cases.flush();
        self.statements.flush();
        self.changes.flush();
        self.statement_keys.flush();
        self.epochs.flush();
    }
}
