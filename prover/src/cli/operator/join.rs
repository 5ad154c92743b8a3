//! `register`, `stake`, `capacity`.

use proofrail_near_client::NearToken;
use proofrail_near_interface::{RegisterProverArgs, method_names};
use proofrail_prover::operator::{
    config::Config,
    keystore::{KeystoreError, StatementKey},
};
use serde_json::json;

use super::{
    super::{Report, error::CliError},
    ConfigArgs, RegisterArgs, StakeArgs, attest, report,
};

/// Left on the account for gas.
const FOR_GAS: NearToken = NearToken::from_near(1);
/// Attached for the storage of more circuits; what is not needed comes back.
const CAPACITY_DEPOSIT: NearToken = NearToken::from_millinear(200);

pub(super) async fn register(args: &RegisterArgs) -> Result<Report, CliError> {
    let config = Config::load(&args.prover.config)?;
    let sender = config.sender()?;
    let account = sender.account().id().clone();
    let market = config.market();
    if market.prover(&account).await?.is_some() {
        return Err(CliError::Registered(account.to_string()));
    }
    // Keys that do not fit are found before money moves.
    config.circuits().await?;
    let capacity = config.capacity()?;
    let cost = market.register_cost(&account, &capacity).await?;
    let stake = args.stake.unwrap_or(cost.amount);
    let deposit = stake.saturating_add(cost.storage);
    let needed = deposit.saturating_add(FOR_GAS);
    let balance = market.near().balance(&account).await?;
    if balance < needed {
        return Err(CliError::Balance { account: account.to_string(), balance, needed });
    }
    let statement_key = statement_key(&config)?;
    let call = RegisterProverArgs {
        statement_key: statement_key.public_key(),
        capacity,
        stake: Some(stake),
        attestation: None,
    };
    let outcome = sender.call(method_names::REGISTER_PROVER, None, &call, deposit).await?;
    let more = json!({
        "prover": account,
        "statement_key": call.statement_key,
        "statement_key_file": config.statement_key_path(),
        "stake": stake,
    });
    let text = format!(
        "{account} is a prover with a stake of {stake}\nstatement key  {} in {}; keep a copy of it",
        call.statement_key,
        config.statement_key_path().display(),
    );
    let registered = report(text, &outcome, more);
    if !args.attest {
        return Ok(registered);
    }
    let attested = attest::show(&config, &sender).await?;
    let text = format!("{}\n{}", registered.text, attested.text);
    Ok(Report { text, json: json!({ "register": registered.json, "attest": attested.json }) })
}

/// The key in its file, or a new one there.
fn statement_key(config: &Config) -> Result<StatementKey, CliError> {
    let path = config.statement_key_path();
    if path.exists() {
        return Ok(config.statement_key()?);
    }
    let key = StatementKey::generate().map_err(|error| CliError::Randomness(error.to_string()))?;
    match key.save(&path) {
        // Somebody else wrote one in between: theirs it is.
        Err(KeystoreError::Exists { .. }) => Ok(config.statement_key()?),
        Err(source) => Err(CliError::Keystore(source)),
        Ok(()) => Ok(key),
    }
}

pub(super) async fn stake(args: &StakeArgs) -> Result<Report, CliError> {
    let config = Config::load(&args.prover.config)?;
    let sender = config.sender()?;
    let account = sender.account().id();
    // The whole deposit would come back, less gas: say it before.
    let market = config.market();
    if market.prover(account).await?.is_none() {
        return Err(CliError::NoProver(account.to_string()));
    }
    let needed = args.amount.saturating_add(FOR_GAS);
    let balance = market.near().balance(account).await?;
    if balance < needed {
        return Err(CliError::Balance { account: account.to_string(), balance, needed });
    }
    let outcome = sender.call(method_names::ADD_STAKE, None, json!({}), args.amount).await?;
    let stake: NearToken = outcome.json()?;
    let more = json!({ "added": args.amount, "stake": stake });
    Ok(report(format!("added {}; the stake is {stake}", args.amount), &outcome, more))
}

pub(super) async fn capacity(args: &ConfigArgs) -> Result<Report, CliError> {
    let config = Config::load(&args.config)?;
    config.circuits().await?;
    let capacity = config.capacity()?;
    let sender = config.sender()?;
    let outcome =
        sender.call(method_names::SET_CAPACITY, None, &capacity, CAPACITY_DEPOSIT).await?;
    let text = format!(
        "offers {} circuits, {} jobs at a time, at {}",
        capacity.circuits.len(),
        capacity.parallel_jobs,
        capacity.endpoint
    );
    Ok(report(text, &outcome, json!({ "capacity": capacity })))
}
