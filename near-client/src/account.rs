use std::{fmt, sync::Arc};

use near_api::{
    SecretKey, Signer,
    types::{AccountId, PublicKey},
};

use crate::NearError;

/// An account and a key with full access to it.
#[derive(Clone)]
pub struct NearAccount {
    id: AccountId,
    public_key: PublicKey,
    pub(crate) signer: Arc<Signer>,
}

impl fmt::Debug for NearAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearAccount").field("id", &self.id).finish_non_exhaustive()
    }
}

impl NearAccount {
    /// An existing account with one of its keys.
    ///
    /// # Errors
    /// [`NearError::Key`] when the key is unusable.
    pub fn new(id: AccountId, key: SecretKey) -> Result<Self, NearError> {
        let public_key = key.public_key();
        let signer = Signer::from_secret_key(key).map_err(NearError::key)?;
        Ok(Self { id, public_key, signer })
    }

    /// The account's id.
    #[must_use]
    pub const fn id(&self) -> &AccountId {
        &self.id
    }

    /// The public half of the key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}
