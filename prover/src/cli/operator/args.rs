use std::path::PathBuf;

use clap::{ArgGroup, ValueEnum};
use proofrail_near_client::{AccountId, NearToken};
use proofrail_near_interface::attestation::SnpProduct;
use proofrail_prover::operator::config::parse_near;

/// Arguments of commands that only need to know the prover.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArgs {
    /// The configuration; `config-template` prints one.
    #[arg(
        long,
        value_name = "FILE",
        env = "PROOFRAIL_PROVER_CONFIG",
        default_value = "prover.toml"
    )]
    pub(crate) config: PathBuf,
}

/// Arguments of `register`.
#[derive(Debug, clap::Args)]
pub(crate) struct RegisterArgs {
    #[command(flatten)]
    pub(crate) prover: ConfigArgs,
    /// The stake; by default the smallest that the market takes.
    #[arg(long, value_name = "NEAR", value_parser = parse_near)]
    pub(crate) stake: Option<NearToken>,
    /// Show a quote of this machine's TEE as well, as `attest` does.
    #[arg(long)]
    pub(crate) attest: bool,
}

/// Arguments of `stake`.
#[derive(Debug, clap::Args)]
pub(crate) struct StakeArgs {
    #[command(flatten)]
    pub(crate) prover: ConfigArgs,
    /// What is added, such as 500 or 0.5.
    #[arg(value_name = "NEAR", value_parser = parse_near)]
    pub(crate) amount: NearToken,
}

/// Arguments of `unstake`.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("what").required(true).args(["amount", "all"]))]
pub(crate) struct UnstakeArgs {
    #[command(flatten)]
    pub(crate) prover: ConfigArgs,
    /// What leaves; at least the market's smallest stake must remain.
    #[arg(value_name = "NEAR", value_parser = parse_near)]
    pub(crate) amount: Option<NearToken>,
    /// All of it.
    #[arg(long)]
    pub(crate) all: bool,
}

/// Arguments of `attest`.
#[derive(Debug, clap::Args)]
pub(crate) struct AttestArgs {
    #[command(flatten)]
    pub(crate) prover: ConfigArgs,
    /// SEV-SNP, once a chip and firmware: AMD's certificate of the chip's key (VCEK, DER), kept by the market.
    #[arg(long, value_name = "DER", requires_all = ["ask", "product"])]
    pub(crate) vcek: Option<PathBuf>,
    /// The certificate that signed it (ASK, DER).
    #[arg(long, value_name = "DER", requires = "vcek")]
    pub(crate) ask: Option<PathBuf>,
    /// The processor line.
    #[arg(long, requires = "vcek")]
    pub(crate) product: Option<Product>,
    /// Write the evidence (base64 of borsh) to a file instead of showing it to the market.
    #[arg(long, value_name = "FILE", conflicts_with = "vcek")]
    pub(crate) out: Option<PathBuf>,
}

/// AMD's processor lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Product {
    /// EPYC 7003.
    Milan,
    /// EPYC 9004.
    Genoa,
    /// EPYC 9005.
    Turin,
}

impl From<Product> for SnpProduct {
    fn from(product: Product) -> Self {
        match product {
            Product::Milan => Self::Milan,
            Product::Genoa => Self::Genoa,
            Product::Turin => Self::Turin,
        }
    }
}

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) prover: ConfigArgs,
    /// Keep the jobs of others moving too, whatever the configuration says.
    #[arg(long)]
    pub(crate) poke: bool,
}

/// Arguments of commands about one job.
#[derive(Debug, clap::Args)]
pub(crate) struct JobCommandArgs {
    #[command(flatten)]
    pub(crate) prover: ConfigArgs,
    /// The job.
    pub(crate) job: u64,
}

/// Arguments of `report-downtime`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReportDowntimeArgs {
    #[command(flatten)]
    pub(crate) prover: ConfigArgs,
    /// The account of the prover that is silent.
    #[arg(value_name = "ACCOUNT")]
    pub(crate) silent: AccountId,
}

/// Arguments of `sign-proof`.
#[derive(Debug, clap::Args)]
pub(crate) struct SignProofArgs {
    #[command(flatten)]
    pub(crate) prover: ConfigArgs,
    /// The job.
    pub(crate) job: u64,
    /// The proof file.
    pub(crate) proof: PathBuf,
    /// The circuit's verifying key: a proof that does not hold is not signed.
    #[arg(long, value_name = "VK")]
    pub(crate) vk: PathBuf,
}
