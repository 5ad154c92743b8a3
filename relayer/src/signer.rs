//! Keys that pay on a chain. They are read from a private file or an environment variable, never from the command
//! line, and are shown as their address only.

use std::{
    fmt, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope},
    eips::eip2718::Encodable2718,
    network::TxSigner,
    primitives::{Address, B256, Bytes, Signature, TxKind, U256},
    signers::local::PrivateKeySigner,
};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::chain::Fees;

/// Where a key comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "write { key_file = \"FILE\" } or { key_env = \"NAME\" }; a key itself is never written here"
)]
pub enum KeySource {
    /// A file that only its owner can read.
    File {
        /// The file, with 64 hex digits in it.
        key_file: PathBuf,
    },
    /// An environment variable.
    Env {
        /// Its name; it holds 64 hex digits.
        key_env: String,
    },
}

impl KeySource {
    /// The same source, with a relative file taken from `folder`.
    pub fn relative_to(&self, folder: &Path) -> Self {
        match self {
            Self::File { key_file } => Self::File { key_file: folder.join(key_file) },
            Self::Env { .. } => self.clone(),
        }
    }
}

/// A key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("key file {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// Others can read the file.
    #[error("key file {path} has mode {mode:o}; others could read it: chmod 600 {path}")]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The variable is not set.
    #[error("environment variable {0} is not set; it must hold the key's 64 hex digits")]
    Unset(String),
    /// The content is no key. It is not repeated here.
    #[error(
        "{0} does not hold a secp256k1 private key; write its 64 hex digits, with or without 0x"
    )]
    NotAKey(String),
    /// The signer did not sign.
    #[error("signing failed: {0}")]
    Signing(#[from] alloy::signers::Error),
}

/// What is signed: one EIP-1559 transaction.
#[derive(Clone, Debug)]
pub struct Unsigned {
    /// EIP-155 chain id.
    pub chain_id: u64,
    /// The account's nonce.
    pub nonce: u64,
    /// Gas.
    pub gas_limit: u64,
    /// Wei per gas.
    pub fees: Fees,
    /// Whom it calls.
    pub to: Address,
    /// Wei.
    pub value: U256,
    /// Calldata.
    pub data: Bytes,
}

/// An account that can sign.
#[derive(Clone)]
pub struct Signer {
    address: Address,
    inner: Arc<dyn TxSigner<Signature> + Send + Sync>,
}

impl Signer {
    /// Loads the key.
    ///
    /// # Errors
    /// When the source cannot be read, others can read it, or it holds no key.
    pub fn load(source: &KeySource) -> Result<Self, KeyError> {
        let (text, name) = match source {
            KeySource::File { key_file } => {
                (read_private(key_file)?, format!("key file {}", key_file.display()))
            }
            KeySource::Env { key_env: name } => {
                let text = std::env::var(name).map_err(|_| KeyError::Unset(name.clone()))?;
                (Zeroizing::new(text), format!("environment variable {name}"))
            }
        };
        parse(&text).map(Self::new).ok_or(KeyError::NotAKey(name))
    }

    /// Uses any signer, such as one in a hardware module.
    pub fn new(signer: impl TxSigner<Signature> + Send + Sync + 'static) -> Self {
        Self { address: signer.address(), inner: Arc::new(signer) }
    }

    /// The account.
    pub const fn address(&self) -> Address {
        self.address
    }

    /// Signs; returns the transaction's hash and its EIP-2718 bytes.
    ///
    /// # Errors
    /// When the signer refuses or cannot be reached.
    pub async fn sign(&self, unsigned: &Unsigned) -> Result<(B256, Bytes), KeyError> {
        let mut transaction = TxEip1559 {
            chain_id: unsigned.chain_id,
            nonce: unsigned.nonce,
            gas_limit: unsigned.gas_limit,
            max_fee_per_gas: unsigned.fees.max,
            max_priority_fee_per_gas: unsigned.fees.priority,
            to: TxKind::Call(unsigned.to),
            value: unsigned.value,
            access_list: Default::default(),
            input: unsigned.data.clone(),
        };
        let signature = self.inner.sign_transaction(&mut transaction).await?;
        let envelope = TxEnvelope::from(transaction.into_signed(signature));
        Ok((*envelope.tx_hash(), envelope.encoded_2718().into()))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("address", &self.address).finish_non_exhaustive()
    }
}

fn read_private(path: &PathBuf) -> Result<Zeroizing<String>, KeyError> {
    let unreadable = |source| KeyError::Unreadable { path: path.clone(), source };
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Exposed { path: path.clone(), mode });
    }
    fs::read_to_string(path).map(Zeroizing::new).map_err(unreadable)
}

fn parse(text: &str) -> Option<PrivateKeySigner> {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix("0x").unwrap_or(trimmed);
    let mut key = Zeroizing::new([0_u8; 32]);
    hex::decode_to_slice(digits, key.as_mut_slice()).ok()?;
    PrivateKeySigner::from_slice(key.as_slice()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "00000000000000000000000000000000000000000000000000000000deadbeef";

    fn key_file(content: &str, mode: u32) -> (tempfile::TempDir, KeySource) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        fs::write(&path, content).expect("a file");
        // Set after creation, which the umask has a say in.
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode");
        (folder, KeySource::File { key_file: path })
    }

    #[test]
    fn a_private_file_is_read_with_or_without_prefix() {
        let (_a, plain) = key_file(&format!("{DIGITS}\n"), 0o600);
        let (_b, prefixed) = key_file(&format!("0x{DIGITS}"), 0o400);
        let plain = Signer::load(&plain).expect("a key");
        assert_eq!(plain.address(), Signer::load(&prefixed).expect("a key").address());
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        for mode in [0o640, 0o604, 0o660] {
            let (_folder, source) = key_file(DIGITS, mode);
            assert!(
                matches!(Signer::load(&source), Err(KeyError::Exposed { mode: found, .. }) if found == mode)
            );
        }
    }

    #[test]
    fn neither_errors_nor_debug_output_repeat_the_key() {
        let (_a, good) = key_file(DIGITS, 0o600);
        let signer = Signer::load(&good).expect("a key");
        assert!(!format!("{signer:?}").contains("deadbeef"), "{signer:?}");
        let (_b, bad) = key_file(&format!("{DIGITS}ff"), 0o600);
        let error = Signer::load(&bad).expect_err("too long");
        assert!(!format!("{error} {error:?}").contains("deadbeef"));
    }

    #[test]
    fn an_unset_variable_is_named() {
        let error = Signer::load(&KeySource::Env { key_env: "PROOFRAIL_NO_SUCH_KEY".into() });
        assert!(matches!(error, Err(KeyError::Unset(name)) if name == "PROOFRAIL_NO_SUCH_KEY"));
    }
}
