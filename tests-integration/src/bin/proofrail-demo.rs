//! Settles one job across three local chains and shows each step with its cost.

use std::process::ExitCode;

use clap::Parser;
use proofrail_tests_integration::demo::{self, Bridge, Outcome};
use tokio::signal::unix::{SignalKind, signal};

/// Settles one job across three local chains; started by `cargo xtask demo`, which builds what it needs.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Print one JSON object on standard output instead of the tables.
    #[arg(long)]
    json: bool,
    /// Leave the chains running and print their addresses and how to stop them.
    #[arg(long)]
    keep: bool,
    /// The bridge that carries the settlement: layerzero, wormhole or ccip.
    #[arg(long, value_name = "BRIDGE", default_value = "layerzero")]
    bridge: Bridge,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let options = Options::parse();
    let ended = tokio::select! {
        ended = demo::run(options.bridge, options.keep) => ended,
        signal = stopped() => {
            eprintln!("\n{signal}: the chains are stopped");
            return ExitCode::FAILURE;
        }
    };
    match ended {
        Ok(outcome) => show(&options, &outcome),
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Resolves at the first request to stop; leaving `main` then drops, and so stops, every chain.
async fn stopped() -> &'static str {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => "interrupted",
        _ = terminate.recv() => "terminated",
    }
}

fn show(options: &Options, outcome: &Outcome) -> ExitCode {
    if options.json {
        match serde_json::to_string_pretty(&outcome.report) {
            Ok(json) => println!("{json}"),
            Err(error) => {
                eprintln!("error: cannot print the report: {error}");
                return ExitCode::FAILURE;
            }
        }
    } else {
        println!("{}", outcome.report.tables());
    }
    if let Some(kept) = &outcome.kept {
        eprintln!(
            "\nThe chains go on running; their addresses are in {}.",
            kept.deployment.display()
        );
        if let Ok(addresses) = std::fs::read_to_string(&kept.deployment) {
            eprintln!("{addresses}");
        }
        eprintln!("Stop them with: target/debug/proofrail-devnet down");
    }
    ExitCode::SUCCESS
}
