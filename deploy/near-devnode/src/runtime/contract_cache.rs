//! Compiled contracts, loaded and linked once: a call starts at once instead of mapping its contract's
//! machine code anew, which costs milliseconds and megabytes each time.

use near_vm_runner::{
    ContractRuntimeCache, FilesystemContractRuntimeCache, MockContractRuntimeCache,
    noop_background_spawner,
};
use std::fmt;
use std::io;
use std::path::Path;
use tempfile::TempDir;

/// Contracts kept loaded at a time, at 16 MiB each.
const LOADED_CONTRACTS: usize = 16;

/// The contracts of one chain.
pub(crate) enum ContractCache {
    /// As nodes have it: the compiled code on disk, what is loaded of it in memory. The directory goes with
    /// the chain.
    Loaded { cache: FilesystemContractRuntimeCache, _directory: TempDir },
    /// Where no directory can be made: calls are slower then, and the same otherwise.
    Compiled(MockContractRuntimeCache),
}

impl ContractCache {
    pub(crate) fn new() -> Self {
        Self::loaded().unwrap_or_else(|error| {
            tracing::warn!(%error, "no temporary directory: contracts are loaded anew at each call");
            Self::Compiled(MockContractRuntimeCache::default())
        })
    }

    fn loaded() -> io::Result<Self> {
        let directory = tempfile::tempdir()?;
        let cache = FilesystemContractRuntimeCache::with_memory_cache(
            directory.path(),
            None::<&Path>,
            Path::new("contracts"),
            LOADED_CONTRACTS,
            None,
            FilesystemContractRuntimeCache::MAX_DISK_CACHE_BYTES,
            noop_background_spawner(),
        )?;
        Ok(Self::Loaded { cache, _directory: directory })
    }

    /// The cache as the VM takes it.
    pub(crate) fn get(&self) -> &dyn ContractRuntimeCache {
        match self {
            Self::Loaded { cache, .. } => cache,
            Self::Compiled(cache) => cache,
        }
    }
}

impl fmt::Debug for ContractCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loaded { .. } => "Loaded",
            Self::Compiled(_) => "Compiled",
        })
    }
}
