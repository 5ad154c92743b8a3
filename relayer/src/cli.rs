//! The command line.

mod client;
mod error;
mod serve;

use std::{path::PathBuf, process::ExitCode};

use alloy::primitives::B256;
use clap::{Parser, Subcommand, ValueEnum};

pub use self::error::{CliError, Exit};
use crate::config::{Config, TEMPLATE};

/// Carries proofs to the chain where they pay.
#[derive(Debug, Parser)]
#[command(name = "proofrail-relayer", version, about)]
pub struct Cli {
    /// How log lines are written; RUST_LOG chooses which.
    #[arg(long, global = true, value_enum, default_value = "text")]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the service until it is told to stop (SIGTERM or Ctrl-C).
    Serve {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Hands a settlement to a running service.
    Settle {
        /// A JSON file: {"settlement": …, "receipt": …, "proof": "0x…", "bridge": …}.
        file: PathBuf,
        /// Waits until it is settled or has failed.
        #[arg(long)]
        wait: bool,
        #[command(flatten)]
        client: client::Options,
    },
    /// Shows where a settlement stands.
    Status {
        /// The settlement id.
        id: B256,
        #[command(flatten)]
        client: client::Options,
    },
    /// Reads a configuration and everything that it names, and asks both chains who they are.
    CheckConfig {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Prints a commented configuration to start from.
    ConfigTemplate,
}

/// Runs one command; what went wrong is on standard error, and in the exit code.
pub async fn run(cli: Cli) -> ExitCode {
    start_logging(cli.log_format);
    match dispatch(cli.command).await {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("error: {error}");
            error.exit().into()
        }
    }
}

async fn dispatch(command: Command) -> Result<Exit, CliError> {
    match command {
        Command::Serve { config } => serve::serve(&config).await,
        Command::Settle { file, wait, client } => client::settle(&client, &file, wait).await,
        Command::Status { id, client } => client::status(&client, id).await,
        Command::CheckConfig { config } => check_config(&config).await,
        Command::ConfigTemplate => {
            print!("{TEMPLATE}");
            Ok(Exit::Success)
        }
    }
}

async fn check_config(path: &std::path::Path) -> Result<Exit, CliError> {
    let config = Config::load(path)?;
    config.check_chains().await?;
    let route = config.route();
    for mismatch in crate::chains::mismatches(&route.deployment) {
        println!("warning: {mismatch}");
    }
    println!(
        "{}: ready to relay from chain {} to the hub {} on chain {}",
        route.deployment.network,
        route.source.id(),
        route.hub.address(),
        route.destination.id()
    );
    Ok(Exit::Success)
}

fn start_logging(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
}
