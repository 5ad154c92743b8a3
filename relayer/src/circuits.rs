//! The circuits whose proofs are taken, and their verifying keys.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use alloy::primitives::B256;
use proofrail_circuits::receipt::{ReceiptCircuit, SignedReceipt};
use proofrail_prover::{
    key::{KeyError, KeyPolicy, VerifyingKey},
    proof::Proof,
};

use crate::{reason::Refusal, settlement::ProofBytes};

/// A verifying key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CircuitsError {
    /// The file cannot be used.
    #[error("{path}: {source}")]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeyError,
    },
    /// Two keys for one circuit.
    #[error("{path}: circuit {circuit} has a key already; list each circuit once")]
    Twice {
        /// The second file.
        path: PathBuf,
        /// The circuit's name.
        circuit: &'static str,
    },
    /// Development keys are refused by this build.
    #[error(
        "allow_insecure_dev_keys: this build has no development keys; whoever built it left out the feature insecure-dev-setup, as a build for money should"
    )]
    DevKeysNotBuilt,
}

/// Verifying keys by circuit id.
#[derive(Clone, Debug, Default)]
pub struct Circuits(BTreeMap<B256, Arc<VerifyingKey>>);

impl Circuits {
    /// Reads key files, whose paths are relative to `folder`; each says which circuit it is for.
    ///
    /// # Errors
    /// [`CircuitsError`] with the file that cannot be used.
    pub fn load(
        files: &[PathBuf],
        folder: &Path,
        allow_insecure_dev: bool,
    ) -> Result<Self, CircuitsError> {
        let policy = policy(allow_insecure_dev)?;
        let mut keys = BTreeMap::new();
        for file in files {
            let path = folder.join(file);
            let key = VerifyingKey::load(&path, policy)
                .map_err(|source| CircuitsError::Key { path: path.clone(), source })?;
            let id = B256::from(*key.circuit_id().as_bytes());
            let circuit = key.circuit().name();
            if keys.insert(id, Arc::new(key)).is_some() {
                return Err(CircuitsError::Twice { path, circuit });
            }
        }
        Ok(Self(keys))
    }

    /// The key of a circuit.
    ///
    /// # Errors
    /// [`Refusal::UnknownCircuit`] where none is configured.
    pub fn get(&self, id: B256) -> Result<&VerifyingKey, Refusal> {
        self.0.get(&id).map(AsRef::as_ref).ok_or(Refusal::UnknownCircuit(id))
    }
}

/// Verifies the proof of a receipt.
///
/// # Errors
/// [`Refusal::ProofMalformed`] or [`Refusal::ProofInvalid`].
pub fn verify(
    key: &VerifyingKey,
    receipt: &SignedReceipt,
    proof: &ProofBytes,
) -> Result<(), Refusal> {
    let proof = Proof::from_bytes(proof.as_bytes())
        .map_err(|error| Refusal::ProofMalformed(error.to_string()))?;
    key.verify::<ReceiptCircuit>(&receipt.public_inputs(), &proof)
        .map_err(|_| Refusal::ProofInvalid)
}

#[cfg(feature = "insecure-dev-setup")]
const fn policy(allow_insecure_dev: bool) -> Result<KeyPolicy, CircuitsError> {
    Ok(if allow_insecure_dev { KeyPolicy::AllowInsecureDev } else { KeyPolicy::Production })
}

#[cfg(not(feature = "insecure-dev-setup"))]
const fn policy(allow_insecure_dev: bool) -> Result<KeyPolicy, CircuitsError> {
    if allow_insecure_dev { Err(CircuitsError::DevKeysNotBuilt) } else { Ok(KeyPolicy::Production) }
}
