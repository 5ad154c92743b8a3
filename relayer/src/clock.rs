//! Wall-clock time as the store keeps it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Unix milliseconds. A clock before 1970 reads as 0.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Unix milliseconds `delay` from now.
pub(crate) fn after(delay: Duration) -> u64 {
    now_ms().saturating_add(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
}
