use std::fmt;

use near_api::{
    errors::{ExecuteTransactionError, QueryError, RetryError, SendRequestError},
    types::{AccountId, CryptoHash, NearGas},
};
use near_openapi_types::RpcTransactionError;
use proofrail_near_interface::ErrorCode;

use crate::{NearAccount, SignedTransactionError};

/// Why a request to a NEAR network did not do what was wanted.
#[derive(Debug, thiserror::Error)]
pub enum NearError {
    /// The address of the endpoint is not one.
    #[error("`{url}` is not an RPC URL: {reason}")]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An account id is malformed.
    #[error("`{name}` cannot be an account's name: {reason}")]
    AccountId {
        /// What was given.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A key could not be made or used.
    #[error("cannot use a NEAR key: {0}")]
    Key(String),
    /// Arguments could not be written as JSON.
    #[error("cannot encode the arguments of {method}: {source}")]
    Arguments {
        /// The method.
        method: String,
        /// Why.
        source: serde_json::Error,
    },
    /// A view failed.
    #[error("view {contract}.{method}: {reason}")]
    View {
        /// The contract.
        contract: AccountId,
        /// Its method.
        method: String,
        /// What the node said.
        reason: String,
    },
    /// A balance could not be read.
    #[error("read the balance of {account}: {reason}")]
    Balance {
        /// The account.
        account: AccountId,
        /// What the node said.
        reason: String,
    },
    /// The state of an access key could not be read.
    #[error("read the access key {key} of {account}: {reason}")]
    AccessKey {
        /// The account.
        account: AccountId,
        /// Its public key.
        key: String,
        /// What the node said.
        reason: String,
    },
    /// The newest block could not be read.
    #[error("read the newest final block: {0}")]
    Head(String),
    /// The status of a transaction could not be read.
    #[error("read the status of transaction {hash}: {reason}")]
    Status {
        /// The transaction.
        hash: CryptoHash,
        /// What the node said.
        reason: String,
    },
    /// A signed transaction could not be read or written.
    #[error(transparent)]
    Signed(#[from] SignedTransactionError),
    /// The node refused a transaction or could not be reached.
    #[error("{what}: {source}")]
    Send {
        /// What was being done.
        what: String,
        /// What went wrong.
        source: Box<ExecuteTransactionError>,
    },
    /// A transaction was accepted and has no outcome yet.
    #[error("{what}: the node answered before the transaction was final")]
    Pending {
        /// What was being done.
        what: String,
    },
    /// A transaction failed.
    #[error("{what}: {reason} (transaction {transaction})")]
    Failed {
        /// What was being done.
        what: String,
        /// The market's error code, when it was the market that refused.
        code: Option<ErrorCode>,
        /// What the chain recorded.
        reason: String,
        /// The transaction.
        transaction: CryptoHash,
        /// Gas that it burnt nevertheless.
        gas_burnt: NearGas,
    },
    /// A transaction returned something else than was expected.
    #[error("{what}: unexpected result: {reason}")]
    Result {
        /// What was being done.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl NearError {
    /// The market's error code, when it was the market that refused.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Failed { code, .. } => *code,
            Self::View { reason, .. } => ErrorCode::find(reason),
            _ => None,
        }
    }

    /// The node judged a transaction and will not take it: wrong nonce, too little balance, expired, and the
    /// like.
    pub(crate) fn is_invalid_transaction(&self) -> bool {
        let Self::Send { source, .. } = self else { return false };
        let ExecuteTransactionError::TransactionError(error) = &**source else { return false };
        matches!(server_error(error), Some(RpcTransactionError::InvalidTransaction(_)))
    }

    /// The node has never heard of a transaction, or has forgotten it.
    pub(crate) fn is_unknown_transaction(error: &QueryError<RpcTransactionError>) -> bool {
        let QueryError::QueryError(error) = error else { return false };
        matches!(server_error(error), Some(RpcTransactionError::UnknownTransaction { .. }))
    }

    pub(super) fn access_key(account: &NearAccount, error: &impl fmt::Display) -> Self {
        Self::AccessKey {
            account: account.id().clone(),
            key: account.public_key().to_string(),
            reason: error.to_string(),
        }
    }

    pub(super) fn key(error: impl fmt::Display) -> Self {
        Self::Key(error.to_string())
    }

    pub(super) fn view(contract: &AccountId, method: &str, error: &impl fmt::Display) -> Self {
        let (contract, method) = (contract.clone(), method.to_owned());
        Self::View { contract, method, reason: error.to_string() }
    }

    pub(super) fn balance(account: &AccountId, error: &impl fmt::Display) -> Self {
        Self::Balance { account: account.clone(), reason: error.to_string() }
    }

    pub(super) fn send(what: String, source: ExecuteTransactionError) -> Self {
        Self::Send { what, source: Box::new(source) }
    }
}

fn server_error<E: fmt::Debug + Send + Sync>(
    error: &RetryError<SendRequestError<E>>,
) -> Option<&E> {
    match error {
        RetryError::Critical(SendRequestError::ServerError(error))
        | RetryError::RetriesExhausted(SendRequestError::ServerError(error)) => Some(error),
        _ => None,
    }
}
