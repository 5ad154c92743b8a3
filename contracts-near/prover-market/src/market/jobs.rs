//! Jobs.

use crate::MarketError;
use crate::market::Market;
use crate::market::records::{Job, JobRecord};

impl Market {
    pub(crate) fn job(&self, job_id: u64) -> Result<&Job, MarketError> {
        self.jobs.get(&job_id).map(JobRecord::latest).ok_or(MarketError::JobUnknown(job_id))
    }

    pub(crate) fn job_mut(&mut self, job_id: u64) -> Result<&mut Job, MarketError> {
        let record = self.jobs.get_mut(&job_id).map(JobRecord::latest_mut);
        record.ok_or(MarketError::JobUnknown(job_id))
    }
}
