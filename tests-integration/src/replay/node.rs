//! The views of a market, asked of a NEAR node by JSON-RPC.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proofrail_near_interface::{
    AccountId, DrawReplayView, FrozenSetArgs, FrozenSetView, JobArgs, method_names,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{CheckError, Views};

/// How long a node may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A market on a node.
#[derive(Debug)]
pub struct Node {
    url: String,
    market_id: AccountId,
    client: reqwest::Client,
}

impl Node {
    /// The market `market_id` on the node at `url`.
    ///
    /// # Errors
    /// [`CheckError::Unreachable`] where no client can be made at all.
    pub fn new(url: String, market_id: AccountId) -> Result<Self, CheckError> {
        let client = reqwest::Client::builder().timeout(TIMEOUT).build();
        let client =
            client.map_err(|source| CheckError::Unreachable { url: url.clone(), source })?;
        Ok(Self { url, market_id, client })
    }

    /// A view, after the block at `height` or the newest final one.
    async fn view<T: DeserializeOwned>(
        &self,
        method: &'static str,
        args: &impl Serialize,
        height: Option<u64>,
    ) -> Result<T, CheckError> {
        let answer = |reason: String| CheckError::Answer { url: self.url.clone(), method, reason };
        let args = serde_json::to_vec(args).map_err(|error| answer(error.to_string()))?;
        let mut params = json!({
            "request_type": "call_function",
            "account_id": self.market_id,
            "method_name": method,
            "args_base64": STANDARD.encode(args),
        });
        match height {
            Some(height) => params["block_id"] = json!(height),
            None => params["finality"] = json!("final"),
        }
        let body = json!({"jsonrpc": "2.0", "id": "replay", "method": "query", "params": params});
        let unreachable = |source| CheckError::Unreachable { url: self.url.clone(), source };
        let reply = self.client.post(&self.url).json(&body).send().await.map_err(unreachable)?;
        let reply: Value = reply.json().await.map_err(unreachable)?;
        if let Some(error) = reply.get("error") {
            let url = self.url.clone();
            return Err(CheckError::Refused { url, method, height, error: error.to_string() });
        }
        let bytes = reply.pointer("/result/result").cloned().unwrap_or(Value::Null);
        let bytes: Vec<u8> =
            serde_json::from_value(bytes).map_err(|error| answer(error.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|error| answer(error.to_string()))
    }

    /// All pages of a set; none where it is not live at that block.
    async fn set(
        &self,
        replay: &DrawReplayView,
        height: Option<u64>,
    ) -> Result<Option<Vec<proofrail_near_interface::Seat>>, CheckError> {
        let (mut seats, mut from) = (Vec::new(), 0);
        loop {
            let args = FrozenSetArgs { circuit_id: replay.circuit_id, set: replay.draw.set, from };
            let page: Option<FrozenSetView> =
                self.view(method_names::FROZEN_SET, &args, height).await?;
            let Some(page) = page else { return Ok(None) };
            seats.extend(page.seats);
            match page.next {
                // A market whose pages do not advance would keep us for ever.
                Some(next) if next > from => from = next,
                _ => return Ok(Some(seats)),
            }
        }
    }
}

/// Reads what a replay of a job's draw needs: the views of now, or as they were at `at_height`. A set that
/// is no longer live is read as it was at the block of the draw.
///
/// # Errors
/// [`CheckError`].
pub async fn read_node(
    node: &Node,
    job_id: u64,
    at_height: Option<u64>,
) -> Result<Views, CheckError> {
    let replay: Option<DrawReplayView> =
        node.view(method_names::DRAW_REPLAY, &JobArgs { job_id }, at_height).await?;
    let replay = replay.ok_or(CheckError::NoDraw { job_id, height: at_height })?;
    let mut seats = None;
    if replay.set_is_live {
        // Between the two questions it may have died.
        seats = node.set(&replay, at_height).await?;
    }
    if seats.is_none() {
        seats = node.set(&replay, Some(replay.draw.block_height)).await?;
    }
    let (set, height) = (replay.draw.set, replay.draw.block_height);
    let seats = seats.ok_or(CheckError::NoSet { set, height })?;
    Ok(Views { replay, seats })
}
