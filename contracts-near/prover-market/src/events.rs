//! Writes events to the log, NEP-297.

use near_sdk::env;
use near_sdk::serde_json;
use proofrail_near_interface::{EVENT_PREFIX, EventLog, MarketEvent};

/// Logs `event`.
pub(crate) fn emit(event: MarketEvent) {
    match serde_json::to_string(&EventLog::from(event)) {
        Ok(json) => env::log_str(&format!("{EVENT_PREFIX}{json}")),
        Err(error) => env::panic_str(&format!("an event could not be written: {error}")),
    }
}
