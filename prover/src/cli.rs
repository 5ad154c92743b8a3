//! Commands: what they take, what they do, how they end.

mod args;
mod error;
mod export;
mod inspect;
#[cfg(feature = "operator")]
mod operator;
mod prove;
#[cfg(feature = "insecure-dev-setup")]
mod setup;
mod verify;

use std::process::ExitCode;

use serde_json::Value;

pub(crate) use self::args::Args;
use self::{
    args::Command,
    error::{CliError, code},
};

/// What a command reports, for people and for machines.
struct Report {
    text: String,
    json: Value,
}

/// Runs the command, prints its report, and gives the exit code.
pub(crate) fn run(args: &Args) -> ExitCode {
    match dispatch(args) {
        Ok(report) if args.json => {
            println!("{:#}", report.json);
            code::OK
        }
        Ok(report) => {
            println!("{}", report.text);
            code::OK
        }
        Err(error) => {
            if args.json {
                println!("{:#}", error.to_json());
            }
            eprintln!("error: {error}");
            error.exit_code()
        }
    }
}

fn dispatch(args: &Args) -> Result<Report, CliError> {
    let policy = args.key_policy();
    match &args.command {
        #[cfg(feature = "insecure-dev-setup")]
        Command::SetupDev(setup) => setup::run(setup),
        Command::Prove(prove) => prove::run(prove, policy),
        Command::Verify(verify) => verify::run(verify, policy),
        Command::Export(export) => export::run(export, policy),
        Command::Inspect(inspect) => inspect::run(inspect),
        #[cfg(feature = "ceremony")]
        Command::Ceremony(command) => {
            let report = proofrail_ceremony::cli::run(command)?;
            Ok(Report { text: report.text, json: report.json })
        }
        #[cfg(feature = "operator")]
        Command::Operator(command) => operator::run(command, args.json),
    }
}
