//! The one place of exit codes.

use std::{path::PathBuf, process::ExitCode};

use crate::{api::ErrorDetail, config::ConfigError};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what it was told.
    Success,
    /// Something that is none of the others, such as a port that is taken.
    Failure,
    /// The command line was wrong (clap's own code).
    Usage,
    /// The configuration cannot be used.
    Config,
    /// The request was refused, or the settlement has failed.
    Refused,
    /// The service or a chain could not be reached.
    Unreachable,
}

impl Exit {
    /// The process's exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Config => 3,
            Self::Refused => 4,
            Self::Unreachable => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The configuration cannot be used.
    #[error("configuration: {0}")]
    Config(#[from] ConfigError),
    /// A file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The API cannot listen or broke off.
    #[error("api.listen {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// The system's error.
        source: std::io::Error,
    },
    /// Signals cannot be received.
    #[error("signal handling: {0}")]
    Signal(std::io::Error),
    /// The service did not answer.
    #[error("{url}: {source}; is `proofrail-relayer serve` running there?")]
    Unreachable {
        /// Where it was looked for.
        url: String,
        /// What went wrong.
        source: reqwest::Error,
    },
    /// The service refused.
    #[error("{} ({}{})", .0.message, .0.code, .0.field.as_deref().map(|field| format!(": {field}")).unwrap_or_default())]
    Refused(ErrorDetail),
    /// The service's answer is not what its API promises.
    #[error("{url} answered something else than a Proofrail relayer: {problem}")]
    Foreign {
        /// Where it was asked.
        url: String,
        /// What is wrong with the answer.
        problem: String,
    },
}

impl CliError {
    /// The exit code of the error.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Config(ConfigError::Chain { .. }) | Self::Unreachable { .. } => Exit::Unreachable,
            Self::Config(_) => Exit::Config,
            Self::Refused(_) => Exit::Refused,
            Self::File { .. } | Self::Listen { .. } | Self::Signal(_) | Self::Foreign { .. } => {
                Exit::Failure
            }
        }
    }
}
