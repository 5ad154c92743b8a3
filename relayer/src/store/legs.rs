//! Legs: the bridges that have one message, one after another. An earlier one may still deliver.

use std::time::Duration;

use alloy::primitives::B256;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Record, Step, Store, StoreError,
    row::{parsed, signed, unsigned},
    settlements::take_step,
};

/// A bridge that has a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Name of the bridge.
    pub bridge: String,
    /// The bridge's name of the message.
    pub message_id: B256,
    /// Unix milliseconds at which the source transaction was seen final.
    pub sent_at: u64,
    /// The final source block that holds the message.
    pub sent_block: u64,
}

impl Store {
    /// The bridges that had a message before the present one, oldest first.
    pub async fn legs(&self, id: B256) -> Result<Vec<Leg>, StoreError> {
        sqlx::query("SELECT * FROM legs WHERE settlement_id = $1 ORDER BY leg")
            .bind(id.to_string())
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// Writes down that the message's present bridge has it, and takes `step` towards `bridge`, all or nothing.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where no bridge has the message, or it changed since `record` was read.
    pub async fn open_leg(
        &self,
        record: &Record,
        bridge: &str,
        step: &Step,
    ) -> Result<Record, StoreError> {
        let had = record.current_leg().ok_or(StoreError::Stale(record.id))?;
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO legs (settlement_id, leg, bridge, message_id, sent_at, sent_block) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(record.id.to_string())
        .bind(i64::from(record.leg))
        .bind(had.bridge)
        .bind(had.message_id.to_string())
        .bind(signed("sent_at", had.sent_at)?)
        .bind(signed("sent_block", had.sent_block)?)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE settlements SET bridge = $1, leg = leg + 1, message_id = NULL, sent_at = NULL, \
             sent_block = NULL WHERE id = $2 AND version = $3",
        )
        .bind(bridge)
        .bind(record.id.to_string())
        .bind(signed("version", record.version)?)
        .execute(&mut *tx)
        .await?;
        let record = take_step(&mut tx, record, step).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// How long a bridge took for the messages that it alone carried, from the written intent to the final payment; of the
    /// last `limit`, newest first.
    pub async fn deliveries_of(
        &self,
        bridge: &str,
        limit: u32,
    ) -> Result<Vec<Duration>, StoreError> {
        sqlx::query(
            "SELECT h.at - i.created_at AS took FROM settlements s \
             JOIN status_history h ON h.settlement_id = s.id AND h.status = 'settled' \
             JOIN intents i ON i.settlement_id = s.id AND i.kind = 'send' AND i.outcome = 'executed' \
             WHERE s.bridge = $1 AND s.leg = 0 AND s.status = 'settled' ORDER BY s.updated_at DESC LIMIT $2",
        )
        .bind(bridge)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(|row| unsigned(row, "took").map(Duration::from_millis))
        .collect()
    }
}

fn read(row: &SqliteRow) -> Result<Leg, StoreError> {
    Ok(Leg {
        bridge: row.try_get("bridge")?,
        message_id: parsed(row, "message_id")?,
        sent_at: unsigned(row, "sent_at")?,
        sent_block: unsigned(row, "sent_block")?,
    })
}
