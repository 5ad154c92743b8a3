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
        let mut bytes = BASE64_STANDARD.decode(text)?;
        if is_version_0(&bytes) {
            bytes.insert(0, 0);
        }
        Ok(Self { inner: borsh::from_slice(&bytes)?, base64: text.to_owned() })
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

/// Version 0 has no tag in front, which near-api writes so and does not read. It begins with the length of the
/// signer's name in four bytes, the second of them 0; the second of any other version is the length itself.
fn is_version_0(bytes: &[u8]) -> bool {
    bytes.get(1) == Some(&0)
}

#[cfg(test)]
mod tests {
    use near_api::types::{
        Signature,
        transaction::{Transaction, TransactionV0 as V0, TransactionV1 as V1},
    };
    use proptest::prelude::*;

    use super::*;

    fn signed(version: u8, signer: &str, nonce: u64) -> SignedTransaction {
        let new = V1 {
            signer_id: signer.parse().unwrap(),
            public_key: "ed25519:DcA2MzgpJbrUATQLLceocVckhhAqrkingax4oJ9kZ847".parse().unwrap(),
            nonce,
            receiver_id: signer.parse().unwrap(),
            block_hash: CryptoHash([7; 32]),
            actions: Vec::new(),
            priority_fee: 3,
        };
        let V1 { signer_id, public_key, nonce, receiver_id, block_hash, actions, .. } = new.clone();
        let old = V0 { signer_id, public_key, nonce, receiver_id, block_hash, actions };
        let transaction = if version == 0 { Transaction::V0(old) } else { Transaction::V1(new) };
        let signature: Signature = borsh::from_slice(&[0; 65]).unwrap();
        let inner = transaction::SignedTransaction::new(signature, transaction);
        SignedTransaction::new(inner).unwrap()
    }

    proptest! {
        #[test]
        fn what_was_kept_should_be_read_again_whatever_its_version(
            version in 0_u8..2, signer in "[a-z0-9]{2,64}", nonce: u64,
        ) {
            let kept = signed(version, &signer, nonce);
            let read = SignedTransaction::from_base64(kept.as_base64()).unwrap();
            prop_assert_eq!(read.hash(), kept.hash());
            prop_assert_eq!(read.as_base64(), kept.as_base64());
        }
    }
}
