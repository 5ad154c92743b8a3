//! The key with which a prover stands for its proofs.

use std::{fmt, path::Path};

use ed25519_dalek::{Signer, SigningKey};
use proofrail_near_interface::{Hex, ProofStatement};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{KeystoreError, read_private, write_private};

const KIND: &str = "proofrail-statement-key";
const EXPECTED: &str = "a Proofrail statement key; `proofrail-prover register` writes one";

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    kind: String,
    version: u16,
    public_key: String,
    secret_key: String,
}

/// An Ed25519 key (RFC 8032). A false statement that it signed costs stake: it belongs on one machine only.
pub struct StatementKey(SigningKey);

impl fmt::Debug for StatementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StatementKey").field(&self.public_key()).finish()
    }
}

impl StatementKey {
    /// A new key from the system's randomness.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn generate() -> Result<Self, rand::rngs::SysError> {
        use rand::TryRng;
        let mut seed = Zeroizing::new([0; 32]);
        rand::rngs::SysRng.try_fill_bytes(seed.as_mut_slice())?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeystoreError`]; a file that others can read is refused.
    pub fn load(path: &Path) -> Result<Self, KeystoreError> {
        let not_a_key = || KeystoreError::NotAKey { path: path.to_owned(), expected: EXPECTED };
        let text = read_private(path)?;
        let file: KeyFile = serde_json::from_str(&text).map_err(|_| not_a_key())?;
        if file.kind != KIND || file.version != 1 {
            return Err(not_a_key());
        }
        let mut seed = Zeroizing::new([0; 32]);
        let digits = file.secret_key.strip_prefix("0x").ok_or_else(not_a_key)?;
        hex::decode_to_slice(digits, seed.as_mut_slice()).map_err(|_| not_a_key())?;
        let key = Self(SigningKey::from_bytes(&seed));
        if key.public_key().to_string() != file.public_key {
            return Err(KeystoreError::Mismatch { path: path.to_owned() });
        }
        Ok(key)
    }

    /// Writes a new key file of mode 0600.
    ///
    /// # Errors
    /// [`KeystoreError`]; an existing file is never overwritten.
    pub fn save(&self, path: &Path) -> Result<(), KeystoreError> {
        let file = KeyFile {
            kind: KIND.to_owned(),
            version: 1,
            public_key: self.public_key().to_string(),
            secret_key: format!("0x{}", hex::encode(self.0.as_bytes())),
        };
        // Strings and integers under string keys always serialize.
        let text = Zeroizing::new(serde_json::to_string_pretty(&file).unwrap_or_default());
        write_private(path, &text)
    }

    /// The public half, as the market registers it.
    pub fn public_key(&self) -> Hex<32> {
        Hex(self.0.verifying_key().to_bytes())
    }

    /// Signs a statement.
    pub fn sign(&self, statement: &ProofStatement<'_>) -> Hex<64> {
        Hex(self.0.sign(&statement.message()).to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn a_saved_key_should_be_read_back_and_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("statement.json");
        let key = StatementKey::generate().unwrap();
        key.save(&path).unwrap();
        assert_eq!(StatementKey::load(&path).unwrap().public_key(), key.public_key());
        let other = StatementKey::generate().unwrap();
        assert_ne!(other.public_key(), key.public_key());
        assert!(matches!(other.save(&path), Err(KeystoreError::Exists { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(StatementKey::load(&path), Err(KeystoreError::Exposed { .. })));
    }

    #[test]
    fn debug_should_not_show_the_secret() {
        let key = StatementKey(SigningKey::from_bytes(&[0xab; 32]));
        assert!(!format!("{key:?}").contains("abababab"), "{key:?}");
    }

    #[test]
    fn load_should_refuse_halves_that_do_not_match() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("statement.json");
        let key = StatementKey::generate().unwrap();
        key.save(&path).unwrap();
        let other = StatementKey::generate().unwrap().public_key().to_string();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace(&key.public_key().to_string(), &other)).unwrap();
        assert!(matches!(StatementKey::load(&path), Err(KeystoreError::Mismatch { .. })));
    }
}
