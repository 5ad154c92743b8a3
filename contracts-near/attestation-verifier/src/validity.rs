//! Times of certificates.

use crate::Refusal;

/// Refuses a time before `from`, or at or after `expires_at`; unix seconds.
pub(crate) const fn in_force(from: u64, expires_at: u64, now: u64) -> Result<(), Refusal> {
    if now < from || now >= expires_at {
        return Err(Refusal::NotInForce { from, expires_at, now });
    }
    Ok(())
}
