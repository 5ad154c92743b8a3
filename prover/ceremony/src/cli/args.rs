//! The command line. Secrets are in files or on standard input, never in arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Make a key to sign the transcript with; keep it as long as you stand for your contribution.
    Keygen(KeygenArgs),
    /// Compute the initial key of a circuit: the same bytes for everybody.
    Init(InitArgs),
    /// Contribute fresh randomness to a key.
    Contribute(ContributeArgs),
    /// Contribute a public beacon, the last of a ceremony.
    Beacon(BeaconArgs),
    /// Verify a key and its transcript from the circuit and the powers of tau on.
    Verify(VerifyArgs),
    /// Verify a key, export its verification_key.json, and sign that it is the ceremony's result.
    Finalize(FinalizeArgs),
    /// Write what contracts need of a finalized key.
    Export(ExportArgs),
    /// Say what a file is, without using it.
    Inspect(InspectArgs),
}

/// Arguments of `keygen`.
#[derive(Debug, Clone, Args)]
pub struct KeygenArgs {
    /// The file to make, which only you can read.
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

/// The public files that a ceremony starts from.
#[derive(Debug, Clone, Args)]
pub(super) struct OriginArgs {
    /// The circuit, as circom writes it.
    #[arg(long, value_name = "R1CS")]
    pub(super) r1cs: PathBuf,
    /// The powers of tau, prepared for phase 2.
    #[arg(long, value_name = "PTAU")]
    pub(super) ptau: PathBuf,
    /// Refuse powers of tau with another SHA-256.
    #[arg(long, value_name = "HEX")]
    pub(super) ptau_sha256: Option<String>,
}

/// The record and the key that signs it.
#[derive(Debug, Clone, Args)]
pub(super) struct RecordArgs {
    /// The transcript.
    #[arg(long, value_name = "JSONL")]
    pub(super) transcript: PathBuf,
    /// The file of your signing key, made with `keygen`.
    #[arg(long, value_name = "FILE")]
    pub(super) signing_key: PathBuf,
}

/// Arguments of `init`.
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    #[command(flatten)]
    pub(super) origin: OriginArgs,
    #[command(flatten)]
    pub(super) record: RecordArgs,
    /// The initial key to write.
    #[arg(long, value_name = "ZKEY")]
    pub(super) out: PathBuf,
}

/// Which keys a contribution is between.
#[derive(Debug, Clone, Args)]
pub(super) struct BetweenArgs {
    /// The key to contribute to.
    #[arg(long, value_name = "ZKEY")]
    pub(super) from: PathBuf,
    /// The key to write.
    #[arg(long, value_name = "ZKEY")]
    pub(super) out: PathBuf,
    /// The name that stands beside the contribution, up to 64 bytes.
    #[arg(long)]
    pub(super) name: String,
}

/// Arguments of `contribute`.
#[derive(Debug, Clone, Args)]
pub struct ContributeArgs {
    #[command(flatten)]
    pub(super) between: BetweenArgs,
    #[command(flatten)]
    pub(super) record: RecordArgs,
    /// A file whose bytes are mixed with the system's randomness; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    pub(super) entropy: Option<PathBuf>,
}

/// Arguments of `beacon`.
#[derive(Debug, Clone, Args)]
pub struct BeaconArgs {
    #[command(flatten)]
    pub(super) between: BetweenArgs,
    #[command(flatten)]
    pub(super) record: RecordArgs,
    /// The beacon's value in hex.
    #[arg(long, value_name = "HEX")]
    pub(super) value: String,
    /// The value is hashed 2^EXPONENT times, 10 to 32.
    #[arg(long, value_name = "EXPONENT", default_value_t = 10)]
    pub(super) iterations: u8,
}

/// Arguments of `verify`.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub(super) origin: OriginArgs,
    /// The key.
    #[arg(long, value_name = "ZKEY")]
    pub(super) key: PathBuf,
    /// An initial key that you computed with `init` or `snarkjs groth16 setup`; without it, it is
    /// computed again.
    #[arg(long, value_name = "ZKEY")]
    pub(super) initial: Option<PathBuf>,
    /// The transcript.
    #[arg(long, value_name = "JSONL")]
    pub(super) transcript: Option<PathBuf>,
    /// Refuse a key that fewer people signed a contribution to; needs the transcript.
    #[arg(long, value_name = "COUNT", requires = "transcript")]
    pub(super) min_contributors: Option<usize>,
}

/// Arguments of `finalize`.
#[derive(Debug, Clone, Args)]
pub struct FinalizeArgs {
    #[command(flatten)]
    pub(super) origin: OriginArgs,
    #[command(flatten)]
    pub(super) record: RecordArgs,
    /// The key.
    #[arg(long, value_name = "ZKEY")]
    pub(super) key: PathBuf,
    /// Refuse a key that fewer people signed a contribution to.
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    pub(super) min_contributors: usize,
    /// The verification key to write, as snarkjs does.
    #[arg(long, value_name = "JSON")]
    pub(super) out: PathBuf,
}

/// Arguments of `export`.
#[derive(Debug, Clone, Args)]
pub struct ExportArgs {
    /// For whom.
    pub(super) target: Target,
    /// The key.
    #[arg(long, value_name = "ZKEY")]
    pub(super) key: PathBuf,
    /// The transcript, which ends with `finalize`.
    #[arg(long, value_name = "JSONL")]
    pub(super) transcript: Option<PathBuf>,
    /// Take a key of no finished ceremony, for which somebody may be able to forge proofs. What is
    /// written says so in its name.
    #[arg(long, conflicts_with = "transcript")]
    pub(super) allow_insecure_dev: bool,
    /// The circuit's name: letters, digits and underscores.
    #[arg(long)]
    pub(super) name: String,
    /// The circuit's version.
    #[arg(long, default_value_t = 1)]
    pub(super) circuit_version: u32,
    /// The names of the public inputs, in their order: outputs first.
    #[arg(long = "input", value_name = "NAME")]
    pub(super) inputs: Vec<String>,
    /// The folder to write to.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) out: PathBuf,
}

/// Who takes an exported key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Target {
    /// A verifier contract.
    Solidity,
    /// The circuit's id, name, public inputs and key, as the prover market registers them.
    Near,
    /// verification_key.json, as snarkjs writes it.
    Json,
}

/// Arguments of `inspect`.
#[derive(Debug, Clone, Args)]
pub struct InspectArgs {
    /// An .r1cs, .ptau, .zkey or a transcript.
    pub(super) file: PathBuf,
}
