//! What workers attested, for whoever fetches it.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, PoisonError, RwLock},
};

/// Attestations by message; clones share them.
#[derive(Debug)]
pub(crate) struct Shelf<K, V>(Arc<RwLock<HashMap<K, Entry<V>>>>);

/// An attestation, and whether its signatures are those of the bridge.
#[derive(Clone, Debug)]
struct Entry<V> {
    attestation: V,
    honest: bool,
}

// Derived, these would ask the same of the keys and values.
impl<K, V> Clone for Shelf<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Eq + Hash, V: Clone> Shelf<K, V> {
    /// Puts an attestation in the place of the one before it.
    pub(crate) fn put(&self, key: K, attestation: V, honest: bool) {
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        entries.insert(key, Entry { attestation, honest });
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.entry(key).map(|entry| entry.attestation)
    }

    /// Whether the attestation is honest; `None` where there is none, or one that `fits` refuses.
    pub(crate) fn honesty(&self, key: &K, fits: impl FnOnce(&V) -> bool) -> Option<bool> {
        self.entry(key).filter(|entry| fits(&entry.attestation)).map(|entry| entry.honest)
    }

    fn entry(&self, key: &K) -> Option<Entry<V>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_attestation_counts_and_clones_share_it() {
        let shelf = Shelf::default();
        let reader = shelf.clone();
        assert_eq!(reader.honesty(&1, |_: &&str| true), None);
        shelf.put(1, "garbage", false);
        assert_eq!(reader.honesty(&1, |_| true), Some(false));
        shelf.put(1, "honest", true);
        assert_eq!(reader.get(&1), Some("honest"));
        assert_eq!(reader.honesty(&1, |_| true), Some(true));
        assert_eq!(reader.honesty(&1, |attestation| *attestation == "other"), None);
        assert_eq!(reader.get(&2), None);
    }
}
