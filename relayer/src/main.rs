//! `proofrail-relayer`.

use std::process::ExitCode;

use clap::Parser;
use proofrail_relayer::cli::{Cli, run};

#[tokio::main]
async fn main() -> ExitCode {
    run(Cli::parse()).await
}
