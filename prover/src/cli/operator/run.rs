//! `run`.

use std::sync::Arc;

use proofrail_prover::operator::{
    config::Config,
    runner::{Ending, Runner, StopSignal},
};
use serde_json::json;

use super::{
    super::{Report, error::CliError},
    RunArgs,
};

pub(super) async fn run(args: &RunArgs) -> Result<Report, CliError> {
    let config = Config::load(&args.prover.config)?;
    let mut policy = config.policy()?;
    policy.poke |= args.poke;
    let stop = StopSignal::of_process().map_err(CliError::Runtime)?;
    let circuits = config.circuits().await?;
    let inbox = Arc::new(config.inbox()?);
    let (market, sender, state) = (config.market(), config.sender()?, config.state()?);
    let attestor = config.running_attestor()?;
    let runner = Runner::new(market, sender, circuits, inbox, attestor, state, policy).await?;
    match runner.run(stop).await? {
        Ending::Stopped => Ok(Report {
            text: "stopped; no job is open".to_owned(),
            json: json!({ "ended": "stopped", "open_jobs": 0 }),
        }),
        Ending::Interrupted { open_jobs } => Ok(Report {
            text: format!(
                "stopped at once; {open_jobs} jobs are open: run again before their deadlines"
            ),
            json: json!({ "ended": "interrupted", "open_jobs": open_jobs }),
        }),
        Ending::Drained { failures } => Err(CliError::Drained(failures)),
    }
}

/// Log lines go to standard error; RUST_LOG chooses which.
pub(super) fn start_logging(json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,near_api=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process would be refused, and there is none.
    let _ = if json { builder.json().try_init() } else { builder.try_init() };
}
