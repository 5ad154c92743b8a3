use std::io;

use base64::{Engine, prelude::BASE64_STANDARD};
use near_api::types::{AccountId, CryptoHash, transaction};

/// A transaction with its signature. Its bytes run at most once, however often they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTransaction {
    inner: transaction::SignedTransaction,
    base64: String,
}

/// Why a signed transaction cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SignedTransactionError {
    /// The signer gave back no signature.
    #[error("the signer did not sign")]
    NotSigned,
    /// The text is not base64.
    #[error("a signed transaction is base64: {0}")]
    Base64(#[from] base64::DecodeError),
    /// The bytes are no signed transaction.
    #[error("not the borsh of a signed transaction: {0}")]
    Borsh(#[from] io::Error),
}

impl SignedTransaction {
    pub(crate) fn new(
        inner: transaction::SignedTransaction,
    ) -> Result<Self, SignedTransactionError> {
        let base64 = BASE64_STANDARD.encode(borsh::to_vec(&inner)?);
        Ok(Self { inner, base64 })
    }

    /// Base64 of its borsh, as nodes take it.
    #[must_use]
    pub fn as_base64(&self) -> &str {
        &self.base64
    }

    /// Reads what [`Self::as_base64`] gave.
    ///
    /// # Errors
    /// [`SignedTransactionError`].
    pub fn from_base64(text: &str) -> Result<Self, SignedTransactionError> {
        let inner = borsh::from_slice(&BASE64_STANDARD.decode(text)?)?;
        Ok(Self { inner, base64: text.to_owned() })
    }

    /// The hash by which nodes know it.
    #[must_use]
    pub fn hash(&self) -> CryptoHash {
        self.inner.get_hash()
    }

    /// Its number among the transactions of its key.
    #[must_use]
    pub const fn nonce(&self) -> u64 {
        self.inner.transaction.nonce()
    }

    /// Who signed it.
    #[must_use]
    pub const fn signer_id(&self) -> &AccountId {
        self.inner.transaction.signer_id()
    }

    /// Whom it is for.
    #[must_use]
    pub const fn receiver_id(&self) -> &AccountId {
        self.inner.transaction.receiver_id()
    }

    pub(crate) fn inner(&self) -> transaction::SignedTransaction {
        self.inner.clone()
    }
}
