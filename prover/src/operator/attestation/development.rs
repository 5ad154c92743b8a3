//! Quotes under the development root: they prove nothing, and only contracts of development builds believe
//! them.

use std::time::{SystemTime, UNIX_EPOCH};

use proofrail_near_dev_attestation::DevPlatform;
use proofrail_near_interface::Hex;

use super::{Quote, QuoteError, QuoteSource};

/// How long the pretended machine's certificate is valid, seconds.
const VALIDITY_S: u64 = 365 * 24 * 3_600;

/// A pretended machine.
#[derive(Clone, Debug)]
pub struct Development {
    platform: String,
    measurement: Hex<32>,
}

impl Development {
    /// The machine called `platform`, running code of this measurement.
    pub const fn new(platform: String, measurement: Hex<32>) -> Self {
        Self { platform, measurement }
    }
}

impl QuoteSource for Development {
    fn quote(&self, report_data: &[u8; 64]) -> Result<Quote, QuoteError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let platform = DevPlatform::new(&self.platform, 0, now.saturating_add(VALIDITY_S));
        let quote = platform.quote(self.measurement.0, *report_data);
        Ok(Quote::Dev(borsh::to_vec(&quote).map_err(QuoteError::Encode)?))
    }
}
