//! Intended transactions, their nonces, and every form in which they were signed.

use alloy::primitives::{Address, B256, Bytes, U256};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    Store, StoreError,
    row::{amount, amount_u128, bytes, parsed, signed, unsigned, unsigned_opt},
    settlements::{Record, Step, take_step},
};
use crate::{clock::now_ms, status::words};

/// How an intent ended, as read from the chain at finality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Its nonce is ours to fill; nothing is final.
    Open,
    /// The payload is final and succeeded.
    Executed,
    /// The payload is final and reverted.
    Reverted,
    /// Our own no-op took the nonce.
    Cancelled,
    /// A transaction that is not ours took the nonce.
    Superseded,
}

words!(Outcome, "outcome",
    Open => "open", Executed => "executed", Reverted => "reverted", Cancelled => "cancelled",
    Superseded => "superseded");

/// What an intended transaction does for its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It hands the message to the bridge.
    Send,
    /// It delivers on the destination what a bridge has, or begins the delay that the payer's policy wants.
    Deliver,
}

words!(Kind, "kind", Send => "send", Deliver => "deliver");

/// What a signed transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It carries the message.
    Payload,
    /// It only fills the nonce, so that later ones are not stuck behind it.
    Cancel,
}

words!(Purpose, "purpose", Payload => "payload", Cancel => "cancel");

/// A transaction that is wanted; it becomes an [`Intent`] when a nonce is reserved for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it does for its message.
    pub kind: Kind,
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The paying account.
    pub signer: Address,
    /// The contract that is called.
    pub to: Address,
    /// Wei.
    pub value: U256,
    /// Calldata.
    pub data: Bytes,
    /// Gas.
    pub gas_limit: u64,
    /// EIP-1559 maxFeePerGas of the first form, wei.
    pub max_fee: u128,
    /// EIP-1559 maxPriorityFeePerGas of the first form, wei.
    pub priority_fee: u128,
}

/// A transaction that is wanted, with its nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The message it carries.
    pub settlement_id: B256,
    /// Counts from 0 per message; the next one starts only when this one is closed.
    pub attempt: u32,
    /// The transaction.
    pub draft: Draft,
    /// Reserved in the same database transaction that wrote the intent.
    pub nonce: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Unix milliseconds.
    pub created_at: u64,
    /// Unix milliseconds.
    pub closed_at: Option<u64>,
}

/// One signed form of an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Transaction hash.
    pub hash: B256,
    /// Counts from 0 per intent.
    pub form: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// EIP-2718 bytes, ready to broadcast.
    pub raw: Bytes,
    /// Wei per gas.
    pub max_fee: u128,
    /// Wei per gas.
    pub priority_fee: u128,
    /// Unix milliseconds.
    pub created_at: u64,
}

impl Store {
    /// Reserves the next nonce, writes the intent and takes the message's step, all or nothing.
    ///
    /// `chain_nonce` is the account's transaction count as the chain has it: the nonce is the larger of this and
    /// the next one never handed out, so that neither a fresh database nor an old one can pick a used nonce.
    pub async fn open_intent(
        &self,
        record: &Record,
        draft: &Draft,
        chain_nonce: u64,
        step: &Step,
    ) -> Result<(Intent, Record), StoreError> {
        let mut tx = self.begin().await?;
        let nonce = reserve_nonce(&mut tx, draft, chain_nonce).await?;
        let attempt: i64 =
            sqlx::query("SELECT COUNT(*) AS attempts FROM intents WHERE settlement_id = $1")
                .bind(record.id.to_string())
                .fetch_one(&mut *tx)
                .await?
                .try_get("attempts")?;
        let now = now_ms();
        sqlx::query(
            "INSERT INTO intents (settlement_id, attempt, chain_id, signer, nonce, recipient, value, data, gas_limit, \
             max_fee, priority_fee, created_at, kind) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(record.id.to_string())
        .bind(attempt)
        .bind(signed("chain_id", draft.chain_id)?)
        .bind(draft.signer.to_string())
        .bind(signed("nonce", nonce)?)
        .bind(draft.to.to_string())
        .bind(draft.value.to_string())
        .bind(draft.data.to_string())
        .bind(signed("gas_limit", draft.gas_limit)?)
        .bind(draft.max_fee.to_string())
        .bind(draft.priority_fee.to_string())
        .bind(signed("created_at", now)?)
        .bind(draft.kind.as_str())
        .execute(&mut *tx)
        .await?;
        let record = take_step(&mut tx, record, step).await?;
        let intent = select_open(&mut tx, record.id).await?.ok_or(StoreError::Stale(record.id))?;
        tx.commit().await?;
        Ok((intent, record))
    }

    /// The message's intent that is not closed, if any.
    pub async fn pending_intent(&self, id: B256) -> Result<Option<Intent>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        select_open(&mut connection, id).await
    }

    /// Every intent of a message, oldest first.
    pub async fn intents(&self, id: B256) -> Result<Vec<Intent>, StoreError> {
        sqlx::query("SELECT * FROM intents WHERE settlement_id = $1 ORDER BY attempt")
            .bind(id.to_string())
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(read_intent)
            .collect()
    }

    /// How many deliveries of a message were tried, those that were given up for it included.
    pub async fn deliveries(&self, id: B256) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS deliveries FROM intents WHERE settlement_id = $1 AND kind = 'deliver'",
        )
        .bind(id.to_string())
        .fetch_one(&self.pool)
        .await?;
        unsigned(&row, "deliveries")
    }

    /// How many transactions that would have handed the message to a bridge ended without effect.
    pub async fn failed_attempts(&self, id: B256) -> Result<u32, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS attempts FROM intents WHERE settlement_id = $1 AND kind = 'send' \
             AND outcome IN ('reverted', 'superseded')",
        )
        .bind(id.to_string())
        .fetch_one(&self.pool)
        .await?;
        counter(&row, "attempts")
    }

    /// The lowest nonce that is reserved and not final: what a signer's stuck queue hangs on.
    pub async fn lowest_open_nonce(
        &self,
        chain_id: u64,
        signer: Address,
    ) -> Result<Option<u64>, StoreError> {
        let row = sqlx::query(
            "SELECT MIN(nonce) AS nonce FROM intents WHERE chain_id = $1 AND signer = $2 AND outcome = 'open'",
        )
        .bind(signed("chain_id", chain_id)?)
        .bind(signer.to_string())
        .fetch_one(&self.pool)
        .await?;
        unsigned_opt(&row, "nonce")
    }

    /// Writes a signed form; writing the same bytes again is a success that changes nothing.
    pub async fn record_signed(&self, intent: &Intent, form: &Signed) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO signed_transactions (hash, settlement_id, attempt, form, purpose, raw, max_fee, priority_fee, \
             created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (hash) DO NOTHING",
        )
        .bind(form.hash.to_string())
        .bind(intent.settlement_id.to_string())
        .bind(i64::from(intent.attempt))
        .bind(i64::from(form.form))
        .bind(form.purpose.as_str())
        .bind(form.raw.to_string())
        .bind(form.max_fee.to_string())
        .bind(form.priority_fee.to_string())
        .bind(signed("created_at", form.created_at)?)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Every signed form of an intent, oldest first.
    pub async fn signed_forms(&self, intent: &Intent) -> Result<Vec<Signed>, StoreError> {
        sqlx::query("SELECT * FROM signed_transactions WHERE settlement_id = $1 AND attempt = $2 ORDER BY form")
            .bind(intent.settlement_id.to_string())
            .bind(i64::from(intent.attempt))
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(read_signed)
            .collect()
    }

    /// The newest signed form that ever had this nonce, of whichever message.
    pub async fn signed_for_nonce(
        &self,
        chain_id: u64,
        signer: Address,
        nonce: u64,
    ) -> Result<Option<Signed>, StoreError> {
        sqlx::query(
            "SELECT s.* FROM signed_transactions s JOIN intents i \
             ON i.settlement_id = s.settlement_id AND i.attempt = s.attempt \
             WHERE i.chain_id = $1 AND i.signer = $2 AND i.nonce = $3 ORDER BY s.form DESC LIMIT 1",
        )
        .bind(signed("chain_id", chain_id)?)
        .bind(signer.to_string())
        .bind(signed("nonce", nonce)?)
        .fetch_optional(&self.pool)
        .await?
        .as_ref()
        .map(read_signed)
        .transpose()
    }

    /// Closes an intent with what the chain says at finality and takes the message's step, all or nothing.
    pub async fn close_intent(
        &self,
        record: &Record,
        intent: &Intent,
        outcome: Outcome,
        step: &Step,
    ) -> Result<Record, StoreError> {
        let mut tx = self.begin().await?;
        let closed = sqlx::query(
            "UPDATE intents SET outcome = $1, closed_at = $2 \
             WHERE settlement_id = $3 AND attempt = $4 AND outcome = 'open'",
        )
        .bind(outcome.as_str())
        .bind(signed("closed_at", now_ms())?)
        .bind(intent.settlement_id.to_string())
        .bind(i64::from(intent.attempt))
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if closed != 1 {
            return Err(StoreError::Stale(record.id));
        }
        let record = take_step(&mut tx, record, step).await?;
        tx.commit().await?;
        Ok(record)
    }
}

async fn reserve_nonce(
    tx: &mut SqliteConnection,
    draft: &Draft,
    chain_nonce: u64,
) -> Result<u64, StoreError> {
    let row = sqlx::query(
        "INSERT INTO nonces (chain_id, signer, next) VALUES ($1, $2, $3 + 1) ON CONFLICT (chain_id, signer) DO UPDATE \
         SET next = CASE WHEN nonces.next > $3 THEN nonces.next ELSE $3 END + 1 RETURNING next",
    )
    .bind(signed("chain_id", draft.chain_id)?)
    .bind(draft.signer.to_string())
    .bind(signed("nonce", chain_nonce)?)
    .fetch_one(tx)
    .await?;
    // `next` was just incremented, so it is at least 1.
    Ok(unsigned(&row, "next")?.saturating_sub(1))
}

pub(super) async fn select_open(
    tx: &mut SqliteConnection,
    id: B256,
) -> Result<Option<Intent>, StoreError> {
    sqlx::query("SELECT * FROM intents WHERE settlement_id = $1 AND outcome = 'open'")
        .bind(id.to_string())
        .fetch_optional(tx)
        .await?
        .as_ref()
        .map(read_intent)
        .transpose()
}

fn read_intent(row: &SqliteRow) -> Result<Intent, StoreError> {
    Ok(Intent {
        settlement_id: parsed(row, "settlement_id")?,
        attempt: counter(row, "attempt")?,
        draft: Draft {
            kind: parsed(row, "kind")?,
            chain_id: unsigned(row, "chain_id")?,
            signer: parsed(row, "signer")?,
            to: parsed(row, "recipient")?,
            value: amount(row, "value")?,
            data: bytes(row, "data")?,
            gas_limit: unsigned(row, "gas_limit")?,
            max_fee: amount_u128(row, "max_fee")?,
            priority_fee: amount_u128(row, "priority_fee")?,
        },
        nonce: unsigned(row, "nonce")?,
        outcome: parsed(row, "outcome")?,
        created_at: unsigned(row, "created_at")?,
        closed_at: unsigned_opt(row, "closed_at")?,
    })
}

fn read_signed(row: &SqliteRow) -> Result<Signed, StoreError> {
    Ok(Signed {
        hash: parsed(row, "hash")?,
        form: counter(row, "form")?,
        purpose: parsed(row, "purpose")?,
        raw: bytes(row, "raw")?,
        max_fee: amount_u128(row, "max_fee")?,
        priority_fee: amount_u128(row, "priority_fee")?,
        created_at: unsigned(row, "created_at")?,
    })
}

fn counter(row: &SqliteRow, column: &'static str) -> Result<u32, StoreError> {
    let count = unsigned(row, column)?;
    u32::try_from(count).map_err(|_| StoreError::Unreadable { column, found: count.to_string() })
}
