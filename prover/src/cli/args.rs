//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use proofrail_prover::key::KeyPolicy;

/// Groth16 proofs of the Proofrail circuits: prove, verify, and export what contracts need.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 done · 1 system error · 2 usage · 3 input or configuration refused · \
    4 proof does not hold · 5 key refused · 6 the market refuses · 7 the chain cannot be reached, or \
    it is not known what became of a transaction · 8 `run` drained itself after failures"
)]
pub(crate) struct Args {
    /// Print the report as JSON, for machines.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Take keys of the development setup, for which anybody can forge proofs.
    #[cfg(feature = "insecure-dev-setup")]
    #[arg(long, global = true)]
    allow_insecure_dev: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// Which keys the caller takes.
    pub(crate) fn key_policy(&self) -> KeyPolicy {
        #[cfg(feature = "insecure-dev-setup")]
        if self.allow_insecure_dev {
            return KeyPolicy::AllowInsecureDev;
        }
        KeyPolicy::Production
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the development keys of a circuit: the same everywhere, and insecure.
    #[cfg(feature = "insecure-dev-setup")]
    SetupDev(SetupArgs),
    /// Prove one instance of a circuit; a wrong input is refused by the name of its field.
    Prove(ProveArgs),
    /// Check a proof file under a verifying key.
    Verify(VerifyArgs),
    /// Write what a contract needs of a verifying key.
    Export(ExportArgs),
    /// Say what a key or proof file is, without using it.
    Inspect(InspectArgs),
    /// Make the keys of a circuit with many parties, one of whom must be honest.
    #[cfg(feature = "ceremony")]
    #[command(subcommand)]
    Ceremony(proofrail_ceremony::cli::Command),
    #[cfg(feature = "operator")]
    #[command(flatten)]
    Operator(super::operator::OperatorCommand),
}

/// Arguments of `setup-dev`.
#[cfg(feature = "insecure-dev-setup")]
#[derive(Debug, clap::Args)]
pub(crate) struct SetupArgs {
    /// The circuit's name, such as `receipt`.
    pub(crate) circuit: String,
    /// The folder for CIRCUIT.pk and CIRCUIT.vk.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

/// Arguments of `prove`.
#[derive(Debug, clap::Args)]
pub(crate) struct ProveArgs {
    /// The circuit's name, such as `receipt`.
    pub(crate) circuit: String,
    /// The instance as JSON; for `receipt` a signed receipt.
    pub(crate) input: PathBuf,
    /// The circuit's proving key; where it is not given, CIRCUIT.pk in this folder.
    #[arg(long, value_name = "PK")]
    key: Option<PathBuf>,
    /// The proof file to write; where it is not given, CIRCUIT.proof.json in this folder.
    #[arg(long, value_name = "PROOF")]
    out: Option<PathBuf>,
}

impl ProveArgs {
    /// The proving key's file.
    pub(crate) fn key(&self) -> PathBuf {
        self.key.clone().unwrap_or_else(|| format!("{}.pk", self.circuit).into())
    }

    /// The proof file.
    pub(crate) fn out(&self) -> PathBuf {
        self.out.clone().unwrap_or_else(|| format!("{}.proof.json", self.circuit).into())
    }
}

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// The proof file.
    pub(crate) proof: PathBuf,
    /// The circuit's verifying key; where it is not given, CIRCUIT.vk in this folder.
    #[arg(long, value_name = "VK")]
    vk: Option<PathBuf>,
}

impl VerifyArgs {
    /// The verifying key's file, for a proof of `circuit`.
    pub(crate) fn vk(&self, circuit: &str) -> PathBuf {
        self.vk.clone().unwrap_or_else(|| format!("{circuit}.vk").into())
    }
}

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// For whom.
    pub(crate) target: ExportTarget,
    /// The verifying key.
    #[arg(long, value_name = "VK")]
    pub(crate) vk: PathBuf,
    /// The folder to write to.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) out: PathBuf,
}

/// Who takes an exported key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportTarget {
    /// A verifier contract and the library of its public inputs.
    Solidity,
    /// The circuit's id, name, public inputs and key, as the prover market registers them.
    Near,
    /// The key's points alone.
    Json,
}

/// Arguments of `inspect`.
#[derive(Debug, clap::Args)]
pub(crate) struct InspectArgs {
    /// A proving key, a verifying key or a proof file.
    pub(crate) file: PathBuf,
}
