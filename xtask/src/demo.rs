//! `cargo xtask demo`: build, then let the demo program take over.

use crate::build;
use crate::error::Result;
use crate::process::{Step, target_dir};

/// Options of the demo.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Print one JSON object on stdout instead of the tables.
    #[arg(long)]
    json: bool,
    /// Leave the chains running and print their addresses and how to stop them.
    #[arg(long)]
    keep: bool,
    /// The bridge that carries the settlement: layerzero, wormhole or ccip.
    #[arg(long, value_name = "BRIDGE", default_value = "layerzero")]
    bridge: String,
}

/// Builds what the demo needs and replaces this process with it.
pub(crate) fn run(options: &Options) -> Result<()> {
    build::all()?;
    let mut program = Step::new(target_dir().join("debug/proofrail-demo"));
    if options.json {
        program = program.arg("--json");
    }
    if options.keep {
        program = program.arg("--keep");
    }
    program.arg("--bridge").arg(&options.bridge).exec()
}
