//! The commands of a ceremony, for a program to mount: [`Command`] is a subcommand of clap, and [`run`]
//! does what it says.

mod args;
mod bars;
mod files;
mod finish;
mod inspect;
mod steps;
mod verify;

pub use self::args::Command;

use serde_json::Value;

use crate::error::CeremonyError;

/// What a command reports, for people and for machines.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// For people.
    pub text: String,
    /// For machines.
    pub json: Value,
}

/// Runs a command. Progress is drawn on the error stream where that is a terminal.
///
/// # Errors
/// [`CeremonyError`]; then the command wrote nothing.
pub fn run(command: &Command) -> Result<Report, CeremonyError> {
    let bars = bars::Bars::default();
    match command {
        Command::Keygen(args) => steps::keygen(args),
        Command::Init(args) => steps::init(args, &bars),
        Command::Contribute(args) => steps::contribute(args, &bars),
        Command::Beacon(args) => steps::beacon(args, &bars),
        Command::Verify(args) => verify::run(args, &bars),
        Command::Finalize(args) => finish::finalize(args, &bars),
        Command::Export(args) => finish::export(args),
        Command::Inspect(args) => inspect::run(args),
    }
}
