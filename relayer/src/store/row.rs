//! Reading typed values back from rows.

use std::str::FromStr;

use alloy::primitives::{Bytes, U256};
use serde::de::DeserializeOwned;
use sqlx::{Row, sqlite::SqliteRow};

use super::StoreError;
use crate::decimal;

/// A text column of anything that parses from its text form.
pub(super) fn parsed<T: FromStr>(row: &SqliteRow, column: &'static str) -> Result<T, StoreError> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| StoreError::Unreadable { column, found: text })
}

/// The same, where the column may be null.
pub(super) fn parsed_opt<T: FromStr>(
    row: &SqliteRow,
    column: &'static str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|_| StoreError::Unreadable { column, found: text }))
        .transpose()
}

/// A decimal-text amount.
pub(super) fn amount(row: &SqliteRow, column: &'static str) -> Result<U256, StoreError> {
    let text: String = row.try_get(column)?;
    decimal::parse(&text).ok_or(StoreError::Unreadable { column, found: text })
}

/// A decimal-text amount below 2^128.
pub(super) fn amount_u128(row: &SqliteRow, column: &'static str) -> Result<u128, StoreError> {
    let wide = amount(row, column)?;
    wide.try_into().map_err(|_| StoreError::Unreadable { column, found: wide.to_string() })
}

/// An integer column that is never negative.
pub(super) fn unsigned(row: &SqliteRow, column: &'static str) -> Result<u64, StoreError> {
    let number: i64 = row.try_get(column)?;
    number.try_into().map_err(|_| StoreError::Unreadable { column, found: number.to_string() })
}

/// The same, where the column may be null.
pub(super) fn unsigned_opt(
    row: &SqliteRow,
    column: &'static str,
) -> Result<Option<u64>, StoreError> {
    let number: Option<i64> = row.try_get(column)?;
    number
        .map(|n| n.try_into().map_err(|_| StoreError::Unreadable { column, found: n.to_string() }))
        .transpose()
}

/// A hex byte string.
pub(super) fn bytes(row: &SqliteRow, column: &'static str) -> Result<Bytes, StoreError> {
    parsed(row, column)
}

/// A JSON column.
pub(super) fn json<T: DeserializeOwned>(
    row: &SqliteRow,
    column: &'static str,
) -> Result<T, StoreError> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|_| StoreError::Unreadable { column, found: text })
}

/// The same, where the column may be null.
pub(super) fn json_opt<T: DeserializeOwned>(
    row: &SqliteRow,
    column: &'static str,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| {
        serde_json::from_str(&text).map_err(|_| StoreError::Unreadable { column, found: text })
    })
    .transpose()
}

/// SQL integers are signed; anything that does not fit was never a block, a nonce or a chain id.
pub(super) fn signed(column: &'static str, number: u64) -> Result<i64, StoreError> {
    number.try_into().map_err(|_| StoreError::Unreadable { column, found: number.to_string() })
}
