//! Failures of commands, and the one place that knows exit codes.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use proofrail_prover::{
    key::{KeyError, VerifyError},
    proof::ProofFileError,
    prove::ProveError,
};

/// Exit codes, as `--help` lists them; 2 is the argument parser's.
pub(super) mod code {
    use std::process::ExitCode;

    pub(crate) const OK: ExitCode = ExitCode::SUCCESS;

    pub(super) fn system() -> ExitCode {
        ExitCode::from(1)
    }

    pub(super) fn usage() -> ExitCode {
        ExitCode::from(2)
    }

    pub(super) fn input() -> ExitCode {
        ExitCode::from(3)
    }

    pub(super) fn invalid_proof() -> ExitCode {
        ExitCode::from(4)
    }

    pub(super) fn key() -> ExitCode {
        ExitCode::from(5)
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("circuit {got:?} is unknown; there are: {known}")]
    UnknownCircuit { got: String, known: String },
    #[error("the key is for circuit {key:?}, not {asked:?}")]
    OtherCircuit { key: &'static str, asked: String },
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Prove(#[from] ProveError),
    #[error(transparent)]
    ProofFile(#[from] ProofFileError),
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

impl CliError {
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Io { .. } | Self::Key(KeyError::Io { .. }) => code::system(),
            Self::UnknownCircuit { .. } | Self::OtherCircuit { .. } => code::usage(),
            Self::Prove(ProveError::SelfCheck(_)) | Self::Key(_) => code::key(),
            Self::Prove(_) | Self::ProofFile(_) => code::input(),
            Self::Verify(_) => code::invalid_proof(),
        }
    }
}

/// Reads a text file.
pub(super) fn read_text(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(|source| CliError::Io { path: path.to_owned(), source })
}

/// Writes a text file and the folders above it.
pub(super) fn write_text(path: &Path, text: &str) -> Result<(), CliError> {
    let folders = path.parent().map_or(Ok(()), fs::create_dir_all);
    folders
        .and_then(|()| fs::write(path, text))
        .map_err(|source| CliError::Io { path: path.to_owned(), source })
}
