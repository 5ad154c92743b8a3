//! What can go wrong on a chain.

use crate::runtime::RuntimeError;
use near_primitives::errors::{FunctionCallError, InvalidTxError, TxExecutionError};
use near_primitives::hash::CryptoHash;
use near_primitives::types::AccountId;

/// Tokens that were created or lost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "block {height}: {actual} yoctoNEAR circulate instead of {expected}; this is a bug in near-devnode"
)]
pub struct Imbalance {
    /// Height of the block that broke the rule.
    pub height: u64,
    /// What should circulate, in yoctoNEAR.
    pub expected: u128,
    /// What does circulate, in yoctoNEAR.
    pub actual: u128,
}

/// Why a chain refused something.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The VM crates do not know this protocol version.
    #[error(
        "protocol version {version} is not supported; choose {} to {}",
        crate::MIN_PROTOCOL_VERSION,
        crate::MAX_PROTOCOL_VERSION
    )]
    UnsupportedProtocolVersion {
        /// The version asked for.
        version: u32,
    },
    /// The genesis has no accounts.
    #[error("a chain needs at least one genesis account; see ChainConfig::root_accounts")]
    NoAccounts,
    /// The transaction may not enter a block.
    #[error("invalid transaction: {0}")]
    InvalidTransaction(#[from] Box<InvalidTxError>),
    /// The transaction was executed and failed.
    #[error("transaction {transaction} failed: {error}")]
    Failed {
        /// Hash of the transaction.
        transaction: CryptoHash,
        /// The error of its final receipt.
        error: Box<TxExecutionError>,
    },
    /// A view call failed.
    #[error("view of {account_id}.{method} failed: {error:?}")]
    View {
        /// The contract.
        account_id: AccountId,
        /// The method.
        method: String,
        /// The VM's error.
        error: Box<FunctionCallError>,
    },
    /// A returned value is not the JSON that was asked for.
    #[error("the returned value is not the expected JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// There is no such account.
    #[error("account {account_id} does not exist; create it first")]
    UnknownAccount {
        /// The account asked for.
        account_id: AccountId,
    },
    /// The chain holds no key that may create the account.
    #[error(
        "cannot create {account_id}: the chain knows no key of its parent account; create the \
         parent first or choose a name under `near` or `test.near`"
    )]
    NoParentSigner {
        /// The account that was to be created.
        account_id: AccountId,
    },
    /// The transaction is not known.
    #[error("transaction {0} is not known to this chain")]
    UnknownTransaction(CryptoHash),
    /// The genesis or a patch holds more tokens than fit into 128 bits.
    #[error("the balances sum to more than 2^128 - 1 yoctoNEAR; use smaller balances")]
    SupplyOverflow,
    /// A state record that this chain cannot hold.
    #[error("cannot patch the state with {record}: {reason}")]
    UnsupportedRecord {
        /// Kind of the record.
        record: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Block times must grow.
    #[error("block time {requested} ns is not after the newest block's {tip} ns")]
    TimeNotAfterTip {
        /// The time asked for.
        requested: u64,
        /// The newest block's time.
        tip: u64,
    },
    /// The clock left the range of nanoseconds in 63 bits.
    #[error("the block time would lie after the year 2262; choose an earlier one")]
    TimeOutOfRange,
    /// The height left the range that nonces allow.
    #[error("fast-forwarding by {blocks} blocks leaves the range of block heights; use fewer")]
    HeightOutOfRange {
        /// The number of blocks asked for.
        blocks: u64,
    },
    /// Tokens were created or lost.
    #[error(transparent)]
    Conservation(#[from] Imbalance),
    /// The runtime contradicts itself.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}
