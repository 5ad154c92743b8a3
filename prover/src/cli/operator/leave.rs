//! `claim`, `unstake`, `withdraw`: money on its way out.

use proofrail_near_client::NearToken;
use proofrail_near_interface::{ClaimBonusArgs, RequestUnstakeArgs, method_names};
use proofrail_prover::operator::config::Config;
use serde_json::json;

use super::{
    super::{Report, error::CliError},
    ConfigArgs, UnstakeArgs, report,
};

/// A call that pays the caller and returns the amount.
pub(super) async fn paid(
    args: &ConfigArgs,
    method: &str,
    word: &'static str,
) -> Result<Report, CliError> {
    let sender = Config::load(&args.config)?.sender()?;
    let outcome = sender.call(method, None, json!({}), NearToken::ZERO).await?;
    let amount: NearToken = outcome.json()?;
    Ok(report(format!("{word} {amount}"), &outcome, json!({ word: amount })))
}

pub(super) async fn bonus(args: &ConfigArgs) -> Result<Report, CliError> {
    let config = Config::load(&args.config)?;
    let sender = config.sender()?;
    let epoch = config.market().epochs().await?.last.epoch;
    let call = ClaimBonusArgs { epoch };
    let outcome = sender.call(method_names::CLAIM_BONUS, None, call, NearToken::ZERO).await?;
    let bonus: NearToken = outcome.json()?;
    let text = format!("a bonus of {bonus} for epoch {epoch}; `claim` pays it out");
    Ok(report(text, &outcome, json!({ "bonus": bonus, "epoch": epoch })))
}

pub(super) async fn unstake(args: &UnstakeArgs) -> Result<Report, CliError> {
    let config = Config::load(&args.prover.config)?;
    let sender = config.sender()?;
    let account = sender.account().id();
    let amount = match args.amount {
        Some(amount) => amount,
        None => {
            let prover = config.market().prover(account).await?;
            prover.ok_or_else(|| CliError::NoProver(account.to_string()))?.stake
        }
    };
    let call = RequestUnstakeArgs { amount };
    let outcome = sender.call(method_names::REQUEST_UNSTAKE, None, call, NearToken::ZERO).await?;
    let available_at: u64 = outcome.json()?;
    let text = format!(
        "{amount} leaves; `withdraw` pays it out from unix second {available_at} on, and until then \
         it can be slashed"
    );
    Ok(report(text, &outcome, json!({ "unstaking": amount, "available_at": available_at })))
}
