//! What the API shows of a message.

use alloy::primitives::B256;
use serde::{Deserialize, Serialize};

use crate::{
    reason::Reason,
    settlement::Settlement,
    status::{Stage, Status},
    store::{Record, Store, StoreError},
};

/// A message, with its transactions and its history. Times are unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlementView {
    /// The settlement id.
    pub id: B256,
    /// Where it stands.
    pub status: Status,
    /// The queue that owns it.
    pub stage: Stage,
    /// Why it is held or has failed.
    pub reason: Option<ReasonView>,
    /// When it is looked at next; absent once nothing is left to do.
    pub next_attempt_at: Option<u64>,
    /// Name of the bridge that carries it, or is tried first; `auto` before one was chosen.
    pub bridge: String,
    /// What is to be settled.
    pub settlement: Settlement,
    /// The bridge's name of the message, once the source transaction is final.
    pub message_id: Option<B256>,
    /// The bridges that had it before, oldest first, and may still deliver it.
    pub earlier: Vec<LegView>,
    /// The relayer's transactions, oldest first.
    pub transactions: Vec<TransactionView>,
    /// The final payment, whoever delivered it.
    pub settled: Option<SettledView>,
    /// Every state it has been in, oldest first.
    pub history: Vec<HistoryView>,
    /// When it was taken in.
    pub created_at: u64,
}

/// Why a message is held or has failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonView {
    /// Stable; clients and alerts match on it.
    pub code: String,
    /// The request field that is at fault, where there is one.
    pub field: Option<String>,
    /// What is wrong and who can cure it.
    pub message: String,
}

/// A bridge that has the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegView {
    /// Name of the bridge.
    pub bridge: String,
    /// The bridge's name of the message.
    pub message_id: B256,
    /// When its source transaction was seen final.
    pub sent_at: u64,
}

/// One transaction of the relayer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionView {
    /// `send` hands the message to the bridge, `deliver` delivers it on the destination or announces it to the payer's policy.
    pub kind: String,
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The account's nonce.
    pub nonce: u64,
    /// The bridge's fee, wei, in decimal text.
    pub value: String,
    /// `open` until its end is final.
    pub outcome: String,
    /// Hashes of its signed forms, oldest first: the first, its fee bumps, its cancellation.
    pub hashes: Vec<B256>,
}

/// The payment as the hub's event has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledView {
    /// The destination transaction.
    pub transaction: B256,
    /// Its block.
    pub block: u64,
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryView {
    /// The status that was entered.
    pub status: Status,
    /// The queue that owned the message then.
    pub stage: Stage,
    /// Why, for held and failed.
    pub reason: Option<ReasonView>,
    /// When.
    pub at: u64,
}

impl From<&Reason> for ReasonView {
    fn from(reason: &Reason) -> Self {
        Self {
            code: reason.code().to_owned(),
            field: reason.field().map(str::to_owned),
            message: reason.to_string(),
        }
    }
}

impl SettlementView {
    /// Everything that the database has of a message.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn load(store: &Store, record: Record) -> Result<Self, StoreError> {
        let mut transactions = Vec::new();
        for intent in store.intents(record.id).await? {
            let forms = store.signed_forms(&intent).await?;
            transactions.push(TransactionView {
                kind: intent.draft.kind.to_string(),
                chain_id: intent.draft.chain_id,
                nonce: intent.nonce,
                value: intent.draft.value.to_string(),
                outcome: intent.outcome.to_string(),
                hashes: forms.into_iter().map(|form| form.hash).collect(),
            });
        }
        let earlier = store.legs(record.id).await?.into_iter().map(|leg| LegView {
            bridge: leg.bridge,
            message_id: leg.message_id,
            sent_at: leg.sent_at,
        });
        let history = store.history(record.id).await?;
        let history = history.iter().map(|entry| HistoryView {
            status: entry.state.status,
            stage: entry.state.stage,
            reason: entry.reason.as_ref().map(ReasonView::from),
            at: entry.at,
        });
        Ok(Self {
            id: record.id,
            status: record.state.status,
            stage: record.state.stage,
            reason: record.reason.as_ref().map(ReasonView::from),
            next_attempt_at: (!record.state.is_terminal()).then_some(record.next_attempt_at),
            bridge: record.bridge,
            settlement: record.settlement,
            message_id: record.message_id,
            earlier: earlier.collect(),
            transactions,
            settled: record
                .settled_tx
                .zip(record.settled_block)
                .map(|(transaction, block)| SettledView { transaction, block }),
            history: history.collect(),
            created_at: record.created_at,
        })
    }
}
