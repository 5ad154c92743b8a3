//! `status`.

use proofrail_near_interface::ProverView;
use proofrail_prover::operator::config::Config;
use serde_json::json;

use super::{
    super::{Report, error::CliError},
    ConfigArgs,
};

pub(super) async fn run(args: &ConfigArgs) -> Result<Report, CliError> {
    let config = Config::load(&args.config)?;
    let account = config.account()?;
    let account = account.id();
    let market = config.market();
    let head = market.near().head().await?;
    let balance = market.near().balance(account).await?;
    let params = market.config().await?.params;
    let prover = market.prover(account).await?;
    let under_way = config.state()?.intent()?;
    let mut lines = vec![
        format!("market       {} on {}", market.id(), config.file().network),
        format!("account      {account}, balance {balance}"),
    ];
    match &prover {
        Some(prover) => lines.extend(describe(prover, head.unix_s)),
        None => lines.push(format!(
            "not registered; the smallest stake is {}: `proofrail-prover register`",
            params.min_stake
        )),
    }
    if let Some(intent) = &under_way {
        lines.push(format!(
            "under way    {} ({}): not known yet what became of it; the next command asks",
            intent.method, intent.hash
        ));
    }
    let json = json!({
        "account": account,
        "balance": balance,
        "market": market.id(),
        "network": config.file().network,
        "block_height": head.height,
        "block_time": head.unix_s,
        "min_stake": params.min_stake,
        "registered": prover.is_some(),
        "prover": prover,
        "under_way": under_way,
    });
    Ok(Report { text: lines.join("\n"), json })
}

fn describe(prover: &ProverView, now: u64) -> Vec<String> {
    let state = serde_json::to_value(prover.state).unwrap_or_default();
    let mut lines = vec![
        format!("state        {} (seat {})", state.as_str().unwrap_or("?"), prover.seat),
        format!(
            "stake        {}, of which {} is locked by {} open jobs",
            prover.stake, prover.locked, prover.open_jobs
        ),
        format!(
            "reputation   {} of 10000: {} proofs, {} misses, {} invalid",
            prover.reputation_bps,
            prover.proofs_accepted,
            prover.deadlines_missed,
            prover.invalid_proofs
        ),
        format!("heartbeat    {} s ago", now.saturating_sub(prover.last_heartbeat)),
        format!("claimable    {}", prover.claimable),
    ];
    for entry in &prover.unstaking {
        let left = entry.available_at.saturating_sub(now);
        let when = if left == 0 { "now".to_owned() } else { format!("in {left} s") };
        lines.push(format!("unstaking    {}, available {when}", entry.amount));
    }
    if let Some(attestation) = &prover.attestation {
        let left = attestation.expires_at.saturating_sub(now);
        let platform = serde_json::to_value(attestation.platform).unwrap_or_default();
        let kind = platform.as_str().unwrap_or("?");
        lines.push(match left {
            0 => format!("attestation  {kind}, LAPSED: `proofrail-prover attest`"),
            left => format!("attestation  {kind}, for another {left} s"),
        });
    }
    if prover.open_cases > 0 {
        lines.push(format!(
            "cases        {} open: not drawn, stake cannot leave",
            prover.open_cases
        ));
    }
    lines
}
