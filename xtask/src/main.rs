//! The front door: builds, tests and demonstrates Proofrail.
//!
//! `xtask` itself is small, so that it is compiled within seconds; it installs what is missing,
//! says what it does and why, and starts the tools of each part. No other script knows how to
//! build this project.

mod audit;
mod bench;
mod build;
mod demo;
mod error;
mod figures;
mod forge;
mod process;
mod simulate;
mod suite;
mod table;
mod tools;
mod wasm;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Builds, tests and demonstrates Proofrail.
///
/// Every command installs and builds what it needs first, so any of them can be the first one
/// on a fresh machine with Rust, Node.js and the package registries.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Settle one real job across three local chains and show each step with its cost.
    Demo(demo::Options),
    /// Run every check and every test: formats, lints, licences, Rust, NEAR wasm, Solidity, end to end.
    Test(suite::Options),
    /// Build everything that the demo and the tests need, and run nothing.
    Build,
    /// Print the measured figures: constraints, gas, Tgas, storage and sizes.
    Figures(figures::Options),
    /// Measure what depends on the machine.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Simulate what the economic rules lead to.
    #[command(subcommand)]
    Simulate(simulate::Simulation),
    /// Write the snapshots and generated files anew, after a change that is meant to move them.
    Snapshots,
    /// Search the Solidity contracts with slither and halmos, and ask RustSec about the dependencies.
    ///
    /// Installs both tools from PyPI. The last step needs access to GitHub, where RustSec's database is.
    Audit,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => suite::run(&options),
        Command::Build => build::all(),
        Command::Figures(options) => figures::run(&options),
        Command::Bench(bench) => bench::run(&bench),
        Command::Simulate(simulation) => simulate::run(&simulation),
        Command::Snapshots => suite::write_snapshots(),
        Command::Audit => audit::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error}");
            if let Some(cure) = error.cure() {
                eprintln!("  what to do: {cure}");
            }
            ExitCode::FAILURE
        }
    }
}
