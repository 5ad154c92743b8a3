//! The key that signs the prover's transactions, as NEAR's own tools keep it.

use std::path::{Path, PathBuf};

use proofrail_near_client::{AccountId, NearAccount, SecretKey};
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{KeystoreError, read_private};

/// Where the account's key lies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "write { key_file = \"FILE\" } or { keystore = \"FOLDER\", account = \"ID\" }; a key itself is never written here"
)]
pub enum AccountKeySource {
    /// One file in the format of NEAR's tools: `{"account_id", "public_key", "private_key"}`.
    File {
        /// The file.
        key_file: PathBuf,
    },
    /// The folder of NEAR's tools: `<keystore>/<network>/<account>.json`.
    Keystore {
        /// The folder; `~` stands for the home folder.
        keystore: PathBuf,
        /// The account.
        account: String,
    },
}

/// A key file of NEAR's tools. The file in a keystore may lack the account's name: its own name has it.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct KeyFile {
    #[serde(default)]
    account_id: Option<String>,
    #[serde(default)]
    public_key: Option<String>,
    #[serde(alias = "secret_key")]
    private_key: String,
}

const EXPECTED: &str =
    "a key of NEAR's tools: {\"account_id\", \"public_key\", \"private_key\": \"ed25519:…\"}";

/// Loads the account and its key. Relative paths are taken from `folder`.
///
/// # Errors
/// [`KeystoreError`]; a file that others can read is refused.
pub fn load_account(
    source: &AccountKeySource,
    network: &str,
    folder: &Path,
) -> Result<NearAccount, KeystoreError> {
    match source {
        AccountKeySource::File { key_file } => load(&folder.join(key_file), None),
        AccountKeySource::Keystore { keystore, account } => {
            let name = format!("{account}.json");
            load(&folder.join(at_home(keystore)).join(network).join(name), Some(account))
        }
    }
}

fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

fn load(path: &Path, wanted: Option<&str>) -> Result<NearAccount, KeystoreError> {
    let not_a_key = || KeystoreError::NotAKey { path: path.to_owned(), expected: EXPECTED };
    let text = read_private(path)?;
    // The parser's message is dropped: it may quote the file.
    let file: KeyFile = serde_json::from_str(&text).map_err(|_| not_a_key())?;
    let name = file.account_id.as_deref().or(wanted).ok_or_else(not_a_key)?;
    if let Some(wanted) = wanted.filter(|wanted| *wanted != name) {
        let (path, wanted, found) = (path.to_owned(), wanted.to_owned(), name.to_owned());
        return Err(KeystoreError::OtherAccount { path, wanted, found });
    }
    let account: AccountId = name.parse().map_err(|_| not_a_key())?;
    let key: SecretKey = file.private_key.parse().map_err(|_| not_a_key())?;
    let account = NearAccount::new(account, key).map_err(|_| not_a_key())?;
    match &file.public_key {
        Some(public) if *public != account.public_key().to_string() => {
            Err(KeystoreError::Mismatch { path: path.to_owned() })
        }
        _ => Ok(account),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::keystore::write_private;

    /// The secret key of 32 bytes 7, and its public key, as near-cli writes them.
    fn pair() -> (String, String) {
        let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let text = near_base58(&key.to_keypair_bytes());
        let secret: SecretKey = text.parse().unwrap();
        let public = secret.public_key().to_string();
        (text, public)
    }

    /// Base58 as NEAR writes keys.
    fn near_base58(bytes: &[u8]) -> String {
        const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        let mut digits = vec![0_u8];
        for byte in bytes {
            let mut carry = u32::from(*byte);
            for digit in &mut digits {
                carry += u32::from(*digit) << 8;
                *digit = (carry % 58) as u8;
                carry /= 58;
            }
            while carry > 0 {
                digits.push((carry % 58) as u8);
                carry /= 58;
            }
        }
        let text: String =
            digits.iter().rev().map(|digit| char::from(ALPHABET[usize::from(*digit)])).collect();
        format!("ed25519:{text}")
    }

    fn key_file(json: &serde_json::Value) -> (tempfile::TempDir, AccountKeySource) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("testnet/alice.testnet.json");
        write_private(&path, &json.to_string()).unwrap();
        (folder, AccountKeySource::File { key_file: path })
    }

    #[test]
    fn load_account_should_read_the_files_of_near_s_tools() {
        let (secret, public) = pair();
        let json = serde_json::json!({
            "account_id": "alice.testnet", "public_key": public, "private_key": secret,
        });
        let (folder, source) = key_file(&json);
        let account = load_account(&source, "testnet", Path::new("")).unwrap();
        assert_eq!(account.id().as_str(), "alice.testnet");
        let keystore = AccountKeySource::Keystore {
            keystore: folder.path().to_owned(),
            account: "alice.testnet".to_owned(),
        };
        assert_eq!(load_account(&keystore, "testnet", Path::new("")).unwrap().id(), account.id());
        assert!(matches!(
            load_account(&keystore, "mainnet", Path::new("")),
            Err(KeystoreError::File { .. })
        ));
    }

    #[test]
    fn load_account_should_refuse_halves_that_do_not_match() {
        let (secret, _) = pair();
        let other = near_base58(&[9; 32]);
        let json = serde_json::json!({
            "account_id": "alice.testnet", "public_key": other, "private_key": secret,
        });
        let (_folder, source) = key_file(&json);
        let error = load_account(&source, "testnet", Path::new("")).unwrap_err();
        assert!(matches!(error, KeystoreError::Mismatch { .. }), "{error}");
    }

    #[test]
    fn errors_should_not_repeat_what_the_file_holds() {
        let (secret, _) = pair();
        let broken = format!("{secret}0");
        let json = serde_json::json!({"account_id": "alice.testnet", "private_key": broken});
        let (_folder, source) = key_file(&json);
        let error = load_account(&source, "testnet", Path::new("")).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(&secret[10..30]));
    }
}
