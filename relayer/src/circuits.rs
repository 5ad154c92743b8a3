//! Verifying keys, by circuit id.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use alloy::primitives::B256;
use proofrail_circuits::{field::Fr, registry};

use crate::{reason::Refusal, settlement::ProofBytes};

/// A verifying key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CircuitsError {
    /// No such circuit.
    #[error("{0:?} is no circuit of this build")]
    UnknownCircuit(String),
}

/// Verifying keys of the circuits that this relayer takes proofs of.
#[derive(Clone, Debug, Default)]
pub struct Circuits(BTreeMap<B256, Arc<Key>>);

/// A circuit's verifying key.
#[derive(Debug)]
pub struct Key;

impl Circuits {
    /// Reads the keys of a configuration, whose paths are relative to `folder`.
    pub fn load(files: &BTreeMap<String, PathBuf>, _folder: &Path) -> Result<Self, CircuitsError> {
        let mut keys = BTreeMap::new();
        for name in files.keys() {
            let circuit = registry::by_name(name)
                .ok_or_else(|| CircuitsError::UnknownCircuit(name.clone()))?;
            keys.insert(B256::from(*circuit.id().as_bytes()), Arc::new(Key));
        }
        Ok(Self(keys))
    }

    /// The key of a circuit.
    pub fn get(&self, id: B256) -> Option<&Key> {
        self.0.get(&id).map(AsRef::as_ref)
    }
}

impl Key {
    /// Verifies.
    pub fn check(&self, _inputs: &[Fr], _proof: &ProofBytes) -> Result<(), Refusal> {
        Err(Refusal::ProofInvalid)
    }
}
