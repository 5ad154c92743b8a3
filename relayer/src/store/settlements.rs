//! Messages, their statuses and the history of these.

use alloy::primitives::{B256, Bytes};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    Leg, Store, StoreError,
    intents::select_open,
    row::{json, json_opt, parsed, parsed_opt, signed, unsigned, unsigned_opt},
};
use crate::{
    clock::now_ms,
    reason::Reason,
    settlement::{ProofBytes, Settlement},
    status::{Stage, State, Status},
};

/// A request that passed every check that needs no chain.
#[derive(Clone, Debug)]
pub struct NewSettlement {
    /// The settlement id.
    pub id: B256,
    /// keccak256 of the whole request, receipt included.
    pub request_hash: B256,
    /// What is to be settled.
    pub settlement: Settlement,
    /// Why it may be.
    pub proof: ProofBytes,
    /// Name of the bridge that shall carry it, or [`crate::routing::AUTO`].
    pub bridge: String,
    /// Whether the request named the bridge.
    pub pinned: bool,
}

/// The answer to a request that was stored, now or before.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Where the message stands.
    pub record: Record,
    /// Whether this call stored it.
    pub created: bool,
}

/// One message as the database has it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The settlement id.
    pub id: B256,
    /// keccak256 of the whole request.
    pub request_hash: B256,
    /// What is to be settled.
    pub settlement: Settlement,
    /// Why it may be.
    pub proof: ProofBytes,
    /// Name of the bridge that carries it, or is tried first; [`crate::routing::AUTO`] before one was chosen.
    pub bridge: String,
    /// Whether the request named the bridge.
    pub pinned: bool,
    /// How many bridges had it before.
    pub leg: u32,
    /// Where it stands.
    pub state: State,
    /// Why it is held or has failed.
    pub reason: Option<Reason>,
    /// Holds in a row without progress.
    pub holds: u32,
    /// Unix milliseconds before which no queue looks at it again.
    pub next_attempt_at: u64,
    /// First destination block that can hold its Settled event.
    pub scan_from: Option<u64>,
    /// The bridge's name of the message.
    pub message_id: Option<B256>,
    /// Unix milliseconds at which the source transaction was seen final.
    pub sent_at: Option<u64>,
    /// The final source block that holds the message.
    pub sent_block: Option<u64>,
    /// Destination transaction that emitted Settled.
    pub settled_tx: Option<B256>,
    /// Its block.
    pub settled_block: Option<u64>,
    /// Unix milliseconds.
    pub created_at: u64,
    /// Unix milliseconds.
    pub updated_at: u64,
    /// Compare-and-set counter.
    pub(super) version: u64,
}

impl Record {
    /// The bridge that has the message, once it has it.
    pub fn current_leg(&self) -> Option<Leg> {
        Some(Leg {
            bridge: self.bridge.clone(),
            message_id: self.message_id?,
            sent_at: self.sent_at.unwrap_or(self.updated_at),
            sent_block: self.sent_block.unwrap_or_default(),
        })
    }
}

/// What a step adds to the record; `None` leaves a value as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The bridge that was chosen.
    pub bridge: Option<&'static str>,
    /// First destination block that can hold the Settled event.
    pub scan_from: Option<u64>,
    /// The bridge's name of the message.
    pub message_id: Option<B256>,
    /// Unix milliseconds at which the source transaction was seen final.
    pub sent_at: Option<u64>,
    /// The final source block that holds the message.
    pub sent_block: Option<u64>,
    /// Destination transaction that emitted Settled, and its block.
    pub settled: Option<(B256, u64)>,
}

/// One step of the state machine.
#[derive(Clone, Debug)]
pub struct Step {
    /// The new state.
    pub to: State,
    /// Required for held and failed, absent otherwise.
    pub reason: Option<Reason>,
    /// Unix milliseconds before which no queue looks at the message again.
    pub next_attempt_at: u64,
    /// What was learnt.
    pub facts: Facts,
}

/// One line of a message's append-only history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Counts from 0 per message.
    pub seq: u64,
    /// The state that was entered.
    pub state: State,
    /// Why, for held and failed.
    pub reason: Option<Reason>,
    /// Unix milliseconds.
    pub at: u64,
}

impl Store {
    /// Stores a request once per settlement id; a second call returns what is there and changes nothing.
    pub async fn accept(&self, new: &NewSettlement) -> Result<Accepted, StoreError> {
        let now = now_ms();
        let mut tx = self.begin().await?;
        let inserted = sqlx::query(
            "INSERT INTO settlements (id, request_hash, settlement, proof, bridge, status, stage, next_attempt_at, \
             created_at, updated_at, pinned) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9) ON CONFLICT (id) DO NOTHING",
        )
        .bind(new.id.to_string())
        .bind(new.request_hash.to_string())
        .bind(to_json(&new.settlement)?)
        .bind(Bytes::from(new.proof).to_string())
        .bind(&new.bridge)
        .bind(Status::Accepted.as_str())
        .bind(Stage::Prepare.as_str())
        .bind(signed("created_at", now)?)
        .bind(i64::from(new.pinned))
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if inserted == 1 {
            let state = State { status: Status::Accepted, stage: Stage::Prepare };
            append_history(&mut tx, new.id, state, None, now).await?;
        }
        let record = select(&mut tx, new.id).await?.ok_or(StoreError::Stale(new.id))?;
        tx.commit().await?;
        Ok(Accepted { record, created: inserted == 1 })
    }

    /// One message.
    pub async fn get(&self, id: B256) -> Result<Option<Record>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        select(&mut connection, id).await
    }

    /// Messages, oldest first, optionally of one status, at most `limit`.
    pub async fn list(
        &self,
        status: Option<Status>,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        sqlx::query(
            "SELECT * FROM settlements WHERE ($1 IS NULL OR status = $1) ORDER BY created_at, id LIMIT $2",
        )
        .bind(status.map(Status::as_str))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(read)
        .collect()
    }

    /// Messages of one queue whose time has come, the longest waiting first.
    pub async fn due(&self, stage: Stage, now: u64, limit: u32) -> Result<Vec<Record>, StoreError> {
        sqlx::query(
            "SELECT * FROM settlements WHERE stage = $1 AND next_attempt_at <= $2 \
             ORDER BY next_attempt_at, id LIMIT $3",
        )
        .bind(stage.as_str())
        .bind(signed("next_attempt_at", now)?)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(read)
        .collect()
    }

    /// Takes one step, or fails with [`StoreError::Stale`] if the message changed since `record` was read.
    pub async fn step(&self, record: &Record, step: &Step) -> Result<Record, StoreError> {
        let mut tx = self.begin().await?;
        // Leaving the submit queue closes the intent in the same transaction, or a nonce would be left unfilled.
        if record.state.stage == Stage::Submit
            && step.to.stage != Stage::Submit
            && select_open(&mut tx, record.id).await?.is_some()
        {
            return Err(StoreError::IllegalStep { id: record.id, from: record.state, to: step.to });
        }
        let updated = take_step(&mut tx, record, step).await?;
        tx.commit().await?;
        Ok(updated)
    }

    /// Moves the next look at a message without any change of its state.
    pub async fn reschedule(&self, record: &Record, at: u64) -> Result<(), StoreError> {
        let moved = sqlx::query(
            "UPDATE settlements SET next_attempt_at = $1 WHERE id = $2 AND version = $3",
        )
        .bind(signed("next_attempt_at", at)?)
        .bind(record.id.to_string())
        .bind(signed("version", record.version)?)
        .execute(&self.pool)
        .await?
        .rows_affected();
        if moved == 1 { Ok(()) } else { Err(StoreError::Stale(record.id)) }
    }

    /// The append-only history of one message, oldest first.
    pub async fn history(&self, id: B256) -> Result<Vec<HistoryEntry>, StoreError> {
        sqlx::query("SELECT * FROM status_history WHERE settlement_id = $1 ORDER BY seq")
            .bind(id.to_string())
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(|row| {
                Ok(HistoryEntry {
                    seq: unsigned(row, "seq")?,
                    state: State { status: parsed(row, "status")?, stage: parsed(row, "stage")? },
                    reason: json_opt(row, "reason")?,
                    at: unsigned(row, "at")?,
                })
            })
            .collect()
    }
}

/// The step itself, inside a transaction that may carry more.
pub(super) async fn take_step(
    tx: &mut SqliteConnection,
    record: &Record,
    step: &Step,
) -> Result<Record, StoreError> {
    let Step { to, reason, next_attempt_at, facts } = step;
    if !record.state.may_become(*to) {
        return Err(StoreError::IllegalStep { id: record.id, from: record.state, to: *to });
    }
    let now = now_ms();
    let holds = if to.status == Status::Held { record.holds.saturating_add(1) } else { 0 };
    let updated = sqlx::query(
        "UPDATE settlements SET status = $1, stage = $2, reason = $3, holds = $4, next_attempt_at = $5, \
         scan_from = COALESCE($6, scan_from), message_id = COALESCE($7, message_id), \
         sent_at = COALESCE($8, sent_at), settled_tx = COALESCE($9, settled_tx), \
         settled_block = COALESCE($10, settled_block), updated_at = $11, \
         sent_block = COALESCE($12, sent_block), bridge = COALESCE($15, bridge), version = version + 1 WHERE id = $13 AND version = $14",
    )
    .bind(to.status.as_str())
    .bind(to.stage.as_str())
    .bind(reason.as_ref().map(to_json).transpose()?)
    .bind(i64::from(holds))
    .bind(signed("next_attempt_at", *next_attempt_at)?)
    .bind(facts.scan_from.map(|block| signed("scan_from", block)).transpose()?)
    .bind(facts.message_id.map(|id| id.to_string()))
    .bind(facts.sent_at.map(|at| signed("sent_at", at)).transpose()?)
    .bind(facts.settled.map(|(tx, _)| tx.to_string()))
    .bind(facts.settled.map(|(_, block)| signed("settled_block", block)).transpose()?)
    .bind(signed("updated_at", now)?)
    .bind(facts.sent_block.map(|block| signed("sent_block", block)).transpose()?)
    .bind(record.id.to_string())
    .bind(signed("version", record.version)?)
    .bind(facts.bridge)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if updated != 1 {
        return Err(StoreError::Stale(record.id));
    }
    // A hold that is tried in vain a thousand times is one line of history.
    if record.state != *to || record.reason != *reason {
        append_history(tx, record.id, *to, reason.as_ref(), now).await?;
    }
    select(tx, record.id).await?.ok_or(StoreError::Stale(record.id))
}

async fn append_history(
    tx: &mut SqliteConnection,
    id: B256,
    state: State,
    reason: Option<&Reason>,
    at: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO status_history (settlement_id, seq, status, stage, reason, at) \
         SELECT $1, COALESCE(MAX(seq) + 1, 0), $2, $3, $4, $5 FROM status_history WHERE settlement_id = $1",
    )
    .bind(id.to_string())
    .bind(state.status.as_str())
    .bind(state.stage.as_str())
    .bind(reason.map(to_json).transpose()?)
    .bind(signed("at", at)?)
    .execute(tx)
    .await?;
    Ok(())
}

async fn select(connection: &mut SqliteConnection, id: B256) -> Result<Option<Record>, StoreError> {
    sqlx::query("SELECT * FROM settlements WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

fn read(row: &SqliteRow) -> Result<Record, StoreError> {
    let proof: Bytes = parsed(row, "proof")?;
    let proof = ProofBytes::try_from(proof)
        .map_err(|_| StoreError::Unreadable { column: "proof", found: "a wrong length".into() })?;
    let holds = unsigned(row, "holds")?;
    Ok(Record {
        id: parsed(row, "id")?,
        request_hash: parsed(row, "request_hash")?,
        settlement: json(row, "settlement")?,
        proof,
        bridge: row.try_get("bridge")?,
        pinned: unsigned(row, "pinned")? == 1,
        leg: u32::try_from(unsigned(row, "leg")?).unwrap_or(u32::MAX),
        state: State { status: parsed(row, "status")?, stage: parsed(row, "stage")? },
        reason: json_opt(row, "reason")?,
        holds: u32::try_from(holds).unwrap_or(u32::MAX),
        next_attempt_at: unsigned(row, "next_attempt_at")?,
        scan_from: unsigned_opt(row, "scan_from")?,
        message_id: parsed_opt(row, "message_id")?,
        sent_at: unsigned_opt(row, "sent_at")?,
        sent_block: unsigned_opt(row, "sent_block")?,
        settled_tx: parsed_opt(row, "settled_tx")?,
        settled_block: unsigned_opt(row, "settled_block")?,
        created_at: unsigned(row, "created_at")?,
        updated_at: unsigned(row, "updated_at")?,
        version: unsigned(row, "version")?,
    })
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Database(sqlx::Error::Encode(error.into())))
}
