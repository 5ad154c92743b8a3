//! Why a configuration is refused: every message names the key.

use std::path::PathBuf;

use crate::operator::{
    inbox::InputSourceError, keystore::KeystoreError, proving::CircuitError, state::StateError,
};

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {source}; `proofrail-prover config-template` prints one to start from")]
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
        /// What is wrong. The line itself is not repeated: it may hold an API key.
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
    /// The variable of the endpoint's URL is not set.
    #[error("rpc_url_env: environment variable {0} is not set")]
    UnsetUrl(String),
    /// The endpoint's URL cannot be read. It is not repeated here: it may hold an API key.
    #[error("rpc_url: the endpoint's URL is not an absolute http or https URL")]
    Url,
    /// A key cannot be used.
    #[error("{key}: {source}")]
    Key {
        /// The key's place in the file.
        key: &'static str,
        /// What is wrong with it.
        source: KeystoreError,
    },
    /// The state cannot be used.
    #[error("state: {0}")]
    State(#[from] StateError),
    /// The inbox cannot be used.
    #[error("inbox: {0}")]
    Inbox(#[from] InputSourceError),
    /// A circuit cannot be served.
    #[error(transparent)]
    Circuit(#[from] CircuitError),
}

impl ConfigError {
    /// A syntax error without the text around it.
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        Self::Syntax { line, problem: error.message().to_owned() }
    }
}
