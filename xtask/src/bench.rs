//! `cargo xtask bench`: what is measured and not compared with anything, since it depends on the machine.

use crate::error::Result;
use crate::process::cargo;
use clap::Subcommand;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Witness and proving time of every circuit, as a table.
    Circuits,
}

/// Measures, optimised; the table is printed on stdout.
pub(crate) fn run(bench: &Bench) -> Result<()> {
    match bench {
        // The prover without its operator's commands, whose dependencies would take minutes to compile.
        Bench::Circuits => cargo()
            .args(["bench", "--locked", "--package", "proofrail-prover", "--no-default-features"])
            .args(["--bench", "circuits"])
            .run_in_front("Measuring every circuit (some minutes the first time)"),
    }
}
