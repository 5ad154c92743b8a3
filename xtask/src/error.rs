//! What can go wrong at the front door, and what the user can do about it.

use proofrail_near_interface::rules::ParamError;
use std::path::PathBuf;

/// Result of an xtask step.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed step; [`Error::cure`] says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A program that we cannot install ourselves is missing.
    #[error("`{tool}` was not found, and it is needed to {purpose}")]
    MissingTool { tool: &'static str, purpose: &'static str, cure: String },
    /// A program was found but is too old.
    #[error("`{tool}` is version {found}, but at least {wanted} is needed")]
    OldTool { tool: &'static str, found: String, wanted: String, cure: String },
    /// A command that we started failed.
    #[error("{what} failed ({status}): {command}")]
    Failed { what: String, command: String, status: String, cure: Option<String> },
    /// A command could not be started at all.
    #[error("cannot start `{command}`: {source}")]
    Spawn { command: String, source: std::io::Error },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// A file was read and does not hold what it should.
    #[error("{}: {reason}", path.display())]
    Content { path: PathBuf, reason: String, cure: Option<String> },
    /// Economic parameters that the contract refuses too.
    #[error("the market's parameters are refused: {0}")]
    Parameters(ParamError),
    /// Money was made or lost in the simulation, or a draw did not follow the rule.
    #[error("the simulation's books are wrong: {0}")]
    Books(String),
    /// The simulated market rewards cheating.
    #[error("cheating pays: {0}")]
    CheatingPays(String),
}

impl Error {
    /// What the user can do, where we know it.
    pub(crate) fn cure(&self) -> Option<&str> {
        match self {
            Self::MissingTool { cure, .. } | Self::OldTool { cure, .. } => Some(cure),
            Self::Failed { cure, .. } | Self::Content { cure, .. } => cure.as_deref(),
            Self::CheatingPays(_) => {
                Some("put back the rule that was taken away, or change the rules until it loses")
            }
            Self::Spawn { .. } | Self::File { .. } | Self::Parameters(_) | Self::Books(_) => None,
        }
    }

    /// For `map_err` on file operations.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
