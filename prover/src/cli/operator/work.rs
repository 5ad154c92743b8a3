//! `take`, `report-downtime`: work that a prover chooses itself.

use proofrail_near_client::NearToken;
use proofrail_near_interface::{AssignmentView, JobArgs, ProverArgs, SlashSplit, method_names};
use proofrail_prover::operator::config::Config;
use serde_json::json;

use super::{
    super::{Report, error::CliError},
    JobCommandArgs, ReportDowntimeArgs, report,
};

pub(super) async fn take(args: &JobCommandArgs) -> Result<Report, CliError> {
    let config = Config::load(&args.prover.config)?;
    // A job that cannot be proved here would cost its collateral.
    config.circuits().await?;
    let sender = config.sender()?;
    let job_id = args.job;
    let call = JobArgs { job_id };
    let outcome = sender.call(method_names::TAKE_JOB, Some(job_id), call, NearToken::ZERO).await?;
    let assignment: AssignmentView = outcome.json()?;
    let text = format!(
        "job {job_id} is this prover's, with {} of its stake as collateral; `run` proves it before unix second {}",
        assignment.collateral, assignment.deadline
    );
    Ok(report(text, &outcome, json!({ "job_id": job_id, "assignment": assignment })))
}

pub(super) async fn report_downtime(args: &ReportDowntimeArgs) -> Result<Report, CliError> {
    let sender = Config::load(&args.prover.config)?.sender()?;
    let call = ProverArgs { prover_id: args.silent.clone() };
    let outcome = sender.call(method_names::REPORT_DOWNTIME, None, call, NearToken::ZERO).await?;
    let split: SlashSplit = outcome.json()?;
    let text = format!(
        "{} is slashed for its downtime; {} of that is yours to claim",
        args.silent, split.reporter
    );
    Ok(report(text, &outcome, json!({ "prover": args.silent, "split": split })))
}
