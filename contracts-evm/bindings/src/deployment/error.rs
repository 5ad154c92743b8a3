//! What can be wrong with a deployment file.

use std::{io, path::PathBuf};

/// Why a deployment could not be read, written or used.
#[derive(Debug, thiserror::Error)]
pub enum DeploymentError {
    /// The file could not be read.
    #[error("cannot read the deployment {}: {source}; `cargo xtask demo --keep` writes one for the development network", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file's content does not fit.
    #[error("the deployment {} is wrong at `{field}`: {source}", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// Where in the file, as a path of keys.
        field: String,
        /// What was expected there.
        source: serde_json::Error,
    },
    /// Something follows the deployment in its file.
    #[error("the deployment {} goes on after its end: {source}", path.display())]
    Trailing {
        /// The file.
        path: PathBuf,
        /// Where.
        source: serde_json::Error,
    },
    /// The file could not be written.
    #[error("cannot write the deployment {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A contract that is needed has not been deployed.
    #[error(
        "the deployment of chain {chain_id} has no `contracts.{contract}`: deploy it, or name its address in the file"
    )]
    NotDeployed {
        /// The chain that lacks it.
        chain_id: u64,
        /// The key under `contracts`.
        contract: &'static str,
    },
    /// A bridge's own contracts are not named.
    #[error(
        "the deployment of chain {chain_id} has no section `{bridge}`: name the bridge's contracts in the file"
    )]
    NoBridge {
        /// The chain.
        chain_id: u64,
        /// The key of the chain.
        bridge: &'static str,
    },
}
