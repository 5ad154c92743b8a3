//! Failures of commands, and the one place that knows exit codes.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

#[cfg(feature = "operator")]
use proofrail_near_client::{NearError, NearToken};
#[cfg(feature = "operator")]
use proofrail_prover::operator;
use proofrail_prover::{
    key::{KeyError, VerifyError},
    proof::ProofFileError,
    prove::ProveError,
};

/// Exit codes, as `--help` lists them; 2 is the argument parser's.
pub(super) mod code {
    use std::process::ExitCode;

    pub(crate) const OK: ExitCode = ExitCode::SUCCESS;

    pub(crate) fn system() -> ExitCode {
        ExitCode::from(1)
    }

    pub(super) fn usage() -> ExitCode {
        ExitCode::from(2)
    }

    pub(crate) fn input() -> ExitCode {
        ExitCode::from(3)
    }

    pub(super) fn invalid_proof() -> ExitCode {
        ExitCode::from(4)
    }

    pub(crate) fn key() -> ExitCode {
        ExitCode::from(5)
    }

    #[cfg(feature = "operator")]
    pub(crate) fn refused() -> ExitCode {
        ExitCode::from(6)
    }

    #[cfg(feature = "operator")]
    pub(crate) fn unknown() -> ExitCode {
        ExitCode::from(7)
    }

    #[cfg(feature = "operator")]
    pub(crate) fn drained() -> ExitCode {
        ExitCode::from(8)
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: io::Error },
    #[cfg(feature = "insecure-dev-setup")]
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
    #[cfg(feature = "ceremony")]
    #[error(transparent)]
    Ceremony(#[from] proofrail_ceremony::CeremonyError),
    #[cfg(feature = "operator")]
    #[error("{0}")]
    Runtime(io::Error),
    #[cfg(feature = "operator")]
    #[error("the system gives no randomness: {0}")]
    Randomness(String),
    #[cfg(feature = "operator")]
    #[error("configuration: {0}")]
    Config(#[from] operator::config::ConfigError),
    #[cfg(feature = "operator")]
    #[error(transparent)]
    Keystore(operator::keystore::KeystoreError),
    #[cfg(feature = "operator")]
    #[error(transparent)]
    State(#[from] operator::state::StateError),
    #[cfg(feature = "operator")]
    #[error(transparent)]
    Near(#[from] NearError),
    #[cfg(feature = "operator")]
    #[error(transparent)]
    Send(#[from] operator::sender::SendError),
    #[cfg(feature = "operator")]
    #[error(transparent)]
    Run(#[from] operator::runner::RunError),
    #[cfg(feature = "operator")]
    #[error(transparent)]
    Attest(#[from] operator::attestation::AttestError),
    #[cfg(feature = "operator")]
    #[error("{account} has {balance} and needs {needed}, gas included: send it the rest")]
    Balance { account: String, balance: NearToken, needed: NearToken },
    #[cfg(feature = "operator")]
    #[error("{0} is a prover in this market already: `proofrail-prover status`")]
    Registered(String),
    #[cfg(feature = "operator")]
    #[error("{0} is no prover in this market: `proofrail-prover register` first")]
    NoProver(String),
    #[cfg(feature = "operator")]
    #[error(
        "drained after {0} failures in a row: the prover is offline and its jobs are closed; see the \
         log for the cause, then start `run` again"
    )]
    Drained(u32),
}

impl CliError {
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Io { .. } | Self::Key(KeyError::Io { .. }) => code::system(),
            #[cfg(feature = "insecure-dev-setup")]
            Self::UnknownCircuit { .. } => code::usage(),
            Self::OtherCircuit { .. } => code::usage(),
            Self::Prove(ProveError::SelfCheck(_)) | Self::Key(_) => code::key(),
            Self::Prove(_) | Self::ProofFile(_) => code::input(),
            Self::Verify(_) => code::invalid_proof(),
            #[cfg(feature = "ceremony")]
            Self::Ceremony(error) if error.is_system() => code::system(),
            #[cfg(feature = "ceremony")]
            Self::Ceremony(error) if error.is_of_key() => code::key(),
            #[cfg(feature = "ceremony")]
            Self::Ceremony(_) => code::input(),
            #[cfg(feature = "operator")]
            other => super::operator::exit_code(other),
        }
    }

    /// The error for machines: its text and, where the market refused, its code.
    pub(super) fn to_json(&self) -> serde_json::Value {
        let mut json = serde_json::json!({ "error": self.to_string() });
        #[cfg(feature = "operator")]
        if let Some(code) = super::operator::market_code(self) {
            json["code"] = code.as_str().into();
        }
        json
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
