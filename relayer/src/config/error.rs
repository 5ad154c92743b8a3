//! Why a configuration is refused: every message names the key.

use std::path::PathBuf;

use proofrail_evm::deployment::DeploymentError;

use crate::{
    bridge::BridgeError, chain::ChainError, circuits::CircuitsError, signer::KeyError,
    store::StoreError,
};

impl ConfigError {
    /// A syntax error without the text around it, which may hold what should not be in a log.
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        Self::Syntax { line, problem: error.message().to_owned() }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {source}; `proofrail-relayer config-template` prints one to start from")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file is not what the template shows.
    #[error("line {line}: {problem}")]
    Syntax {
        /// Counts from 1.
        line: usize,
        /// What is wrong. The line itself is not repeated.
        problem: String,
    },
    /// A value that cannot work.
    #[error("{key}: {problem}")]
    Value {
        /// Path of the key.
        key: &'static str,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The variable of an endpoint's URL is not set.
    #[error("{role}.rpc_url_env: environment variable {variable} is not set")]
    UnsetUrl {
        /// The chain's section.
        role: &'static str,
        /// The variable.
        variable: String,
    },
    /// An endpoint's URL cannot be read. It is not repeated here: it may hold an API key.
    #[error("{role}: the RPC endpoint's URL is not an absolute http or https URL")]
    Url {
        /// The chain's section.
        role: &'static str,
    },
    /// The default bridge has no section.
    #[error("default_bridge: {0:?} is neither \"auto\" nor a bridge with a section [bridges.{0}]")]
    DefaultBridge(String),
    /// A typical time of a bridge that is not in use.
    #[error("routing.typical_s.{0}: there is no section [bridges.{0}]")]
    TypicalOfNone(String),
    /// Nobody pays for a bridge.
    #[error("bridges.{bridge}: it needs transactions on chain {chain_id}, which has no `signer`")]
    NoSigner {
        /// The bridge.
        bridge: String,
        /// EIP-155 chain id.
        chain_id: u64,
    },
    /// A key cannot be used.
    #[error("{role}.signer: {source}")]
    Key {
        /// The chain's section.
        role: &'static str,
        /// What is wrong with it.
        source: KeyError,
    },
    /// A verifying key cannot be used.
    #[error("verifying_keys: {0}")]
    Circuits(#[from] CircuitsError),
    /// The deployment cannot be used.
    #[error("deployment: {0}")]
    Deployment(#[from] DeploymentError),
    /// A bridge cannot be used.
    #[error("bridges: {0}")]
    Bridge(#[from] BridgeError),
    /// A chain cannot be used.
    #[error("chain {}: {error}", .error.chain_id())]
    Chain {
        /// What went wrong.
        #[from]
        error: ChainError,
    },
    /// The database cannot be used.
    #[error("database: {0}")]
    Store(#[from] StoreError),
}
