use near_api::types::{CryptoHash, NearGas, transaction::result::ExecutionFinalResult};
use proofrail_near_interface::{EVENT_PREFIX, ErrorCode, EventLog, MarketEvent};
use serde::de::DeserializeOwned;

use crate::NearError;

/// Gas in one Tgas.
const TGAS: f64 = 1e12;

/// What a successful transaction did.
#[derive(Clone, Debug)]
pub struct CallOutcome {
    /// The transaction.
    pub transaction: CryptoHash,
    /// Gas burnt by the transaction and all its receipts.
    pub gas_burnt: NearGas,
    /// Log lines, in the order of the receipts.
    pub logs: Vec<String>,
    what: String,
    value: Vec<u8>,
}

impl CallOutcome {
    pub(super) fn read(
        what: String,
        result: Option<ExecutionFinalResult>,
    ) -> Result<Self, NearError> {
        let Some(outcome) = result.filter(|outcome| !outcome.is_pending()) else {
            return Err(NearError::Pending { what });
        };
        match outcome.into_result() {
            Ok(success) => match success.raw_bytes() {
                Ok(value) => Ok(Self {
                    transaction: success.outcome().transaction_hash,
                    gas_burnt: success.total_gas_burnt,
                    logs: success.logs().into_iter().map(str::to_owned).collect(),
                    what,
                    value,
                }),
                Err(error) => Err(NearError::Result { what, reason: error.to_string() }),
            },
            Err(failure) => {
                let reason = failure.to_string();
                Err(NearError::Failed {
                    what,
                    code: ErrorCode::find(&reason),
                    reason,
                    transaction: failure.outcome().transaction_hash,
                    gas_burnt: failure.total_gas_burnt,
                })
            }
        }
    }

    /// Gas burnt in Tgas, for people.
    #[must_use]
    pub fn tgas(&self) -> f64 {
        self.gas_burnt.as_gas() as f64 / TGAS
    }

    /// What the method returned, as JSON.
    ///
    /// # Errors
    /// [`NearError::Result`].
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, NearError> {
        serde_json::from_slice(&self.value).map_err(|error| NearError::Result {
            what: self.what.clone(),
            reason: error.to_string(),
        })
    }

    /// The market's events (NEP-297) among the log lines.
    ///
    /// # Errors
    /// [`NearError::Result`] for an event that cannot be read.
    pub fn events(&self) -> Result<Vec<MarketEvent>, NearError> {
        let events = self.logs.iter().filter_map(|line| line.strip_prefix(EVENT_PREFIX));
        events
            .map(|json| {
                let log = serde_json::from_str::<EventLog>(json);
                log.map(|log| log.event).map_err(|error| NearError::Result {
                    what: self.what.clone(),
                    reason: format!("event {json}: {error}"),
                })
            })
            .collect()
    }
}
