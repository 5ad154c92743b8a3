//! The operator's commands.

mod args;
mod attest;
mod join;
mod leave;
mod run;
mod sign;
mod status;
mod work;

use std::{future::Future, process::ExitCode};

use proofrail_near_client::{CallOutcome, NearToken};
use proofrail_near_interface::{ErrorCode, method_names};
use proofrail_prover::operator::{
    attestation::AttestError,
    config::{Config, ConfigError},
    proving::CircuitError,
    runner::RunError,
    sender::SendError,
};
use serde_json::{Value, json};

pub(super) use self::args::{
    AttestArgs, ConfigArgs, JobCommandArgs, RegisterArgs, ReportDowntimeArgs, RunArgs,
    SignProofArgs, StakeArgs, UnstakeArgs,
};
use super::{
    Report,
    error::{CliError, code},
};

/// The operator's commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum OperatorCommand {
    /// Print a commented configuration to start from.
    ConfigTemplate,
    /// Join the market: writes the statement key if there is none, stakes, says what is offered.
    Register(RegisterArgs),
    /// Add to the stake.
    Stake(StakeArgs),
    /// Show a fresh quote of this machine's TEE, bound to this prover.
    Attest(AttestArgs),
    /// Tell the market what [offer] in the configuration says now.
    Capacity(ConfigArgs),
    /// Show where the prover stands, and what is under way.
    Status(ConfigArgs),
    /// Work: heartbeats, jobs, proofs, claims; until SIGTERM or Ctrl-C, which finishes assigned jobs first.
    Run(RunArgs),
    /// Be paid what is owed.
    Claim(ConfigArgs),
    /// Be credited the bonus of the epoch that ended last; `run` does it too.
    Bonus(ConfigArgs),
    /// Take a job whose fee is still rising, without a draw.
    Take(JobCommandArgs),
    /// Report a prover that has been silent for too long; the market pays a share of what it slashes.
    ReportDowntime(ReportDowntimeArgs),
    /// Begin to take stake out; it stays slashable until the market's delay is over.
    Unstake(UnstakeArgs),
    /// Be paid the stake that the queue has released.
    Withdraw(ConfigArgs),
    /// Be drawn again.
    Online(ConfigArgs),
    /// Not be drawn any more, without slashing; assigned jobs stay.
    Offline(ConfigArgs),
    /// Leave the market; all stake is withdrawn by then.
    Leave(ConfigArgs),
    /// Sign that a proof holds for a job, for a client that carries it elsewhere.
    SignProof(SignProofArgs),
}

pub(super) fn run(command: &OperatorCommand, json: bool) -> Result<Report, CliError> {
    use OperatorCommand as C;
    run::start_logging(json);
    match command {
        C::ConfigTemplate => Ok(template()),
        C::Register(args) => wait(join::register(args)),
        C::Stake(args) => wait(join::stake(args)),
        C::Capacity(args) => wait(join::capacity(args)),
        C::Attest(args) => wait(attest::run(args)),
        C::Status(args) => wait(status::run(args)),
        C::Run(args) => wait(run::run(args)),
        C::Claim(args) => wait(leave::paid(args, method_names::CLAIM, "claimed")),
        C::Bonus(args) => wait(leave::bonus(args)),
        C::Take(args) => wait(work::take(args)),
        C::ReportDowntime(args) => wait(work::report_downtime(args)),
        C::Unstake(args) => wait(leave::unstake(args)),
        C::Withdraw(args) => wait(leave::paid(args, method_names::WITHDRAW_STAKE, "withdrawn")),
        C::Online(args) => wait(plain(args, method_names::GO_ONLINE, "online: may be drawn")),
        C::Offline(args) => {
            wait(plain(args, method_names::GO_OFFLINE, "offline: not drawn any more"))
        }
        C::Leave(args) => wait(plain(args, method_names::UNREGISTER_PROVER, "left the market")),
        C::SignProof(args) => sign::run(args),
    }
}

/// Runs a command that speaks to the chain.
fn wait<T>(command: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(CliError::Runtime)?.block_on(command)
}

fn template() -> Report {
    let text = proofrail_prover::operator::config::TEMPLATE;
    Report { text: text.trim_end().to_owned(), json: json!({ "template": text }) }
}

/// A call without arguments or deposit.
async fn plain(args: &ConfigArgs, method: &str, done: &str) -> Result<Report, CliError> {
    let sender = Config::load(&args.config)?.sender()?;
    let outcome = sender.call(method, None, json!({}), NearToken::ZERO).await?;
    Ok(report(done.to_owned(), &outcome, json!({})))
}

/// The report of a transaction; `more` is added to its JSON.
fn report(text: String, outcome: &CallOutcome, more: Value) -> Report {
    let mut json = json!({
        "transaction": outcome.transaction.to_string(),
        "gas_burnt": outcome.gas_burnt.as_gas(),
    });
    if let (Some(json), Value::Object(more)) = (json.as_object_mut(), more) {
        json.extend(more);
    }
    let text = format!("{text}\ntransaction  {} ({:.1} Tgas)", outcome.transaction, outcome.tgas());
    Report { text, json }
}

/// The exit code of an operator's error.
pub(super) fn exit_code(error: &CliError) -> ExitCode {
    match error {
        CliError::Config(error) => config_code(error),
        CliError::Keystore(_) => code::key(),
        CliError::Near(error) if error.code().is_some() => code::refused(),
        CliError::Near(_) => code::unknown(),
        CliError::Attest(error) => attest_code(error),
        CliError::Send(error) | CliError::Run(RunError::Send(error)) => send_code(error),
        CliError::Run(RunError::Market(_)) => code::unknown(),
        CliError::Run(RunError::State(_)) | CliError::State(_) => code::system(),
        CliError::Run(_)
        | CliError::NoProver(_)
        | CliError::Registered(_)
        | CliError::Balance { .. } => code::refused(),
        CliError::Drained(_) => code::drained(),
        _ => code::system(),
    }
}

fn attest_code(error: &AttestError) -> ExitCode {
    match error {
        AttestError::Refused(_) | AttestError::NoProver(_) => code::refused(),
        AttestError::VerifierSilent | AttestError::Market(_) => code::unknown(),
        AttestError::Send(error) => send_code(error),
        AttestError::Evidence(_) => code::system(),
    }
}

fn config_code(error: &ConfigError) -> ExitCode {
    match error {
        ConfigError::Key { .. }
        | ConfigError::Circuit(CircuitError::Key { .. } | CircuitError::OtherSetup { .. }) => {
            code::key()
        }
        ConfigError::Circuit(CircuitError::Market(_)) => code::unknown(),
        ConfigError::State(_) => code::system(),
        _ => code::input(),
    }
}

fn send_code(error: &SendError) -> ExitCode {
    match error {
        SendError::Refused { .. } | SendError::Rejected { .. } => code::refused(),
        SendError::Displaced { .. } | SendError::Open { .. } | SendError::Unsent { .. } => {
            code::unknown()
        }
        SendError::State(_) => code::system(),
    }
}

/// The market's code, when it was the market that refused.
pub(super) fn market_code(error: &CliError) -> Option<ErrorCode> {
    match error {
        CliError::Send(error)
        | CliError::Run(RunError::Send(error))
        | CliError::Attest(AttestError::Send(error)) => error.code(),
        CliError::Near(error) => error.code(),
        _ => None,
    }
}
