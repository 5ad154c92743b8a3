//! `settle` and `status`: clients of a running service.

use std::{path::Path, time::Duration};

use alloy::primitives::B256;
use clap::Args;
use serde::de::DeserializeOwned;

use super::{CliError, Exit};
use crate::{
    api::{ErrorBody, SettlementView},
    status::Status,
};

/// How often `--wait` asks.
const POLL: Duration = Duration::from_millis(500);
/// How long an answer may take; a proof is verified meanwhile.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How a client finds the service and shows what it says.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where the service listens.
    #[arg(long, env = "PROOFRAIL_RELAYER_URL", default_value = "http://127.0.0.1:7420")]
    url: String,
    /// Prints the service's JSON instead of text.
    #[arg(long)]
    json: bool,
}

/// Hands over a settlement; shows it as it was accepted, or as it ended.
pub(super) async fn settle(options: &Options, file: &Path, wait: bool) -> Result<Exit, CliError> {
    let body =
        std::fs::read(file).map_err(|source| CliError::File { path: file.to_owned(), source })?;
    let client = Client::new(options)?;
    let mut view = client.post(body).await?;
    while wait && !matches!(view.status, Status::Settled | Status::Failed) {
        tokio::time::sleep(POLL).await;
        view = client.get(view.id).await?;
    }
    show(options, &view)
}

/// Shows one settlement.
pub(super) async fn status(options: &Options, id: B256) -> Result<Exit, CliError> {
    let view = Client::new(options)?.get(id).await?;
    show(options, &view)
}

struct Client {
    http: reqwest::Client,
    settlements: String,
}

impl Client {
    fn new(options: &Options) -> Result<Self, CliError> {
        let settlements = format!("{}/v1/settlements", options.url.trim_end_matches('/'));
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .build()
            .map_err(|source| CliError::Unreachable { url: settlements.clone(), source })?;
        Ok(Self { http, settlements })
    }

    async fn post(&self, body: Vec<u8>) -> Result<SettlementView, CliError> {
        let request = self.http.post(&self.settlements).body(body);
        self.answer(request.header("content-type", "application/json"), &self.settlements).await
    }

    async fn get(&self, id: B256) -> Result<SettlementView, CliError> {
        let url = format!("{}/{id}", self.settlements);
        self.answer(self.http.get(&url), &url).await
    }

    async fn answer<T: DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
        url: &str,
    ) -> Result<T, CliError> {
        let unreachable =
            |source: reqwest::Error| CliError::Unreachable { url: url.to_owned(), source };
        let answer = request.send().await.map_err(unreachable)?;
        let success = answer.status().is_success();
        let body = answer.bytes().await.map_err(unreachable)?;
        let foreign = |error: serde_json::Error| CliError::Foreign {
            url: url.to_owned(),
            problem: error.to_string(),
        };
        if success {
            return serde_json::from_slice(&body).map_err(foreign);
        }
        let refused: ErrorBody = serde_json::from_slice(&body).map_err(foreign)?;
        Err(CliError::Refused(refused.error))
    }
}

fn show(options: &Options, view: &SettlementView) -> Result<Exit, CliError> {
    if options.json {
        let text = serde_json::to_string_pretty(view).map_err(|error| CliError::Foreign {
            url: options.url.clone(),
            problem: error.to_string(),
        })?;
        println!("{text}");
    } else {
        print!("{}", text(view));
    }
    Ok(if view.status == Status::Failed { Exit::Refused } else { Exit::Success })
}

fn text(view: &SettlementView) -> String {
    let mut lines = vec![
        format!("settlement  {}", view.id),
        format!("status      {} ({} queue)", view.status, view.stage),
        format!("bridge      {}", view.bridge),
    ];
    if let Some(reason) = &view.reason {
        lines.push(format!("reason      {} ({})", reason.message, reason.code));
    }
    for transaction in &view.transactions {
        let hash = transaction.hashes.last().map(ToString::to_string).unwrap_or_default();
        lines.push(format!(
            "sent by     {hash} (chain {}, nonce {}, {})",
            transaction.chain_id, transaction.nonce, transaction.outcome
        ));
    }
    if let Some(id) = view.message_id {
        lines.push(format!("message     {id}"));
    }
    if let Some(settled) = view.settled {
        lines.push(format!("settled by  {} (block {})", settled.transaction, settled.block));
    }
    lines.push(String::new());
    lines.join("\n")
}
