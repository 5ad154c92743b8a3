//! `cargo xtask bench`: what is measured and not compared with anything, since it depends on the machine.

use crate::error::{Error, Result};
use crate::process::cargo;
use crate::tools;
use clap::{Args, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Witness and proving time of every circuit, as a table.
    Circuits,
    /// The Groth16 provers side by side on the same keys and witnesses, as a table of CPU, wall time and memory.
    Prove(Prove),
}

/// What to prove, and how to tell it.
#[derive(Debug, Args)]
pub(crate) struct Prove {
    /// Also prove 1,046,400 constraints, which takes snarkjs minutes and 3 GB.
    #[arg(long)]
    large: bool,
    /// Print JSON in place of a table.
    #[arg(long)]
    json: bool,
    /// Write a chart, as SVG.
    #[arg(long)]
    plot: Option<PathBuf>,
}

impl Prove {
    fn arguments(&self) -> Result<Vec<OsString>> {
        let mut arguments = Vec::new();
        let flags = [(self.large, "--large"), (self.json, "--json")];
        arguments
            .extend(flags.into_iter().filter(|(given, _)| *given).map(|(_, flag)| flag.into()));
        if let Some(plot) = &self.plot {
            // Cargo runs a benchmark in the folder of its package.
            let plot = std::path::absolute(plot).map_err(Error::file(plot))?;
            arguments.extend(["--plot".into(), plot.into_os_string()]);
        }
        Ok(arguments)
    }
}

/// Measures, optimised; the table is printed on stdout.
pub(crate) fn run(bench: &Bench) -> Result<()> {
    match bench {
        // The prover without its operator's commands, whose dependencies would take minutes to compile.
        Bench::Circuits => cargo()
            .args(["bench", "--locked", "--package", "proofrail-prover", "--no-default-features"])
            .args(["--bench", "circuits"])
            .run_in_front("Measuring every circuit (some minutes the first time)"),
        Bench::Prove(prove) => {
            tools::npm_packages()?;
            cargo()
                .args([
                    "bench",
                    "--locked",
                    "--package",
                    "proofrail-groth16",
                    "--bench",
                    "prove",
                    "--",
                ])
                .args(prove.arguments()?)
                .run_in_front("Comparing provers (ten minutes the first time)")
        }
    }
}
